//! The event stream: what services have written into their outboxes, in one order, to the players
//! it concerns.
//!
//! A relay copies each outbox into one log, with the outbox's own positions, so that nothing is
//! lost or doubled however often the process dies, and however many processes relay. A connection is only a position in that log:
//! it reads on whenever its socket takes more, so a slow reader holds no memory here.
//!
//! **Architecture invariant:** only topics of `contract::event` that are marked as the server's go
//! into the log. A player's events reach that player's connections and nobody else's.

mod http;
mod log;
mod recent;
mod relay;
mod stream;
mod subscription;

pub use http::openapi;
pub use log::Logged;
pub use subscription::Subscription;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::sync::watch;

use crate::faults::Switch;
use crate::store::{Database, Storage, StoreError};
use recent::Recent;
use stream::Seats;

/// How many events can be caught up on.
const KEEP: i64 = 10_000;
/// How soon what another process has written is seen.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A service whose outbox is relayed.
#[derive(Clone)]
pub struct Source {
    /// Its name; must stay the same from one start to the next.
    pub name: &'static str,
    /// Where its outbox is.
    pub database: Database,
    /// Other processes write to it as well: of their commits nobody tells us.
    pub shared: bool,
}

impl Source {
    /// Returns once there may be more: at a commit of this process, or in a moment if others write too.
    ///
    /// # Errors
    /// The database was closed.
    async fn changed(&self, committed: &mut watch::Receiver<u64>) -> Result<(), StoreError> {
        let commit = committed.changed();
        let outcome = if self.shared {
            // That nothing came in time says nothing about what others have written.
            tokio::time::timeout(LOOK_AGAIN, commit).await.unwrap_or(Ok(()))
        } else {
            commit.await
        };
        outcome.map_err(|_| StoreError::Closed)
    }
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
    /// Other processes relay into the same log.
    shared: bool,
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
        let (seats, shared) = (Seats::default(), storage.is_shared());
        Ok(Self(Arc::new(Inner { database, recent, head, seats, switch, shared, stopping })))
    }

    /// For whoever asks whether the service answers.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Copies what the sources write into the log, for as long as it runs.
    pub async fn relay(self, sources: Vec<Source>) {
        relay::run(self, sources).await;
    }

    /// `GET /api/events`. Needs the session that [`crate::identity::Door::guard`] finds.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }
}

#[cfg(test)]
mod tests;
