//! The one thread that writes to a database, with group commit.

use super::{Sql, StoreError};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use tokio::sync::{mpsc, oneshot, watch};

/// Commands that may wait; the next one is refused as [`StoreError::Overloaded`].
const QUEUE: usize = 1024;
/// Commands that share one commit: a bound on how long the first of them waits.
const BATCH: usize = 128;

/// An open write transaction. Only the writer makes one, so whoever holds it is inside a
/// transaction that will be committed or undone as a whole.
pub struct Tx<'c> {
    sql: &'c Sql,
}

impl Deref for Tx<'_> {
    type Target = Sql;

    fn deref(&self) -> &Sql {
        self.sql
    }
}

impl Tx<'_> {
    /// Runs a part of the command that is undone on its own when it fails, while the rest stands:
    /// a refusal can be recorded although what it refused left no trace.
    ///
    /// # Errors
    /// The part's own error, or the savepoint failed.
    pub fn attempt<T, E>(&self, part: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.statement("SAVEPOINT part")?;
        let outcome = part(self);
        if !self.engine().is_open() {
            // The database undid everything by itself, as SQLite does when the disk is full.
            return outcome.and(Err(StoreError::Full.into()));
        }
        if outcome.is_err() {
            self.statement("ROLLBACK TO part")?;
        }
        self.statement("RELEASE part")?;
        outcome
    }

    fn statement(&self, sql: &str) -> Result<(), StoreError> {
        self.execute(sql, &[]).map(|_| ())
    }
}

/// The way to the writer thread. The thread ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    committed: watch::Receiver<u64>,
    /// Where nobody writes: what keeps [`Self::committed`] silent instead of at an end.
    _silence: Option<watch::Sender<u64>>,
}

impl Writer {
    pub(super) fn start(sql: Sql) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (tick, committed) = watch::channel(0);
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || work(&sql, jobs, &tick))
            .map_err(|error| StoreError::Unusable(error.to_string()))?;
        Ok(Self { queue, committed, _silence: None })
    }

    /// Of a database that is only read here: every command is refused as [`StoreError::Closed`].
    pub(super) fn none() -> Self {
        let (queue, _) = mpsc::channel(1);
        let (silence, committed) = watch::channel(0);
        Self { queue, committed, _silence: Some(silence) }
    }

    pub(super) fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }

    /// Commands in the queue, for tests that have to see them there.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    pub(super) async fn write<T, E, F>(&self, command: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Command { command: Some(command), outcome: None, reply });
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

fn work(sql: &Sql, mut jobs: mpsc::Receiver<Box<dyn Job>>, tick: &watch::Sender<u64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        let outcome = run(sql, &mut batch);
        if outcome.is_ok() {
            tick.send_modify(|commits| *commits += 1);
        } else if sql.engine().is_open() {
            // Whatever went wrong, the next batch starts outside of a transaction.
            if let Err(error) = sql.engine().rollback() {
                tracing::error!(%error, "a failed transaction could not be rolled back");
            }
        }
        for job in batch.drain(..) {
            job.answer(outcome.clone());
        }
    }
}

/// Carries out a batch in one transaction. An error means that none of it was.
fn run(sql: &Sql, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    sql.engine().begin_write()?;
    let tx = Tx { sql };
    for job in batch {
        tx.statement("SAVEPOINT command")?;
        let keep = catch_unwind(AssertUnwindSafe(|| job.run(&tx))).unwrap_or(false);
        if !sql.engine().is_open() {
            // The database undid the whole transaction by itself: so do its other commands.
            return Err(StoreError::Full);
        }
        if !keep {
            tx.statement("ROLLBACK TO command")?;
        }
        tx.statement("RELEASE command")?;
    }
    sql.engine().commit()
}

/// A command whose types are forgotten, so that all kinds wait in one queue.
trait Job: Send {
    /// Runs it; false if what it did is to be undone.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Tells the caller, once it is known whether the batch was committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Command<F, T, E> {
    command: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Command<F, T, E>
where
    F: FnOnce(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        self.outcome = self.command.take().map(|command| command(tx));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        // A refusal may rest on what an earlier command of the batch did, so it too holds only if
        // that was committed.
        let Self { outcome, reply, .. } = *self;
        let outcome = match committed {
            Ok(()) => outcome.unwrap_or_else(|| Err(StoreError::Panicked.into())),
            Err(error) => Err(error.into()),
        };
        // The caller may have gone; the command stands all the same.
        let _ = reply.send(outcome);
    }
}
