//! `new`: a fragment that is whole from its first minute: built, tested and on the floor without an edit.
//!
//! Must never leave something half-made: everything is written beside its place and moved there at the end. It is
//! the one command that writes into the project, a folder that was not there before and, for a package, its entry in
//! Cargo.lock.

mod folder;
mod name;
mod template;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::NewOptions;
use crate::failure::Failure;
use crate::process::{cargo, succeed};
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use folder::Files;
use name::Name;

pub(crate) use template::Template;

/// Makes the fragment and says what to do next.
///
/// # Errors
/// The name or the folder can't be used, or can't be written.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &NewOptions) -> Result<()> {
    let name = Name::new(&options.name)?;
    name.is_free(workspace)?;
    let template = options.template;
    match &options.path {
        None => {
            let target = workspace.path("apps").join(name.as_str());
            let made = make(workspace, &name, template, &target)?;
            if template.is_rust() {
                lock(workspace, terminal, &target)?;
            }
            terminal.say(said(&name, "apps", &made, &inside(&name)));
        }
        Some(path) => {
            let target = outside_of(workspace, path)?;
            let made = folder::make(&target, &files_outside(workspace, &name, template, &target)?)?;
            terminal.say(said(&name, &path.display().to_string(), &made, &outside(&name, &target, template)));
        }
    }
    Ok(())
}

/// Where `--path` leads, through links and dots.
///
/// # Errors
/// Into the project.
fn outside_of(workspace: &Workspace, path: &Path) -> Result<PathBuf> {
    let target = std::path::absolute(path).with_context(|| format!("--path {}", path.display()))?;
    let target = folder::real(&target);
    if target.starts_with(folder::real(workspace.root())) {
        let what = format!("--path {}: lies inside of the project", path.display());
        return Err(Failure::new(what, "leave --path away: the fragment is made in apps then.").into());
    }
    Ok(target)
}

/// Makes a fragment that is no member of the workspace, in a folder that only this tool writes to: one that is there
/// from before becomes what it would be if it were made now.
///
/// # Errors
/// The folder can't be written.
pub(crate) fn scaffold(workspace: &Workspace, name: &str, template: Template, target: &Path) -> Result<()> {
    let target = folder::real(target);
    folder::renew(&target, &files_outside(workspace, &Name::new(name)?, template, &target)?)
}

fn make(workspace: &Workspace, name: &Name, template: Template, target: &Path) -> Result<Vec<PathBuf>> {
    let shared = folder::relative(target, &workspace.path("shared"));
    folder::make(target, &template.inside(name, &shared)?)
}

/// `target` has neither links nor dots: through those the dots that lead to the SDK would lead elsewhere.
fn files_outside(workspace: &Workspace, name: &Name, template: Template, target: &Path) -> Result<Files> {
    let mut files = template.outside(name, &folder::relative(target, &folder::real(&workspace.path("shared"))))?;
    if template.is_rust() {
        // The same versions as the SDK is tested with; wasm-bindgen's must be that of its tool.
        for name in ["Cargo.lock", "rust-toolchain.toml"] {
            let path = workspace.path(name);
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(PathBuf::from(name), text);
        }
    }
    Ok(files)
}

/// The new member's entry in Cargo.lock, and no other change: everything else builds with the locked versions.
fn lock(workspace: &Workspace, terminal: &Terminal, made: &Path) -> Result<()> {
    let step = terminal.step("Adding it to Cargo.lock");
    let mut update = cargo(&step);
    update.args(["update", "--workspace", "--offline", "--quiet"]).current_dir(workspace.root());
    if let Err(error) = succeed(&mut update, &step) {
        // A member that cargo refuses would stop every other command.
        folder::unmake(made)?;
        return Err(error.context("cargo does not take it as a member of the workspace, so it was not made"));
    }
    step.done("");
    Ok(())
}

fn inside(name: &Name) -> [String; 3] {
    [
        format!("cargo croupier dev {name:<23}# alone, on a page that plays its host"),
        format!("cargo croupier test --fragment {name:<11}# its tests, in every layer"),
        format!("cargo croupier up                       # the floor; it is on http://localhost:8080/{name}"),
    ]
}

fn outside(name: &Name, target: &Path, template: Template) -> [String; 3] {
    let folder = target.display();
    let test = if template.is_rust() { "cargo test" } else { "node --test" };
    [
        format!("cargo croupier dev --fragment {folder}   # alone, on a page that plays its host"),
        format!("(cd {folder} && {test})   # its native tests"),
        format!("cargo croupier up --fragment {folder}   # the floor; it is on http://localhost:8080/{name}"),
    ]
}

fn said(name: &Name, place: &str, made: &[PathBuf], next: &[String]) -> String {
    let mut text = format!("Made the fragment {name} in {place}:\n");
    for file in made {
        text.push_str(&format!("  {}\n", file.display()));
    }
    text.push_str("\nNext:\n");
    for command in next {
        text.push_str(&format!("  {command}\n"));
    }
    text.push_str("\nHow it goes on: docs/write-a-fragment.md, and to players: docs/ship-a-fragment.md.");
    text
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::failure::explain;

    #[test]
    fn whether_a_path_lies_in_the_project_is_told_by_where_it_leads() {
        let workspace = Workspace::find().unwrap();
        let root = folder::real(workspace.root());
        let place = tempfile::tempdir().unwrap();
        let elsewhere = folder::real(place.path());
        symlink(&root, elsewhere.join("link")).unwrap();
        let up_and_away = root.join(folder::relative(&root, &elsewhere)).join("teams/happy-hour");
        assert!(up_and_away.starts_with(&root), "by its words it begins in the project");
        assert_eq!(outside_of(&workspace, &up_and_away).unwrap(), elsewhere.join("teams/happy-hour"));
        for inside in [
            root.join("teams/happy-hour"),
            elsewhere.join("link/teams/happy-hour"),
            elsewhere.join("not-there/../link/teams/happy-hour"),
        ] {
            let said = explain(&outside_of(&workspace, &inside).unwrap_err());
            assert!(said.contains("lies inside of the project") && said.contains("leave --path away"), "{said}");
        }
    }
}
