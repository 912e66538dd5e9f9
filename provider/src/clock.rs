//! The vendor's clock. Every time that a player, a scene or the journal sees comes from here.
//!
//! It starts from the system's clock and then only runs forward with the monotonic one: a jump of
//! the system's clock neither cuts a round short nor holds it for an hour.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static START: OnceLock<(Instant, Duration)> = OnceLock::new();

/// How wrong the system's clock is taken to be, on purpose.
static AHEAD_MS: AtomicI64 = AtomicI64::new(0);

/// Now, in Unix milliseconds; never goes back while the process runs.
#[must_use]
pub fn now_ms() -> i64 {
    let (started, wall) = START.get_or_init(|| (Instant::now(), since_epoch()));
    millis(*wall + started.elapsed())
}

/// The system's clock, Unix milliseconds: what an operator compares a signature's time with.
#[must_use]
pub fn system_ms() -> i64 {
    millis(since_epoch()).saturating_add(ahead_ms())
}

/// Lets the system's clock jump, as far as signatures go: rounds don't follow it anyway.
pub fn set_ahead(ms: i64) {
    AHEAD_MS.store(ms, Ordering::Relaxed);
}

/// How far ahead of the true time it is.
#[must_use]
pub fn ahead_ms() -> i64 {
    AHEAD_MS.load(Ordering::Relaxed)
}

/// How long it is until `at_ms`; zero if that is past.
#[must_use]
pub fn until(at_ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(at_ms - now_ms()).unwrap_or(0))
}

fn since_epoch() -> Duration {
    // A clock before 1970 is a broken machine: times near zero are as good as any there.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
