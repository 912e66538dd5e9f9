//! Withdrawals decided by rules: paid, held or locked, each with its reasons kept.

use crate::place::Place;
use crate::support::{House, Page, START_MS, Sessions, World, problem};
use futures::future::join_all;
use gateway::clock::Clock;
use gateway::store::StoreError;
use serde_json::{Value, json};

/// Held from €100, locked from €500.
pub(crate) const RULES: &str = "version = 'test-1'
[[rule]]
name = 'much'
when = 'amount_minor >= 10000'
outcome = 'hold'
reason = 'Much.'
[[rule]]
name = 'very-much'
when = 'amount_minor >= 50000'
outcome = 'lock'
reason = 'Very much.'
";

impl World {
    /// What is kept of each decision: outcome, reasons, version, facts; in the order of the withdrawals.
    pub(crate) async fn decisions(&self) -> Vec<(String, Value, String, Value)> {
        let read = self.wallet.database().read(|sql| {
            sql.query_all(
                "SELECT d.outcome, d.reasons, w.version, d.facts FROM risk_decisions d
                 JOIN risk_rules w ON w.digest = d.rules ORDER BY d.withdrawal",
                &[],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
        });
        let rows: Vec<(String, String, String, String)> = read.await.map_err(|error: StoreError| error).unwrap();
        let json = |text: &str| serde_json::from_str(text).unwrap();
        rows.into_iter()
            .map(|(outcome, reasons, version, facts)| (outcome, json(&reasons), version, json(&facts)))
            .collect()
    }

    /// Cash and what is set aside.
    pub(crate) async fn cash_and_held(&self, page: &Page) -> (i64, i64) {
        let (cash, held, _) = self.holds(page).await;
        (cash, held)
    }
}

#[tokio::test]
async fn what_no_rule_holds_is_paid_at_once() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let paid = world.command(&page, "withdrawals", 9_999, "w").await;
    assert_eq!((paid.status.as_u16(), &paid.json()["balance"]["held_minor"]), (201, &json!(0)));
    assert_eq!(world.cash_and_held(&page).await, (90_001, 0));
    let decisions = world.decisions().await;
    let (outcome, reasons, version, facts) = &decisions[0];
    assert_eq!((outcome.as_str(), reasons, version.as_str()), ("allow", &json!([]), "test-1"));
    assert_eq!(
        (&facts["amount_minor"], &facts["cash_minor"], &facts["currency"]),
        (&json!(9_999), &json!(100_000), &json!("EUR"))
    );
    world.audited().await;
}

#[tokio::test]
async fn what_a_rule_holds_waits_and_the_player_is_told_no_more_than_that() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let held = world.command(&page, "withdrawals", 10_000, "w").await;
    assert_eq!(held.status, 201, "{}", held.text);
    assert_eq!(world.cash_and_held(&page).await, (90_000, 10_000));
    assert_eq!(world.command(&page, "withdrawals", 10_000, "w").await.text, held.text, "one decision for one key");
    let decisions = world.decisions().await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(decisions[0].0, "hold");
    assert_eq!(decisions[0].1, json!([{ "rule": "much", "outcome": "hold", "text": "Much." }]));
    let told = world.told(&page, "wallet.entry").await;
    let history = world.get(&page, "/api/wallet/history").await.text;
    for seen in [&held.text, &history, &json!(told).to_string()] {
        for secret in ["much", "Much", "rule", "reason", "outcome", "test-1"] {
            assert!(!seen.contains(secret), "{secret} in {seen}");
        }
    }
    let small = world.command(&page, "withdrawals", 100, "v").await.json();
    assert_eq!(small["balance"]["held_minor"], 10_000, "the next small one is paid");
    assert_eq!(world.cash_and_held(&page).await, (89_900, 10_000));
    world.audited().await;
}

#[tokio::test]
async fn after_a_lock_every_withdrawal_waits_and_play_goes_on() {
    let world = World::under(RULES);
    let page = world.demo().await;
    world.command(&page, "withdrawals", 50_000, "w").await;
    world.command(&page, "withdrawals", 1, "v").await;
    assert_eq!(world.cash_and_held(&page).await, (49_999, 50_001));
    let decisions = world.decisions().await;
    let rules: Vec<Vec<&str>> = decisions
        .iter()
        .map(|(_, reasons, ..)| reasons.as_array().unwrap().iter().map(|r| r["rule"].as_str().unwrap()).collect())
        .collect();
    assert_eq!(rules, [vec!["much", "very-much"], vec!["locked"]]);
    assert_eq!((decisions[0].0.as_str(), decisions[1].0.as_str()), ("lock", "hold"));
    let world = world.reopened().await;
    world.command(&page, "withdrawals", 1, "u").await;
    assert_eq!(world.cash_and_held(&page).await.1, 50_002, "a restart forgets nothing");
    assert_eq!(world.command(&page, "deposits", 500, "d").await.status, 201);
    let other = world.demo().await;
    world.command(&other, "withdrawals", 1, "w").await;
    assert_eq!(world.cash_and_held(&other).await, (99_999, 0), "others are not concerned");
    world.audited().await;
}

