//! A ledger that was cut off: its files as a crash leaves them, with the end of what was written last
//! missing.

use crate::place::Place;
use crate::support::{House, World};
use gateway::store::Storage;
use std::fs;

/// `SQLite` begins to write the log back into the file at 1,000 pages. Beyond that, a log that is cut off
/// is no longer what a crash leaves.
const LOG_LIMIT_BYTES: u64 = 900 * 4_120;

impl World {
    /// How long the wallet's log is.
    pub(crate) fn log_bytes(&self) -> u64 {
        fs::metadata(self.place.folder().join("wallet.db-wal")).map_or(0, |file| file.len())
    }

    /// What is left after a crash: of what was written to the log after its first `since` bytes, so many
    /// thousandths. Nothing may be going on. A database server's log is not ours to cut: there it is a
    /// restart.
    pub(crate) async fn crashed(self, since: u64, left: u64) -> Self {
        self.crashed_under(since, left, House::default()).await
    }

    /// The same, in a house that is set up like this.
    pub(crate) async fn crashed_under(self, since: u64, left: u64, house: House) -> Self {
        if matches!(self.place.storage(), Storage::Postgres(_)) {
            return self.reopened().await;
        }
        let now = self.log_bytes();
        let whole = if now < since { 0 } else { since };
        let kept = if now > LOG_LIMIT_BYTES { now } else { whole + (now - whole) * left / 1_000 };
        let place = Place::quick();
        for file in fs::read_dir(self.place.folder()).unwrap() {
            let file = file.unwrap();
            let name = file.file_name();
            // How far readers have come is not kept over a crash.
            if !name.to_str().unwrap().ends_with("-shm") {
                fs::copy(file.path(), place.folder().join(name)).unwrap();
            }
        }
        if let Ok(log) = fs::OpenOptions::new().write(true).open(place.folder().join("wallet.db-wal")) {
            log.set_len(kept).unwrap();
        }
        Self::on(place, self.clock.clone(), self.sessions.clone(), house)
    }
}
