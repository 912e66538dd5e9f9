//! Random histories of withdrawals and what operators make of them: the money is where a book of plain numbers says,
//! and every decision follows from what was kept of it.

use crate::histories::{cases, runtime};
use crate::identity_operators::operator;
use crate::place::Place;
use crate::risk_decisions::RULES;
use crate::support::{House, Page, START_MS, Sessions, World};
use contract::operator::Role;
use gateway::clock::Clock;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Deposit(i64),
    Withdraw(i64),
    /// Which of those that wait, and whether it is paid.
    Review(usize, bool),
    Lock(bool),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![Just(1_i64), Just(9_999), Just(10_000), Just(49_999), Just(50_000), 1..120_000_i64];
    prop_oneof![
        2 => amount().prop_map(Step::Deposit),
        6 => amount().prop_map(Step::Withdraw),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(which, paid)| Step::Review(which, paid)),
        1 => any::<bool>().prop_map(Step::Lock),
        1 => Just(Step::Restart),
    ]
}

struct Game {
    world: World,
    page: Page,
    risk: Page,
    cash: i64,
    locked: bool,
    waiting: Vec<(String, i64)>,
}

impl Game {
    async fn begin() -> Self {
        let house = House { risk: Some(RULES.to_owned()), ..House::default() };
        let world = World::on(Place::quick(), Clock::standing_at(START_MS), Sessions::default(), house);
        let (page, risk) = (world.demo().await, operator(&world, Role::Risk).await);
        Self { world, page, risk, cash: 100_000, locked: false, waiting: Vec::new() }
    }

    async fn play(mut self, n: usize, step: Step) -> Self {
        let key = format!("key-{n}");
        match step {
            Step::Deposit(amount_minor) => {
                self.world.command(&self.page, "deposits", amount_minor, &key).await;
                self.cash += amount_minor;
            }
            Step::Withdraw(amount_minor) => self.withdraw(amount_minor, &key).await,
            Step::Review(which, is_paid) => self.review(which, is_paid, &key).await,
            Step::Lock(locked) => {
                self.world.wallet.hold_withdrawals(&self.page.player, locked).await.unwrap();
                self.locked = locked;
            }
            Step::Restart => self.world = self.world.reopened().await,
        }
        let held = self.waiting.iter().map(|(_, amount)| amount).sum();
        assert_eq!(self.world.cash_and_held(&self.page).await, (self.cash, held), "step {n}");
        self
    }

    async fn withdraw(&mut self, amount_minor: i64, key: &str) {
        let answer = self.world.command(&self.page, "withdrawals", amount_minor, key).await;
        if amount_minor > self.cash {
            assert_eq!(answer.status, 422);
            return;
        }
        self.cash -= amount_minor;
        let is_held = self.locked || amount_minor >= 10_000;
        self.locked |= amount_minor >= 50_000;
        let entry = &answer.json()["entry"];
        assert_eq!(entry["held_minor"], if is_held { amount_minor } else { 0 }, "{answer:?}");
        if is_held {
            self.waiting.push((entry["id"].as_str().unwrap().to_owned(), amount_minor));
        }
    }

    async fn review(&mut self, which: usize, is_paid: bool, key: &str) {
        let Some(index) = which.checked_rem(self.waiting.len()) else { return };
        let (id, amount_minor) = self.waiting.remove(index);
        let what = if is_paid { "release" } else { "refuse" };
        assert_eq!(self.world.review(&self.risk, &id, what, key).await.status, 201);
        self.cash += if is_paid { 0 } else { amount_minor };
        let other = self.world.review(&self.risk, &id, "refuse", &format!("{key}-again")).await;
        assert_eq!(other.status, 409, "once");
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn money_is_conserved_and_every_decision_follows(steps in prop::collection::vec(step(), 1..16)) {
        runtime().block_on(async {
            let mut game = Game::begin().await;
            for (n, step) in steps.into_iter().enumerate() {
                game = game.play(n, step).await;
            }
            game.world.audited().await;
        });
    }
}
