//! The read-only connections of a file.

use super::{StoreError, read_only};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Connections; more would only wait for the processor.
const CONNECTIONS: usize = 4;
/// Queries that may run or wait at once.
const ADMITTED: usize = 256;

pub(super) struct Readers {
    admission: Semaphore,
    free: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = (0..CONNECTIONS).map(|_| read_only(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { admission: Semaphore::new(ADMITTED), free: Semaphore::new(CONNECTIONS), idle: Mutex::new(idle) })
    }

    pub(super) async fn read<T, E, F>(self: Arc<Self>, query: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
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

/// A connection out of the pool; goes back when dropped, by a panic too.
struct Lease {
    readers: Arc<Readers>,
    connection: Option<Connection>,
}

impl Lease {
    /// The caller holds one of the `free` permits.
    fn take(readers: Arc<Readers>) -> Self {
        let connection = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self { readers, connection }
    }

    fn run<T, E>(&self, query: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let connection = self.connection.as_ref().ok_or(StoreError::Closed)?;
        // One snapshot for all statements of the query; ended by the drop, nothing to commit.
        let _snapshot = connection.unchecked_transaction().map_err(StoreError::from)?;
        query(connection)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        self.readers.free.add_permits(1);
    }
}
