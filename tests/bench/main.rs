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

use figures::Figures;

const USAGE: &str = "usage: bench [--seconds N]";
/// Commands a second on SQLite, and how long the slowest in a hundred may take.
const COMMANDS_A_SECOND: f64 = 3_000.0;
const P99_MS: f64 = 25.0;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let seconds = seconds(std::env::args().skip(1))?;
    println!("machine: {} processors", std::thread::available_parallelism()?);
    let mut all = Figures::default();

    let mut on_files = 0.0;
    for database in [Database::Files, Database::Postgres] {
        let name = database.name();
        let floor = Floor::start(Options { database, ..Options::default() })?;
        let quiet = commands::run(&floor, seconds, 0).await.with_context(|| format!("commands on {name}"))?;
        let least = if database == Database::Files { COMMANDS_A_SECOND } else { on_files / 2.0 };
        on_files = quiet.a_second;
        all.at_least(&format!("{name}: ledger commands a second, 64 clients"), quiet.a_second, least);
        all.say(&format!("{name}: a command takes p50 {:.1} ms, p95 {:.1} ms", quiet.p50_ms, quiet.p95_ms));
        match database {
            Database::Files => all.at_most(&format!("{name}: a command, p99 in ms"), quiet.p99_ms, P99_MS),
            Database::Postgres => all.say(&format!("{name}: a command takes p99 {:.1} ms", quiet.p99_ms)),
        }
        let flooded = commands::run(&floor, seconds, commands::READERS).await.context("commands beside queries")?;
        all.say(&format!(
            "{name}: beside {:.0} history queries a second, commands a second × {:.2}, p50 × {:.2}, p99 × {:.2}",
            flooded.queries_a_second,
            flooded.a_second / quiet.a_second,
            flooded.p50_ms / quiet.p50_ms,
            flooded.p99_ms / quiet.p99_ms,
        ));
        floor.gateway_control().ledger_balances().await.with_context(|| format!("after the commands on {name}"))?;
        all.say(&format!("{name}: the ledger balances, and holds what was answered"));
    }

    let mut floor = Floor::start(Options::default())?;
    streams::run(&mut floor, &mut all).await.context("event streams")?;
    Ok(if all.reached() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
