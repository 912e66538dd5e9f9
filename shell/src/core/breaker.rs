//! When to stop restarting what keeps crashing.

/// Crashes within [`WINDOW_MS`] that open the breaker.
pub const CRASHES: usize = 3;
/// How long a crash counts.
pub const WINDOW_MS: i64 = 60_000;

/// Counts crashes. Open, only the player closes it, halfway: the next crash within the window opens
/// it again.
#[derive(Debug, Default)]
pub struct Breaker {
    crashes_ms: Vec<i64>,
    half_open_since_ms: Option<i64>,
}

impl Breaker {
    /// Notes a crash; true when the breaker is open after it.
    pub fn crash(&mut self, now_ms: i64) -> bool {
        let recent = |at_ms: i64| now_ms - at_ms < WINDOW_MS;
        self.crashes_ms.retain(|at_ms| recent(*at_ms));
        self.crashes_ms.push(now_ms);
        let half_open = self.half_open_since_ms.take().is_some_and(recent);
        half_open || self.crashes_ms.len() >= CRASHES
    }

    /// The player asks for another try.
    pub fn retry(&mut self, now_ms: i64) {
        self.crashes_ms.clear();
        self.half_open_since_ms = Some(now_ms);
    }

    /// How many crashes count at the moment.
    #[must_use]
    pub fn crashes(&self) -> u32 {
        u32::try_from(self.crashes_ms.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn three_crashes_in_a_window_open_it() {
        let mut breaker = Breaker::default();
        assert!(!breaker.crash(0));
        assert!(!breaker.crash(1_000));
        assert!(breaker.crash(WINDOW_MS - 1));
    }

    #[test]
    fn old_crashes_do_not_count() {
        let mut breaker = Breaker::default();
        assert!(!breaker.crash(0));
        assert!(!breaker.crash(1));
        assert!(!breaker.crash(WINDOW_MS));
        assert_eq!(breaker.crashes(), 2);
    }

    #[test]
    fn half_open_takes_no_second_crash() {
        let mut breaker = Breaker::default();
        breaker.retry(0);
        assert!(breaker.crash(10));
        breaker.retry(20);
        assert!(!breaker.crash(20 + WINDOW_MS), "it ran long enough: closed again");
    }
}
