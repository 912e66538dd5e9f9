//! Building a fragment that is made of packages from npm: a folder with `package.json`, whose script
//! `build` writes what a fragment in plain JavaScript consists of into `dist`.
//!
//! The packages are those of the lock file, and what they would run when they are installed is not run.
//! They are installed again when `package.json` or the lock file changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::folder::hex;
use crate::failure::Failure;
use crate::process::{quiet_program, succeed};
use crate::terminal::Step;

const PACKAGE: &str = "package.json";
const LOCK: &str = "package-lock.json";
/// What the build writes, and where.
const DIST: &str = "dist";
/// What the installed packages were installed from. npm empties the folder before it installs, so this is
/// there only when it had come to its end.
const STAMP: &str = "node_modules/.croupier";

/// Whether a folder is npm's to build.
pub(super) fn builds(folder: &Path) -> bool {
    folder.join(PACKAGE).is_file()
}

/// The version in `package.json`.
pub(super) fn version(folder: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let path = folder.join(PACKAGE);
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let package: Package = serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
    Ok(package.version)
}

/// Installs what is missing, builds, and returns the folder of what was built.
///
/// # Errors
/// npm or the lock file is missing, or npm fails; the error holds everything that it printed.
pub(super) fn build(folder: &Path, step: &Step) -> Result<PathBuf> {
    let inputs = inputs(folder)?;
    let stamp = folder.join(STAMP);
    // An unreadable stamp means no more than that the packages are installed again.
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&inputs) {
        install(folder, step)?;
        // Without any package there is no folder yet.
        fs::create_dir_all(folder.join("node_modules")).context("making node_modules")?;
        fs::write(&stamp, &inputs).with_context(|| format!("writing {}", stamp.display()))?;
    }
    let dist = folder.join(DIST);
    remove(&dist)?;
    succeed(npm(folder).args(["run", "build"]).env("NODE_ENV", "production"), step)
        .context("its script `build` failed")?;
    Ok(dist)
}

fn install(folder: &Path, step: &Step) -> Result<()> {
    step.detail("installing packages");
    // The tools that build are development's, and NODE_ENV may say that those are not wanted.
    let arguments = ["ci", "--include=dev", "--ignore-scripts", "--no-fund", "--no-audit"];
    let Err(error) = succeed(npm(folder).args(arguments), step) else { return Ok(()) };
    // Under this name npm says what is wrong, and then a hundred lines of how it is used.
    if format!("{error:#}").contains("code EUSAGE") {
        let what = format!("{LOCK}: that of {} does not fit its {PACKAGE}", folder.display());
        return Err(Failure::new(what, "run `npm install` there, and keep what it changes in the file.").into());
    }
    Err(error.context("its packages could not be installed"))
}

fn npm(folder: &Path) -> Command {
    let mut command = quiet_program("npm");
    command.current_dir(folder);
    command
}

/// The fingerprint of what says which packages are installed.
fn inputs(folder: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    for name in [PACKAGE, LOCK] {
        let path = folder.join(name);
        if !path.is_file() {
            let what = format!("{LOCK}: {} has none", folder.display());
            return Err(Failure::new(what, "run `npm install` there, and keep the file that it writes.").into());
        }
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        digest.update(bytes.len().to_le_bytes());
        digest.update(bytes);
    }
    Ok(hex(&digest.finalize()))
}

/// What an earlier build left is not taken for the result of this one.
fn remove(dist: &Path) -> Result<()> {
    match fs::remove_dir_all(dist) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", dist.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::explain;
    use crate::terminal::Terminal;

    const BUILDS: &str = "node --eval \\\"fs.mkdirSync('dist'); fs.writeFileSync('dist/entry.js', 'made')\\\"";

    /// A package of no other packages, so that nothing is asked of the network.
    fn package(build: &str, version: &str) -> String {
        format!("{{ \"name\": \"a\", \"version\": \"{version}\", \"scripts\": {{ \"build\": \"{build}\" }} }}")
    }

    fn folder(package: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PACKAGE), package).unwrap();
        let lock = "{ \"name\": \"a\", \"version\": \"1.0.0\", \"lockfileVersion\": 3, \"packages\": {} }";
        fs::write(folder.path().join(LOCK), lock).unwrap();
        folder
    }

    fn build_in(folder: &Path) -> Result<PathBuf> {
        let step = Terminal::detect().step("Building");
        let built = build(folder, &step);
        step.done("");
        built
    }

    #[test]
    fn packages_are_installed_once_and_again_when_they_are_others() {
        let source = folder(&package(BUILDS, "1.0.0"));
        let installed = source.path().join("node_modules/kept");
        let dist = build_in(source.path()).unwrap();
        assert_eq!(fs::read_to_string(dist.join("entry.js")).unwrap(), "made");

        fs::write(&installed, "").unwrap();
        fs::write(dist.join("left.js"), "").unwrap();
        build_in(source.path()).unwrap();
        assert!(installed.is_file(), "nothing was installed again");
        assert!(!dist.join("left.js").exists(), "what was left from before is gone");

        fs::write(source.path().join(PACKAGE), package(BUILDS, "1.0.1")).unwrap();
        build_in(source.path()).unwrap();
        assert!(!installed.exists(), "npm installed into an empty folder");
        assert_eq!(version(source.path()).unwrap(), "1.0.1");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |folder: &tempfile::TempDir| explain(&build_in(folder.path()).unwrap_err());
        let said = refused(&folder(&package("echo Could not resolve preact && exit 3", "1.0.0")));
        assert!(said.contains("script `build`") && said.contains("Could not resolve preact"), "{said}");

        let unlocked = folder(&package(BUILDS, "1.0.0"));
        fs::remove_file(unlocked.path().join(LOCK)).unwrap();
        let said = refused(&unlocked);
        assert!(said.starts_with("package-lock.json: ") && said.contains("npm install"), "{said}");

        let strange = folder("{ \"name\": \"a\", \"dependencies\": { \"b\": \"file:b\" } }");
        fs::create_dir(strange.path().join("b")).unwrap();
        fs::write(strange.path().join("b/package.json"), "{ \"name\": \"b\", \"version\": \"1.0.0\" }").unwrap();
        let said = refused(&strange);
        assert!(said.starts_with("package-lock.json: ") && said.contains("does not fit"), "{said}");

        let unversioned = folder("{ \"name\": \"a\" }");
        let said = format!("{:#}", version(unversioned.path()).unwrap_err());
        assert!(said.contains("package.json") && said.contains("version"), "{said}");
    }
}
