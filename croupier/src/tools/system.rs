//! What comes from the system's package manager.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::process::{answer, quiet_program, succeed};
use crate::terminal::Terminal;

/// What the system's package manager has.
pub(crate) struct System {
    /// What is wanted, and what for.
    pub(crate) name: &'static str,
    pub(crate) packages: &'static [&'static str],
    /// The program that is wanted, if all is there.
    pub(crate) program: fn() -> Option<PathBuf>,
}

impl System {
    /// Where the program is. Installs what is missing if this runs as root.
    ///
    /// # Errors
    /// It is missing and can't be installed; says how to do it by hand.
    pub(crate) fn program(&self, terminal: &Terminal) -> Result<PathBuf> {
        if let Some(program) = (self.program)() {
            return Ok(program);
        }
        let (name, packages) = (self.name, self.packages.join(" "));
        let missing = || {
            let remedy = format!("install it; on Debian: `apt-get install {packages}`.");
            Failure::new(format!("missing: {name}"), remedy)
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

/// Where a program is that can be called by its name.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Whether this runs as the user who may do anything.
pub(crate) fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}
