//! Failed sign-ins by address: guessing one password is slow.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Failures before an address has to wait.
const FAILURES: u32 = 10;
/// For how long they count.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Addresses that are remembered; the longest known makes room.
const ADDRESSES: usize = 10_000;

/// In memory: a restart forgives.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<String, Failures>>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    since_ms: i64,
    count: u32,
}

impl Attempts {
    /// Counts an attempt as failed until [`Attempts::succeeded`], so that many at once don't slip
    /// through; false if the address has to wait.
    pub(super) fn begin(&self, address: &str, now_ms: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(address) && all.len() >= ADDRESSES {
            all.retain(|_, failures| now_ms - failures.since_ms < WINDOW_MS);
            let longest = all.iter().min_by_key(|(_, failures)| failures.since_ms).map(|(address, _)| address.clone());
            if let Some(longest) = longest.filter(|_| all.len() >= ADDRESSES) {
                all.remove(&longest);
            }
        }
        let failures = all.entry(address.to_owned()).or_insert(Failures { since_ms: now_ms, count: 0 });
        if now_ms - failures.since_ms >= WINDOW_MS {
            *failures = Failures { since_ms: now_ms, count: 0 };
        }
        failures.count = failures.count.saturating_add(1);
        failures.count <= FAILURES
    }

    pub(super) fn succeeded(&self, address: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_failure_waits_and_the_window_forgives() {
        let attempts = Attempts::default();
        for _ in 0..FAILURES {
            assert!(attempts.begin("a@b", 0));
        }
        assert!(!attempts.begin("a@b", 1));
        assert!(attempts.begin("c@d", 1), "another address is not concerned");
        assert!(attempts.begin("a@b", WINDOW_MS));
    }

    #[test]
    fn success_forgives() {
        let attempts = Attempts::default();
        for _ in 0..3 * FAILURES {
            assert!(attempts.begin("a@b", 0));
            attempts.succeeded("a@b");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..ADDRESSES + 10 {
            attempts.begin(&n.to_string(), i64::try_from(n).unwrap() % WINDOW_MS);
        }
        assert_eq!(attempts.0.lock().unwrap().len(), ADDRESSES);
    }
}
