//! From facts and rules to a decision. Pure: the same of both, the same decision.

use super::facts::Facts;
use super::rules::Rules;
use contract::risk::{Outcome, Reason};

/// The reason that no file has to give: an operator, or a rule before, has locked the player's withdrawals.
const LOCKED: &str = "locked";

/// What is to be done, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The gravest outcome of all reasons.
    pub(super) outcome: Outcome,
    /// Every rule that holds, in the order of the rules.
    pub(super) reasons: Vec<Reason>,
}

/// Asks every rule. One that can't be answered asks for a person.
pub(super) fn decide(rules: &Rules, facts: &Facts) -> Verdict {
    let context = rules.context(facts);
    let mut reasons = Vec::new();
    if facts.locked {
        let text = "The player's withdrawals are locked.".to_owned();
        reasons.push(Reason { rule: LOCKED.into(), outcome: Outcome::Hold, text });
    }
    for rule in &rules.rules {
        let (outcome, text) = match rule.holds(&context) {
            Ok(false) => continue,
            Ok(true) => (rule.outcome, rule.reason.clone()),
            Err(error) => (Outcome::Hold, format!("The rule can't be answered: {error}.")),
        };
        reasons.push(Reason { rule: rule.name.clone(), outcome, text });
    }
    let outcome = reasons.iter().map(|reason| reason.outcome).max().unwrap_or(Outcome::Allow);
    Verdict { outcome, reasons }
}
