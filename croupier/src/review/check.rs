//! What the rules say of a candidate, in lines and as JSON.

use console::{StyledObject, style};
use release::{Candidate, Finding, Live, Platform, Rule, Weight};
use serde::Serialize;

use super::live::Surroundings;
use super::read::OnDisk;
use crate::accessibility::Violation;

/// Whether one fragment can ship, and why.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) can_ship: bool,
    /// Every rule, also those that nothing is wrong with.
    checks: Vec<Check>,
    /// What keeps somebody from using it; none if nobody has looked.
    accessibility: Option<Vec<Violation>>,
}

#[derive(Debug, Serialize)]
struct Check {
    rule: Rule,
    /// What holds.
    says: &'static str,
    findings: Vec<Finding>,
}

impl Verdict {
    pub(super) fn of(packed: &OnDisk, budget_bytes: u64, around: &Surroundings) -> Self {
        let candidate = Candidate {
            release: &packed.release,
            module: release::audit(&packed.entry),
            wasm: packed.wasm.as_deref(),
            brotli_bytes: packed.counted_bytes(),
            budget_bytes,
        };
        let platform = Platform::of_this_build();
        let live = Live { releases: &around.releases, platform: &platform, operations: Some(&around.operations) };
        let mut findings = release::check(&candidate, &live);
        findings.extend(release::check_places(&packed.release.fragment, &around.layout, &around.releases));
        let of = |rule| findings.iter().filter(|finding| finding.rule == rule).cloned().collect();
        let checks = Rule::ALL.map(|rule| Check { rule, says: says(rule), findings: of(rule) });
        let fragment = &packed.release.fragment;
        Self {
            name: fragment.name.clone(),
            version: fragment.version.clone(),
            can_ship: !release::is_refused(&findings),
            checks: checks.into(),
            accessibility: None,
        }
    }

    /// Somebody has looked at it in a browser.
    pub(super) fn seen(&mut self, violations: Vec<Violation>) {
        self.can_ship &= violations.is_empty();
        self.accessibility = Some(violations);
    }

    /// A line for each rule, with what is wrong below it, and the last line is the verdict.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![format!("{} {}", self.name, self.version)];
        let mut refused = 0;
        for check in &self.checks {
            let fails = check.findings.iter().filter(|finding| finding.weight == Weight::Refused).count();
            refused += fails;
            lines.push(format!("  {} {}", mark(fails), check.says));
            for finding in &check.findings {
                let warning = if finding.weight == Weight::Warning { "note: " } else { "" };
                lines.push(format!("      {warning}{}", finding.problem));
                lines.push(format!("      → {}", finding.remedy));
            }
        }
        if let Some(violations) = &self.accessibility {
            refused += violations.len();
            lines.push(format!("  {} it can be used by everybody, as far as axe sees", mark(violations.len())));
            lines.extend(violations.iter().map(|violation| format!("      {}", violation.text())));
        }
        lines.push(match refused {
            0 => "can ship".to_owned(),
            1 => "can not ship: 1 reason".to_owned(),
            _ => format!("can not ship: {refused} reasons"),
        });
        lines.join("\n") + "\n"
    }
}

fn mark(fails: usize) -> StyledObject<&'static str> {
    if fails > 0 { style("✗").red() } else { style("✓").green() }
}

fn says(rule: Rule) -> &'static str {
    match rule {
        Rule::Abi => "the shell can mount it, and its bounds are in its binary",
        Rule::Browser => "it reaches of the browser what it is granted",
        Rule::Size => "it weighs what it may",
        Rule::Topics => "it understands what it hears on the bus, and is understood",
        Rule::Requests => "the API has what it may request",
        Rule::Slots => "its slots are its own",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::read::{on_disk, testing};
    use super::*;

    fn verdict(entry: &str, budget_bytes: u64) -> Verdict {
        verdict_in(&["happy-hour"], entry, budget_bytes)
    }

    fn verdict_in(layout: &[&str], entry: &str, budget_bytes: u64) -> Verdict {
        let floor = tempfile::tempdir().unwrap();
        let packed = on_disk(&testing::write(floor.path(), "happy-hour", "0.1.0-1", entry)).unwrap();
        let layout = layout.iter().map(|slot| ((*slot).to_owned(), BTreeSet::new())).collect();
        Verdict::of(&packed, budget_bytes, &Surroundings { releases: vec![], operations: vec![], layout })
    }

    #[test]
    fn each_rule_has_a_line_and_the_last_one_is_the_verdict() {
        let good = verdict("export function mount() {}", 4);
        assert!(good.can_ship);
        let text = good.text();
        assert_eq!((text.lines().count(), text.matches('✓').count()), (8, 6), "{text}");
        assert!(text.starts_with("happy-hour 0.1.0-1\n") && text.ends_with("\ncan ship\n"), "{text}");
    }

    #[test]
    fn a_slot_that_is_on_no_page_is_noted_and_ships() {
        let lost = verdict_in(&["wallet"], "export function mount() {}", 4);
        assert!(lost.can_ship && lost.text().contains("note: slots: \"happy-hour\" is on no page"), "{}", lost.text());
    }

    #[test]
    fn what_was_seen_in_a_browser_counts_and_what_nobody_has_looked_at_does_not() {
        let mut seen = verdict("export function mount() {}", 4);
        assert_eq!(serde_json::to_value(&seen).unwrap()["accessibility"], serde_json::Value::Null);
        seen.seen(vec![]);
        assert!(seen.can_ship && seen.text().contains("✓ it can be used by everybody"), "{}", seen.text());
        seen.seen(vec![Violation::testing("button-name")]);
        let text = seen.text();
        assert!(!seen.can_ship && text.ends_with("can not ship: 1 reason\n"), "{text}");
        assert!(text.contains("✗ it can be used by everybody, as far as axe sees\n      button-name: "), "{text}");
    }

    #[test]
    fn what_is_wrong_stands_below_its_rule_with_what_to_do() {
        let bad = verdict("export function mount() { fetch('/x') }", 3);
        assert!(!bad.can_ship);
        let text = bad.text();
        assert!(
            text.contains("✗ it reaches of the browser what it is granted\n      capabilities.browser: `fetch`"),
            "{text}"
        );
        assert!(text.contains("browser = [\"network\"]") && text.ends_with("can not ship: 2 reasons\n"), "{text}");
        let json = serde_json::to_value(&bad).unwrap();
        assert_eq!(json["can_ship"], false);
        assert_eq!(json["checks"][1]["findings"][0]["weight"], "refused");
    }
}
