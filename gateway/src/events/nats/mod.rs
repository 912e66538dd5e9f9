//! Events past this machine: a stream of NATS JetStream for each service, filled from its outbox.
//!
//! A stream of its own for each service, so that its numbers count the events of one outbox, one after the
//! other: an event is appended only right behind the one before it ([`publish`]), and a follower finds its
//! place by halving ([`reader`]). A flood of one service takes no room from the others.
//!
//! **Architecture invariant:** the truth is in the outbox and in the inbox. A stream may lose, repeat or mix
//! up what it likes: every message says which outbox it is of and which event it comes after, so a follower
//! takes each once and in order, or refuses it and says so. Nothing that answers a player waits for NATS.

mod handed;
mod message;
mod publish;
mod reader;

use std::sync::{Arc, Mutex, PoisonError};
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
        // Until it is reached for the first time, and if it never is.
        show_connected(false);
        let told = Told::default();
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
            .event_callback(move |event| {
                told.tell(&event);
                std::future::ready(())
            })
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

fn show_connected(is_connected: bool) {
    metrics::gauge!("events_nats_connected").set(u8::from(is_connected));
}

/// What was last said of a connection. It is tried once a second: what fails as it did before is no news.
#[derive(Default)]
struct Told(Mutex<String>);

impl Told {
    fn tell(&self, event: &Event) {
        let is_news = self.is_news(event);
        match event {
            Event::Connected => {
                show_connected(true);
                if is_news {
                    tracing::info!("connected to NATS");
                }
            }
            Event::Disconnected => {
                show_connected(false);
                if is_news {
                    tracing::warn!("the connection to NATS is lost; events wait in their outboxes");
                }
            }
            other if is_news => tracing::warn!(event = %other, "NATS"),
            _ => {}
        }
    }

    fn is_news(&self, event: &Event) -> bool {
        let event = event.to_string();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = *last != event;
        *last = event;
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_nats::ClientError;
    use metrics_exporter_prometheus::PrometheusBuilder;

    #[tokio::test]
    async fn a_server_that_was_never_reached_is_seen_in_the_metrics() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let servers = NatsServers {
            addresses: vec!["nats://127.0.0.1:1".parse().expect("an address")],
            user: None,
            secret: None,
            prefix: "test".to_owned(),
            stream_mib: 1,
        };
        let nats = Nats::connect(&servers).await.expect("a server that is not there is no error");
        assert!(!nats.is_connected());
        let shown = recorder.handle().render();
        assert!(shown.contains("events_nats_connected 0"), "{shown}");
        Told::default().tell(&Event::Connected);
        let shown = recorder.handle().render();
        assert!(shown.contains("events_nats_connected 1"), "{shown}");
    }

    #[test]
    fn what_goes_on_failing_in_one_way_is_said_once() {
        let told = Told::default();
        let failed = |why: &str| Event::ClientError(ClientError::Other(why.to_owned()));
        let events = [
            failed("IO error"),
            failed("IO error"),
            failed("authorization violation"),
            failed("authorization violation"),
            Event::Connected,
            Event::Disconnected,
            failed("IO error"),
            failed("IO error"),
        ];
        let news = events.each_ref().map(|event| told.is_news(event));
        assert_eq!(news, [true, false, true, false, true, true, true, false]);
    }
}
