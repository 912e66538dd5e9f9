//! The read-only connections of a database.

use super::{Sql, StoreError};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Connections of a service's own database; more would only wait for the processor.
pub(super) const CONNECTIONS: usize = 4;
/// Queries that may run or wait at once.
const ADMITTED: usize = 256;

pub(super) struct Readers {
    admission: Semaphore,
    free: Semaphore,
    idle: Mutex<Vec<Sql>>,
}

impl Readers {
    pub(super) fn open(connections: usize, connect: impl Fn() -> Result<Sql, StoreError>) -> Result<Self, StoreError> {
        let idle = (0..connections).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { admission: Semaphore::new(ADMITTED), free: Semaphore::new(connections), idle: Mutex::new(idle) })
    }

    pub(super) async fn read<T, E, F>(self: Arc<Self>, query: F) -> Result<T, E>
    where
        F: FnOnce(&Sql) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let admitted = self.admission.try_acquire().map_err(|_| StoreError::Overloaded)?;
        self.free.acquire().await.map_err(|_| StoreError::Closed)?.forget();
        // Moved into the blocking task: the connection goes back even when the caller gave up.
        let lease = Lease::take(Arc::clone(&self));
        let answer = tokio::task::spawn_blocking(move || lease.run(query)).await;
        drop(admitted);
        answer.map_err(|error| if error.is_panic() { StoreError::Panicked } else { StoreError::Closed })?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        // A driver may wait for its server to say goodbye, which a thread of the async runtime must
        // not. Without a thread there is nothing to be polite with.
        let _ = std::thread::Builder::new().name("store-goodbye".into()).spawn(move || drop(idle));
    }
}

/// A connection out of the pool; goes back when dropped, by a panic too.
struct Lease {
    readers: Arc<Readers>,
    sql: Option<Sql>,
}

impl Lease {
    /// The caller holds one of the `free` permits.
    fn take(readers: Arc<Readers>) -> Self {
        let sql = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self { readers, sql }
    }

    fn run<T, E>(&self, query: impl FnOnce(&Sql) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let sql = self.sql.as_ref().ok_or(StoreError::Closed)?;
        // One snapshot for all statements of the query. There is nothing to commit; what a panic
        // left open is ended by the next query.
        if sql.engine().is_open() {
            sql.engine().rollback()?;
        }
        sql.engine().begin_read()?;
        let answer = query(sql);
        sql.engine().rollback()?;
        answer
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(sql) = self.sql.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sql);
        }
        self.readers.free.add_permits(1);
    }
}
