//! `chaos`: the failure matrix. Packs the floor and the rogues, builds the programs, and hands over to
//! the one that plays the cells; what it finds is its own business.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cli::ChaosOptions;
use crate::floor;
use crate::process::{cargo, succeed};
use crate::terminal::Terminal;
use crate::test::{drivers, stand_ins};
use crate::tools;
use crate::up;
use crate::workspace::Workspace;

/// Plays the matrix and prints where its report is.
///
/// # Errors
/// Something can't be installed, built or started. A cell that is other than stated is the exit
/// code's matter.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &ChaosOptions) -> Result<ExitCode> {
    tools::compilers()?;
    let drivers = drivers(workspace, terminal, options.browser.browsers())?;
    floor::pack(workspace, terminal)?;
    floor::pack_fragments(workspace, terminal, &stand_ins(workspace)?, &workspace.target().join("stand-ins"))?;
    up::build_programs(workspace, terminal)?;
    let step = terminal.step("Building the matrix");
    let mut build = cargo(&step);
    build.args(["build", "--release", "--workspace", "--bin", "chaos"]).current_dir(workspace.root());
    succeed(&mut build, &step).context("the matrix could not be built")?;
    step.done("");

    let out = workspace.target().join("chaos");
    let mut matrix = Command::new(up::program(workspace, "chaos"));
    matrix.arg(&out).envs(drivers);
    if let [only] = options.browser.browsers() {
        matrix.args(["--browser", only.as_str()]);
    }
    matrix.args(options.filter.iter().flat_map(|name| ["--filter", name]));
    let status = matrix.status().context("starting the matrix")?;
    terminal.say(format!("The report is {}.", out.join("report.html").display()));
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
