//! Time as an argument: services are handed a [`Clock`] and never ask the system themselves, so
//! that a test decides what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Set in tests; the system's clock otherwise.
    fixed_ms: Option<Arc<AtomicI64>>,
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
        Self { fixed_ms: Some(Arc::new(AtomicI64::new(start_ms))) }
    }

    /// Moves a standing clock, and its clones, by `ms`. The system's clock is not ours to move.
    pub fn advance(&self, ms: i64) {
        if let Some(fixed) = &self.fixed_ms {
            fixed.fetch_add(ms, Ordering::Relaxed);
        }
    }

    /// Unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
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
