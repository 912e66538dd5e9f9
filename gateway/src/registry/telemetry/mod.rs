//! What pages tell of the releases on them, added up by release and hour.
//!
//! What is told is held in memory and written every few seconds, so that a flood of reports is a trickle of rows.
//! What was not written yet when the process ends is lost: nobody is paid by it.
//!
//! **Architecture invariant:** nothing of a player is kept. Which devices and networks were counted is known by hashes
//! that mean nothing after the process.

mod counters;
mod health;
mod http;
mod quota;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use verdict::Tally;

use crate::store::{Database, StoreError, Tx};
pub(super) use counters::{SCHEMA, tally};
pub(super) use health::{health, health_of, last_day};
pub use http::openapi;
pub(super) use http::{Reception, routes};
use quota::Quota;

/// What was counted of a release: what canaries are judged by, and what only the hours show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    tally: Tally,
    degraded_ms: u64,
    swaps: u64,
}

/// By fragment and version.
type Pending = BTreeMap<(String, String), Counts>;

/// What has been told, and by whom so often.
pub(super) struct Telemetry {
    database: Database,
    quota: Mutex<Quota>,
    pending: Mutex<Pending>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Telemetry {
    pub(super) fn new(database: Database) -> Self {
        Self { database, quota: Mutex::default(), pending: Mutex::default() }
    }

    fn add(&self, fragment: &str, version: &str, more: &Counts) {
        if *more == Counts::default() {
            return;
        }
        let mut pending = locked(&self.pending);
        let counts = pending.entry((fragment.to_owned(), version.to_owned())).or_default();
        counts.tally += more.tally;
        counts.degraded_ms += more.degraded_ms;
        counts.swaps += more.swaps;
    }

    /// Writes what was told since.
    ///
    /// # Errors
    /// The database's; it is written the next time.
    pub(super) async fn write(&self, now_ms: i64) -> Result<(), StoreError> {
        let taken = std::mem::take(&mut *locked(&self.pending));
        if taken.is_empty() {
            return Ok(());
        }
        let rows = taken.clone();
        let written = self.database.write(move |tx: &Tx<'_>| counters::add(tx, &rows, now_ms)).await;
        if written.is_err() {
            taken.iter().for_each(|((fragment, version), counts)| self.add(fragment, version, counts));
        }
        written
    }
}
