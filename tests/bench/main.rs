//! Measures a gateway: a real process with a real disk, called over HTTP by clients on the same
//! machine. `bench [--seconds N]`; `cargo croupier bench` builds and packs what it needs.
//!
//! Prints figures and ratios of one run, and fails if money is missing after it or a figure is not
//! reached. Clients and server share the processors, so a server of its own does better.

mod caller;
mod commands;
mod figures;
mod flood;
mod streams;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Database, Floor, Options};

use commands::{Pace, Run};
use figures::Figures;

const USAGE: &str = "usage: bench [--seconds N]";
/// Commands a second on SQLite, of which PostgreSQL does half; and how long the slowest in a hundred may take at that
/// rate.
const COMMANDS_A_SECOND: f64 = 3_000.0;
const P99_MS: f64 = 25.0;
/// How much longer a command may take beside a flood of queries; and how often both are measured.
const FLOODED: f64 = 1.25;
const TURNS: usize = 3;

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
    measure_flood(floor, name, least / 2.0, time / 2, all).await?;
    floor.gateway_control().ledger_balances().await?;
    all.say(&format!("{name}: the ledger balances, and holds what was answered"));
    Ok(())
}

/// Commands beside a flood of queries against commands without, in turns: what the disk does meanwhile hits both.
async fn measure_flood(floor: &Floor, name: &str, a_second: f64, time: Duration, all: &mut Figures) -> Result<()> {
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        quiet.push(commands::run(floor, time, Pace::Steady(a_second), 0).await?);
        flooded.push(commands::run(floor, time, Pace::Steady(a_second), flood::CONNECTIONS).await?);
    }
    let ratio = |of: fn(&Run) -> f64| median(&flooded, of) / median(&quiet, of);
    let (p50, p99) = (ratio(|run| run.p50_ms), ratio(|run| run.p99_ms));
    all.say(&format!(
        "{name}: at {a_second:.0} a second beside {:.0} history queries a second: p50 {:.1} ms, p99 {:.1} ms; without p50 \
         {:.1} ms, p99 {:.1} ms; p99 × {p99:.2}",
        median(&flooded, |run| run.queries_a_second),
        median(&flooded, |run| run.p50_ms),
        median(&flooded, |run| run.p99_ms),
        median(&quiet, |run| run.p50_ms),
        median(&quiet, |run| run.p99_ms),
    ));
    all.at_most(&format!("{name}: a command beside a flood of queries, p50 in times of without"), p50, FLOODED);
    Ok(())
}

fn median(runs: &[Run], of: fn(&Run) -> f64) -> f64 {
    let mut all: Vec<f64> = runs.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
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
