//! The harness of the end-to-end scenarios: real programs, real browsers.
//!
//! A scenario gets a floor of its own (gateway and provider as separate processes on free ports,
//! with a fresh data folder and a private copy of the packed files) and a browser of its own, so
//! that scenarios run side by side and may break whatever they like.
//!
//! **Invariant:** nothing in here waits for a time; it waits for a state, with a deadline that is
//! an assertion. A scenario fails on any browser error that it did not announce.

mod audit;
pub mod browser;
pub mod chaos;
pub mod control;
pub mod floor;
pub mod operator;
pub mod own_page;
pub mod player;
pub mod process;
pub mod scenario;
pub mod wire;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a state may take to come about where a scenario states nothing stricter. Generous:
/// scenarios share two cores.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is `Some`; the deadline is an error that says `what`.
///
/// # Errors
/// The deadline passed, or asking failed.
pub async fn until<T, F>(what: &str, patience: Duration, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() > patience {
            bail!("did not come about within {patience:?}: {what}");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
