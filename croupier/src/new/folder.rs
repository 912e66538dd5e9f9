//! Writing a folder whole or not at all, and bringing one of our own up to date.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::failure::Failure;

/// Files of a folder, by their path in it.
pub(super) type Files = BTreeMap<PathBuf, String>;

/// Makes `target`, which is not there yet, with these files; returns their paths.
///
/// # Errors
/// It is there, or can't be written; then nothing of it is left.
pub(super) fn make(target: &Path, files: &Files) -> Result<Vec<PathBuf>> {
    let (parent, name) = parts(target)?;
    if target.symlink_metadata().is_ok() {
        let what = format!("--path: {} is there already", target.display());
        return Err(Failure::new(what, "name a folder that is not there yet, or remove this one.").into());
    }
    let unwritable = |error: io::Error| -> anyhow::Error {
        let what = format!("--path: {} can't be written: {error}", parent.display());
        Failure::new(what, "name a folder in which you may write.").into()
    };
    let made_parents = first_missing(parent);
    fs::create_dir_all(parent).map_err(unwritable)?;
    // Beside its place, so that moving it there is one step.
    let partial = parent.join(format!(".{name}.{}.partial", std::process::id()));
    let written = write(&partial, files).and_then(|()| fs::rename(&partial, target));
    if let Err(error) = written {
        // What was made here goes again; that it may not be there is no second mistake.
        fs::remove_dir_all(made_parents.as_deref().unwrap_or(&partial)).ok();
        return Err(unwritable(error));
    }
    Ok(files.keys().cloned().collect())
}

/// Brings a folder that is nobody's work to these files: what is another one's is removed, and what is the same stays
/// as it is, so that nothing is built again that was built from it.
///
/// # Errors
/// It can't be read or written.
pub(super) fn renew(target: &Path, files: &Files) -> Result<()> {
    let renewed = fs::create_dir_all(target).and_then(|()| {
        for path in sources(target)? {
            if path.strip_prefix(target).is_ok_and(|name| !files.contains_key(name)) {
                fs::remove_file(path)?;
            }
        }
        for (name, text) in files {
            let path = target.join(name);
            if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(target))?;
            fs::write(path, text)?;
        }
        Ok(())
    });
    renewed.with_context(|| format!("renewing {}", target.display()))
}

/// The files below a folder, but for what tools put there.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if ["target", "dist", "node_modules"].iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            let list = if entry.file_type()?.is_dir() { &mut pending } else { &mut found };
            list.push(entry.path());
        }
    }
    Ok(found)
}

/// Takes a folder away that [`make`] has made.
///
/// # Errors
/// It can't be removed.
pub(super) fn unmake(target: &Path) -> Result<()> {
    fs::remove_dir_all(target).with_context(|| format!("removing {}", target.display()))
}

fn write(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

fn parts(target: &Path) -> Result<(&Path, String), Failure> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    target.parent().zip(name).ok_or_else(|| {
        Failure::new(format!("--path: {} is no folder that can be made", target.display()), "name a new folder.")
    })
}

/// The outermost folder of a path that is not there.
fn first_missing(path: &Path) -> Option<PathBuf> {
    path.ancestors().take_while(|folder| !folder.exists()).last().map(Path::to_owned)
}

/// The path of a folder that may not be there yet, without links and dots; that of one that can't be looked at is as
/// it is written.
pub(super) fn real(path: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        // What is behind a link begins where that leads, so each step is looked at before the next one.
        real = real.canonicalize().unwrap_or(real);
    }
    real
}

/// How one leads from a folder to another, both absolute: `../../shared`.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component>, Vec<Component>) = (from.components().collect(), to.components().collect());
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let down = to[same..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let steps: Vec<String> = from[same..].iter().map(|_| "..".to_owned()).chain(down).collect();
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::failure::explain;

    fn files(names: &[&str]) -> Files {
        names.iter().map(|name| (PathBuf::from(name), format!("of {name}"))).collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_folder_is_made_with_all_that_leads_to_it() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("teams/hello");
        make(&target, &files(&["Cargo.toml", "src/lib.rs"])).unwrap();
        assert_eq!(fs::read_to_string(target.join("src/lib.rs")).unwrap(), "of src/lib.rs");
        assert_eq!(names(&place.path().join("teams")), ["hello"], "nothing else is left there");
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("hello");
        fs::create_dir(&target).unwrap();
        let said = explain(&make(&target, &files(&["a"])).unwrap_err());
        assert!(said.contains("--path") && said.contains("is there already") && said.contains("What to do"), "{said}");
        assert_eq!(names(&target), [""; 0]);
    }

    #[test]
    fn of_what_fails_half_way_nothing_is_left() {
        let place = tempfile::tempdir().unwrap();
        // A file can't be a folder as well, so the second can't be written.
        let said = explain(&make(&place.path().join("teams/hello"), &files(&["a", "a/b"])).unwrap_err());
        assert!(said.contains("--path") && said.contains("can't be written"), "{said}");
        assert_eq!(names(place.path()), [""; 0]);
        // The same where the parent was there before: it stays.
        make(&place.path().join("hello"), &files(&["a", "a/b"])).unwrap_err();
        assert!(place.path().is_dir() && names(place.path()).is_empty());
    }

    #[test]
    fn what_is_renewed_keeps_what_is_the_same_and_what_tools_made() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("made/hello");
        let mut wanted = files(&["Cargo.toml", "src/lib.rs"]);
        renew(&target, &files(&["Cargo.toml", "src/lib.rs", "tests/gone.rs"])).unwrap();
        fs::create_dir(target.join("node_modules")).unwrap();
        fs::write(target.join("node_modules/installed.js"), "").unwrap();
        for name in wanted.keys() {
            let file = fs::File::options().write(true).open(target.join(name)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }
        wanted.insert("src/lib.rs".into(), "changed".into());
        renew(&target, &wanted).unwrap();
        let kept = |name: &str| fs::metadata(target.join(name)).unwrap().modified().unwrap() == SystemTime::UNIX_EPOCH;
        assert!(kept("Cargo.toml") && !kept("src/lib.rs"));
        assert_eq!(fs::read_to_string(target.join("src/lib.rs")).unwrap(), "changed");
        assert!(!target.join("tests/gone.rs").exists(), "no test is run that is no template's any more");
        assert!(target.join("node_modules/installed.js").exists());
    }

    #[test]
    fn a_folder_below_a_file_is_refused() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("file"), "").unwrap();
        let said = explain(&make(&place.path().join("file/hello"), &files(&["a"])).unwrap_err());
        assert!(said.contains("--path") && said.contains("name a folder in which you may write"), "{said}");
    }

    #[test]
    fn a_path_leads_from_folder_to_folder() {
        let path = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(path("/srv/croupier/apps/hello", "/srv/croupier/shared"), "../../shared");
        assert_eq!(path("/srv/teams/hello", "/srv/croupier/shared"), "../../croupier/shared");
        assert_eq!(path("/a", "/a/b"), "b");
    }
}
