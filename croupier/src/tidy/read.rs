//! Reads the project into the data that the rules are about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Source;
use super::catalogues::Part;
use super::documents::Document;
use super::graph::Graph;
use crate::failure::Failure;
use crate::floor::{Catalogue, LANGUAGES};
use crate::process::{answer, quiet_program};
use crate::workspace::{Workspace, folder_of};

/// Rust, SQL and JavaScript of every member, tests included.
pub(super) fn sources(workspace: &Workspace) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in every_file(workspace.root())? {
        if [".rs", ".sql", ".js", ".mjs"].iter().any(|ending| path.ends_with(ending)) {
            sources.push(source(workspace, path)?);
        }
    }
    Ok(sources)
}

/// The parts with catalogues.
pub(super) fn parts(workspace: &Workspace) -> Result<Vec<Part>> {
    let mut folders = vec![workspace.path("shell")];
    folders.extend(workspace.fragments()?);
    folders.into_iter().map(|folder| part(workspace, &folder)).collect()
}

fn part(workspace: &Workspace, folder: &Path) -> Result<Part> {
    let path = relative(workspace.root(), folder);
    let mut catalogues = BTreeMap::new();
    for language in LANGUAGES {
        let file = folder.join("locales").join(language).with_extension("ftl");
        if file.is_file() {
            let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let name = PathBuf::from(relative(workspace.root(), &file));
            catalogues.insert(language.to_owned(), Catalogue::parse(&name, &text));
        }
    }
    let mut sources = Vec::new();
    for file in every_file(folder)? {
        // A fragment's index.html is never shown; the shell's is the page.
        let asks =
            file.starts_with("src/") && (file.ends_with(".rs") || file.ends_with(".html")) || file == "index.html";
        if asks {
            sources.push(source(workspace, format!("{path}/{file}"))?);
        }
    }
    Ok(Part { path, catalogues, sources })
}

/// What depends on what on one platform.
pub(super) fn graph(workspace: &Workspace, platform: &str) -> Result<Graph> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.path("Cargo.toml"))
        .other_options(vec!["--filter-platform".to_owned(), platform.to_owned(), "--locked".to_owned()])
        .exec()
        .with_context(|| format!("reading the dependencies for {platform}"))?;
    let resolve = metadata.resolve.context("cargo did not resolve the dependencies")?;
    let names: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.to_string())).collect();
    let name = |id| names.get(id).cloned().context("cargo names a package that it does not list");
    let mut graph = Graph::default();
    for member in &metadata.workspace_members {
        graph.members.insert(name(member)?);
    }
    let apps = workspace.path("apps");
    let is_member = |package: &&cargo_metadata::Package| metadata.workspace_members.contains(&package.id);
    let members = metadata.packages.iter().filter(is_member);
    let fragments = members.filter(|package| folder_of(package).starts_with(&apps));
    graph.fragments = fragments.map(|package| package.name.to_string()).collect();
    for node in &resolve.nodes {
        let entry = graph.dependencies.entry(name(&node.id)?).or_default();
        let built = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        for dependency in built {
            entry.insert(name(&dependency.pkg)?);
        }
    }
    Ok(graph)
}

/// The platform that this tool runs on.
pub(super) fn host() -> Result<String> {
    let said = answer(quiet_program("rustc").arg("-vV")).unwrap_or_default();
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    Ok(host.ok_or_else(|| Failure::new("rustc does not answer", "install Rust by rustup (https://rustup.rs)."))?)
}

/// The members' Cargo.toml files.
pub(super) fn manifests(workspace: &Workspace) -> Result<Vec<Source>> {
    let folders = member_folders(workspace)?;
    folders.into_iter().map(|folder| source(workspace, format!("{folder}/Cargo.toml"))).collect()
}

/// ARCHITECTURE.md and the paths that it may name.
pub(super) fn architecture(workspace: &Workspace) -> Result<Document> {
    let text = fs::read_to_string(workspace.path("ARCHITECTURE.md")).ok();
    let mut paths = BTreeSet::new();
    for file in every_file(workspace.root())? {
        let ends = file.match_indices('/').map(|(at, _)| at).chain([file.len()]);
        paths.extend(ends.map(|end| file[..end].to_owned()));
    }
    Ok(Document { text, members: member_folders(workspace)?, paths })
}

fn member_folders(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.members()?;
    Ok(metadata.packages.iter().map(|package| relative(workspace.root(), &folder_of(package))).collect())
}

fn source(workspace: &Workspace, path: String) -> Result<Source> {
    let text = fs::read_to_string(workspace.path(&path)).with_context(|| format!("reading {path}"))?;
    Ok(Source { path, text })
}

/// Every file below a folder but what tools made, as paths from there, in order.
fn every_file(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if [".git", "target", "dist", "node_modules", "data"].iter().any(|product| name == *product) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else {
                files.push(relative(root, &entry.path()));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}