#[tokio::test]
async fn a_refused_withdrawal_is_no_decision_and_no_lock() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let refused = world.command(&page, "withdrawals", 100_001, "w").await;
    assert_eq!(refused.problem(), problem(422, "insufficient-funds", Some("amount_minor")));
    assert!(world.decisions().await.is_empty());
    world.command(&page, "withdrawals", 1, "v").await;
    assert_eq!(world.cash_and_held(&page).await, (99_999, 0), "nothing was locked");
}

#[tokio::test]
async fn withdrawals_at_once_are_decided_one_after_the_other() {
    // The fourth within a day waits, whichever it is.
    let rules = "version = '1'\n[[rule]]\nname = 'many'\nwhen = 'day_withdrawals >= 3'\noutcome = 'hold'\nreason = 'r'";
    let world = World::under(rules);
    let page = world.demo().await;
    let keys: Vec<String> = (0..16).map(|n| format!("w{n}")).collect();
    let answers = join_all(keys.iter().map(|key| world.command(&page, "withdrawals", 1_000, key))).await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    assert_eq!(world.cash_and_held(&page).await, (84_000, 13_000), "three are paid");
    let seen: Vec<i64> =
        world.decisions().await.iter().map(|(.., facts)| facts["day_withdrawals"].as_i64().unwrap()).collect();
    assert_eq!(seen, (0..16).collect::<Vec<_>>(), "each sees those before it");
    world.audited().await;
}

#[tokio::test]
async fn a_decision_is_never_changed_and_a_changed_one_is_found() {
    let world = World::under(RULES);
    let page = world.demo().await;
    world.command(&page, "withdrawals", 10_000, "w").await;
    world.audited().await;
    for change in
        ["UPDATE risk_decisions SET outcome = 'allow'", "DELETE FROM risk_decisions", "UPDATE risk_rules SET text = ''"]
    {
        let refused = world.wallet.database().write(move |tx| tx.execute(change, &[])).await;
        assert!(refused.is_err(), "{change}");
    }
    // Whoever has the database can take the triggers away.
    let drop = match world.storage() {
        gateway::store::Storage::Folder(_) => "DROP TRIGGER risk_decisions_stay",
        gateway::store::Storage::Postgres(_) => "DROP TRIGGER risk_decisions_stay ON risk_decisions",
    };
    let forged = world.wallet.database().write(move |tx| {
        tx.execute(drop, &[])?;
        tx.execute("UPDATE risk_decisions SET outcome = 'allow', reasons = '[]'", &[])
    });
    forged.await.map_err(|error: StoreError| error).unwrap();
    let audit = world.wallet.check().await.unwrap();
    assert!(!audit.balanced);
    assert!(audit.differences[0].contains("does not follow from its facts"), "{:?}", audit.differences);
}

#[tokio::test]
async fn other_rules_decide_from_the_next_start_and_earlier_decisions_keep_theirs() {
    let world = World::under(RULES);
    let page = world.demo().await;
    world.command(&page, "withdrawals", 10_000, "a").await;
    let (place, clock) = (world.place, world.clock);
    drop((world.identity, world.wallet));
    let risk = Some(RULES.replace("test-1", "test-2").replace("10000", "20000"));
    let world = World::on(place, clock, Sessions::default(), House { risk, ..House::default() });
    world.command(&page, "withdrawals", 10_000, "b").await;
    let decisions = world.decisions().await;
    let said: Vec<_> = decisions.iter().map(|(outcome, _, version, _)| (outcome.as_str(), version.as_str())).collect();
    assert_eq!(said, [("hold", "test-1"), ("allow", "test-2")]);
    world.audited().await;
}

#[tokio::test]
async fn a_crash_leaves_money_and_decision_or_neither() {
    let house = || House { risk: Some(RULES.to_owned()), ..House::default() };
    for left in [0, 300, 700, 1_000] {
        let world = World::on(Place::quick(), Clock::standing_at(START_MS), Sessions::default(), house());
        let page = world.demo().await;
        let since = world.log_bytes();
        world.command(&page, "withdrawals", 60_000, "w").await;
        let world = world.crashed_under(since, left, house()).await;
        let (cash, held) = world.cash_and_held(&page).await;
        let decided = world.decisions().await.len();
        assert!(
            matches!((cash, held, decided), (100_000, 0, 0) | (40_000, 60_000, 1)),
            "{left}: {cash} {held} {decided}"
        );
        // Whoever got no answer asks again; the lock stands in either case.
        world.command(&page, "withdrawals", 60_000, "w").await;
        world.command(&page, "withdrawals", 1, "v").await;
        assert_eq!(world.cash_and_held(&page).await, (39_999, 60_001), "{left}");
        world.audited().await;
    }
}
