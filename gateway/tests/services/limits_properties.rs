//! Random deposits, bets, settlements and limits, several at a time, with restarts and days that pass:
//! no limit is ever exceeded, and what is shown as used is what was accepted.

use crate::support::{Page, World, bet, limit, rollback, win};
use contract::vendor::Transaction;
use futures::future::join_all;
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashMap;

const DAY_MS: i64 = 24 * 3_600_000;
/// At most half a day between two of at most 59 waves: a session ends after thirty days.
const PASSES_MS: std::ops::Range<i64> = 0..DAY_MS / 2;
/// The first of January 1970 was a Thursday.
const THURSDAY: i64 = 3;

/// Months take a calendar to tell apart, which is tested beside it.
const NAMES: [(&str, &str); 6] =
    [("deposit", "day"), ("deposit", "week"), ("stake", "day"), ("stake", "week"), ("loss", "day"), ("loss", "week")];

/// Days and weeks that a test can tell without a calendar; pauses end sessions, so that no reality check
/// is in the way.
const RULES: &str = "
    name = 'test'
    time_zone = 'UTC'
    increase_after_hours = 24
    session_ends_after_minutes = 1
    stake_counts_minutes = 1
    check_choices_minutes = [1440]
    exclusion_least_months = 6
    exclusion_most_months = 60
";

#[derive(Clone, Debug)]
enum Operation {
    Deposit(i64),
    Bet(i64),
    Win(usize, i64),
    Rollback(usize),
    Limit(&'static str, &'static str, Option<i64>),
    Confirm(&'static str, &'static str),
}

fn operation() -> impl Strategy<Value = Operation> {
    let kind = || prop::sample::select(&["deposit", "loss", "stake"][..]);
    let period = || prop::sample::select(&["day", "week"][..]);
    prop_oneof![
        3 => (1..3_000_i64).prop_map(Operation::Deposit),
        8 => (1..3_000_i64).prop_map(Operation::Bet),
        3 => (any::<usize>(), 0..5_000_i64).prop_map(|(bet, amount)| Operation::Win(bet, amount)),
        3 => any::<usize>().prop_map(Operation::Rollback),
        3 => (kind(), period(), prop::option::weighted(0.9, 0..9_000_i64))
            .prop_map(|(kind, period, value)| Operation::Limit(kind, period, value)),
        1 => (kind(), period()).prop_map(|(kind, period)| Operation::Confirm(kind, period)),
    ]
}

/// What was accepted, by the day.
#[derive(Debug, Default)]
struct Accepted {
    deposits: Vec<(i64, i64)>,
    wins: Vec<(i64, i64)>,
    stakes: HashMap<String, (i64, i64)>,
}

impl Accepted {
    fn used(&self, kind: &str, period: &str, today: i64) -> i64 {
        let first = if period == "day" { today } else { today - (today + THURSDAY).rem_euclid(7) };
        let after = if period == "day" { today + 1 } else { first + 7 };
        let sum = |all: &mut dyn Iterator<Item = (i64, i64)>| {
            all.filter(|(day, _)| (first..after).contains(day)).map(|(_, minor)| minor).sum::<i64>()
        };
        let staked = || sum(&mut self.stakes.values().copied());
        match kind {
            "deposit" => sum(&mut self.deposits.iter().copied()),
            "stake" => staked(),
            _ => staked() - sum(&mut self.wins.iter().copied()),
        }
    }
}

struct Life {
    world: World,
    page: Page,
    accepted: Accepted,
    bets: Vec<Transaction>,
}

impl Life {
    fn today(&self) -> i64 {
        self.world.clock.now_ms().div_euclid(DAY_MS)
    }

