//! What lies on a floor while it is open: releases that change, move, or are switched off, in its private copy.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Floor, packed_floor};

impl Floor {
    /// A file of a packed fragment in this floor's private copy: the one whose name begins with
    /// `prefix` and ends with `suffix`.
    ///
    /// # Errors
    /// There is none.
    pub fn file(&self, fragment: &str, suffix: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join("floor/fragments").join(fragment);
        let named = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(suffix));
        let mut entries = fs::read_dir(&folder)?.map_while(Result::ok).map(|entry| entry.path());
        entries.find(|path| named(path)).with_context(|| format!("no *{suffix} in {}", folder.display()))
    }

    /// Takes a file of the shell away, with its compressed twins, while it is being served; gives what brings it back.
    ///
    /// # Errors
    /// None begins with `prefix`.
    pub fn take_away(&self, prefix: &str) -> Result<impl FnOnce() -> Result<()> + use<>> {
        let folder = self.folder.path().join("floor/shell");
        let mut taken = Vec::new();
        for entry in fs::read_dir(&folder)?.map_while(Result::ok) {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                let away = self.folder.path().join(entry.file_name());
                fs::rename(entry.path(), &away)?;
                taken.push((away, entry.path()));
            }
        }
        ensure!(!taken.is_empty(), "no {prefix}* in {}", folder.display());
        Ok(move || taken.into_iter().try_for_each(|(away, place)| Ok(fs::rename(away, place)?)))
    }

    /// Moves a fragment of the floor that is being served, by its release's description alone.
    ///
    /// # Errors
    /// It has no release.
    pub fn place(&self, fragment: &str, placement: &str) -> Result<()> {
        place(self.folder.path(), fragment, placement)
    }

    /// Gives a fragment of the floor that is being served another version: a new release of the same files.
    ///
    /// # Errors
    /// It has no release.
    pub fn release(&self, fragment: &str, version: &str) -> Result<()> {
        edit_release(self.folder.path(), fragment, |release| {
            release["version"] = version.into();
            Ok(())
        })
    }

    /// Changes a release's description on the floor that is being served.
    ///
    /// # Errors
    /// It has no release.
    pub fn edit(&self, fragment: &str, edit: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
        edit_release(self.folder.path(), fragment, edit)
    }

    /// Switches a fragment of the floor that is being served off or on.
    ///
    /// # Errors
    /// It has no release.
    pub fn switch_off(&self, fragment: &str, killed: bool) -> Result<()> {
        edit_release(self.folder.path(), fragment, |release| {
            release["killed"] = killed.into();
            Ok(())
        })
    }

    /// Puts the stand-in of a fragment in its place while the floor is being served: its files first, as packing does.
    ///
    /// # Errors
    /// There is no such stand-in.
    pub fn replace(&self, fragment: &str) -> Result<()> {
        let packed = packed_floor("stand-ins").join("fragments").join(fragment);
        let target = self.folder.path().join("floor/fragments").join(fragment);
        for entry in fs::read_dir(&packed)? {
            let entry = entry?;
            if entry.file_name() != "release.json" {
                fs::copy(entry.path(), target.join(entry.file_name()))?;
            }
        }
        let draft = target.join("release.draft");
        fs::copy(packed.join("release.json"), &draft)?;
        Ok(fs::rename(draft, target.join("release.json"))?)
    }

    /// Adds slots to the page's layout, `more-0` and so on, and puts a fragment into each.
    ///
    /// # Errors
    /// There is no page, or no such release.
    pub fn add_slots(&self, fragment: &str, count: u64) -> Result<()> {
        let page = self.folder.path().join("floor/shell/index.html");
        let names = || (0..count).map(|number| format!("more-{number}"));
        let slots: String = names()
            .map(|name| {
                format!(
                    "<div data-slot=\"{name}\" role=\"group\" data-state=\"idle\" aria-label=\"{name}\">\
                     <div class=\"skeleton\" aria-hidden=\"true\"><i class=\"line\"></i><i class=\"big\"></i></div></div>"
                )
            })
            .collect();
        let html = fs::read_to_string(&page)?;
        fs::write(page, html.replace("</main>", &format!("{slots}</main>")))?;
        edit_release(self.folder.path(), fragment, |release| {
            let places = release["slots"].as_array_mut().context("a release has slots")?;
            places.extend(names().map(|name| serde_json::json!({ "name": name, "routes": [] })));
            Ok(())
        })
    }
}

pub(super) fn place(folder: &Path, fragment: &str, placement: &str) -> Result<()> {
    edit_release(folder, fragment, |release| {
        release["placement"] = placement.into();
        Ok(())
    })
}

fn edit_release(folder: &Path, fragment: &str, edit: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
    let path = folder.join("floor/fragments").join(fragment).join("release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&path).with_context(|| path.display().to_string())?)?;
    edit(&mut release)?;
    Ok(fs::write(path, release.to_string())?)
}
