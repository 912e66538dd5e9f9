//! One service's database: many readers, one writer, an outbox.
//!
//! Every command runs on the database's one writer thread, which takes what is waiting, runs one
//! command after the other, commits once, and only then answers all of them: a burst of commands
//! shares one `fsync`, and an answer always means that the change is on the disk. A command that fails
//! undoes what it did and no more: if it has written, the transaction is undone and its commands are
//! run once more, each in a savepoint.
//! Reads run beside it on a small pool of read-only connections, each on a consistent snapshot.
//!
//! **Architecture invariant:** this module knows no service's tables. A database belongs to one
//! service; nothing here opens another's. Every queue is bounded, and a full one is an error that
//! the caller sees, never a wait without end.

mod carrier;
mod commits;
mod dialect;
mod error;
pub mod inbox;
mod memory;
mod migrate;
pub mod outbox;
mod pipeline;
mod postgresql;
mod readers;
mod sql;
mod sqlite;
mod tls;
mod writer;

pub use commits::{Commits, Mark};
pub use error::StoreError;
pub use sql::{FromValue, Row, Sql, ToValue, Value, params};
pub use tls::{Mode as TlsMode, Server, TlsError};
pub use writer::Tx;

use commits::Followers;
use postgresql::Postgres;
use readers::Readers;
use sqlite::Sqlite;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use tokio::sync::watch;
use writer::Writer;

/// Where the services keep their databases, each its own.
#[derive(Clone, Debug)]
pub enum Storage {
    /// Files of `SQLite` in a folder that is there.
    Folder(PathBuf),
    /// Schemas of a `PostgreSQL` database that is there. It may serve several processes.
    Postgres(Box<Server>),
}

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// It holds what nothing else does: a power cut leaves all that was committed.
    Record,
    /// It can be computed again: a power cut leaves all of it up to some moment, and nothing of what came after.
    ReadModel,
}

impl Storage {
    /// Opens a service's database, makes it if there is none, and brings its schema up to date.
    ///
    /// `migrations` is append-only: the database remembers how many of them it has had.
    ///
    /// # Errors
    /// The database can't be opened, or was written by a newer version.
    pub fn open(&self, service: &str, migrations: &[&str]) -> Result<Database, StoreError> {
        self.open_as(service, migrations, Purpose::Record)
    }

    /// The same for what can be computed again: it is whole after a power cut, but may lack what was
    /// committed last. So its commits don't wait for the disk, and its queries stand back for commands.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub fn open_derived(&self, service: &str, migrations: &[&str]) -> Result<Database, StoreError> {
        self.open_as(service, migrations, Purpose::ReadModel)
    }

    fn open_as(&self, service: &str, migrations: &[&str], purpose: Purpose) -> Result<Database, StoreError> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(format!("{service}.db"));
                let writer = Sql::new(Sqlite::open(&path, purpose)?);
                let reader = || Ok(Sql::new(Sqlite::open_read_only(&path)?));
                Database::new(writer, reader, service, (migrations, purpose), self.is_shared())
            }
            Self::Postgres(server) => {
                let writer = || Ok::<_, StoreError>(Sql::new(Postgres::open(server, service, purpose)?));
                // They connect when they are first asked, and need nobody's lock for it.
                let reader = || Ok(Sql::new(Postgres::open_as_it_is(server, service)));
                // The driver waits, which a thread of the async runtime must not.
                thread::scope(|scope| {
                    let opened = scope
                        .spawn(|| Database::new(writer()?, reader, service, (migrations, purpose), self.is_shared()));
                    opened.join().unwrap_or(Err(StoreError::Panicked))
                })
            }
        }
    }

    /// Whether a service has a database here already; nothing is made.
    ///
    /// # Errors
    /// The database can't be reached.
    pub fn has(&self, service: &str) -> Result<bool, StoreError> {
        match self {
            Self::Folder(folder) => Ok(folder.join(format!("{service}.db")).exists()),
            Self::Postgres(server) => thread::scope(|scope| {
                let asked = scope.spawn(|| Postgres::open_as_it_is(server, service).has_schema());
                asked.join().unwrap_or(Err(StoreError::Panicked))
            }),
        }
    }

    /// Whether other processes may write to the same databases.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

impl Storage {
    /// Queries a service's database as it is, without a hand on it: nothing is made, brought up to date or
    /// written, whether or not the service runs. It may take as long as it needs.
    ///
    /// # Errors
    /// The query's own error, or there is no such database, or its schema is not this program's.
    pub fn inspect<T, E>(
        &self,
        service: &str,
        migrations: &[&str],
        query: impl FnOnce(&Sql) -> Result<T, E> + Send,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<StoreError> + Send,
    {
        let look = |sql: Sql| {
            sql.engine().begin_read()?;
            sql.without_end()?;
            migrate::require(&sql, service, migrations)?;
            query(&sql)
        };
        match self {
            Self::Folder(folder) => look(Sql::new(Sqlite::open_read_only(&folder.join(format!("{service}.db")))?)),
            Self::Postgres(server) => thread::scope(|scope| {
                let looked = scope.spawn(|| look(Sql::new(Postgres::open_as_it_is(server, service))));
                looked.join().unwrap_or_else(|_| Err(StoreError::Panicked.into()))
            }),
        }
    }
}

/// A service's database. A clone is another handle on the same writer and readers.
#[derive(Clone)]
pub struct Database {
    writer: Writer,
    readers: Arc<Readers>,
    followers: Followers,
    /// Whether other processes may write to it.
    is_shared: bool,
}

impl Database {
    fn new(
        writer: Sql,
        reader: impl Fn() -> Result<Sql, StoreError>,
        name: &str,
        (migrations, purpose): (&[&str], Purpose),
        is_shared: bool,
    ) -> Result<Self, StoreError> {
        migrate::run(&writer, name, migrations)?;
        let readers = Arc::new(Readers::open(reader, purpose)?);
        Ok(Self { writer: Writer::start(writer)?, readers, followers: Followers::default(), is_shared })
    }

    /// Runs a command in a write transaction and answers once it is committed. An `Err` undoes
    /// what this command did, and only that. It may be run a second time, after everything of the first
    /// was undone: so it has no effect but on the transaction.
    ///
    /// # Errors
    /// The command's own error, or a [`StoreError`] when nothing was changed because the queue is
    /// full, the database is locked, or the disk is full.
    pub async fn write<T, E, F>(&self, command: F) -> Result<T, E>
    where
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
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
        F: FnOnce(&Sql) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.readers.read(query).await
    }

    /// Changes with each commit of this process.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.writer.committed()
    }

    /// Whoever feeds on what is written waits on this.
    #[must_use]
    pub fn commits(&self) -> Commits {
        Commits { own: self.writer.committed(), is_shared: self.is_shared }
    }

    /// For whoever follows the outbox: what is not behind every mark is kept for them.
    #[must_use]
    pub fn join_followers(&self) -> Mark {
        self.followers.join()
    }

    /// What everybody who follows the outbox in this process has taken.
    #[must_use]
    pub fn followed_to(&self) -> i64 {
        self.followers.slowest()
    }
}

#[cfg(test)]
mod tests;
