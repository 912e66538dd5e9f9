//! The budgets, from croupier/budgets.toml.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// KiB after brotli 11, but for what says bytes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Budgets {
    shell: u64,
    fragment: u64,
    first_paint: u64,
    frame_page: u64,
    swap: u64,
    telemetry_bytes: u64,
    inspector: u64,
    pack: u64,
    cold: u64,
    /// Of what it weighs as a whole.
    update_percent: u64,
    /// Of fragments with a budget of their own.
    #[serde(default)]
    fragments: BTreeMap<String, u64>,
}

impl Budgets {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{}", path.display()))
    }

    /// What a fragment says of itself counts where nothing is said here.
    pub(super) fn or(mut self, stated: BTreeMap<String, u64>) -> Self {
        for (name, kib) in stated {
            self.fragments.entry(name).or_insert(kib);
        }
        self
    }

    pub(super) fn shell_bytes(&self) -> u64 {
        self.shell * 1024
    }

    pub(super) fn fragment_bytes(&self, name: &str) -> u64 {
        self.fragments.get(name).unwrap_or(&self.fragment) * 1024
    }

    pub(super) fn first_paint_bytes(&self) -> u64 {
        self.first_paint * 1024
    }

    pub(super) fn frame_page_bytes(&self) -> u64 {
        self.frame_page * 1024
    }

    pub(super) fn swap_bytes(&self) -> u64 {
        self.swap * 1024
    }

    pub(super) fn telemetry_bytes(&self) -> u64 {
        self.telemetry_bytes
    }

    pub(super) fn pack_bytes(&self) -> u64 {
        self.pack * 1024
    }

    pub(super) fn cold_bytes(&self) -> u64 {
        self.cold * 1024
    }

    /// What the update of a fragment may weigh that takes so much as a whole.
    pub(super) fn update_bytes(&self, full: u64) -> u64 {
        full * self.update_percent / 100
    }

    pub(super) fn inspector_bytes(&self) -> u64 {
        self.inspector * 1024
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One of each.
    pub(in crate::size) const BUDGETS: &str = "shell = 1\nfragment = 2\nfirst_paint = 3\nframe_page = 1\nswap = 1\n\
        telemetry_bytes = 1\ninspector = 1\npack = 1\ncold = 9\nupdate_percent = 20\n";

    #[test]
    fn the_projects_budgets_are_readable() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("budgets.toml");
        assert!(Budgets::read(&path).unwrap().shell_bytes() >= 1024);
    }

    #[test]
    fn a_fragment_may_have_a_budget_of_its_own() {
        let budgets: Budgets = toml::from_str(&format!("{BUDGETS}[fragments]\nwallet = 4\n")).unwrap();
        assert_eq!(budgets.update_bytes(44_009), 8801);
        assert_eq!((budgets.fragment_bytes("wallet"), budgets.fragment_bytes("live")), (4096, 2048));
        let stated = [("wallet".to_owned(), 9), ("live".to_owned(), 3)];
        let budgets = budgets.or(stated.into());
        assert_eq!((budgets.fragment_bytes("wallet"), budgets.fragment_bytes("live")), (4096, 3072));
    }

    #[test]
    fn a_misspelt_budget_is_refused() {
        assert!(toml::from_str::<Budgets>("shell = 1\nfragment = 1\nfirstpaint = 1\n").is_err());
    }
}
