//! What services have written into their outboxes, on its way: to the services that follow, and in one order
//! to the players it concerns.
//!
//! Events travel inside the process, or past it through NATS ([`Nats`]); a [`Subscription`] is the same for
//! both. A relay copies them into one log, with the outbox's own positions, so that nothing is
//! lost or doubled however often a process dies. A connection is only a position in that log:
//! it reads on whenever its socket takes more, so a slow reader holds no memory here.
//!
//! **Architecture invariant:** only topics of `contract::event` that are marked as the server's go
//! into the log. A player's events reach that player's connections and nobody else's.

mod follow;
mod http;
mod log;
mod nats;
mod recent;
mod relay;
mod stream;
mod subscription;
mod tail;
mod trim;

pub use follow::follow;
pub use http::openapi;
pub use log::Logged;
pub use nats::{Nats, NatsError, NatsServers};
pub use subscription::Subscription;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::sync::watch;

use crate::faults::Switch;
use crate::store::{Database, Storage, StoreError};
use recent::Recent;
use stream::Seats;

/// How long whoever follows waits when a database or a server does not answer.
pub(crate) const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);
/// How many events can be caught up on, of all players: half a minute of 3,000 commands a second.
const KEEP: i64 = 100_000;

/// A service whose outbox this process can read.
#[derive(Clone)]
pub struct Source {
    /// Its name; must stay the same from one start to the next.
    pub name: &'static str,
    /// Where its outbox is.
    pub database: Database,
}

/// The event service. A clone is another handle on the same log.
#[derive(Clone)]
pub struct Events(Arc<Inner>);

struct Inner {
    database: Database,
    recent: Recent,
    /// The id of the newest event.
    head: watch::Sender<i64>,
    seats: Seats,
    switch: Switch,
    /// True once the process is stopping: streams end, so that they do not hold it up.
    stopping: watch::Receiver<bool>,
}

impl Events {
    /// Opens the log, or makes an empty one.
    ///
    /// # Errors
    /// The database can't be opened or read.
    pub async fn open(storage: &Storage, switch: Switch, stopping: watch::Receiver<bool>) -> Result<Self, StoreError> {
        let database = storage.open("events", log::MIGRATIONS)?;
        let head = database.read(log::bounds).await?.newest;
        let recent = Recent::starting_at(head);
        let head = watch::Sender::new(head);
        Ok(Self(Arc::new(Inner { database, recent, head, seats: Seats::default(), switch, stopping })))
    }

    /// For whoever asks whether the service answers.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Copies the services' events into the log, for as long as it runs. Several processes may do so at once.
    pub async fn relay(self, sources: Vec<Subscription>) {
        relay::run(self, sources).await;
    }

    /// Feeds the open connections from the log, for as long as it runs.
    pub async fn serve(self) {
        tail::run(self).await;
    }

    /// `GET /api/events`. Needs the session that [`crate::identity::Door::guard`] finds.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }
}

/// Keeps the outbox of a source from growing for ever.
pub async fn trim(source: Source) {
    trim::run(source.name, source.database).await;
}

#[cfg(test)]
mod tests;
