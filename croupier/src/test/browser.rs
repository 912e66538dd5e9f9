//! The browsers that the tests drive, and the programs that drive them.

use std::path::PathBuf;

use anyhow::Result;

use crate::cli::Browser;
use crate::terminal::Terminal;
use crate::tools::{System, Toolbox, on_path, pinned};
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
pub(crate) fn chromedriver(terminal: &Terminal) -> Result<PathBuf> {
    let chromium = System {
        name: "Chromium and its driver, which the browser tests need",
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
    let firefox = System {
        name: "Firefox, which the browser tests need",
        packages: &["firefox-esr"],
        program: || on_path("firefox"),
    };
    firefox.program(terminal)?;
    let toolbox = Toolbox::ready(workspace, terminal, &[&pinned::GECKODRIVER])?;
    // Where it is not in the cache, it is the one that was found on PATH.
    Ok(toolbox.file(&pinned::GECKODRIVER).unwrap_or_else(|_| pinned::GECKODRIVER.program.into()))
}
