//! Five thousand open event streams on one gateway.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::future::try_join_all;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use scenarios::floor::Floor;
use tokio::time::timeout;

use crate::caller::Caller;
use crate::figures::Figures;

const STREAMS: usize = 5_000;
/// How many connect at once: a listening socket has a queue.
const AT_ONCE: usize = 100;
const MEMORY_MIB: f64 = 300.0;
const SPREAD_MS: f64 = 1_000.0;
/// How long the event may take to be noticed by the gateway in the first place.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens the streams, lets the vendor die, and waits until every stream has said so.
pub(crate) async fn run(floor: &mut Floor, all: &mut Figures) -> Result<()> {
    let origin = floor.url();
    let before = floor.gateway_memory_mib()?;
    let mut streams = Vec::with_capacity(STREAMS);
    while streams.len() < STREAMS {
        streams.extend(try_join_all((0..AT_ONCE).map(|_| open(&origin))).await?);
    }
    let memory = floor.gateway_memory_mib()?;
    all.at_most(&format!("{STREAMS} event streams: memory in MiB (before: {before:.0})"), memory, MEMORY_MIB);

    floor.kill_provider()?;
    let heard = streams.into_iter().map(|(caller, stream)| tokio::spawn(offline(caller, stream)));
    let mut heard = try_join_all(heard).await?.into_iter().collect::<Result<Vec<_>>>()?;
    heard.sort();
    let first = heard.first().context("somebody heard")?;
    let spread = heard.last().context("somebody heard")?.duration_since(*first);
    let what = format!("{STREAMS} event streams: from the first that hears an event to the last, in ms");
    all.at_most(&what, spread.as_secs_f64() * 1000.0, SPREAD_MS);
    Ok(())
}

async fn open(origin: &str) -> Result<(Caller, Incoming)> {
    let mut caller = Caller::visitor(origin).await?;
    let mut stream = caller.stream("/api/events").await?;
    // What it begins with, so that it is a reader like any other.
    stream.frame().await.context("the stream begins")??;
    Ok((caller, stream))
}

/// When the stream said that the vendor is gone.
async fn offline(_caller: Caller, mut stream: Incoming) -> Result<Instant> {
    let mut text = String::new();
    let read = async {
        while let Some(frame) = stream.frame().await {
            if let Ok(bytes) = frame?.into_data() {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
            // The list with which the stream began has no time in it.
            if text.contains("\"offline_since_ms\":1") {
                return Ok(Instant::now());
            }
        }
        anyhow::bail!("the stream ended")
    };
    timeout(PATIENCE, read).await.context("nobody said that the vendor is gone")?
}
