//! The lobby of live tables, and the permissions to bet at them.
//!
//! The vendor is a program of someone else's that may die, hang or send anything at any time: its
//! last good list of tables stays, marked offline, and nobody waits for it.
//!
//! **Architecture invariant:** no money moves here. A launch token leaves this module once, to the
//! player who asked; only its hash is kept.

mod follow;
mod http;
mod lobby;
mod personal;
mod poll;
mod sessions;

pub use http::openapi;
pub use personal::Seat;

use std::sync::Arc;

use axum::Router;
use contract::event::{LiveTables, Topic};
use contract::live::Tables;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::VendorOrigins;
use crate::events::Subscription;
use crate::faults::Switch;
use crate::store::{Database, Storage, StoreError, outbox, params};

/// The database's schema, step by step; append-only.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE lobby (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        tables   TEXT NOT NULL
    ) STRICT;
    CREATE TABLE launches (
        token_hash    BLOB PRIMARY KEY,
        player        TEXT NOT NULL,
        table_id      TEXT NOT NULL,
        game          TEXT NOT NULL,
        currency      TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        used          INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX launches_expiry ON launches (expires_at_ms);
    CREATE INDEX launches_player ON launches (player);
    CREATE TABLE vendor_sessions (
        id         TEXT PRIMARY KEY,
        player     TEXT NOT NULL,
        table_id   TEXT NOT NULL,
        game       TEXT NOT NULL,
        currency   TEXT NOT NULL,
        begun_at_ms INTEGER NOT NULL,
        ends_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vendor_sessions_player ON vendor_sessions (player);
"];

/// The live service. A clone is another handle on the same lobby.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    database: Database,
    vendor: VendorOrigins,
    clock: Clock,
    switch: Switch,
    lobby: watch::Sender<Tables>,
}

impl Live {
    /// Opens the service's database, or makes it. The lobby begins with the last good list,
    /// offline until the vendor has answered.
    ///
    /// # Errors
    /// The file can't be opened or read.
    pub async fn open(
        storage: &Storage,
        vendor: VendorOrigins,
        switch: Switch,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let database = storage.open("live", MIGRATIONS)?;
        let stored: Option<String> =
            database.read(|sql| sql.query_opt("SELECT tables FROM lobby", &[], |row| row.get(0))).await?;
        // A list that this version can't read is as good as none: the vendor sends another.
        let last = stored.and_then(|json| serde_json::from_str::<Tables>(&json).ok());
        let last = last.unwrap_or(Tables { tables: Vec::new(), offline_since_ms: None });
        let lobby = watch::Sender::new(lobby::offline(&last, clock.now_ms()));
        Ok(Self(Arc::new(Inner { database, vendor, clock, switch, lobby })))
    }

    /// For whoever relays the outbox.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The lobby as it stands.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.0.lobby.borrow().clone()
    }

    /// Asks the vendor for its tables again and again, for as long as it runs.
    pub async fn poll(self) {
        poll::run(self).await;
    }

    /// Hears of players whose sessions have all ended, for as long as it runs.
    pub async fn follow(self, identity: Subscription) {
        follow::run(self, identity).await;
    }

    /// The routes under `/api/live/`. They need [`crate::identity::Door::guard`] before them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }

    /// Takes a new state of the lobby; tells everybody if it is another one.
    async fn set(&self, lobby: Tables) {
        if *self.0.lobby.borrow() == lobby {
            return;
        }
        let online = lobby.offline_since_ms.is_none();
        tracing::debug!(online, tables = lobby.tables.len(), "the lobby changed");
        self.0.lobby.send_replace(lobby.clone());
        metrics::gauge!("vendor_online").set(u8::from(online));
        let now_ms = self.0.clock.now_ms();
        let stored = self.0.database.write(move |tx| {
            let json = serde_json::to_string(&lobby).map_err(|error| StoreError::Mistake(error.to_string()))?;
            tx.execute(
                "INSERT INTO lobby VALUES (1, ?1) ON CONFLICT (only_row) DO UPDATE SET tables = excluded.tables",
                params![&json],
            )?;
            outbox::append(tx, LiveTables::NAME, None, &json, now_ms)
        });
        if let Err(error) = stored.await {
            // The lobby itself is right; who reads it sees the change, only the event is missing.
            tracing::warn!(%error, "a change of the lobby was not told");
        }
    }
}
