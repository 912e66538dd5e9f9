//! Random histories of everything that moves money, with crashes and repetitions in between: the ledger
//! always agrees with a book that is kept beside it in plain maps.
//!
//! `PROPTEST_CASES=20000` plays that many of each; a failing one is printed with its seed and the shortest
//! history that still fails.

mod call;
mod many;
mod model;
mod one;
mod operation;

use proptest::prelude::ProptestConfig;

/// As many cases as are asked for, or so many that nobody waits.
pub(crate) fn cases(otherwise: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(otherwise), max_shrink_iters: 400, ..ProptestConfig::default() }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
