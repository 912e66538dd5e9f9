//! The budgets, from croupier/budgets.toml.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// KiB after brotli 11.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Budgets {
    shell: u64,
    fragment: u64,
    first_paint: u64,
    /// What a fragment over its budget may weigh meanwhile.
    #[serde(default)]
    debts: BTreeMap<String, u64>,
}

impl Budgets {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{}", path.display()))
    }

    pub(super) fn shell_bytes(&self) -> u64 {
        self.shell * 1024
    }

    pub(super) fn fragment_bytes(&self) -> u64 {
        self.fragment * 1024
    }

    pub(super) fn first_paint_bytes(&self) -> u64 {
        self.first_paint * 1024
    }

    /// What a part may weigh although it is over its budget.
    pub(super) fn debt_bytes(&self, part: &str) -> Option<u64> {
        self.debts.get(part).map(|kib| kib * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_budgets_are_readable() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("budgets.toml");
        assert!(Budgets::read(&path).unwrap().shell_bytes() >= 1024);
    }

    #[test]
    fn a_misspelt_budget_is_refused() {
        assert!(toml::from_str::<Budgets>("shell = 1\nfragment = 1\nfirstpaint = 1\n").is_err());
    }
}
