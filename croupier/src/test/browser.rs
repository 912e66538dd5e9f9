//! The browsers that the tests drive, and the programs that drive them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cli::Browser;
use crate::failure::Failure;
use crate::process::{answer, quiet_program, succeed};
use crate::terminal::Terminal;
use crate::tools::{Toolbox, pinned};
use crate::workspace::Workspace;

/// Where the driver is of each of these browsers, under the names by which the scenarios ask for them.
/// Installs what is missing.
///
/// # Errors
/// Something is missing and can't be installed; says what is needed.
pub(crate) fn drivers(
    workspace: &Workspace,
    terminal: &Terminal,
    browsers: &[Browser],
) -> Result<Vec<(&'static str, PathBuf)>> {
    let driver = |browser: &Browser| match browser {
        Browser::Chromium => Ok(("CROUPIER_CHROMEDRIVER", chromedriver(terminal)?)),
        Browser::Firefox => Ok(("CROUPIER_GECKODRIVER", geckodriver(workspace, terminal)?)),
    };
    browsers.iter().map(driver).collect()
}

/// Where chromedriver is. Installs it with Chromium by the system's package manager if it is
/// missing and this runs as root; else says what to install.
pub(super) fn chromedriver(terminal: &Terminal) -> Result<PathBuf> {
    let chromium = System {
        name: "Chromium and its driver",
        packages: &["chromium", "chromium-driver"],
        program: || {
            let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
            browsers.iter().find_map(|browser| on_path(browser))?;
            on_path("chromedriver")
        },
    };
    chromium.program(terminal)
}

/// Where geckodriver is, which finds Firefox by itself. Firefox comes from the system, its driver is a
/// tool like any other: the system has none.
fn geckodriver(workspace: &Workspace, terminal: &Terminal) -> Result<PathBuf> {
    let firefox = System { name: "Firefox", packages: &["firefox-esr"], program: || on_path("firefox") };
    firefox.program(terminal)?;
    let toolbox = Toolbox::ready(workspace, terminal, &[&pinned::GECKODRIVER])?;
    // Where it is not in the cache, it is the one that was found on PATH.
    Ok(toolbox.file(&pinned::GECKODRIVER).unwrap_or_else(|_| pinned::GECKODRIVER.program.into()))
}

/// What the system's package manager has.
struct System {
    name: &'static str,
    packages: &'static [&'static str],
    /// The program that is wanted, if all is there.
    program: fn() -> Option<PathBuf>,
}

impl System {
    fn program(&self, terminal: &Terminal) -> Result<PathBuf> {
        if let Some(program) = (self.program)() {
            return Ok(program);
        }
        let (name, packages) = (self.name, self.packages.join(" "));
        let missing = || {
            let remedy = format!("install it; on Debian: `apt-get install {packages}`.");
            Failure::new(format!("{name} is missing, which the browser tests need"), remedy)
        };
        if !is_root() || on_path("apt-get").is_none() {
            return Err(missing().into());
        }
        let step = terminal.step(format!("Installing {name}"));
        let apt = |arguments: &[&str]| {
            let mut command = quiet_program("apt-get");
            command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            succeed(&mut command, &step).map_err(|error| error.context(missing()))
        };
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], self.packages].concat())?;
        let program = (self.program)().ok_or_else(missing).context("apt-get installed the packages")?;
        step.done("");
        Ok(program)
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}
