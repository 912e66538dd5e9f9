//! Packing: from the sources of shell and fragments to the folder that the gateway serves.
//!
//! Each part is built by trunk, or by npm, or taken as it is where it is plain JavaScript, and packed into
//! files whose names carry a hash of their content, each beside its brotli and zstd twin. A part whose
//! inputs did not change is not touched.

mod build;
mod candidate;
mod catalogue;
mod description;
mod document;
mod fingerprint;
mod folder;
mod fragment;
mod glue;
mod npm;
mod paths;
mod plain;
mod rogues;
mod shell;
mod style;
mod wasm;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::PackOptions;
use crate::failure::Failure;
use crate::terminal::{Step, Terminal};
use crate::tools::{self, Toolbox, pinned};
use crate::workspace::Workspace;
use build::Builder;
use fingerprint::Stamp;

pub(crate) use build::fetch;
pub(crate) use candidate::{Candidate, Wanted, candidates, names, source};
pub(crate) use catalogue::{Catalogue, CatalogueError, LANGUAGES};
pub(crate) use fingerprint::{files_below, folders_of};
pub(crate) use folder::{brotli, hex};
pub(crate) use rogues::{Rogue, pack_with_rogues};

/// Where the floor of this project is.
pub(crate) fn default_floor(workspace: &Workspace) -> PathBuf {
    workspace.target().join("floor")
}

/// One thing to pack: the shell, or a fragment.
#[derive(Debug)]
struct Part {
    name: String,
    folder: PathBuf,
    is_shell: bool,
    /// Somebody asks for all that is wrong with it, so it is packed whatever that is.
    is_candidate: bool,
}

impl Part {
    /// Its name, with its folder's where that is another one: a stand-in has the name of the
    /// fragment whose place it takes.
    fn label(&self) -> String {
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy();
        if folder == self.name.as_str() { self.name.clone() } else { format!("{} ({folder})", self.name) }
    }
}

/// The command `pack`.
///
/// # Errors
/// A part can't be built or packed.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &PackOptions) -> Result<()> {
    let out = options.out.as_deref().map_or_else(|| Ok(default_floor(workspace)), absolute)?;
    let mut parts = if options.parts.is_empty() && !options.fragment.is_empty() {
        Vec::new()
    } else {
        chosen(parts_of(workspace)?, &options.parts)?
    };
    for folder in &options.fragment {
        parts.push(outside(&absolute(folder)?)?);
    }
    pack_parts(workspace, terminal, &parts, &out)
}

/// Packs shell and fragments of this project, and nothing else is left on the floor.
///
/// # Errors
/// A part can't be built or packed.
pub(crate) fn pack(workspace: &Workspace, terminal: &Terminal) -> Result<()> {
    pack_with_guests(workspace, terminal, &[])
}

/// The same, and fragments from other folders. One with the name of a fragment of ours takes its place.
///
/// # Errors
/// Two of those folders have one name, or a part can't be built or packed.
pub(crate) fn pack_with_guests(workspace: &Workspace, terminal: &Terminal, folders: &[PathBuf]) -> Result<()> {
    let guests = folders.iter().map(|folder| outside(&absolute(folder)?)).collect::<Result<Vec<_>>>()?;
    let parts = with_guests(parts_of(workspace)?, guests)?;
    let out = default_floor(workspace);
    clear(&out.join("fragments"), &parts)?;
    pack_parts(workspace, terminal, &parts, &out)
}

/// Guests take the places of ours, and no guest that of another one.
fn with_guests(mut parts: Vec<Part>, guests: Vec<Part>) -> Result<Vec<Part>, Failure> {
    must_differ(&guests)?;
    for guest in guests {
        parts.retain(|part| part.name != guest.name);
        parts.push(guest);
    }
    Ok(parts)
}

