//! Ledger commands by many clients at once: as fast as they are answered, or at a rate, alone or beside a flood of
//! queries.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use http::{Method, StatusCode};
use scenarios::floor::Floor;

use crate::caller::Caller;
use crate::figures::percentile;
use crate::flood::Flood;

const CLIENTS: usize = 64;
const DEPOSIT: &str = r#"{"amount_minor":1,"currency":"EUR"}"#;

/// What a run has shown.
pub(crate) struct Run {
    pub(crate) a_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) queries_a_second: f64,
}

impl Run {
    /// How long a command took.
    pub(crate) fn times(&self) -> String {
        format!("a command takes p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms", self.p50_ms, self.p95_ms, self.p99_ms)
    }
}

/// How fast the clients send.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The next one once the one before is answered: shows what the ledger can do, while how long each takes is
    /// how many wait in line.
    Saturating,
    /// So many a second by all clients together, whatever becomes of those before. One that is sent late, because
    /// the one before it was, has taken so much longer.
    Steady(f64),
}

impl Pace {
    /// When the client in this place has to send its next command, whose number is `turn`.
    fn due(self, began: Instant, turn: u32, place: usize) -> Instant {
        match self {
            Self::Saturating => Instant::now(),
            Self::Steady(a_second) => {
                let before = f64::from(turn) * CLIENTS as f64 + place as f64;
                began + Duration::from_secs_f64(before / a_second)
            }
        }
    }
}

/// Deposits for so long, each client one after the other, each under a key of its own.
pub(crate) async fn run(floor: &Floor, time: Duration, pace: Pace, readers: usize) -> Result<Run> {
    let origin = floor.url();
    let mut clients = try_join_all((0..CLIENTS).map(|_| Caller::player(&origin))).await?;
    let before = floor.gateway_control().ledger_entries().await?;
    let flood = Flood::begin(&origin, readers).await?;
    let began = Instant::now();
    let loads = clients
        .drain(..)
        .enumerate()
        .map(|(place, client)| tokio::spawn(deposits(client, move |turn| pace.due(began, turn, place), began + time)));
    let done = try_join_all(loads).await?.into_iter().collect::<Result<Vec<_>>>()?;
    let took = began.elapsed().as_secs_f64();
    let queries = flood.end()?;
    let mut all_ms = done.concat();
    let entries = floor.gateway_control().ledger_entries().await? - before - readers as u64;
    ensure!(entries == all_ms.len() as u64, "{} commands were answered, {entries} are in the ledger", all_ms.len());
    all_ms.sort_by(f64::total_cmp);
    Ok(Run {
        a_second: all_ms.len() as f64 / took,
        p50_ms: percentile(&all_ms, 50),
        p95_ms: percentile(&all_ms, 95),
        p99_ms: percentile(&all_ms, 99),
        queries_a_second: queries as f64 / took,
    })
}

/// How long each of them took from when it was due, milliseconds.
async fn deposits(mut client: Caller, due: impl Fn(u32) -> Instant, until: Instant) -> Result<Vec<f64>> {
    let mut all_ms = Vec::new();
    for due in (0..).map(due).take_while(|due| *due < until) {
        tokio::time::sleep_until(due.into()).await;
        let key = uuid::Uuid::new_v4().to_string();
        let status = client.call(Method::POST, "/api/wallet/deposits", Some(&key), DEPOSIT.to_owned()).await?;
        ensure!(status == StatusCode::CREATED, "a deposit was answered {status}");
        all_ms.push(due.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(all_ms)
}
