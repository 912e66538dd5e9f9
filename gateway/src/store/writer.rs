//! The one thread that writes to a database, with group commit.

use super::memory::Memory;
use super::{Sql, StoreError};
use std::cell::Cell;
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
    course: Course,
    /// Something has to be undone that can't be undone on its own.
    spoilt: Cell<bool>,
    memory: Memory,
}

/// How the commands of a batch are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// One after the other, with nothing between them. What fails before it has written needs no undoing; if
    /// something fails later, nothing of the batch stands and all of it takes the other course.
    Straight,
    /// Each in a savepoint, and each of its statements known to have worked before the next command.
    Careful,
}

impl Deref for Tx<'_> {
    type Target = Sql;

    fn deref(&self) -> &Sql {
        self.sql
    }
}

impl<'c> Tx<'c> {
    fn new(sql: &'c Sql, course: Course) -> Self {
        Self { sql, course, spoilt: Cell::new(false), memory: Memory::default() }
    }

    /// Runs a part of the command that is undone on its own when it fails, while the rest stands:
    /// a refusal can be recorded although what it refused left no trace.
    ///
    /// # Errors
    /// The part's own error, or the savepoint failed.
    pub fn attempt<T, E>(&self, part: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        if self.course == Course::Straight {
            let before = self.sql.writes();
            let outcome = part(self);
            if outcome.is_err() {
                self.note_failure(before);
            }
            return outcome;
        }
        // Undoing the part empties the memory.
        self.write_down()?;
        self.enclosed("part", || {
            let done = part(self)?;
            self.settle()?;
            Ok(done)
        })
    }

    /// What an earlier command of this transaction has remembered.
    #[must_use]
    pub fn remembered<T: Clone + 'static>(&self) -> Option<T> {
        self.memory.get()
    }

    /// Remembers for the commands after this one what the database holds now, so that they need not ask. It is
    /// forgotten as soon as anything is undone. Whoever changes it in the database remembers the change.
    pub fn remember<T: 'static>(&self, value: T) {
        self.memory.put(value);
    }

    /// What an earlier command of this transaction has remembered, to be changed and remembered again.
    #[must_use]
    pub fn take_remembered<T: 'static>(&self) -> Option<T> {
        self.memory.take()
    }

    /// Has what is remembered from now on written down once, before the transaction is committed: it counts as a
    /// write from now on. Whatever undoes a part of the transaction forgets this with the memory.
    pub fn write_at_end(&self, write_down: fn(&Tx<'_>) -> Result<(), StoreError>) {
        self.memory.at_end(write_down);
    }

    fn write_down(&self) -> Result<(), StoreError> {
        self.memory.to_write_down().into_iter().try_for_each(|write_down| write_down(self))
    }

    /// Everything is written, and is known to have worked.
    fn settle(&self) -> Result<(), StoreError> {
        self.write_down()?;
        self.sql.settle()
    }

    /// Notes that something failed which had begun after so many writes.
    fn note_failure(&self, before: u64) {
        if self.sql.writes() != before || self.sql.settle().is_err() {
            self.spoilt.set(true);
        }
    }

    /// Undoes what `run` did if it fails.
    fn enclosed<T, E: From<StoreError>>(&self, savepoint: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.statement(&format!("SAVEPOINT {savepoint}"))?;
        let outcome = run();
        if !self.engine().is_open() {
            // The database undid everything by itself, as SQLite does when the disk is full.
            return outcome.and(Err(StoreError::Full.into()));
        }
        if outcome.is_err() {
            self.memory.clear();
            self.engine().undo_to(savepoint)?;
        }
        self.statement(&format!("RELEASE {savepoint}"))?;
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
}

impl Writer {
    pub(super) fn start(sql: Sql) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (tick, committed) = watch::channel(0);
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || work(&sql, jobs, &tick))
            .map_err(|error| StoreError::Unusable(error.to_string()))?;
        Ok(Self { queue, committed })
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
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Command { command, outcome: None, reply });
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
    if !run_straight(sql, batch)? {
        sql.engine().rollback()?;
        sql.engine().begin_write()?;
        run_carefully(sql, batch)?;
    }
    sql.engine().commit()
}

/// False if a command failed after it had written, or a statement that nobody waited for did: then nothing of
/// the transaction may stand.
fn run_straight(sql: &Sql, batch: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
    let tx = Tx::new(sql, Course::Straight);
    for job in batch {
        let before = sql.writes();
        let done = job.run(&tx);
        if !sql.engine().is_open() {
            // The database undid the whole transaction by itself: so do its other commands.
            return Err(StoreError::Full);
        }
        if !done {
            tx.note_failure(before);
        }
        if tx.spoilt.get() {
            break;
        }
    }
    match if tx.spoilt.get() { sql.settle() } else { tx.settle() } {
        // Running them once more would not help.
        Err(error) if error.is_temporary() => Err(error),
        settled => Ok(settled.is_ok() && !tx.spoilt.get()),
    }
}

fn run_carefully(sql: &Sql, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let tx = Tx::new(sql, Course::Careful);
    for job in batch {
        // What the command itself is answered, it keeps; here only the savepoint's own failure counts.
        let outcome = tx.enclosed("command", || {
            let done = job.run(&tx);
            if !done {
                return Err(Undone::Command);
            }
            tx.settle().map_err(|error| {
                job.fail(error);
                Undone::Command
            })
        });
        if let Err(Undone::All(error)) = outcome {
            return Err(error);
        }
        if !sql.engine().is_open() {
            return Err(StoreError::Full);
        }
    }
    Ok(())
}

/// What did not happen.
enum Undone {
    Command,
    All(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::All(error)
    }
}

/// A command whose types are forgotten, so that all kinds wait in one queue.
trait Job: Send {
    /// Runs it; false if what it did is to be undone.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// It was run, but one of its statements turned out not to have worked.
    fn fail(&mut self, error: StoreError);
    /// Tells the caller, once it is known whether the batch was committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Command<F, T, E> {
    command: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Command<F, T, E>
where
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        self.outcome = catch_unwind(AssertUnwindSafe(|| (self.command)(tx))).ok();
        matches!(self.outcome, Some(Ok(_)))
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error.into()));
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