/// Of what was packed earlier, only these parts are left.
fn clear(fragments: &Path, parts: &[Part]) -> Result<()> {
    let entries = match fs::read_dir(fragments) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("reading {}", fragments.display()))?,
    };
    for entry in entries {
        let entry = entry?;
        if parts.iter().all(|part| entry.file_name() != part.name.as_str()) {
            fs::remove_dir_all(entry.path()).with_context(|| format!("removing {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Packs fragments from other folders.
///
/// # Errors
/// A part can't be built or packed.
pub(crate) fn pack_fragments(
    workspace: &Workspace,
    terminal: &Terminal,
    folders: &[PathBuf],
    out: &Path,
) -> Result<()> {
    let parts = folders.iter().map(|folder| outside(folder)).collect::<Result<Vec<_>>>()?;
    pack_parts(workspace, terminal, &parts, out)
}

fn pack_parts(workspace: &Workspace, terminal: &Terminal, parts: &[Part], out: &Path) -> Result<()> {
    must_differ(parts)?;
    tools::wasm_target(terminal, workspace.root())?;
    let toolbox = Toolbox::ready(workspace, terminal, pinned::FOR_PACKING)?;
    let _one_at_a_time = lock(workspace)?;
    let common = fingerprint::common(workspace, &toolbox)?;
    let mut due = Vec::new();
    let mut unchanged = Vec::new();
    for part in parts {
        let fingerprint = fingerprint::of_part(&part.folder, &common)?;
        if Stamp::is_current(out, &part.name, &fingerprint) {
            unchanged.push(part.name.as_str());
        } else {
            due.push((part, fingerprint));
        }
    }
    if !unchanged.is_empty() {
        terminal.say(format!("  unchanged: {}", unchanged.join(", ")));
    }
    if due.is_empty() {
        return Ok(());
    }
    let builder = Builder::ready(workspace, &toolbox, terminal)?;
    for (part, fingerprint) in due {
        let step = terminal.step(format!("Building {}", part.label()));
        let files = build(&builder, part, out, &step).with_context(|| format!("packing {}", part.name))?;
        Stamp::new(fingerprint, files).write(out, &part.name)?;
        step.done("");
    }
    Ok(())
}

/// Builds and packs a part; returns its files.
fn build(builder: &Builder, part: &Part, out: &Path, step: &Step) -> Result<BTreeSet<PathBuf>> {
    if plain::is_plain(&part.folder) {
        return fragment::pack(part, plain::code(builder, &part.folder, step)?, out);
    }
    let built = builder.build(&part.name, &part.folder, part.is_shell, step)?;
    step.detail("packing");
    if part.is_shell {
        shell::pack(builder, part, &built, out)
    } else {
        fragment::pack(part, fragment::code(builder, part, &built)?, out)
    }
}

/// Two runs that build the same part, as `up` beside `test`, would write into each other's files:
/// the second one waits until the guard is dropped, and finds the work done.
fn lock(workspace: &Workspace) -> Result<File> {
    let folder = workspace.target().join("trunk");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    file.lock().with_context(|| format!("locking {}", path.display()))?;
    Ok(file)
}

/// What the fragments of this project say that they may weigh: KiB after brotli 11, by name.
///
/// # Errors
/// A description can't be read.
pub(crate) fn stated_budgets(workspace: &Workspace) -> Result<BTreeMap<String, u64>> {
    let described = workspace.fragments()?.into_iter().map(|folder| description::read(&folder));
    let stated = described.filter_map(|described| {
        described.map(|described| described.budget_kib.map(|kib| (described.name, kib))).transpose()
    });
    stated.collect()
}

fn parts_of(workspace: &Workspace) -> Result<Vec<Part>> {
    let mut parts =
        vec![Part { name: "shell".to_owned(), folder: workspace.path("shell"), is_shell: true, is_candidate: false }];
    for folder in workspace.fragments()? {
        parts.push(outside(&folder)?);
    }
    must_differ(&parts)?;
    Ok(parts)
}

/// Two of one name would be packed into one folder, the second over the first.
fn must_differ(parts: &[Part]) -> Result<(), Failure> {
    for (index, part) in parts.iter().enumerate() {
        let is_double = |other: &&Part| other.name == part.name && other.folder != part.folder;
        if let Some(other) = parts[..index].iter().find(is_double) {
            let (one, two) = (other.folder.display(), part.folder.display());
            let what = format!("name: {one} and {two} are both named {:?}", part.name);
            return Err(Failure::new(
                what,
                "give one of them another name in its fragment.toml, or leave its folder out.",
            ));
        }
    }
    Ok(())
}

fn outside(folder: &Path) -> Result<Part> {
    let folder = folder.canonicalize().with_context(|| format!("looking for {}", folder.display()))?;
    let description = description::read(&folder)?;
    Ok(Part { name: description.name, folder, is_shell: false, is_candidate: false })
}

fn chosen(parts: Vec<Part>, names: &[String]) -> Result<Vec<Part>> {
    let known = parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = names.iter().find(|name| !parts.iter().any(|part| part.name == **name)) {
        return Err(
            Failure::new(format!("there is no part named {unknown}"), format!("the parts are: {known}.")).into()
        );
    }
    Ok(parts.into_iter().filter(|part| names.is_empty() || names.contains(&part.name)).collect())
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is not a usable path", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Part {
        Part { name: name.to_owned(), folder: PathBuf::new(), is_shell: false, is_candidate: false }
    }

    #[test]
    fn a_stand_in_is_told_from_what_it_stands_in_for() {
        let part = |folder: &str| Part { folder: PathBuf::from(folder), ..part("promotions") };
        assert_eq!(part("apps/promotions").label(), "promotions");
        assert_eq!(part("tests/fragments/panicking").label(), "promotions (panicking)");
    }

    #[test]
    fn parts_are_chosen_by_name_and_an_unknown_one_is_refused() {
        let names = |chosen: Vec<Part>| chosen.into_iter().map(|part| part.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(vec![part("shell"), part("wallet")], &[]).unwrap()), ["shell", "wallet"]);
        assert_eq!(names(chosen(vec![part("shell"), part("wallet")], &["wallet".into()]).unwrap()), ["wallet"]);
        let error = chosen(vec![part("shell")], &["walet".into()]).unwrap_err();
        assert!(error.to_string().contains("walet"), "{error}");
    }

    #[test]
    fn two_folders_of_one_name_are_refused_and_one_that_is_named_twice_is_not() {
        let part = |folder: &str, name: &str| Part { folder: PathBuf::from(folder), ..part(name) };
        let (original, other) = (|| part("apps/bonus", "bonus"), part("apps/wallet", "wallet"));
        assert!(must_differ(&[original(), other, original()]).is_ok());
        let error = must_differ(&[original(), part("apps/bonus-2", "bonus")]).unwrap_err().to_string();
        assert!(error.contains("apps/bonus and apps/bonus-2 are both named \"bonus\""), "{error}");
    }

    #[test]
    fn a_guest_takes_the_place_of_one_of_ours_and_of_no_other_guest() {
        let part = |folder: &str, name: &str| Part { folder: PathBuf::from(folder), ..part(name) };
        let ours = || vec![part("shell", "shell"), part("apps/wallet", "wallet")];
        let folders = |parts: Vec<Part>| parts.into_iter().map(|part| part.folder).collect::<Vec<_>>();
        let guest = || part("teams/wallet", "wallet");
        let seated = folders(with_guests(ours(), vec![guest(), part("teams/news", "news"), guest()]).unwrap());
        assert_eq!(seated, ["shell", "teams/news", "teams/wallet"].map(PathBuf::from), "twice the same is once");
        let error = with_guests(ours(), vec![guest(), part("teams/purse", "wallet")]).unwrap_err().to_string();
        assert!(error.contains("teams/wallet and teams/purse are both named \"wallet\""), "{error}");
    }

    #[test]
    fn what_was_packed_earlier_is_gone() {
        let floor = tempfile::tempdir().unwrap();
        clear(&floor.path().join("not-packed-yet"), &[]).unwrap();
        for name in ["wallet", "rogue"] {
            fs::create_dir(floor.path().join(name)).unwrap();
        }
        clear(floor.path(), &[part("wallet"), part("rogue-yew")]).unwrap();
        assert!(floor.path().join("wallet").exists() && !floor.path().join("rogue").exists());
    }
}
