//! Ports for the programs of a floor. They get fixed ones because they must come back on the same one after a kill: so none
//! that was just given for something else, none of those that the system gives to whoever asks meanwhile, and none of another scenario's.

use std::net::TcpListener;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result};

/// Below what systems give to connections, and above the last port that browsers refuse to open (10080).
const ALL: Range<u16> = 10_100..15_900;
/// How many test programs may run at once, each with a share of its own.
const SHARES: u16 = 20;

/// A port that nobody listens on, and that this program was not given before: a floor takes a tenth of the share.
///
/// # Errors
/// All of this program's share are taken.
pub(super) fn free_port() -> Result<u16> {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let size = (ALL.end - ALL.start) / SHARES;
    let first = ALL.start + size * (slot() % SHARES);
    let next = || first + GIVEN.fetch_add(1, Ordering::Relaxed) % size;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).take(size.into()).find(is_free).context("a free port")
}

/// Which of the programs that nextest runs at once this is; the first if somebody runs it by hand.
fn slot() -> u16 {
    std::env::var("NEXTEST_TEST_GLOBAL_SLOT").ok().and_then(|slot| slot.parse().ok()).unwrap_or(0)
}
