//! Every package takes the workspace's lints: one that forgot would be checked by nothing.

use super::{Finding, Source};

/// The manifests without them.
pub(super) fn check(manifests: &[Source]) -> Vec<Finding> {
    let takes_lints = |manifest: &Source| {
        let parsed: Option<toml::Table> = toml::from_str(&manifest.text).ok();
        parsed.and_then(|table| table.get("lints")?.get("workspace")?.as_bool()) == Some(true)
    };
    let without = manifests.iter().filter(|manifest| !takes_lints(manifest));
    without.map(|manifest| Finding::new(&manifest.path, "lacks `[lints]` with `workspace = true`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_the_lints_is_found() {
        let manifest = |text: &str| [Source { path: "apps/wallet/Cargo.toml".into(), text: text.into() }];
        assert!(check(&manifest("[package]\nname = \"a\"\n[lints]\nworkspace = true\n")).is_empty());
        assert_eq!(check(&manifest("[package]\nname = \"a\"\n")).len(), 1);
        assert_eq!(check(&manifest("# [lints]\n# workspace = true\n")).len(), 1);
        assert_eq!(check(&manifest("[lints]\nworkspace = false\n")).len(), 1);
    }
}
