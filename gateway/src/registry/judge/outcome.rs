//! What becomes of a canary by what was decided of it, and the reason that the log gets. Pure.
//!
//! **Architecture invariant:** what was seen in some markets is nobody's verdict on the others.

use contract::registry::{Audience, EVERYBODY_PERMILLE};
use verdict::{ALARM, Decision, Evidence, Measure};

use super::super::desk::Outcome;

/// As far as a canary for some markets comes by itself.
const EVERYBODY_THERE: Outcome = Outcome::Widen(EVERYBODY_PERMILLE);

/// What follows for a canary with this audience, if anything does.
pub(super) fn follows(decision: Decision, audience: &Audience) -> Option<Outcome> {
    match decision {
        Decision::Wait => None,
        Decision::RollBack => Some(Outcome::End),
        Decision::Raise(share_permille) => Some(Outcome::Widen(share_permille.into())),
        Decision::Promote if audience.markets.is_empty() => Some(Outcome::Promote),
        Decision::Promote => (audience.share_permille < EVERYBODY_PERMILLE).then_some(EVERYBODY_THERE),
    }
}

/// The numbers that a decision goes by.
pub(super) fn reason(outcome: Outcome, evidence: &Evidence) -> String {
    let told = |measure: Measure| {
        let [(of, bad), (of_stable, stable_bad)] = evidence.counts(measure);
        format!("{bad} {} of {of}, and {stable_bad} of {of_stable} of the stable release", measure.name())
    };
    let mut numbers = told(Measure::Crashes);
    let worst = evidence.worst();
    if outcome == Outcome::End && worst != Measure::Crashes {
        numbers = format!("{}; {numbers}", told(worst));
    }
    let says = if outcome == Outcome::End { "it does worse" } else { "it does not do worse" };
    let then = if outcome == EVERYBODY_THERE { "; everybody there; promote it for all markets" } else { "" };
    format!("{says}: {numbers}; e-value {:.2}, alarm at {ALARM}{then}", evidence.worth())
}

#[cfg(test)]
mod tests {
    use super::*;
    use verdict::Tally;

    #[test]
    fn a_canary_for_some_markets_is_everybodys_there_and_no_more() {
        let of = |share_permille, markets: &[&str]| {
            let markets = markets.iter().map(ToString::to_string).collect();
            follows(Decision::Promote, &Audience { share_permille, markets })
        };
        assert_eq!(of(250, &[]), Some(Outcome::Promote));
        assert_eq!(of(250, &["de"]), Some(Outcome::Widen(1000)));
        assert_eq!(of(1000, &["de"]), None);
        let german = Audience { share_permille: 50, markets: vec!["de".into()] };
        assert_eq!(follows(Decision::Raise(250), &german), Some(Outcome::Widen(250)));
        assert_eq!(follows(Decision::RollBack, &german), Some(Outcome::End));
        assert_eq!(follows(Decision::Wait, &german), None);
    }

    #[test]
    fn a_reason_tells_the_numbers_that_it_goes_by() {
        let tally = |mounts, crashes, failed| {
            let mut tally = Tally { crashes, failed, ..Tally::default() };
            tally.mounts.0[2] = mounts;
            tally
        };
        let mut evidence = Evidence::default();
        evidence.look(tally(20, 12, 0), tally(300, 1, 0));
        let text = reason(Outcome::End, &evidence);
        let numbers = "12 crashes of 20, and 1 of 300 of the stable release";
        assert!(text.starts_with(&format!("it does worse: {numbers}; e-value ")), "{text}");
        evidence = Evidence::default();
        evidence.look(tally(20, 0, 40), tally(300, 1, 1));
        let text = reason(Outcome::End, &evidence);
        assert!(text.contains("40 failed loads of 60, and 1 of 301 of the stable release; 0 crashes"), "{text}");
        let good = |outcome| reason(outcome, &Evidence::default());
        assert!(good(Outcome::Promote).starts_with("it does not do worse: 0 crashes of 0"));
        assert!(good(Outcome::Widen(250)).ends_with(", alarm at 101"));
        assert!(good(EVERYBODY_THERE).ends_with(", alarm at 101; everybody there; promote it for all markets"));
    }
}
