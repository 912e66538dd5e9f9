//! Where things are: the workspace's folders, its lock file, its members.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use serde::Deserialize;

use crate::failure::Failure;

/// The root folder of the project.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Cargo says where this package is; run by hand, the current folder or one above it.
    pub(crate) fn find() -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().context("reading the current folder")?,
        };
        let root = start.ancestors().find(|folder| folder.join("croupier/budgets.toml").is_file());
        let root =
            root.ok_or_else(|| Failure::new("this is not Croupier's folder", "run the command inside the project."))?;
        Ok(Self { root: root.to_owned() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), PathBuf::from)
    }

    /// The folder of each fragment of this project, in order of name.
    pub(crate) fn fragments(&self) -> Result<Vec<PathBuf>> {
        let apps = self.path("apps");
        let mut folders = Vec::new();
        for entry in fs::read_dir(&apps).with_context(|| format!("reading {}", apps.display()))? {
            let folder = entry?.path();
            if folder.join("fragment.toml").is_file() {
                folders.push(folder);
            }
        }
        folders.sort();
        Ok(folders)
    }

    /// The version of a package in Cargo.lock.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.path("Cargo.lock");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        locked_version(&text, package)?.with_context(|| format!("Cargo.lock does not name {package}"))
    }

    /// The members, without resolving dependencies.
    pub(crate) fn members(&self) -> Result<Metadata> {
        members(&self.path("Cargo.toml"))
    }
}

/// A place of the project, from wherever in it a command is typed; outside of it the same below the current folder.
pub(crate) fn in_project(relative: &str) -> PathBuf {
    Workspace::find().map_or_else(|_| PathBuf::from(relative), |workspace| workspace.path(relative))
}

/// The packages of the workspace that a manifest belongs to, without resolving dependencies.
pub(crate) fn members(manifest: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .with_context(|| format!("reading the packages of {}", manifest.display()))
}

/// The folder of a package.
pub(crate) fn folder_of(package: &Package) -> PathBuf {
    package.manifest_path.parent().map_or_else(PathBuf::new, |folder| folder.as_std_path().to_owned())
}

fn locked_version(lock: &str, package: &str) -> Result<Option<String>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<BTreeMap<String, toml::Value>>,
    }
    let lock: Lock = toml::from_str(lock).context("Cargo.lock is not readable")?;
    let entry = lock.package.iter().find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package));
    Ok(entry.and_then(|entry| entry.get("version")?.as_str()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n[[package]]\nname = \"b\"\nversion = \"4.5.6\"\n";
        assert_eq!(locked_version(lock, "b").unwrap().as_deref(), Some("4.5.6"));
        assert_eq!(locked_version(lock, "c").unwrap(), None);
    }
}
