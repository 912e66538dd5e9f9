//! The folders of the machine that builds, which the product must not name: they are nobody's
//! business, and with them the same sources would have another digest on every machine.
//!
//! The compiler writes the path of a source file into each panic. It is told what to write instead.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process::{answer, quiet_program};
use crate::workspace::Workspace;

/// From a folder of this machine to what stands in its place; of two that fit, the last counts.
#[derive(Debug)]
pub(super) struct Paths {
    names: Vec<(PathBuf, String)>,
}

impl Paths {
    /// Looks for the folders. Dependencies have been fetched by now.
    pub(super) fn of(workspace: &Workspace) -> Result<Self> {
        let home = std::env::home_dir().context("there is no home folder")?;
        let cargo = folder_of("CARGO_HOME").unwrap_or_else(|| home.join(".cargo"));
        let sources = cargo.join("registry/src");
        let mut names = vec![(cargo, "cargo".to_owned())];
        // Each registry has a folder of its own, with a hash in its name.
        for entry in fs::read_dir(&sources).with_context(|| format!("reading {}", sources.display()))? {
            names.push((entry?.path(), String::new()));
        }
        names.push((workspace.root().to_owned(), String::new()));
        names.push((workspace.target(), "target".to_owned()));
        names.push(standard_library(workspace)?);
        Ok(Self { names })
    }

    /// The compiler's flags, as cargo reads them from `CARGO_ENCODED_RUSTFLAGS`.
    pub(super) fn flags(&self) -> OsString {
        let mut flags = OsString::new();
        for (folder, name) in &self.names {
            if !flags.is_empty() {
                flags.push("\u{1f}");
            }
            flags.push("--remap-path-prefix=");
            flags.push(folder);
            flags.push("=");
            flags.push(name);
        }
        flags
    }

    /// # Errors
    /// A packed file names a folder of this machine.
    pub(super) fn check(&self, product: &[u8]) -> Result<()> {
        let home = std::env::home_dir().into_iter();
        for folder in self.names.iter().map(|(folder, _)| folder.clone()).chain(home) {
            ensure!(
                !holds(product, &folder),
                "the product names {}, a folder of this machine; a build script, a macro or a bundler has put it there",
                folder.display()
            );
        }
        Ok(())
    }
}

/// What the part of the standard library that comes compiled says. With it, it is the same whether
/// the sources are installed or not.
fn standard_library(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let ask = |argument: &[&str]| answer(quiet_program("rustc").args(argument).current_dir(workspace.root()));
    let root = ask(&["--print", "sysroot"]).context("rustc does not say where it is")?;
    let version = ask(&["-vV"]).unwrap_or_default();
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("rustc does not say which commit it is built from")?;
    Ok((Path::new(&root).join("lib/rustlib/src/rust"), format!("/rustc/{commit}")))
}

fn folder_of(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Whether a path below the folder stands there.
fn holds(product: &[u8], folder: &Path) -> bool {
    let mut prefix = folder.as_os_str().as_encoded_bytes().to_vec();
    // A home at the root of the file system would be found in every path.
    if prefix.len() < 2 {
        return false;
    }
    prefix.push(b'/');
    product.windows(prefix.len()).any(|window| window == prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Paths {
        Paths { names: vec![("/home/a/.cargo".into(), "cargo".into()), ("/srv/project".into(), String::new())] }
    }

    #[test]
    fn the_compiler_is_told_what_to_write() {
        let flags = paths().flags().into_string().unwrap();
        assert_eq!(flags, "--remap-path-prefix=/home/a/.cargo=cargo\u{1f}--remap-path-prefix=/srv/project=");
    }

    #[test]
    fn a_folder_of_this_machine_is_found_in_the_product() {
        let home = std::env::home_dir().unwrap();
        assert!(paths().check(b"\0asm src/lib.rs /rustc/5980/library/core/src/fmt/mod.rs").is_ok());
        for leak in ["/srv/project/src/lib.rs".to_owned(), home.join("x/lib.rs").display().to_string()] {
            let error = paths().check(format!("\0asm {leak}").as_bytes()).unwrap_err().to_string();
            assert!(error.contains("a folder of this machine"), "{error}");
        }
    }
}
