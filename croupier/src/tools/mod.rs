//! The programs that the project is built and tested with: which version, where they are kept,
//! how they get there.
//!
//! A tool lives under `~/.cache/croupier/tools/NAME-VERSION`, so that versions stand side by
//! side and a change of version never breaks another checkout. It appears there at once and
//! whole, or not at all.

mod cache;
mod install;
pub(crate) mod pinned;
mod prerequisites;
mod system;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use cache::Cache;
use pinned::{Source, Tool, Version};

pub(crate) use prerequisites::{compilers, wasm_target};
pub(crate) use system::{System, is_root, on_path};

/// The tools at hand: where each one is.
#[derive(Debug)]
pub(crate) struct Toolbox {
    /// Folders to put before the others on PATH.
    folders: Vec<PathBuf>,
    /// Names and versions, for fingerprints.
    versions: Vec<String>,
}

impl Toolbox {
    /// Finds the tools, and installs what is missing.
    ///
    /// # Errors
    /// A tool can't be installed; says what is needed.
    pub(crate) fn ready(workspace: &Workspace, terminal: &Terminal, tools: &[&Tool]) -> Result<Self> {
        let cache = Cache::of_user()?;
        let mut toolbox = Self { folders: Vec::new(), versions: Vec::new() };
        let mut missing = Vec::new();
        for tool in tools {
            let version = match tool.version {
                Version::Pinned(version) => version.to_owned(),
                Version::Locked(package) => workspace.locked_version(package)?,
            };
            toolbox.versions.push(format!("{} {version}", tool.name));
            let folder = cache.folder(tool.name, &version);
            let installed = tool.program_in(&folder).is_file();
            if !installed && has_on_path(tool, &version) {
                continue;
            }
            toolbox.folders.push(tool.programs_in(&folder));
            if !installed {
                missing.push((*tool, version));
            }
        }
        if !missing.is_empty() {
            install::all(&cache, terminal, &missing)?;
        }
        Ok(toolbox)
    }

    /// PATH with these tools before all others.
    ///
    /// # Errors
    /// A folder's name can't stand in PATH.
    pub(crate) fn path(&self) -> Result<OsString> {
        let before = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(std::env::split_paths(&before));
        std::env::join_paths(folders).context("a folder of the tools has a name that PATH can't hold")
    }

    /// Where a tool's file is, if it is one of these.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn file(&self, tool: &Tool) -> Result<PathBuf> {
        let files = self.folders.iter().map(|folder| folder.join(tool.program));
        files.into_iter().find(|file| file.is_file()).with_context(|| format!("{} is not installed", tool.name))
    }

    /// Names and versions of the tools.
    pub(crate) fn versions(&self) -> &[String] {
        &self.versions
    }
}

/// Whether the very version is installed by other means.
fn has_on_path(tool: &Tool, version: &str) -> bool {
    if matches!(tool.source, Source::NpmFile | Source::Pip { .. }) {
        return false;
    }
    process::answer(Command::new(tool.program).arg("--version")).is_some_and(|said| tool.accepts(&said, version))
}

impl Tool {
    fn programs_in(&self, folder: &Path) -> PathBuf {
        match self.source {
            Source::Cargo { .. } | Source::Pip { .. } => folder.join("bin"),
            Source::Npm => folder.join("node_modules/.bin"),
            Source::NpmFile => folder.join("node_modules").join(self.name),
        }
    }

    fn program_in(&self, folder: &Path) -> PathBuf {
        self.programs_in(folder).join(self.program)
    }

    /// Whether what the program says to `--version` is good enough.
    fn accepts(&self, said: &str, version: &str) -> bool {
        let found = said
            .split_whitespace()
            .map(|word| word.trim_start_matches('v'))
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        let Some(found) = found else { return false };
        if self.newer_is_fine {
            return numbers(found) >= numbers(version);
        }
        // binaryen says "132" for 132.0.0.
        found == version || Some(found) == version.strip_suffix(".0.0")
    }
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::pinned::*;

    #[test]
    fn only_the_pinned_version_on_path_is_used() {
        assert!(TRUNK.accepts("trunk 0.21.14", "0.21.14"));
        assert!(!TRUNK.accepts("trunk 0.21.13", "0.21.14"));
        assert!(!TRUNK.accepts("trunk 0.22.0", "0.21.14"));
        assert!(BINARYEN.accepts("wasm-opt version 132 (version_132)", "132.0.0"));
        assert!(!BINARYEN.accepts("wasm-opt version 108 (version_108)", "132.0.0"));
        assert!(!TRUNK.accepts("", "0.21.14"));
    }

    #[test]
    fn a_newer_test_runner_is_fine_and_an_older_one_is_not() {
        assert!(NEXTEST.accepts("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)", "0.9.143"));
        assert!(NEXTEST.accepts("cargo-nextest 0.10.2", "0.9.143"));
        assert!(!NEXTEST.accepts("cargo-nextest 0.9.99", "0.9.143"));
    }
}
