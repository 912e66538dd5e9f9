//! The vendor's books: rounds, bets, and the calls that it owes the operator.
//!
//! What is to be done is written here before it is done, with every write on the disk before the
//! answer (WAL, `synchronous = FULL`). After a crash the journal alone says what is left to do.
//! The rules that guard money (a bet counts only in an open round, a round has one end, a bet has
//! one end) are conditions of the statements here, whatever the callers believe.
//!
//! **Architecture invariant:** one thread owns the database, and nothing here calls the operator.

pub mod bets;
pub mod calls;
pub mod payouts;
pub mod report;
pub mod rounds;
pub mod statement;

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

/// What can go wrong with the books.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the journal: {0}")]
    Database(#[from] rusqlite::Error),
    /// Another process has it open.
    #[error("the journal is in use: another provider runs on this data folder")]
    InUse,
    /// It was written by a newer version.
    #[error("the journal has version {0}; this program knows {VERSION}")]
    Version(i64),
    /// A stored value cannot be read back.
    #[error("the journal holds an unreadable {what}: {reason}")]
    Corrupt {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A round is not in the state that the step needs.
    #[error("round {round} cannot be {step}")]
    WrongState {
        /// Which round.
        round: String,
        /// What was tried.
        step: &'static str,
    },
    /// The journal was closed.
    #[error("the journal is closed")]
    Closed,
}

/// The schema, step by step; append-only. The file remembers how many of them it has had.
const MIGRATIONS: [&str; 3] = [include_str!("schema.sql"), include_str!("payouts.sql"), include_str!("statement.sql")];
#[allow(clippy::cast_possible_wrap)] // a handful
const VERSION: i64 = MIGRATIONS.len() as i64;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Message {
    Run(Job),
    Close(oneshot::Sender<()>),
}

/// A handle on the books. Jobs run one after the other, in the order in which they were sent.
#[derive(Clone, Debug)]
pub struct Journal {
    // Unbounded, but each caller waits for its answer: never longer than there are callers.
    jobs: mpsc::Sender<Message>,
}

impl Journal {
    /// Opens the file, or makes it, and starts the thread that owns it.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_millis(500))?;
        // Two providers on one folder would settle one round twice.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(in_use)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // A step may make a table anew that others refer to.
        connection.pragma_update(None, "foreign_keys", false)?;
        migrate(&mut connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let (jobs, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || serve(connection, &receiver))
            .map_err(|error| JournalError::Corrupt { what: "thread", reason: error.to_string() })?;
        Ok(Self { jobs })
    }

    /// Runs a job in one transaction: all of it is on the disk when this returns, or none.
    ///
    /// # Errors
    /// The job's own, or the database's.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.write_then(job, |_| ()).await
    }

    /// The same; `then` sees the result after it is on the disk and before any later job. What
    /// it tells others is therefore told in the order of the books. It must not block.
    ///
    /// # Errors
    /// The job's own, or the database's.
    pub async fn write_then<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, JournalError> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_transaction(connection, job);
            if let Ok(value) = &result {
                then(value);
            }
            // A caller that went away doesn't undo what is written.
            let _ = answer.send(result);
        });
        self.jobs.send(Message::Run(job)).map_err(|_| JournalError::Closed)?;
        answered.await.map_err(|_| JournalError::Closed)?
    }

    /// Finishes what was sent and closes the file. Later jobs fail.
    pub async fn close(&self) {
        let (closed, wait) = oneshot::channel();
        if self.jobs.send(Message::Close(closed)).is_ok() {
            let _ = wait.await;
        }
    }
}

fn serve(mut connection: Connection, jobs: &mpsc::Receiver<Message>) {
    while let Ok(message) = jobs.recv() {
        match message {
            Message::Run(job) => job(&mut connection),
            Message::Close(closed) => {
                drop(connection);
                let _ = closed.send(());
                return;
            }
        }
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    job: impl FnOnce(&Transaction<'_>) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = job(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn migrate(connection: &mut Connection) -> Result<(), JournalError> {
    in_transaction(connection, |transaction| {
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let missing = usize::try_from(version).ok().and_then(|had| MIGRATIONS.get(had..));
        for step in missing.ok_or(JournalError::Version(version))? {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", VERSION)?;
        Ok(())
    })
    .map_err(|error| match error {
        JournalError::Database(error) => in_use(error),
        other => other,
    })
}

fn in_use(error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => JournalError::InUse,
        _ => error.into(),
    }
}

/// Writes a value of the contract as JSON.
fn to_text(value: &impl serde::Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| JournalError::Corrupt { what: "value", reason: error.to_string() })
}

/// Reads such a value back.
fn from_text<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|error| JournalError::Corrupt { what, reason: error.to_string() })
}

/// Reads a name of the contract back.
fn from_name<T>(what: &'static str, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, JournalError> {
    read(name).ok_or_else(|| JournalError::Corrupt { what, reason: format!("{name:?}") })
}

#[cfg(test)]
mod tests;
