//! The browser that the tests drive.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::process::{answer, quiet_program, succeed};
use crate::terminal::Terminal;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Where chromedriver is. Installs it with Chromium by the system's package manager if it is
/// missing and this runs as root; else says what to install.
pub(crate) fn chromedriver(terminal: &Terminal) -> Result<PathBuf> {
    if let Some(driver) = found() {
        return Ok(driver);
    }
    let remedy = "install Chromium and its driver; on Debian and Ubuntu: `apt-get install chromium chromium-driver`.";
    let missing = || Failure::new("Chromium or chromedriver is missing; the browser tests need both", remedy);
    if !is_root() || on_path("apt-get").is_none() {
        return Err(missing().into());
    }
    let step = terminal.step("Installing Chromium and its driver");
    let apt = |arguments: &[&str]| {
        let mut command = quiet_program("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        succeed(&mut command, &step).map_err(|error| error.context(missing()))
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
    let driver = found().ok_or_else(missing).context("apt-get installed the packages")?;
    step.done("");
    Ok(driver)
}

fn found() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|browser| on_path(browser))?;
    on_path("chromedriver")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}
