//! Native tests of fragments without Rust: what `node --test` finds in their folders.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::counts::Counts;
use crate::process::{Finished, quiet_program, run};
use crate::terminal::Step;

/// What marks a file as a test.
const SUFFIX: &str = ".test.mjs";

/// Whether a folder is such a fragment and has tests.
pub(super) fn has_some(folder: &Path) -> bool {
    let tests = std::fs::read_dir(folder.join("tests"));
    let mut entries = tests.into_iter().flatten().flatten();
    !folder.join("Cargo.toml").is_file() && entries.any(|entry| entry.file_name().to_string_lossy().ends_with(SUFFIX))
}

/// Runs those of one folder whose name contains the filter.
///
/// # Errors
/// Node can't be started.
pub(super) fn of(folder: &PathBuf, filter: Option<&str>, step: &Step) -> Result<(Counts, Finished)> {
    let mut node = quiet_program("node");
    node.args(["--test", "--test-reporter=tap"]).current_dir(folder);
    node.args(filter.map(|name| format!("--test-name-pattern={name}")));
    let finished = run(&mut node, step)?;
    let mut counts = Counts::of_tap(&finished.output);
    if !finished.status.success() {
        counts = counts.at_least_one_failed();
    }
    Ok((counts, finished))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Terminal;

    #[test]
    fn tests_are_found_run_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tests")).unwrap();
        assert!(!has_some(folder.path()));
        let test = "import test from 'node:test'; test('good one', () => {}); test('bad one', () => { throw 1; });";
        std::fs::write(folder.path().join("tests/a.test.mjs"), test).unwrap();
        assert!(has_some(folder.path()));
        let counts = |filter| {
            let step = Terminal::detect().step("Running");
            let (counts, _) = of(&folder.path().to_owned(), filter, &step).unwrap();
            step.done("");
            counts
        };
        assert_eq!(counts(None), Counts { passed: 1, failed: 1 });
        assert_eq!(counts(Some("good")), Counts { passed: 1, failed: 0 });
    }
}
