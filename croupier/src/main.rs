//! The one tool that drives the project: it installs what is missing, builds and packs the
//! page's parts, starts the programs, runs every test, and checks sizes and layers.
//!
//! It must never be linked by a program of ours, hold state of a running floor, or change a
//! tracked file: everything it makes is under `target/`, the data folder and the user's cache. The one
//! exception is `new`, which is there to write.

mod accessibility;
mod bench;
mod chaos;
mod cli;
mod deploy;
mod dev;
mod failure;
mod floor;
mod gateway;
mod new;
mod process;
mod review;
mod ship;
mod size;
mod terminal;
mod test;
mod tidy;
mod tools;
mod up;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use terminal::Terminal;
use workspace::Workspace;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::detect();
    match run(&cli, &terminal) {
        Ok(code) => code,
        Err(error) => {
            terminal.error(&failure::explain(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli, terminal: &Terminal) -> anyhow::Result<ExitCode> {
    // What only talks to a gateway works in any folder.
    let workspace = Workspace::find;
    match &cli.command {
        Command::Up(options) => up::run(&workspace()?, terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Test(options) => test::run(&workspace()?, terminal, options),
        Command::Bench(options) => bench::run(&workspace()?, terminal, options),
        Command::Chaos(options) => chaos::run(&workspace()?, terminal, options),
        Command::New(options) => new::run(&workspace()?, terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Dev(options) => dev::run(&workspace()?, terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Pack(options) => floor::run(&workspace()?, terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Check(options) => review::check(&workspace()?, terminal, options),
        Command::Diff(options) => review::diff(&workspace()?, options).map(|()| ExitCode::SUCCESS),
        Command::Publish(options) => ship::publish(&workspace()?, terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Promote(options) => ship::promote(options).map(|()| ExitCode::SUCCESS),
        Command::Canary(options) => ship::canary(options).map(|()| ExitCode::SUCCESS),
        Command::Rollback(options) => ship::roll_back(options).map(|()| ExitCode::SUCCESS),
        Command::Kill(options) => ship::kill(options).map(|()| ExitCode::SUCCESS),
        Command::Revive(options) => ship::revive(options).map(|()| ExitCode::SUCCESS),
        Command::Status(options) => ship::status(options).map(|()| ExitCode::SUCCESS),
        Command::History(options) => ship::history(options).map(|()| ExitCode::SUCCESS),
        Command::Key(options) => ship::key(terminal, options).map(|()| ExitCode::SUCCESS),
        Command::Size(options) => size::run(&workspace()?, terminal, options),
        Command::CheckDeploy => deploy::run(&workspace()?, terminal),
        Command::Tidy => tidy::run(&workspace()?, terminal),
    }
}
