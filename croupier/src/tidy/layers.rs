//! Who may depend on whom, directly and through others.

use super::Finding;
use super::graph::Graph;

/// Where a package runs: which of the two graphs counts. On the server's platform a crate such
/// as reqwest has no web-sys, in the browser it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Native,
    Browser,
    Both,
}

struct Layer {
    package: &'static str,
    runs: Runs,
    /// The packages of this project that it may be built on.
    ours: &'static [&'static str],
    /// What else must not be in it, at any depth.
    never: &'static [&'static str],
}

/// What a server has and a page must not.
const SERVER: &[&str] = &["tokio", "axum", "rusqlite", "reqwest"];
/// What a page has and a server must not.
const PAGE: &[&str] = &["leptos", "web-sys"];
const EITHER: &[&str] = &["leptos", "web-sys", "tokio", "axum"];
const EITHER_BUT_WEB_SYS: &[&str] = &["leptos", "tokio", "axum"];
const FRAGMENT: &[&str] = &["contract", "fragment", "js-wire", "ui"];

/// Whatever lies in `apps`.
const ANY_FRAGMENT: Layer = Layer { package: "", runs: Runs::Browser, ours: FRAGMENT, never: SERVER };

const LAYERS: &[Layer] = &[
    Layer { package: "contract", runs: Runs::Both, ours: &[], never: EITHER },
    Layer { package: "js-wire", runs: Runs::Browser, ours: &["contract"], never: EITHER_BUT_WEB_SYS },
    Layer { package: "fragment", runs: Runs::Browser, ours: &["contract", "js-wire"], never: SERVER },
    Layer { package: "ui", runs: Runs::Browser, ours: &["contract", "fragment", "js-wire"], never: SERVER },
    // No UI framework either: the shell is the first thing that every player downloads.
    Layer { package: "shell", runs: Runs::Browser, ours: &["contract", "js-wire"], never: EITHER_BUT_WEB_SYS },
    Layer { package: "panicking", runs: Runs::Browser, ours: FRAGMENT, never: SERVER },
    Layer { package: "rogue", runs: Runs::Browser, ours: FRAGMENT, never: SERVER },
    Layer { package: "rogue-yew", runs: Runs::Browser, ours: FRAGMENT, never: SERVER },
    Layer {
        package: "gateway",
        runs: Runs::Native,
        ours: &["contract", "delivery", "release", "verdict"],
        never: PAGE,
    },
    Layer { package: "provider", runs: Runs::Native, ours: &["contract"], never: PAGE },
    Layer { package: "delivery", runs: Runs::Native, ours: &["contract"], never: EITHER },
    Layer { package: "release", runs: Runs::Native, ours: &["contract"], never: EITHER },
    Layer { package: "verdict", runs: Runs::Native, ours: &[], never: EITHER },
    Layer { package: "croupier", runs: Runs::Native, ours: &["contract", "delivery", "release"], never: EITHER },
    Layer { package: "scenarios", runs: Runs::Native, ours: &["contract"], never: &["leptos"] },
];

/// Every forbidden path, and every member that has no place in the table.
pub(super) fn check(native: &Graph, browser: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &native.members {
        let any = native.fragments.contains(member).then_some(&ANY_FRAGMENT);
        let Some(layer) = LAYERS.iter().find(|layer| layer.package == member).or(any) else {
            findings
                .push(Finding::new(member, "has no line in croupier/src/tidy/layers.rs: say what it may depend on"));
            continue;
        };
        let forbidden = native.members.iter().map(String::as_str);
        let forbidden = forbidden.filter(|other| other != member && !layer.ours.contains(other));
        for package in forbidden.chain(layer.never.iter().copied()) {
            let graphs = match layer.runs {
                Runs::Native => [Some(native), None],
                Runs::Browser => [None, Some(browser)],
                Runs::Both => [Some(native), Some(browser)],
            };
            if let Some(path) = graphs.into_iter().flatten().find_map(|graph| graph.path(member, package)) {
                findings.push(Finding::new(member, format!("must not depend on {package}: {}", path.join(" → "))));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: &[&str] = &["contract", "fragment", "gateway", "shell", "ui", "wallet", "promotions"];

    fn checked(change: &str) -> Vec<String> {
        let mut lines = vec![
            "contract:",
            "fragment: contract leptos",
            "ui: contract fragment",
            "wallet: contract fragment ui",
            "promotions: fragment ui",
            "shell: contract web-sys",
            "gateway: contract axum",
            "axum: tokio",
            "leptos: web-sys",
            "web-sys:",
            "tokio:",
        ];
        let name = change.split(':').next().unwrap_or_default();
        lines.retain(|line| line.split(':').next() != Some(name));
        lines.push(change);
        let mut graph = Graph::of(MEMBERS, &lines);
        graph.fragments = ["wallet", "promotions"].map(str::to_owned).into();
        check(&graph, &graph).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_layers_as_they_should_be_have_no_finding() {
        assert_eq!(checked("tokio:"), Vec::<String>::new());
    }

    #[test]
    fn each_planted_violation_is_found_with_its_path() {
        for (change, path) in [
            // 1. The contract is pure.
            ("contract: leptos", "contract → leptos"),
            ("contract: ui", "contract → ui"),
            // 2. A fragment knows no other fragment, no shell, no gateway.
            ("wallet: ui promotions", "wallet → promotions"),
            ("wallet: ui shell", "wallet → shell"),
            ("ui: fragment gateway", "wallet → ui → gateway"),
            // 3. The shell links no fragment.
            ("shell: contract wallet", "shell → wallet"),
            ("shell: contract leptos", "shell → leptos"),
            // 4. The gateway has no page in it.
            ("axum: tokio web-sys", "gateway → axum → web-sys"),
            ("gateway: contract leptos", "gateway → leptos"),
        ] {
            let findings = checked(change);
            assert!(findings.iter().any(|finding| finding.ends_with(&format!(": {path}"))), "{change}: {findings:?}");
        }
    }

    #[test]
    fn a_member_without_a_layer_is_found() {
        let graph = Graph::of(&["newcomer"], &["newcomer:"]);
        assert!(check(&graph, &graph)[0].to_string().starts_with("newcomer: has no line"));
    }
}
