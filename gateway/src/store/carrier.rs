//! Carries what was committed from `SQLite`'s log over into its file, beside the writer: done by the writer, it
//! would be a pause for every command behind it.
//!
//! The log begins anew only when all of it was carried over, which never happens beside a busy writer. So when the
//! log is long and all but its end was carried over, the writer does the rest.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::StoreError;

/// Pages that the log grows by until they are carried over.
const CARRY_EVERY: i32 = 2_000;
/// Pages in the log at which it should begin anew.
const LONG: i32 = 8_000;
/// Pages in the log at which it has to, however long that takes.
const TOO_LONG: i32 = 64_000;

/// From now on, the log that the connection writes to is carried over. Ends with the connection.
pub(super) fn carry(writer: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let (wake, woken) = sync_channel(1);
    let carried = Arc::new(AtomicBool::new(false));
    let carrier = Connection::open(path)?;
    let done = Arc::clone(&carried);
    thread::Builder::new()
        .name("store-carrier".into())
        .spawn(move || {
            while woken.recv().is_ok() {
                match carrier.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(0)) {
                    Ok(busy) => done.store(busy == 0, Ordering::Release),
                    // The writer meets the same soon, as on a full disk, and tells whom it concerns.
                    Err(error) => tracing::warn!(%error, "a database's log could not be carried over"),
                }
            }
        })
        .map_err(|error| StoreError::Unusable(error.to_string()))?;
    let mut log = Log { wake, carried, next: CARRY_EVERY };
    Ok(writer.wal_hook(Some(move |wal: &mut Wal, pages| {
        log.committed(wal, pages);
        Ok(())
    }))?)
}

/// What the writer knows of its log.
struct Log {
    wake: SyncSender<()>,
    /// The carrier has come to the end that the log had when it began.
    carried: Arc<AtomicBool>,
    /// The length at which the carrier is woken next.
    next: i32,
}

impl Log {
    fn committed(&mut self, wal: &mut Wal, pages: i32) {
        if pages < self.next - CARRY_EVERY {
            // It has begun anew.
            self.next = CARRY_EVERY;
        }
        if pages >= TOO_LONG || pages >= LONG && self.carried.swap(false, Ordering::Acquire) {
            // What a reader or the carrier is busy with is left for the next time.
            let _ = wal.checkpoint();
        } else if pages >= self.next {
            self.next = pages + CARRY_EVERY;
            // If it is full, the carrier is about to look anyway.
            let _ = self.wake.try_send(());
        }
    }
}
