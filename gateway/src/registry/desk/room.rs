//! Room in memory for files that are held whole.
//!
//! **Architecture invariant:** whatever teams and pages ask for at once, few files are held for it; and one team,
//! however slowly it sends, leaves room to the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contract::problem::Code;
use tokio::sync::{AcquireError, Mutex as Turn, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::problem::ApiError;

/// Files that are taken in at once: each is held whole and compressed.
const TAKEN_IN: usize = 4;
/// Files that are looked at at once.
const LOOKED_AT: usize = 2;
/// Older files that pages ask for, at once: where they are, and what is in them. The first is quick, and a name that
/// was made up ends there.
const ASKED_FOR: usize = 2;
const SERVED: usize = 2;
/// How long a page waits for either; it tries again by itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// The room that there is.
#[derive(Debug)]
pub(super) struct Room {
    taken_in: Semaphore,
    /// By the names of teams: each sends one file at a time.
    turns: Mutex<BTreeMap<String, Arc<Turn<()>>>>,
    looked_at: Semaphore,
    asked_for: Arc<Semaphore>,
    served: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            taken_in: Semaphore::new(TAKEN_IN),
            turns: Mutex::default(),
            looked_at: Semaphore::new(LOOKED_AT),
            asked_for: Arc::new(Semaphore::new(ASKED_FOR)),
            served: Semaphore::new(SERVED),
        }
    }
}

impl Room {
    /// Waits until a team may send a file.
    pub(super) async fn to_take_in(&self, team: &str) -> Result<(OwnedMutexGuard<()>, SemaphorePermit<'_>), ApiError> {
        // Its own turn first: who waits for that keeps nobody else waiting.
        let turn = self.turn_of(team).lock_owned().await;
        Ok((turn, wait(&self.taken_in).await?))
    }

    /// Waits until a file may be read to be looked at.
    pub(super) async fn to_look(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        wait(&self.looked_at).await
    }

    /// Waits a moment until it may be asked where an older file is.
    pub(super) async fn to_ask(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        soon(Arc::clone(&self.asked_for).acquire_owned()).await
    }

    /// Waits a moment until an older file may be read for a page.
    pub(super) async fn to_serve(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        soon(self.served.acquire()).await
    }

    fn turn_of(&self, team: &str) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(team.to_owned()).or_default())
    }
}

async fn wait(places: &Semaphore) -> Result<SemaphorePermit<'_>, ApiError> {
    places.acquire().await.map_err(|error| ApiError::internal(&error))
}

async fn soon<T>(place: impl Future<Output = Result<T, AcquireError>>) -> Result<T, ApiError> {
    let busy = |_| ApiError::new(Code::Unavailable, "Too many ask for files of earlier releases. Try again.");
    tokio::time::timeout(PATIENCE, place).await.map_err(busy)?.map_err(|error| ApiError::internal(&error))
}
