//! How many tests passed and failed, read off what the runners print.

use std::fmt;
use std::ops::AddAssign;

/// A sum of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl Counts {
    /// nextest: `Summary [ 1.2s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 7 skipped`.
    /// Whatever did not pass counts as failed: a test that timed out, or one that was not run
    /// because the run was cut short (`3/5 tests run`).
    pub(super) fn of_nextest(output: &str) -> Option<Self> {
        let summary = output.lines().rev().find_map(|line| line.trim_start().strip_prefix("Summary ["))?;
        let (_, summary) = summary.split_once(']')?;
        let (run, results) = summary.split_once(" run:")?;
        let run = run.trim().trim_end_matches("tests").trim_end_matches("test").trim();
        let all: u64 = run.rsplit('/').next()?.parse().ok()?;
        let passed = before_word(results, "passed");
        Some(Self { passed, failed: all.saturating_sub(passed) })
    }

    /// libtest and wasm-bindgen: each `test result: ok. 3 passed; 0 failed; …`, summed.
    pub(super) fn of_libtest(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            if let Some(result) = line.trim_start().strip_prefix("test result: ") {
                sum += Self { passed: before_word(result, "passed"), failed: before_word(result, "failed") };
            }
        }
        sum
    }

    /// Node's summary in TAP: `# pass 3`, `# fail 1`, `# cancelled 0`.
    pub(super) fn of_tap(output: &str) -> Self {
        let said = |word: &str| -> u64 {
            let line = |line: &str| line.strip_prefix("# ")?.strip_prefix(word)?.trim().parse().ok();
            output.lines().rev().find_map(line).unwrap_or(0)
        };
        Self { passed: said("pass "), failed: said("fail ") + said("cancelled ") }
    }

    /// A run that failed without a failed test: it did not compile, or the runner broke.
    pub(super) fn at_least_one_failed(mut self) -> Self {
        self.failed = self.failed.max(1);
        self
    }
}

/// The number that stands before a word.
fn before_word(text: &str, word: &str) -> u64 {
    let words = text.split_whitespace().map(|word| word.trim_matches([',', ';', '.', '(', ')'])).collect::<Vec<_>>();
    let found = words.windows(2).find(|pair| pair[1] == word);
    found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nextest(summary: &str) -> Option<Counts> {
        Counts::of_nextest(&format!("  PASS [ 0.1s] a b\n------------\n     Summary [   1.234s] {summary}\n  FAIL x\n"))
    }

    #[test]
    fn nextests_summary_is_read() {
        assert_eq!(nextest("214 tests run: 214 passed, 3 skipped"), Some(Counts { passed: 214, failed: 0 }));
        assert_eq!(nextest("1 test run: 1 passed, 0 skipped"), Some(Counts { passed: 1, failed: 0 }));
        assert_eq!(
            nextest("5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 0 skipped"),
            Some(Counts { passed: 3, failed: 2 })
        );
        assert_eq!(nextest("2/9 tests run: 1 passed, 1 failed, 0 skipped"), Some(Counts { passed: 1, failed: 8 }));
        assert_eq!(nextest("0 tests run: 0 passed, 214 skipped"), Some(Counts::default()));
        assert_eq!(Counts::of_nextest("error: could not compile"), None);
    }

    #[test]
    fn libtests_results_are_summed() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(Counts::of_libtest(output), Counts { passed: 5, failed: 1 });
        assert_eq!(
            Counts::of_libtest("error: could not compile").at_least_one_failed(),
            Counts { passed: 0, failed: 1 }
        );
    }

    #[test]
    fn nodes_summary_is_read() {
        let output =
            "TAP version 13\n# pass the salt\nok 1 - a\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(Counts::of_tap(output), Counts { passed: 3, failed: 2 });
        assert_eq!(Counts::of_tap("node: not found"), Counts::default());
    }

    #[test]
    fn the_last_line_is_what_the_callers_read() {
        assert_eq!(Counts { passed: 214, failed: 0 }.to_string(), "214 passed, 0 failed");
    }
}
