//! What a player downloads who comes back after a release.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use contract::manifest::Fragment;
use delivery::Dictionary;

use super::budgets::Budgets;
use super::changed;
use super::weigh::{Bytes, Part, read};

/// Whose view changes.
const CHANGED: &str = "wallet";

/// A fragment with a changed view, for whoever holds the release of before.
pub(super) fn update(floor: &Path, fragments: &[Fragment], budgets: &Budgets) -> Result<Part> {
    let fragment = fragments.iter().find(|fragment| fragment.name == CHANGED);
    let file =
        fragment.and_then(|fragment| fragment.wasm.as_ref()).with_context(|| format!("{CHANGED} has a binary"))?;
    let [before, after] = changed::view(&read(floor, file)?)?;
    let dictionary = Dictionary::new(before.into());
    let delta = dictionary.delta(&after)?;
    ensure!(dictionary.restore(&delta, after.len())? == after, "the delta does not give back what it stands for");
    let full = crate::floor::brotli(&after)?.len() as u64;
    let wasm = Bytes { raw: after.len() as u64, brotli: delta.len() as u64 };
    let none = Bytes::default();
    Ok(Part::new(&format!("{CHANGED} update"), [wasm, none, none], wasm.brotli, budgets.update_bytes(full)))
}
