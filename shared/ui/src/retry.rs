//! When to ask a service again that did not answer.

/// The first wait.
const FIRST_MS: i64 = 1_000;
/// The longest wait: a service that is back is noticed within this.
const LONGEST_MS: i64 = 15_000;
/// By how much pages differ, as they were not opened in the same millisecond: they do not all ask at once.
const SPREAD_MS: i64 = 400;

/// Attempts that failed in a row, and when the next one is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    failed: u32,
    due_ms: Option<i64>,
}

impl Retry {
    /// After one more failure, by the page's own clock.
    #[must_use]
    pub fn failed(self, now_ms: i64) -> Self {
        let wait_ms = (FIRST_MS << self.failed.min(10)).min(LONGEST_MS) + now_ms % SPREAD_MS;
        Self { failed: self.failed.saturating_add(1), due_ms: Some(now_ms + wait_ms) }
    }

    /// While an attempt is on its way none is due.
    #[must_use]
    pub fn started(self) -> Self {
        Self { due_ms: None, ..self }
    }

    /// Whether it is time to ask.
    #[must_use]
    pub fn is_due(self, now_ms: i64) -> bool {
        self.due_ms.is_some_and(|due_ms| now_ms >= due_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound() {
        let mut retry = Retry::default();
        let mut waits = Vec::new();
        for _ in 0..70 {
            retry = retry.failed(0);
            waits.push(retry.due_ms.unwrap());
        }
        assert_eq!(waits[..5], [1_000, 2_000, 4_000, 8_000, 15_000]);
        assert_eq!(waits[69], 15_000);
    }

    #[test]
    fn one_attempt_at_a_time() {
        let retry = Retry::default().failed(450);
        assert!(!retry.is_due(1_499));
        assert!(retry.is_due(1_500), "a second, and what the page differs by");
        assert!(!retry.started().is_due(9_999));
        assert!(!Retry::default().is_due(9_999), "nothing failed, nothing to repeat");
    }
}
