//! `bench`: what a gateway can carry. Packs the floor, builds the programs, starts a PostgreSQL server, and
//! hands over to the program that measures.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cli::BenchOptions;
use crate::floor;
use crate::process::{cargo, succeed};
use crate::terminal::Terminal;
use crate::test::{Durability, Postgres};
use crate::tools;
use crate::up;
use crate::workspace::Workspace;

/// Measures, and prints what was measured.
///
/// # Errors
/// Something can't be installed, built or started. A figure that is not reached is the exit code's
/// matter.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &BenchOptions) -> Result<ExitCode> {
    tools::compilers()?;
    floor::pack(workspace, terminal)?;
    up::build_programs(workspace, terminal)?;
    let step = terminal.step("Building the benchmark");
    let mut build = cargo(&step);
    build.args(["build", "--release", "--workspace", "--bin", "bench"]).current_dir(workspace.root());
    succeed(&mut build, &step).context("the benchmark could not be built")?;
    step.done("");

    // An answer has to mean that the change survives a power cut: that is what costs time.
    let server = Postgres::start(terminal, Durability::Full)?;
    let mut bench = Command::new(up::program(workspace, "bench"));
    bench.args(["--seconds", &options.seconds.to_string()]).env("CROUPIER_POSTGRES", &server.url);
    let status = bench.status().context("starting the benchmark")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
