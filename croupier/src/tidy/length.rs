//! A file is one idea. One that grew past all reading has become two.

use super::{Finding, Source};

/// Past this it is refused.
const MOST: usize = 600;
/// Past this it is worth a thought.
const MANY: usize = 300;

/// Files that are too long.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let long = lengths(sources).filter(|(_, lines)| *lines > MOST);
    long.map(|(source, lines)| {
        Finding::new(&source.path, format!("has {lines} lines; {MOST} is the most. Split it by meaning"))
    })
    .collect()
}

/// Files that are on their way there.
pub(super) fn growing(sources: &[Source]) -> Vec<String> {
    let growing = lengths(sources).filter(|(_, lines)| *lines > MANY && *lines <= MOST);
    growing.map(|(source, lines)| format!("{} has {lines} lines", source.path)).collect()
}

fn lengths(sources: &[Source]) -> impl Iterator<Item = (&Source, usize)> {
    let is_code = |source: &&Source| [".rs", ".js", ".mjs"].iter().any(|ending| source.path.ends_with(ending));
    sources.iter().filter(is_code).map(|source| (source, source.text.lines().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_refused_past_the_limit_and_noted_before() {
        let file = |lines: usize| [Source { path: "a.rs".into(), text: "x\n".repeat(lines) }];
        assert!(check(&file(600)).is_empty());
        assert_eq!(check(&file(601)).len(), 1);
        assert!(growing(&file(300)).is_empty());
        assert_eq!(growing(&file(301)).len(), 1);
    }

    #[test]
    fn a_script_of_the_page_is_held_to_it_as_well() {
        let found = |path: &str| check(&[Source { path: path.into(), text: "x\n".repeat(601) }]).len();
        assert_eq!((found("shell/page/edge.js"), found("shell/page/swap.mjs"), found("wallet/ledger.sql")), (1, 1, 0));
    }
}
