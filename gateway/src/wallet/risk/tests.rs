//! The house's rules at their boundaries, and what holds of any rules.

use super::decide::{Verdict, decide};
use super::facts::Facts;
use super::rules::Rules;
use contract::money::Currency;
use contract::risk::Outcome;
use proptest::prelude::*;

fn euros(amount_minor: i64) -> Facts {
    Facts::unremarkable(Currency::Eur, amount_minor)
}

fn decided(facts: &Facts) -> (Outcome, Vec<String>) {
    let Verdict { outcome, reasons } = decide(&Rules::house().expect("the data is good"), facts);
    (outcome, reasons.into_iter().map(|reason| reason.rule).collect())
}

/// One more, or one less, and the rule no longer holds.
#[track_caller]
fn at_its_boundary(rule: &str, outcome: Outcome, holds: &Facts, not: &Facts) {
    assert_eq!(decided(holds), (outcome, vec![rule.to_owned()]), "{holds:?}");
    assert!(!decided(not).1.iter().any(|name| name == rule), "{rule} {not:?}");
}

#[test]
fn whoever_does_nothing_special_is_paid() {
    assert_eq!(decided(&euros(49_999)), (Outcome::Allow, vec![]));
    let regular = Facts {
        day_withdrawals: 3,
        day_withdrawn_minor: 100_000,
        deposited_minor: 400_000,
        staked_minor: 900_000,
        bonus_minor: 5_000,
        hedged_percent: 10,
        opposed_rounds: 2,
        device_hours: Some(24),
        password_hours: Some(24),
        ..euros(300_000)
    };
    assert_eq!(decided(&regular), (Outcome::Allow, vec![]));
}

#[test]
fn a_large_amount_at_once_or_in_parts() {
    at_its_boundary("large-amount", Outcome::Hold, &euros(500_000), &euros(499_999));
    let parts = |before| Facts { day_withdrawals: 1, day_withdrawn_minor: before, ..euros(100_000) };
    at_its_boundary("large-amount-in-parts", Outcome::Hold, &parts(400_000), &parts(399_999));
    for (currency, large) in [(Currency::Jpy, 750_000), (Currency::Kwd, 1_500_000), (Currency::Usd, 500_000)] {
        let of = |amount_minor| decided(&Facts::unremarkable(currency, amount_minor)).0;
        assert_eq!((of(large), of(large - 1)), (Outcome::Hold, Outcome::Allow), "{currency:?}");
    }
}

#[test]
fn many_withdrawals() {
    let day = |day_withdrawals| Facts { day_withdrawals, ..euros(100) };
    at_its_boundary("many-withdrawals", Outcome::Hold, &day(20), &day(19));
    let week = |week_withdrawals| Facts { week_withdrawals, ..euros(100) };
    at_its_boundary("many-withdrawals", Outcome::Hold, &week(60), &week(59));
}

#[test]
fn paid_in_and_out_again() {
    let played = |staked_minor| Facts { deposited_minor: 50_000, staked_minor, ..euros(50_000) };
    at_its_boundary("hardly-played", Outcome::Hold, &played(49_999), &played(50_000));
    assert_eq!(decided(&Facts { deposited_minor: 49_999, ..euros(50_000) }).0, Outcome::Allow);
    assert_eq!(decided(&Facts { deposited_minor: 50_000, ..euros(49_999) }).0, Outcome::Allow);
}

#[test]
fn what_is_new_about_the_account() {
    let young = |account_hours| Facts { account_hours, ..euros(250_000) };
    at_its_boundary("new-account", Outcome::Hold, &young(23), &young(24));
    let device = |hours| Facts { device_hours: hours, ..euros(50_000) };
    at_its_boundary("new-device", Outcome::Hold, &device(Some(23)), &device(Some(24)));
    at_its_boundary("new-device", Outcome::Hold, &Facts { place_hours: Some(0), ..euros(50_000) }, &device(None));
    let password = |hours| Facts { password_hours: hours, ..euros(50_000) };
    at_its_boundary("changed-account", Outcome::Hold, &password(Some(23)), &password(Some(24)));
    at_its_boundary(
        "changed-account",
        Outcome::Hold,
        &Facts { contact_hours: Some(0), ..euros(50_000) },
        &password(None),
    );
}

