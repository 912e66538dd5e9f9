//! Time as an argument: services are handed a [`Clock`] and never ask the system themselves, so
//! that a test decides what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Set in tests; the system's clock otherwise.
    fixed_ms: Option<Arc<AtomicI64>>,
    /// How wrong it goes on purpose.
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `start_ms` until it is told to [`Clock::advance`].
    #[must_use]
    pub fn standing_at(start_ms: i64) -> Self {
        Self { fixed_ms: Some(Arc::new(AtomicI64::new(start_ms))), ahead_ms: Arc::default() }
    }

    /// Moves a standing clock, and its clones, by `ms`. The system's clock is not ours to move.
    pub fn advance(&self, ms: i64) {
        if let Some(fixed) = &self.fixed_ms {
            fixed.fetch_add(ms, Ordering::Relaxed);
        }
    }

    /// Lets it jump: from now on it is `ms` ahead of the true time, or behind it.
    pub fn set_ahead(&self, ms: i64) {
        self.ahead_ms.store(ms, Ordering::Relaxed);
    }

    /// How far ahead of the true time it is.
    #[must_use]
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }

    /// Unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.true_ms().saturating_add(self.ahead_ms())
    }

    fn true_ms(&self) -> i64 {
        match &self.fixed_ms {
            Some(fixed) => fixed.load(Ordering::Relaxed),
            // A clock before 1970 or after the year 292 million counts as 0, which expires nothing
            // early that matters: money carries its ledger position, not its time.
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_millis()).ok())
                .unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_seen_by_every_clone_and_taken_back() {
        let clock = Clock::standing_at(1_000);
        let of_a_service = clock.clone();
        clock.set_ahead(-400);
        assert_eq!((of_a_service.now_ms(), of_a_service.ahead_ms()), (600, -400));
        clock.advance(50);
        clock.set_ahead(0);
        assert_eq!(of_a_service.now_ms(), 1_050);
    }
}
