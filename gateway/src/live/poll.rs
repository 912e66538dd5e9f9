//! Asks the vendor which tables there are.
//!
//! The times are chosen so that a dead vendor shows as offline within three seconds, whether it
//! refuses, hangs or talks nonsense: one interval and one time-out.

use std::time::Duration;

use thiserror::Error;

use super::Live;
use super::lobby::{self, BadAnswer};
use contract::live::Tables;

/// From one good answer to the next question.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long an answer may take in all.
const TIMEOUT: Duration = Duration::from_millis(900);
/// After a failure the vendor is asked again at once, then less and less often.
const FIRST_RETRY: Duration = Duration::from_millis(250);
/// No answer is longer.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

#[derive(Debug, Error)]
enum PollError {
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("no answer within {} ms", TIMEOUT.as_millis())]
    Late,
    #[error("status {0}")]
    Status(u16),
    #[error("more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge,
    #[error("{0}")]
    Answer(#[from] BadAnswer),
}

pub(super) async fn run(live: Live) {
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap_or_default();
    let url = format!("{}/tables", live.0.vendor.http);
    let mut failures = 0_u32;
    loop {
        let answer = tokio::time::timeout(TIMEOUT, ask(&client, &url, &live)).await;
        match answer.unwrap_or(Err(PollError::Late)) {
            Ok(lobby) => {
                if failures > 0 {
                    tracing::info!(failures, "the vendor answers again");
                }
                failures = 0;
                live.set(lobby).await;
                tokio::time::sleep(INTERVAL).await;
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                metrics::counter!("vendor_poll_failures_total").increment(1);
                // Once per outage, then each minute or so.
                if failures % 32 == 1 {
                    tracing::warn!(%error, failures, "the vendor's tables are offline");
                }
                live.set(lobby::offline(&live.tables(), live.0.clock.now_ms())).await;
                tokio::time::sleep((FIRST_RETRY * 2_u32.pow((failures - 1).min(3))).min(INTERVAL)).await;
            }
        }
    }
}

async fn ask(client: &reqwest::Client, url: &str, live: &Live) -> Result<Tables, PollError> {
    let mut response = client.get(url).send().await?;
    if !response.status().is_success() {
        return Err(PollError::Status(response.status().as_u16()));
    }
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if answer.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(PollError::TooLarge);
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(lobby::read(&answer, &live.0.vendor)?)
}