#[test]
fn an_account_that_somebody_else_may_have_is_locked_at_any_amount() {
    let taken = |hours| Facts { device_hours: Some(2), password_hours: Some(hours), ..euros(1) };
    at_its_boundary("taken-over", Outcome::Lock, &taken(23), &taken(24));
    let (outcome, reasons) = decided(&Facts { amount_minor: 50_000, ..taken(1) });
    assert_eq!(outcome, Outcome::Lock, "the gravest of all that hold");
    assert_eq!(reasons, ["new-device", "changed-account", "taken-over"]);
}

#[test]
fn patterns_of_play() {
    let hedged = |hedged_percent| Facts { bonus_minor: 1, hedged_percent, ..euros(100) };
    at_its_boundary("bonus-without-risk", Outcome::Hold, &hedged(50), &hedged(49));
    assert_eq!(decided(&Facts { hedged_percent: 100, ..euros(100) }).0, Outcome::Allow, "there was no bonus");
    let opposed = |opposed_rounds| Facts { opposed_rounds, ..euros(100) };
    at_its_boundary("opposite-bets", Outcome::Hold, &opposed(10), &opposed(9));
    at_its_boundary("opposite-bets", Outcome::Hold, &opposed(29), &opposed(30));
    at_its_boundary("collusion", Outcome::Lock, &opposed(30), &opposed(29));
}

#[test]
fn a_locked_account_waits_whatever_the_rules_say() {
    let none = Rules::read("version = 'none'").expect("no rules are rules");
    let verdict = decide(&none, &Facts { locked: true, ..euros(1) });
    assert_eq!((verdict.outcome, verdict.reasons[0].rule.as_str()), (Outcome::Hold, "locked"));
    assert_eq!(decide(&none, &euros(1)).outcome, Outcome::Allow);
}

#[test]
fn a_rule_that_cannot_be_answered_asks_for_a_person() {
    let text = "version = '1'\n[[rule]]\nname = 'sum'\nwhen = 'amount_minor + 9223372036854775800 < 0'\n\
                outcome = 'lock'\nreason = 'r'";
    let rules = Rules::read(text).expect("it can be answered for small amounts");
    assert_eq!(decide(&rules, &euros(7)).outcome, Outcome::Allow);
    let verdict = decide(&rules, &euros(8));
    assert_eq!(verdict.outcome, Outcome::Hold);
    assert!(verdict.reasons[0].text.contains("can't be answered"), "{:?}", verdict.reasons);
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let minor = || 0..1_000_000_i64;
    let since = || prop::option::of(0..50_i64);
    let money = (minor(), minor(), minor(), minor(), minor());
    let counts = (0..70_i64, 0..70_i64, 0..101_i64, 0..40_i64, 0..50_i64);
    let times = (since(), since(), since(), since(), since());
    (money, counts, times, any::<bool>(), prop::sample::select(Currency::ALL)).prop_map(
        |(money, counts, times, locked, currency)| Facts {
            cash_minor: money.1,
            locked,
            day_withdrawals: counts.0,
            day_withdrawn_minor: money.2,
            week_withdrawals: counts.1,
            week_withdrawn_minor: money.2,
            withdrawal_hours: times.0,
            deposited_minor: money.3,
            staked_minor: money.4,
            bonus_minor: money.1,
            account_hours: counts.4,
            device_hours: times.1,
            place_hours: times.2,
            password_hours: times.3,
            contact_hours: times.4,
            hedged_percent: counts.2,
            opposed_rounds: counts.3,
            ..Facts::unremarkable(currency, money.0 + 1)
        },
    )
}

proptest! {
    #[test]
    fn the_same_inputs_are_the_same_decision(facts in any_facts()) {
        let (rules, again) = (Rules::house().unwrap(), Rules::house().unwrap());
        let verdict = decide(&rules, &facts);
        let kept: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        prop_assert_eq!(&kept, &facts);
        prop_assert_eq!(&decide(&again, &kept), &verdict);
        let gravest = verdict.reasons.iter().map(|reason| reason.outcome).max();
        prop_assert_eq!(verdict.outcome, gravest.unwrap_or(Outcome::Allow));
        prop_assert!(!facts.locked || verdict.outcome >= Outcome::Hold);
    }

    #[test]
    fn a_larger_amount_is_never_decided_more_mildly(facts in any_facts(), more in 1..1_000_000_i64) {
        let rules = Rules::house().unwrap();
        let larger = Facts { amount_minor: facts.amount_minor + more, ..facts.clone() };
        prop_assert!(decide(&rules, &larger).outcome >= decide(&rules, &facts).outcome);
    }
}
