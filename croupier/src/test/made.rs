//! One fragment of each template, as a team outside of this project gets it. Its own tests run in the layers that they
//! belong to, and the scenarios play it on the floor.
//!
//! Must never be given what a team does not get: a test that passes only here says nothing about a template.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::layers::is_package;
use crate::floor;
use crate::new::{self, Template};
use crate::process::cargo;
use crate::terminal::{Step, Terminal};
use crate::workspace::Workspace;

/// Makes them, and sees that what they are made of is on this machine.
///
/// # Errors
/// One can't be written, or its dependencies can't be had.
pub(super) fn all(workspace: &Workspace, terminal: &Terminal) -> Result<Vec<PathBuf>> {
    let step = terminal.step("Making a fragment of each template");
    let folders = below(workspace, &workspace.target().join("made"))?;
    for folder in folders.iter().filter(|folder| is_package(folder)) {
        floor::fetch(folder, &step)?;
    }
    step.done("");
    Ok(folders)
}

/// Makes them in a folder.
///
/// # Errors
/// One can't be written.
pub(super) fn below(workspace: &Workspace, place: &Path) -> Result<Vec<PathBuf>> {
    let make = |template: &Template| {
        let name = format!("made-{}", template.name());
        let folder = place.join(&name);
        new::scaffold(workspace, &name, *template, &folder)?;
        Ok(folder)
    };
    Template::value_variants().iter().map(make).collect()
}

/// What a team types to test a fragment in Rust natively.
pub(super) fn native_tests(workspace: &Workspace, folder: &Path, step: &Step) -> Command {
    let mut command = cargo(step);
    command.args(["test", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    // In the folder of the headless tests, and without debugging lines, as macros and build scripts are compiled for
    // those: so they are compiled once.
    command.env("CARGO_TARGET_DIR", workspace.target()).env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::counts::Counts;
    use super::super::scripts;
    use super::*;

    #[test]
    fn what_a_template_gets_wrong_is_counted_as_failed() {
        let place = tempfile::tempdir().unwrap();
        let folders = below(&Workspace::find().unwrap(), place.path()).unwrap();
        let scripted = folders.into_iter().filter(|folder| !is_package(folder)).collect::<Vec<_>>();
        let count = |folder: &PathBuf| {
            let step = Terminal::detect().step("Running");
            let (counts, _) = scripts::of(folder, None, &step).unwrap();
            step.done("");
            counts
        };
        for (folder, code) in scripted.iter().zip(["entry.js", "view/tables.js"]) {
            assert_eq!(count(folder), Counts { passed: 2, failed: 0 }, "{}", folder.display());
            let right = fs::read_to_string(folder.join(code)).unwrap();
            let wrong = right.replace("other.seated - one.seated", "one.seated - other.seated");
            fs::write(folder.join(code), wrong).unwrap();
            assert_eq!(count(folder), Counts { passed: 1, failed: 1 }, "{}", folder.display());
        }
        assert_eq!(scripted.len(), 2);
    }
}
