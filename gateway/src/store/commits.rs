//! Who waits for a database's commits, and who is still behind in its outbox.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::StoreError;

/// How long a commit of another process may go unnoticed.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Tells of commits: of this process at once; where other processes write to the same database, of
/// theirs within [`LOOK_EVERY`].
pub struct Commits {
    pub(super) own: watch::Receiver<u64>,
    pub(super) is_shared: bool,
}

impl Commits {
    /// Whatever is read from now on is seen: only a later commit counts as the next.
    pub fn seen(&mut self) {
        self.own.borrow_and_update();
    }

    /// Waits until there may have been a commit since [`Commits::seen`].
    ///
    /// # Errors
    /// The database is closed.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        let changed = self.own.changed();
        let changed = if self.is_shared {
            tokio::time::timeout(LOOK_EVERY, changed).await.unwrap_or(Ok(()))
        } else {
            changed.await
        };
        changed.map_err(|_| StoreError::Closed)
    }
}

/// Those in this process that follow an outbox, and how far they have come: what all of them have
/// behind them can be forgotten.
#[derive(Clone, Default)]
pub(super) struct Followers(Arc<Mutex<Vec<Weak<AtomicI64>>>>);

/// One follower's mark. It counts for as long as this or a clone of it lives.
#[derive(Clone)]
pub struct Mark(Arc<AtomicI64>);

impl Mark {
    /// It has taken everything up to this event and will not ask for it again.
    pub fn passed(&self, seq: i64) {
        self.0.fetch_max(seq, Ordering::Relaxed);
    }
}

impl Followers {
    /// A new one, who has nothing behind it yet.
    pub(super) fn join(&self) -> Mark {
        let mark = Arc::new(AtomicI64::new(0));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&mark));
        Mark(mark)
    }

    /// What the slowest has behind it; nothing if nobody follows.
    pub(super) fn slowest(&self) -> i64 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|mark| mark.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).map(|mark| mark.load(Ordering::Relaxed)).min().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_counts_for_as_long_as_it_is_there() {
        let followers = Followers::default();
        assert_eq!(followers.slowest(), 0, "nobody has read anything");
        let (fast, slow) = (followers.join(), followers.join());
        fast.passed(9);
        assert_eq!(followers.slowest(), 0, "one of them has not begun");
        slow.passed(4);
        slow.passed(3);
        assert_eq!(followers.slowest(), 4, "it does not go back");
        drop(slow);
        assert_eq!(followers.slowest(), 9);
    }
}
