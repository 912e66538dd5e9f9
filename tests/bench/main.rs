//! Measures a gateway: a real process with a real disk, called over HTTP by clients on the same
//! machine. `bench [--seconds N]`; `cargo croupier bench` builds and packs what it needs.
//!
//! Prints figures and ratios of one run, and fails if money is missing after it or a figure is not
//! reached. Clients and server share the processors, so a server of its own does better.

mod caller;
mod commands;
mod figures;
mod streams;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Database, Floor, Options};

use commands::Pace;
use figures::Figures;

const USAGE: &str = "usage: bench [--seconds N]";
/// Commands a second on SQLite, of which PostgreSQL does half; and how long the slowest in a hundred may take at that
/// rate.
const COMMANDS_A_SECOND: f64 = 3_000.0;
const P99_MS: f64 = 25.0;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let seconds = seconds(std::env::args().skip(1))?;
    println!("machine: {} processors", std::thread::available_parallelism()?);
    let mut all = Figures::default();

    for (database, least) in [(Database::Files, COMMANDS_A_SECOND), (Database::Postgres, COMMANDS_A_SECOND / 2.0)] {
        let floor = Floor::start(Options { database, ..Options::default() })?;
        measure_commands(&floor, database, least, seconds, &mut all)
            .await
            .with_context(|| format!("commands on {}", database.name()))?;
    }

    let mut floor = Floor::start(Options::default())?;
    streams::run(&mut floor, &mut all).await.context("event streams")?;
    Ok(if all.reached() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Commands as fast as they are answered, then at the rate that is promised, then at half of it beside a flood of
/// queries and without.
async fn measure_commands(
    floor: &Floor,
    database: Database,
    least: f64,
    time: Duration,
    all: &mut Figures,
) -> Result<()> {
    let name = database.name();
    let fast = commands::run(floor, time, Pace::Saturating, 0).await?;
    all.at_least(&format!("{name}: ledger commands a second, 64 clients"), fast.a_second, least);
    all.say(&format!("{name}: {}", fast.times()));
    let steady = commands::run(floor, time, Pace::Steady(least), 0).await?;
    all.say(&format!("{name}: at {least:.0} a second: {}", steady.times()));
    all.at_most(&format!("{name}: at {least:.0} a second: a command, p99 in ms"), steady.p99_ms, P99_MS);
    let half = Pace::Steady(least / 2.0);
    let quiet = commands::run(floor, time, half, 0).await?;
    let flooded = commands::run(floor, time, half, commands::READERS).await?;
    all.say(&format!(
        "{name}: at {:.0} a second beside {:.0} history queries a second: {}; p50 × {:.2}, p99 × {:.2}",
        least / 2.0,
        flooded.queries_a_second,
        flooded.times(),
        flooded.p50_ms / quiet.p50_ms,
        flooded.p99_ms / quiet.p99_ms,
    ));
    floor.gateway_control().ledger_balances().await?;
    all.say(&format!("{name}: the ledger balances, and holds what was answered"));
    Ok(())
}

fn seconds(mut arguments: impl Iterator<Item = String>) -> Result<Duration> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, None, None) => Ok(Duration::from_secs(10)),
        (Some("--seconds"), Some(number), None) => {
            let number: u64 = number.parse().context(USAGE)?;
            ensure!((1..=600).contains(&number), "--seconds is from 1 to 600");
            Ok(Duration::from_secs(number))
        }
        _ => anyhow::bail!(USAGE),
    }
}
