//! Puts the services together, listens, and stops again.
//!
//! The program and the tests start the same [`Gateway`].

mod background;
mod elsewhere;
mod listener;
mod routes;
mod services;
mod tasks;

use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::edge;
use crate::events::NatsError;
use crate::identity::IdentityError;
use crate::keys::PublicKeyError;
use crate::peers::{Secret, SecretError};
use crate::promotions::PromotionsError;
use crate::registry::{DeskError, PlaceError, RegistryError, SealError, Sites, SitesError};
use crate::store::StoreError;
use crate::telemetry;
use services::Services;

/// How long open requests may take to end when the process stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Why the gateway does not start. Each message says what to do about it where that is known.
#[derive(Debug, Error)]
pub enum StartError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The origins of the page and its frames.
    #[error(transparent)]
    Sites(#[from] SitesError),
    /// An address that can't be listened on.
    #[error("{address} can't be listened on: {source}; stop what listens there or choose another address with {flag}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The secret that processes share.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The vendor's key file.
    #[error("the vendor's key in {path}: {source}")]
    VendorKey {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: PublicKeyError,
    },
    /// A database.
    #[error("{0} can't be opened: {1}")]
    Store(&'static str, StoreError),
    /// Players and sessions.
    #[error("identity can't be opened: {0}")]
    Identity(#[from] IdentityError),
    /// Offers.
    #[error("promotions can't be opened: {0}")]
    Promotions(#[from] PromotionsError),
    /// The way events travel.
    #[error(transparent)]
    Events(#[from] NatsError),
    /// The registry's key, or those that pages trust beside it.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store of what they ship.
    #[error(transparent)]
    Releases(#[from] PlaceError),
    /// Where teams ship.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The page.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// A running gateway. It stops when it is dropped; [`Gateway::stop`] does it gently.
#[derive(Debug)]
pub struct Gateway {
    listening: Option<SocketAddr>,
    internal: Option<SocketAddr>,
    control: SocketAddr,
    stopping: watch::Sender<bool>,
    servers: JoinSet<()>,
    /// Aborted when dropped.
    _background: JoinSet<()>,
}

impl Gateway {
    /// Starts on the system's clock.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        Self::start_with(config, Clock::system()).await
    }

    /// The same on a given clock.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start_with(config: &Config, clock: Clock) -> Result<Self, StartError> {
        telemetry::metrics();
        let origins = config.prepare()?;
        let split = &config.split;
        let secret = split.peer_secret.as_deref().filter(|_| split.is_split()).map(Secret::open).transpose()?;
        // Ports first: whoever starts a second gateway by mistake must not touch the first one's
        // files.
        let mut ports = Ports::default();
        if split.is_edge() {
            ports.public = Some(listen(config.listen, "--listen").await?);
        }
        if split.is_split() && split.serves() {
            ports.internal = Some(listen(split.internal, "--internal").await?);
        }
        let control = listen(config.control, "--control").await?;
        let control_address = control.local_addr().unwrap_or(config.control);
        let listening = ports.public.as_ref().and_then(|port| port.local_addr().ok());
        let internal = ports.internal.as_ref().and_then(|port| port.local_addr().ok());

        let page_port = listening.unwrap_or(config.listen).port();
        let sites = Sites::new(&config.page_origin, config.frame_site.as_deref(), page_port)?;
        let stopping = watch::Sender::new(false);
        let services = Services::open(config, (origins, sites), secret, stopping.subscribe(), clock).await?;
        let mut servers = JoinSet::new();
        if let Some((port, routes)) = ports.public.zip(services.public(&config.trusted_proxy, &stopping.subscribe())) {
            servers.spawn(listener::serve(port, edge::front(routes), stopping.subscribe()));
        }
        if let Some((port, routes)) = ports.internal.zip(services.internal()) {
            servers.spawn(listener::serve(port, edge::front(routes), stopping.subscribe()));
        }
        servers.spawn(listener::serve(control, services.control(), stopping.subscribe()));
        let background = services.start();
        tracing::info!(?listening, ?internal, control = %control_address, "the gateway listens");
        Ok(Self { listening, internal, control: control_address, stopping, servers, _background: background })
    }

    /// Where players connect; in a process without the edge, where its peers do.
    #[must_use]
    pub fn listening(&self) -> SocketAddr {
        // One of the two is always there: a process has a role.
        self.listening.or(self.internal).unwrap_or(self.control)
    }

    /// Where its peers connect, if it has any that ask it.
    #[must_use]
    pub fn internal(&self) -> Option<SocketAddr> {
        self.internal
    }

    /// Where operators connect.
    #[must_use]
    pub fn control(&self) -> SocketAddr {
        self.control
    }

    /// Takes no more requests, lets the open ones end, and stops.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        let ended = async { while self.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!("some requests did not end in time and are cut off");
        }
        tracing::info!("stopped");
    }
}

/// What is listened on besides the control port.
#[derive(Default)]
struct Ports {
    public: Option<TcpListener>,
    internal: Option<TcpListener>,
}

async fn listen(address: SocketAddr, flag: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, flag, source })
}
