//! The user's cache folder: tools by name and version, and a build folder while installing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::failure::Failure;

/// `~/.cache/croupier`, or the folder of that name in `XDG_CACHE_HOME`.
#[derive(Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub(crate) fn of_user() -> Result<Self> {
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        let base = base.ok_or_else(|| {
            Failure::new("there is no home folder to keep the tools in", "set HOME or XDG_CACHE_HOME to a full path.")
        })?;
        Ok(Self { root: base.join("croupier") })
    }

    /// Where a tool is kept.
    pub(crate) fn folder(&self, name: &str, version: &str) -> PathBuf {
        self.root.join("tools").join(format!("{name}-{version}"))
    }

    /// Where tools are compiled.
    pub(crate) fn build(&self) -> PathBuf {
        self.root.join("build")
    }

    /// One installer at a time: others wait here until the guard is dropped.
    pub(crate) fn lock(&self) -> Result<File> {
        fs::create_dir_all(self.root.join("tools")).with_context(|| format!("making {}", self.root.display()))?;
        let path = self.root.join("lock");
        let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
        file.lock().with_context(|| format!("locking {}", path.display()))?;
        Ok(file)
    }

    /// Fills a tool's folder at once: `fill` writes into a temporary folder beside it, which is
    /// renamed when that succeeds. What an interrupted run left behind is removed first.
    pub(crate) fn install(&self, folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = folder.with_file_name(name);
        for leftover in [&partial, folder] {
            if leftover.exists() {
                fs::remove_dir_all(leftover).with_context(|| format!("removing {}", leftover.display()))?;
            }
        }
        fs::create_dir_all(&partial).with_context(|| format!("making {}", partial.display()))?;
        if let Err(error) = fill(&partial) {
            // The reason of the failure matters more than a folder that the next run removes.
            fs::remove_dir_all(&partial).ok();
            return Err(error);
        }
        fs::rename(&partial, folder).with_context(|| format!("making {}", folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_installation_leaves_nothing_and_the_next_one_succeeds() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache { root: home.path().to_owned() };
        let folder = cache.folder("tool", "1.0.0");
        let failed = cache.install(&folder, |partial| {
            fs::write(partial.join("half"), "")?;
            anyhow::bail!("interrupted")
        });
        assert!(failed.is_err());
        assert!(!folder.exists());
        assert_eq!(fs::read_dir(home.path().join("tools")).unwrap().count(), 0);
        fs::create_dir_all(home.path().join("tools/tool-1.0.0.partial/stale")).unwrap();
        cache.install(&folder, |partial| Ok(fs::write(partial.join("whole"), "")?)).unwrap();
        assert!(folder.join("whole").is_file() && !folder.join("stale").exists());
    }
}
