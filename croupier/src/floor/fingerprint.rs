//! Whether a part must be built again: a fingerprint over everything that goes into it, kept in
//! a stamp beside the floor.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::Package;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::hex;
use super::plain;
use crate::process::{answer, quiet_program};
use crate::tools::Toolbox;
use crate::workspace::{self, Workspace};

/// Files of the project that every part depends on: the packing itself is one of them, and the contract, whose
/// schemas stand in each release.
const COMMON: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "croupier/src/floor",
    "shared/contract/src",
    "shared/release/src",
    "croupier/src/tools/pinned.rs",
];

/// What a packed part was made from, and its files.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Stamp {
    fingerprint: String,
    files: BTreeSet<PathBuf>,
}

impl Stamp {
    pub(super) fn new(fingerprint: String, files: BTreeSet<PathBuf>) -> Self {
        Self { fingerprint, files }
    }

    /// Whether the part in this floor was made from the same inputs, and is complete.
    pub(super) fn is_current(floor: &Path, part: &str, fingerprint: &str) -> bool {
        // An unreadable stamp means no more than that the part is packed again.
        let stamp = fs::read(path(floor, part)).ok().and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        stamp.is_some_and(|stamp| {
            stamp.fingerprint == fingerprint && stamp.files.iter().all(|file| floor.join(file).is_file())
        })
    }

    pub(super) fn write(&self, floor: &Path, part: &str) -> Result<()> {
        let path = path(floor, part);
        fs::create_dir_all(floor.join(FOLDER)).with_context(|| format!("making {}", floor.display()))?;
        fs::write(&path, serde_json::to_vec_pretty(self)?).with_context(|| format!("writing {}", path.display()))
    }
}

/// Beside `shell` and `fragments`, which are all that the gateway serves.
const FOLDER: &str = "stamps";

fn path(floor: &Path, part: &str) -> PathBuf {
    floor.join(FOLDER).join(part).with_extension("json")
}

/// The fingerprint of what all parts share: compiler, tools, packing, versions.
pub(super) fn common(workspace: &Workspace, toolbox: &Toolbox) -> Result<String> {
    let mut digest = Sha256::new();
    let compiler = answer(quiet_program("rustc").arg("-vV").current_dir(workspace.root()));
    digest.update(compiler.unwrap_or_default());
    for version in toolbox.versions() {
        digest.update(version);
        digest.update([0]);
    }
    for file in COMMON {
        add(&mut digest, &workspace.path(file))?;
    }
    Ok(hex(&digest.finalize()))
}

/// The fingerprint of a part: its own folder, and those of the packages of ours that it is made
/// with.
pub(super) fn of_part(folder: &Path, common: &str) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(common);
    for folder in folders_of(folder)? {
        add(&mut digest, &folder)?;
    }
    Ok(hex(&digest.finalize()))
}

/// The folder of a package and of all path dependencies, direct and indirect; style sheets that
/// index.html takes from elsewhere lie in one of them.
pub(crate) fn folders_of(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    if plain::is_plain(folder) {
        return Ok(BTreeSet::from([folder.to_owned()]));
    }
    let mut packages = workspace::members(&folder.join("Cargo.toml"))?.packages;
    let mut found = BTreeSet::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        if !found.insert(folder.clone()) {
            continue;
        }
        let is_here = |package: &&Package| workspace::folder_of(package) == folder;
        if !packages.iter().any(|package| is_here(&package)) {
            // A path that leads out of the one workspace, as a fragment's from elsewhere to the SDK.
            packages.extend(workspace::members(&folder.join("Cargo.toml"))?.packages);
        }
        let package = packages.iter().find(is_here);
        let dependencies = package.iter().flat_map(|package| &package.dependencies);
        pending.extend(dependencies.filter_map(|dependency| Some(dependency.path.clone()?.into_std_path_buf())));
    }
    Ok(found)
}

fn add(digest: &mut Sha256, path: &Path) -> Result<()> {
    let files = if path.is_dir() { files_below(path)? } else { vec![path.to_owned()] };
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        digest.update(file.as_os_str().as_encoded_bytes());
        digest.update(bytes.len().to_le_bytes());
        digest.update(bytes);
    }
    Ok(())
}

/// The source files below a folder, in order: nothing that a tool made, no tests.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || ["target", "dist", "node_modules", "tests"].contains(&&*name) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_follows_sources_and_not_tests_or_products() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let fingerprint = || {
            let mut digest = Sha256::new();
            add(&mut digest, folder.path()).unwrap();
            hex(&digest.finalize())
        };
        write("src/lib.rs", "fn a() {}");
        let first = fingerprint();
        write("tests/a.rs", "x");
        write("dist/a.js", "x");
        write("node_modules/a/a.js", "x");
        assert_eq!(fingerprint(), first);
        write("src/lib.rs", "fn b() {}");
        let second = fingerprint();
        assert_ne!(second, first);
        write("style.css", "");
        assert_ne!(fingerprint(), second);
    }

    #[test]
    fn a_stamp_is_current_while_the_inputs_are_the_same_and_the_files_are_there() {
        let floor = tempfile::tempdir().unwrap();
        assert!(!Stamp::is_current(floor.path(), "wallet", "f1"));
        fs::write(floor.path().join("a.js"), "").unwrap();
        Stamp::new("f1".into(), BTreeSet::from([PathBuf::from("a.js")])).write(floor.path(), "wallet").unwrap();
        assert!(Stamp::is_current(floor.path(), "wallet", "f1"));
        assert!(!Stamp::is_current(floor.path(), "wallet", "f2"));
        fs::remove_file(floor.path().join("a.js")).unwrap();
        assert!(!Stamp::is_current(floor.path(), "wallet", "f1"));
    }
}