    /// Carries an operation out; says what to add to what was accepted.
    async fn send(&self, operation: &Operation, bet: &Transaction) -> bool {
        let pick = |index: usize| index.checked_rem(self.bets.len()).map(|index| &self.bets[index]);
        let (world, page) = (&self.world, &self.page);
        let accepted = |(status, _): (String, i64)| status == "ok";
        match operation {
            Operation::Deposit(minor) => world.command(page, "deposits", *minor, &bet.transaction).await.status == 201,
            Operation::Bet(_) => accepted(world.wager("bet", bet).await),
            Operation::Win(index, minor) => match pick(*index) {
                Some(of) => accepted(world.wager("win", &win(&[of], *minor)).await),
                None => false,
            },
            Operation::Rollback(index) => match pick(*index) {
                Some(of) => accepted(world.wager("rollback", &rollback(of)).await),
                None => false,
            },
            Operation::Limit(kind, period, value) => {
                world.set_limit(page, kind, period, *value).await;
                false
            }
            Operation::Confirm(kind, period) => {
                world.limits(page, "confirm", json!({ "kind": kind, "period": period })).await.status == 200
            }
        }
    }

    async fn wave(&mut self, wave: &[Operation]) {
        let session = self.world.sessions.start(&self.page.player);
        let new = |operation: &Operation| match operation {
            Operation::Bet(minor) => bet(&session, "r1", *minor),
            _ => bet(&session, "r1", 1),
        };
        let sent: Vec<(&Operation, Transaction)> = wave.iter().map(|operation| (operation, new(operation))).collect();
        let answers = join_all(sent.iter().map(|(operation, bet)| self.send(operation, bet))).await;
        let (today, earlier) = (self.today(), self.bets.len());
        for ((operation, bet), _) in sent.into_iter().zip(answers).filter(|(_, accepted)| *accepted) {
            match operation {
                Operation::Deposit(minor) => self.accepted.deposits.push((today, *minor)),
                Operation::Bet(minor) => {
                    self.accepted.stakes.insert(bet.transaction.clone(), (today, *minor));
                    self.bets.push(bet);
                }
                Operation::Win(_, minor) => self.accepted.wins.push((today, *minor)),
                Operation::Rollback(index) => {
                    self.accepted.stakes.remove(&self.bets[index % earlier].transaction);
                }
                Operation::Limit(..) | Operation::Confirm(..) => {}
            }
        }
    }

    /// What is shown as used is what was accepted, and no wave went beyond a limit that it left alone.
    async fn check(&self, wave: &[Operation], before: &HashMap<(&str, &str), i64>) {
        let limits = self.world.get(&self.page, "/api/limits").await.json();
        for (kind, period) in NAMES {
            let limit = limit(&limits, kind, period);
            let used = self.accepted.used(kind, period, self.today());
            assert_eq!(limit["used"], used, "{kind} of the {period}");
            let changed = wave.iter().any(|operation| match operation {
                Operation::Limit(k, p, _) | Operation::Confirm(k, p) => (*k, *p) == (kind, period),
                _ => false,
            });
            if let Some(value) = limit["value"].as_i64().filter(|_| !changed) {
                // It may have been set below what was used by then.
                assert!(used <= value.max(before[&(kind, period)]), "{kind} of the {period}: {used} of {value}");
            }
        }
    }

    fn used(&self) -> HashMap<(&'static str, &'static str), i64> {
        NAMES
            .into_iter()
            .map(|(kind, period)| ((kind, period), self.accepted.used(kind, period, self.today())))
            .collect()
    }
}

async fn live(operations: Vec<Operation>, wave: usize, passes_ms: Vec<i64>) {
    let world = World::in_market(RULES);
    let page = world.demo().await;
    let mut life = Life { world, page, accepted: Accepted::default(), bets: Vec::new() };
    for (n, wave) in operations.chunks(wave).enumerate() {
        life.world.clock.advance(passes_ms[n % passes_ms.len()]);
        let before = life.used();
        life.wave(wave).await;
        life.check(wave, &before).await;
        if n % 4 == 3 {
            life.world = life.world.reopened().await;
        }
    }
    let opening = 1;
    let moved = life.world.audited().await;
    assert!(moved >= opening + u64::try_from(life.accepted.deposits.len() + life.bets.len()).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_limit_is_exceeded(
        operations in prop::collection::vec(operation(), 1..60),
        wave in 1..16_usize,
        passes_ms in prop::collection::vec(PASSES_MS, 1..6),
    ) {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(live(operations, wave, passes_ms));
    }
}
