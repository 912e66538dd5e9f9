//! Events past this machine: a stream of NATS JetStream for each service, filled from its outbox.
//!
//! A stream of its own for each service, so that its numbers count the events of one outbox, one after the
//! other: an event is appended only right behind the one before it ([`publish`]), and a follower finds its
//! place by halving ([`reader`]). A flood of one service takes no room from the others.
//!
//! **Architecture invariant:** the truth is in the outbox and in the inbox. A stream may lose, repeat or mix
//! up what it likes: every message says which outbox it is of and which event it comes after, so a follower
//! takes each once and in order, or refuses it and says so. Nothing that answers a player waits for NATS.

mod message;
mod publish;
mod reader;

use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::stream::{self, DiscardPolicy, RawMessageErrorKind, StorageType, Stream};
use async_nats::jetstream::{Context, message::StreamMessage};
use async_nats::{ConnectOptions, Event, ServerAddr};

use super::Source;
use crate::store::StoreError;
use crate::store::outbox::MAX_PAYLOAD_BYTES;
pub(super) use reader::Reader;

/// How long the server has for an answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest pause between two attempts to connect.
const RECONNECT_WITHIN: Duration = Duration::from_secs(1);
/// How long a stream keeps an event. A follower that was away for longer is refused what comes next.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The most that is said about an event beside its payload.
const MAX_HEADER_BYTES: usize = 4 * 1024;

/// Which servers, and how they are spoken to.
#[derive(Clone)]
pub struct NatsServers {
    /// Of one cluster.
    pub addresses: Vec<ServerAddr>,
    /// The user's name; without it the secret is a token.
    pub user: Option<String>,
    /// The password or token.
    pub secret: Option<String>,
    /// What the names of all streams begin with.
    pub prefix: String,
    /// How large each stream may become.
    pub stream_mib: u32,
}

/// What went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// The servers' settings.
    #[error("NATS can't be used: {0}")]
    Unusable(String),
    /// It did not answer, or not with what was asked for.
    #[error("NATS: {0}")]
    Server(String),
    /// The stream is not this outbox's.
    #[error(
        "the stream {stream} {what}: nothing is published until it is deleted, or another --events-prefix is chosen"
    )]
    Foreign {
        /// The stream.
        stream: String,
        /// What it holds.
        what: &'static str,
    },
    /// The stream is no longer as it was read.
    #[error("the stream is looked at again: {0}")]
    Changed(&'static str),
    /// The outbox.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A connection, made anew whenever it is lost. A clone is another handle on the same.
#[derive(Clone)]
pub struct Nats(Arc<Inner>);

struct Inner {
    context: Context,
    prefix: String,
    max_bytes: i64,
}

impl Nats {
    /// Begins to connect, and goes on doing so for as long as a handle lives: a server that is not there yet is
    /// no error.
    ///
    /// # Errors
    /// The settings can't be used.
    pub async fn connect(servers: &NatsServers) -> Result<Self, NatsError> {
        let mut options = ConnectOptions::new();
        options = match (&servers.user, &servers.secret) {
            (Some(user), secret) => options.user_and_password(user.clone(), secret.clone().unwrap_or_default()),
            (None, Some(token)) => options.token(token.clone()),
            (None, None) => options,
        };
        let delay = |attempts: usize| {
            let ms = u64::try_from(attempts).unwrap_or(u64::MAX).saturating_mul(50);
            Duration::from_millis(ms).min(RECONNECT_WITHIN)
        };
        let client = options
            .name("croupier-gateway")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(delay)
            .request_timeout(Some(TIMEOUT))
            .event_callback(|event| async move { tell(&event) })
            .connect(servers.addresses.clone())
            .await
            .map_err(|error| NatsError::Unusable(error.to_string()))?;
        let context = ContextBuilder::new().timeout(TIMEOUT).ack_timeout(TIMEOUT).build(client);
        let max_bytes = i64::from(servers.stream_mib) * 1024 * 1024;
        Ok(Self(Arc::new(Inner { context, prefix: servers.prefix.clone(), max_bytes })))
    }

    /// Whether there is a connection at the moment.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.context.client().connection_state() == State::Connected
    }

    /// Publishes what a service writes into its outbox, for as long as it runs. Several processes may do so
    /// for one outbox at once.
    pub async fn publish(self, source: Source) {
        publish::run(self, source).await;
    }

    /// The name of a service's stream.
    fn stream_name(&self, service: &str) -> String {
        format!("{}-{service}", self.0.prefix)
    }

    /// What a service's events are sent to.
    fn subject(&self, service: &str) -> String {
        format!("{}.events.{service}", self.0.prefix)
    }

    /// A service's stream as it is now; makes it if it is missing. One that is there keeps its settings.
    async fn stream(&self, service: &str) -> Result<Stream, NatsError> {
        let config = stream::Config {
            name: self.stream_name(service),
            subjects: vec![self.subject(service)],
            description: Some(format!("what {service} wrote into its outbox")),
            storage: StorageType::File,
            discard: DiscardPolicy::Old,
            max_age: MAX_AGE,
            max_bytes: self.0.max_bytes,
            max_message_size: i32::try_from(MAX_PAYLOAD_BYTES + MAX_HEADER_BYTES).unwrap_or(i32::MAX),
            max_messages: -1,
            max_messages_per_subject: -1,
            num_replicas: 1,
            deny_delete: true,
            ..stream::Config::default()
        };
        self.0.context.get_or_create_stream(config).await.map_err(server)
    }
}

/// The message, or nothing where there is none.
fn found(
    got: Result<StreamMessage, async_nats::jetstream::stream::RawMessageError>,
) -> Result<Option<StreamMessage>, NatsError> {
    match got {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(server(error)),
    }
}

fn server(error: impl std::fmt::Display) -> NatsError {
    NatsError::Server(error.to_string())
}

fn tell(event: &Event) {
    match event {
        Event::Connected => {
            metrics::gauge!("events_nats_connected").set(1);
            tracing::info!("connected to NATS");
        }
        Event::Disconnected => {
            metrics::gauge!("events_nats_connected").set(0);
            tracing::warn!("the connection to NATS is lost; events wait in their outboxes");
        }
        other => tracing::warn!(event = %other, "NATS"),
    }
}
