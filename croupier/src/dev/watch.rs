//! Waits until a source of a fragment changes.
//!
//! What counts as a source is what the fingerprint of a build goes by, so that nothing that a build writes starts
//! another one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::floor;

/// An editor writes a file in several steps, and a formatter right after it.
const SETTLED_AFTER: Duration = Duration::from_millis(60);
/// Something that never settles is built all the same.
const MOST_EVENTS: usize = 10_000;

/// Looks at the sources of one fragment.
pub(super) struct Watch {
    fragment: PathBuf,
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
}

impl Watch {
    /// From now on.
    ///
    /// # Errors
    /// The system does not tell of changes.
    pub(super) fn of(fragment: &Path) -> Result<Self> {
        let (tell, events) = mpsc::channel();
        let watcher = notify::recommended_watcher(tell).context("watching files")?;
        let mut watch = Self { fragment: fragment.to_owned(), watcher, events, watched: BTreeSet::new() };
        watch.look()?;
        Ok(watch)
    }

    /// Waits for the next change, and until there is none any more for a moment.
    ///
    /// # Errors
    /// The sources can't be looked at any more.
    pub(super) fn wait(&mut self) -> Result<()> {
        loop {
            let event = self.events.recv().context("watching files")?;
            if is_change(&event.context("watching files")?) {
                break;
            }
        }
        for _ in 0..MOST_EVENTS {
            match self.events.recv_timeout(SETTLED_AFTER) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("watching files has ended"),
            }
        }
        self.look()
    }

    /// Folders may have come, and packages that it is made of.
    fn look(&mut self) -> Result<()> {
        // While a manifest is half written nobody can tell what it depends on: what was watched goes on being watched.
        let Ok(folders) = folders(&self.fragment) else { return Ok(()) };
        for folder in folders.difference(&self.watched) {
            let watching = self.watcher.watch(folder, RecursiveMode::NonRecursive);
            watching.with_context(|| format!("watching {}", folder.display()))?;
        }
        // One that is gone is not watched by the system any more either.
        self.watched = folders;
        Ok(())
    }
}

/// Every folder with a source in it.
fn folders(fragment: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut folders = BTreeSet::from([fragment.to_owned()]);
    for package in floor::folders_of(fragment)? {
        let files = floor::files_below(&package)?;
        folders.extend(files.iter().filter_map(|file| file.parent()).map(Path::to_owned));
    }
    Ok(folders)
}

fn is_change(event: &Event) -> bool {
    let is_source = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && !["target", "dist", "node_modules"].contains(&&*name)
    };
    !event.kind.is_access() && event.paths.iter().any(is_source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The next change, in a thread that can be waited for.
    fn waits(mut watch: Watch) -> (Receiver<()>, std::thread::JoinHandle<Watch>) {
        let (tell, told) = mpsc::channel();
        let waiting = std::thread::spawn(move || {
            watch.wait().unwrap();
            tell.send(()).ok();
            watch
        });
        (told, waiting)
    }

    #[test]
    fn a_source_that_changes_is_noticed_also_in_a_new_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        fs::write(path.join("entry.js"), "1").unwrap();
        let (told, waiting) = waits(Watch::of(&path).unwrap());
        fs::write(path.join("entry.js"), "2").unwrap();
        told.recv_timeout(Duration::from_secs(10)).expect("an edit is noticed");
        let watch = waiting.join().unwrap();

        let (told, waiting) = waits(watch);
        fs::create_dir(path.join("locales")).unwrap();
        fs::write(path.join("locales/en.ftl"), "a = b").unwrap();
        told.recv_timeout(Duration::from_secs(10)).expect("a new folder is noticed");
        let watch = waiting.join().unwrap();
        assert!(watch.watched.contains(&path.join("locales")), "{:?}", watch.watched);
    }

    #[test]
    fn what_a_build_or_an_editor_leaves_is_no_source() {
        let event = |path: &str| Event::new(notify::EventKind::Any).add_path(PathBuf::from(path));
        for path in ["/a/dist", "/a/node_modules", "/a/target", "/a/.entry.js.swp"] {
            assert!(!is_change(&event(path)), "{path}");
        }
        assert!(is_change(&event("/a/entry.js")) && is_change(&event("/a/src")));
    }
}
