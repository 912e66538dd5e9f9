//! The read-only connections of a database, each with a thread of its own.
//!
//! Queries of read models stand back, so that a flood of them leaves commands as fast as they are: there are as many
//! at once as half of the processors, and their threads rest after each while more wait. A lower priority would not
//! reach a database server, and would leave a lone query waiting on a machine that is busy with something else.

use super::{Purpose, Sql, StoreError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Connections at most; more would only wait for the processor.
const CONNECTIONS: usize = 4;
/// Queries that may wait; the next one is refused as [`StoreError::Overloaded`].
const WAITING: usize = 256;
/// How long a thread rests after a query, in times of what the query took; and at most.
const REST: u32 = 3;
const LONGEST_REST: Duration = Duration::from_millis(20);

type Query = Box<dyn FnOnce(&Sql) + Send>;

/// The way to the reading threads. They end with it, and close their connections then: a driver may wait for its
/// server to say goodbye, which a thread of the async runtime must not.
pub(super) struct Readers(mpsc::Sender<Query>);

impl Readers {
    pub(super) fn open(connect: impl Fn() -> Result<Sql, StoreError>, purpose: Purpose) -> Result<Self, StoreError> {
        let (queue, queries) = mpsc::channel(WAITING);
        let queries = Arc::new(Mutex::new(queries));
        for _ in 0..connections(purpose) {
            let (sql, queries) = (connect()?, Arc::clone(&queries));
            thread::Builder::new()
                .name("store-reader".into())
                .spawn(move || work(&sql, &queries, purpose))
                .map_err(|error| StoreError::Unusable(error.to_string()))?;
        }
        Ok(Self(queue))
    }

    pub(super) async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        F: FnOnce(&Sql) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let query: Query = Box::new(move |sql| {
            // Whoever has gone needs no answer.
            if !reply.is_closed() {
                let answer = catch_unwind(AssertUnwindSafe(|| on_a_snapshot(sql, query)));
                let _ = reply.send(answer.unwrap_or_else(|_| Err(StoreError::Panicked.into())));
            }
        });
        self.0.try_send(query).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

fn connections(purpose: Purpose) -> usize {
    match purpose {
        Purpose::Record => CONNECTIONS,
        Purpose::ReadModel => thread::available_parallelism().map_or(1, |all| all.get() / 2).clamp(1, CONNECTIONS),
    }
}

fn work(sql: &Sql, queries: &Mutex<mpsc::Receiver<Query>>, purpose: Purpose) {
    loop {
        let next = queries.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(query) = next else { return };
        let began = Instant::now();
        query(sql);
        // Who holds the queue waits for the next query: there is none.
        let more_wait = queries.try_lock().is_ok_and(|queries| !queries.is_empty());
        if let Some(rest) = rest(purpose, began.elapsed(), more_wait) {
            thread::sleep(rest);
        }
    }
}

/// How long a thread stands back after a query that took so long.
fn rest(purpose: Purpose, took: Duration, more_wait: bool) -> Option<Duration> {
    (purpose == Purpose::ReadModel && more_wait).then(|| (took * REST).min(LONGEST_REST))
}

/// One snapshot for all statements of the query. There is nothing to commit; what a panic left open is ended by
/// the next query.
fn on_a_snapshot<T, E>(sql: &Sql, query: impl FnOnce(&Sql) -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError>,
{
    if sql.engine().is_open() {
        sql.engine().rollback()?;
    }
    sql.engine().begin_read()?;
    let answer = query(sql);
    sql.engine().rollback()?;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_read_models_stand_back_and_those_of_records_do_not() {
        let (short, long) = (Duration::from_millis(2), Duration::from_secs(1));
        assert_eq!(rest(Purpose::ReadModel, short, true), Some(3 * short));
        assert_eq!(rest(Purpose::ReadModel, long, true), Some(LONGEST_REST));
        assert_eq!(rest(Purpose::ReadModel, long, false), None, "nobody waits for it");
        assert_eq!(rest(Purpose::Record, short, true), None);
        assert_eq!(connections(Purpose::Record), CONNECTIONS);
        assert!((1..=CONNECTIONS).contains(&connections(Purpose::ReadModel)));
    }
}
