//! `up`: everything installed, built and running, until Ctrl-C.

mod browser;
mod child;
mod ports;
mod signal;
mod split;
mod supervise;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cli::UpOptions;
use crate::floor;
use crate::process::{cargo, succeed};
use crate::ship;
use crate::terminal::Terminal;
use crate::tools;
use crate::workspace::Workspace;
pub(crate) use browser::open as open_page;
use ports::Ports;
use split::Split;
use supervise::{Program, Supervisor};

/// Runs until it is told to stop.
///
/// # Errors
/// Something can't be installed, built or started, or the gateway ended by itself.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &UpOptions) -> Result<()> {
    let ports = Ports::of(options);
    // Before minutes are spent on building.
    ports.check()?;
    tools::compilers()?;
    let floor = if options.rogues.is_empty() {
        floor::pack_with_guests(workspace, terminal, &options.fragment)?;
        floor::default_floor(workspace)
    } else {
        floor::pack_with_rogues(workspace, terminal, &options.rogues)?
    };
    build_programs(workspace, terminal)?;
    let data = std::path::absolute(&options.data).context("the data folder has no usable path")?;
    let teams = ship::for_this_machine(&data)?;
    let mut plan = Plan { workspace, ports, data, floor, teams };
    // Before the supervisor, so that it is stopped after what runs on it.
    let split = if options.split { Some(Split::prepare(&mut plan, terminal)?) } else { None };
    if !options.no_provider {
        plan.make_vendor_keys(terminal)?;
    }
    let mut supervisor = Supervisor::new(terminal)?;
    if !options.no_provider {
        supervisor.start(plan.provider())?;
    }
    match &split {
        None => drop(supervisor.start(plan.gateway())?),
        Some(split) => split.start(&plan, &mut supervisor, terminal)?,
    }
    let address = format!("http://localhost:{}", ports.gateway);
    terminal.say(format!(
        "\nThe floor is open: {address}\nLogs and data are in {}. Ctrl-C stops everything.",
        plan.data.display()
    ));
    if !options.no_open {
        browser::open(&address);
    }
    supervisor.run()
}

/// Compiles gateway and provider. The whole workspace is selected, as in the tests, so that
/// dependencies are compiled with one set of features, once.
pub(crate) fn build_programs(workspace: &Workspace, terminal: &Terminal) -> Result<()> {
    let step = terminal.step("Building gateway and provider");
    let mut command = cargo(&step);
    command.args(["build", "--release", "--workspace", "--bin", "gateway", "--bin", "provider"]);
    succeed(command.current_dir(workspace.root()), &step).context("gateway and provider could not be built")?;
    step.done("");
    Ok(())
}

/// Where a program of this workspace is, once built.
pub(crate) fn program(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.target().join("release").join(name)
}

struct Plan<'a> {
    workspace: &'a Workspace,
    ports: Ports,
    data: PathBuf,
    floor: PathBuf,
    /// Who may ship.
    teams: PathBuf,
}

impl Plan<'_> {
    /// The gateway reads the vendor's public key when it starts, so it must be there by then.
    fn make_vendor_keys(&self, terminal: &Terminal) -> Result<()> {
        if self.vendor_key().is_file() {
            return Ok(());
        }
        let step = terminal.step("Making the vendor's keys");
        let mut command = Command::new(program(self.workspace, "provider"));
        command.arg("keys").arg("--data").arg(self.provider_data());
        succeed(&mut command, &step).context("the vendor's keys could not be made")?;
        step.done("");
        Ok(())
    }

    fn provider_data(&self) -> PathBuf {
        self.data.join("provider")
    }

    fn vendor_key(&self) -> PathBuf {
        self.provider_data().join("vendor.pub")
    }

    fn provider(&self) -> Program {
        let ports = self.ports;
        self.program("provider")
            .option("--listen", format!("127.0.0.1:{}", ports.provider))
            .option("--control", format!("127.0.0.1:{}", ports.provider_control))
            .option("--data", self.provider_data())
            .option("--wallet-url", format!("http://127.0.0.1:{}", ports.gateway))
            .option("--public-url", format!("http://localhost:{}", ports.provider))
    }

    fn gateway(&self) -> Program {
        self.gateway_as("gateway", self.ports.gateway_control)
    }

    /// A gateway under another name, for one that does not run everything.
    fn gateway_as(&self, name: &'static str, control: u16) -> Program {
        Program::new(name, program(self.workspace, "gateway"), self.log(name))
            .option("--listen", format!("127.0.0.1:{}", self.ports.gateway))
            .option("--control", format!("127.0.0.1:{control}"))
            .option("--data", self.data.join("gateway"))
            .option("--floor", self.floor.clone())
            .option("--registry-teams", self.teams.clone())
            .option("--vendor-url", format!("http://localhost:{}", self.ports.provider))
            .option("--vendor-key", self.vendor_key())
    }

    fn program(&self, name: &'static str) -> Program {
        Program::new(name, program(self.workspace, name), self.log(name))
    }

    fn log(&self, name: &str) -> PathBuf {
        Path::new(&self.data).join("logs").join(name).with_extension("log")
    }
}
