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
    /// Each team sends one file at a time.
    taking_in: Turns,
    looked_at: Semaphore,
    /// Of each team one file is looked at at a time, or waits for that.
    looking: Turns,
    asked_for: Arc<Semaphore>,
    served: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            taken_in: Semaphore::new(TAKEN_IN),
            taking_in: Turns::default(),
            looked_at: Semaphore::new(LOOKED_AT),
            looking: Turns::default(),
            asked_for: Arc::new(Semaphore::new(ASKED_FOR)),
            served: Semaphore::new(SERVED),
        }
    }
}

/// A place that a team has for as long as it is held.
type Place<'r> = (OwnedMutexGuard<()>, SemaphorePermit<'r>);

impl Room {
    /// Waits until a team may send a file.
    pub(super) async fn to_take_in(&self, team: &str) -> Result<Place<'_>, ApiError> {
        place(&self.taking_in, team, &self.taken_in).await
    }

    /// Waits until a file may be read to be looked at for a team.
    pub(super) async fn to_look(&self, team: &str) -> Result<Place<'_>, ApiError> {
        place(&self.looking, team, &self.looked_at).await
    }

    /// Waits a moment until it may be asked where an older file is.
    pub(super) async fn to_ask(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        soon(Arc::clone(&self.asked_for).acquire_owned()).await
    }

    /// Waits a moment until an older file may be read for a page.
    pub(super) async fn to_serve(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        soon(self.served.acquire()).await
    }
}

/// By the names of teams.
#[derive(Debug, Default)]
struct Turns(Mutex<BTreeMap<String, Arc<Turn<()>>>>);

impl Turns {
    fn of(&self, team: &str) -> Arc<Turn<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(team.to_owned()).or_default())
    }
}

async fn place<'r>(turns: &Turns, team: &str, places: &'r Semaphore) -> Result<Place<'r>, ApiError> {
    // Its own turn first: who waits for that keeps nobody else waiting.
    let turn = turns.of(team).lock_owned().await;
    let place = places.acquire().await.map_err(|error| ApiError::internal(&error))?;
    Ok((turn, place))
}

async fn soon<T>(place: impl Future<Output = Result<T, AcquireError>>) -> Result<T, ApiError> {
    let busy = |_| ApiError::new(Code::Unavailable, "Too many ask for files of earlier releases. Try again.");
    tokio::time::timeout(PATIENCE, place).await.map_err(busy)?.map_err(|error| ApiError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::poll;
    use std::pin::pin;

    #[tokio::test]
    async fn one_team_leaves_room_to_look_to_the_others() {
        let room = Room::default();
        let _held = room.to_look("one").await.expect("room");
        let mut more: Vec<_> = (0..9).map(|_| Box::pin(room.to_look("one"))).collect();
        for waiting in &mut more {
            assert!(poll!(waiting.as_mut()).is_pending());
        }
        assert!(poll!(pin!(room.to_look("other"))).is_ready(), "whatever the one has asked for before");
    }

    #[tokio::test]
    async fn whoever_asks_for_older_files_is_turned_away_where_there_is_no_room() {
        let room = Room::default();
        let (_one, _other) = (room.to_ask().await.expect("room"), room.to_ask().await.expect("room"));
        assert_eq!(room.to_ask().await.expect_err("none left").code, Code::Unavailable);
        let _read = room.to_serve().await.expect("reads have room of their own");
    }
}
