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
    sources.iter().filter(|source| source.path.ends_with(".rs")).map(|source| (source, source.text.lines().count()))
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
}
