//! A fragment that somebody wants to ship: packed beside the floor, whose release is that it is compared with.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Part, absolute, chosen, description, outside, pack_parts, parts_of};
use crate::terminal::Terminal;
use crate::workspace::Workspace;

/// The names of the fragments of this project.
///
/// # Errors
/// A description can't be read.
pub(crate) fn names(workspace: &Workspace) -> Result<Vec<String>> {
    Ok(parts_of(workspace)?.into_iter().filter(|part| !part.is_shell).map(|part| part.name).collect())
}

/// A fragment of this project, by its name, or one in another folder.
#[derive(Debug)]
pub(crate) enum Wanted<'a> {
    Named(&'a str),
    In(&'a Path),
}

/// A fragment that somebody wants to ship.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) name: String,
    /// Where its release is.
    pub(crate) release: PathBuf,
    /// What it says that it may weigh.
    pub(crate) budget_kib: Option<u64>,
}

/// What a fragment is called and where its sources are.
///
/// # Errors
/// There is no such fragment.
pub(crate) fn source(workspace: &Workspace, wanted: &Wanted<'_>) -> Result<(String, PathBuf)> {
    part_of(workspace, wanted).map(|part| (part.name, part.folder))
}

/// Packs fragments without putting them on a floor.
///
/// # Errors
/// There is no such fragment, or one can't be built or packed.
pub(crate) fn candidates(workspace: &Workspace, terminal: &Terminal, wanted: &[Wanted<'_>]) -> Result<Vec<Candidate>> {
    let out = workspace.target().join("candidates");
    let parts = wanted.iter().map(|wanted| part_of(workspace, wanted)).collect::<Result<Vec<_>>>()?;
    pack_parts(workspace, terminal, &parts, &out)?;
    let candidates = parts.into_iter().map(|part| {
        let budget_kib = description::read(&part.folder)?.budget_kib;
        Ok(Candidate { release: out.join("fragments").join(&part.name), name: part.name, budget_kib })
    });
    candidates.collect()
}

fn part_of(workspace: &Workspace, wanted: &Wanted<'_>) -> Result<Part> {
    let part = match wanted {
        Wanted::In(folder) => outside(&absolute(folder)?)?,
        Wanted::Named(name) => {
            let fragments = parts_of(workspace)?.into_iter().filter(|part| !part.is_shell).collect();
            chosen(fragments, &[(*name).to_owned()])?.pop().context("one part was chosen")?
        }
    };
    Ok(Part { is_candidate: true, ..part })
}
