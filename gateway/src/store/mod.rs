//! One service's SQLite file: many readers, one writer, an outbox.
//!
//! Every command runs on the file's one writer thread, which takes what is waiting, runs each
//! command in its own savepoint, commits once, and only then answers all of them: a burst of
//! commands shares one `fsync`, and an answer always means that the change is on the disk.
//! Reads run beside it on a small pool of read-only connections, each on a consistent snapshot.
//!
//! **Architecture invariant:** this module knows no service's tables. A file belongs to one
//! service; nothing here opens another's. Every queue is bounded, and a full one is an error that
//! the caller sees, never a wait without end.

mod error;
pub mod outbox;
mod readers;
mod writer;

pub use error::StoreError;
pub use writer::Tx;

use readers::Readers;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use writer::Writer;

/// How long SQLite waits for another program's lock before the command fails as
/// [`StoreError::Locked`].
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// A service's database. A clone is another handle on the same file and writer.
#[derive(Clone)]
pub struct Database {
    writer: Writer,
    readers: Arc<Readers>,
}

impl Database {
    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// `migrations` is append-only: the file remembers how many of them it has had.
    ///
    /// # Errors
    /// The file can't be opened, or was written by a newer version.
    pub fn open(path: &Path, migrations: &'static [&'static str]) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        configure(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // An answer means that the change survives a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrate(&mut connection, path, migrations)?;
        let readers = Readers::open(path)?;
        Ok(Self { writer: Writer::start(connection)?, readers: Arc::new(readers) })
    }

    /// Runs a command in a write transaction and answers once it is committed. An `Err` undoes
    /// what this command did, and only that.
    ///
    /// # Errors
    /// The command's own error, or a [`StoreError`] when nothing was changed because the queue is
    /// full, the file is locked, or the disk is.
    pub async fn write<T, E, F>(&self, command: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(command).await
    }

    /// Runs a query on a consistent snapshot that holds everything committed before the call.
    ///
    /// # Errors
    /// The query's own error, or a [`StoreError`].
    pub async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        Arc::clone(&self.readers).read(query).await
    }

    /// Changes with each commit: whoever feeds on the outbox waits on this instead of polling.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.writer.committed()
    }
}

/// What every connection of ours has in common.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn read_only(path: &Path) -> Result<Connection, StoreError> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    configure(&connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection, path: &Path, migrations: &'static [&'static str]) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(outbox::SCHEMA)?;
    let had: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(missing) = usize::try_from(had).ok().and_then(|had| migrations.get(had..)) else {
        return Err(StoreError::Newer { path: path.display().to_string(), found: had, known: migrations.len() });
    };
    let mut version = had;
    for migration in missing {
        tx.execute_batch(migration)?;
        version += 1;
    }
    tx.pragma_update(None, "user_version", version)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests;
