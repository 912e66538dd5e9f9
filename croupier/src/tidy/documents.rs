//! ARCHITECTURE.md tells the truth: it names every package and no path that is not there.

use std::collections::BTreeSet;

use super::Finding;

/// The document and what it can be held against.
#[derive(Debug)]
pub(super) struct Document {
    /// None if there is no such file.
    pub(super) text: Option<String>,
    /// The members' folders: `apps/wallet`.
    pub(super) members: Vec<String>,
    /// Every file and folder, from the root.
    pub(super) paths: BTreeSet<String>,
}

/// Members that are not named, and paths that are not there.
pub(super) fn check(document: &Document) -> Vec<Finding> {
    let place = "ARCHITECTURE.md";
    let Some(text) = &document.text else { return vec![Finding::new(place, "is missing")] };
    let mut findings = Vec::new();
    // Of the fragments one line tells what all of them are: a new one writes nothing into anybody's document.
    let is_told = |member: &str| names(text, member) || member.starts_with("apps/") && text.contains("`apps/*`");
    for member in document.members.iter().filter(|member| !is_told(member)) {
        findings.push(Finding::new(place, format!("does not name {member}")));
    }
    for (index, line) in text.lines().enumerate() {
        for path in mentioned(line, &document.paths) {
            if !document.paths.contains(path) {
                findings.push(Finding::new(
                    format!("{place}:{}", index + 1),
                    format!("names {path}, which does not exist"),
                ));
            }
        }
    }
    findings
}

/// Whether the path stands there, and not only as the beginning of a longer one.
fn names(text: &str, member: &str) -> bool {
    let is_path = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    text.match_indices(member).any(|(at, _)| {
        let rest = text[at + member.len()..].trim_start_matches('/');
        !text[..at].ends_with(is_path) && !rest.starts_with(|c: char| c.is_alphanumeric() || "_-".contains(c))
    })
}

/// The paths in a line: words in backticks that begin with a top-level folder of the project and
/// a slash.
fn mentioned<'t>(line: &'t str, paths: &BTreeSet<String>) -> Vec<&'t str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| {
            let top = word.split('/').next().unwrap_or_default();
            // A pattern or an example is no path.
            word.contains('/') && paths.contains(top) && !word.contains(['*', '<', '{', ' ', '…', ':'])
        })
        .map(|word| word.trim_end_matches('/'))
        .filter(|word| !is_product(word))
        .collect()
}

/// What tools make is not in a fresh clone.
fn is_product(path: &str) -> bool {
    ["target", "data"].iter().any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: Option<&str>) -> Vec<String> {
        let paths = ["apps", "apps/wallet", "apps/wallet/src/lib.rs", "gateway", "shared", "shared/ui", "target"];
        let document = Document {
            text: text.map(str::to_owned),
            members: vec!["apps/wallet".into(), "gateway".into()],
            paths: paths.iter().map(ToString::to_string).collect(),
        };
        check(&document).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_truth_has_no_finding() {
        let text = "`apps/wallet/` and `gateway`; `apps/wallet/src/lib.rs`, `shared/ui`, `apps/*/src`, `target/floor/x`, `a/b`";
        assert_eq!(checked(Some(text)), Vec::<String>::new());
    }

    #[test]
    fn one_line_may_tell_of_all_fragments() {
        assert_eq!(checked(Some("`apps/*` and `gateway`")), Vec::<String>::new());
        assert_eq!(checked(Some("`apps/*`")), ["ARCHITECTURE.md: does not name gateway"]);
    }

    #[test]
    fn what_is_gone_and_what_is_left_out_are_found() {
        assert_eq!(checked(None), ["ARCHITECTURE.md: is missing"]);
        assert_eq!(checked(Some("`apps/wallet`")), ["ARCHITECTURE.md: does not name gateway"]);
        assert_eq!(
            checked(Some("`apps/wallets` gateway")),
            [
                "ARCHITECTURE.md: does not name apps/wallet",
                "ARCHITECTURE.md:1: names apps/wallets, which does not exist"
            ]
        );
    }
}
