//! One call after the other: what comes of each is known beforehand, and after a crash the ledger is what
//! it was after one of them.

use super::call::{Answered, Call, Known};
use super::model::Model;
use super::operation::{Operation, operation};
use super::{cases, runtime};
use crate::place::Place;
use crate::support::{Page, START_MS, World};
use gateway::store::StoreError;
use gateway::wallet::vendor::VendorSession;
use proptest::prelude::*;
use std::collections::HashMap;

struct Game {
    world: World,
    page: Page,
    session: VendorSession,
    model: Model,
    known: Known,
    /// Every call so far; those that a crash has undone as well: their senders try again.
    calls: Vec<Call>,
    /// The first answer, to the byte.
    texts: HashMap<String, String>,
    /// What it was like after each operation.
    before: Vec<(Model, Known)>,
    /// The length of the log when the game began.
    log: u64,
}

impl Game {
    async fn begin() -> Self {
        let world = World::at(Place::quick());
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        let (model, known) = (Model::new(100_000, START_MS), Known::default());
        let log = world.log_bytes();
        let before = vec![(model.clone(), known.clone())];
        Self { world, page, session, model, known, calls: Vec::new(), texts: HashMap::new(), before, log }
    }

    async fn play(mut self, operations: &[Operation]) {
        for (n, operation) in operations.iter().enumerate() {
            match operation {
                Operation::Hold(held) => {
                    self.world.wallet.hold_withdrawals(&self.page.player, *held).await.unwrap();
                    self.model.is_held = *held;
                }
                Operation::Advance(ms) => {
                    self.world.clock.advance(*ms);
                    self.model.now_ms += ms;
                }
                Operation::Expire => {
                    assert_eq!(self.world.wallet.expire_due().await.unwrap(), self.model.expire());
                }
                Operation::Repeat(index) => {
                    if let Some(index) = index.checked_rem(self.calls.len()) {
                        self.send(self.calls[index].clone()).await;
                    }
                }
                Operation::Restart => self.world = self.world.reopened().await,
                Operation::Crash(left) => self = self.crash(*left).await,
                other => {
                    if let Some(call) = self.known.call(n, other, &self.session) {
                        self.calls.push(call.clone());
                        self.send(call).await;
                    }
                }
            }
            self.compare().await;
            self.before.push((self.model.clone(), self.known.clone()));
        }
        let truth = self.world.wallet.player_truth(&self.page.player).await.unwrap();
        let sum = |of: fn(&contract::wallet::Entry) -> i64| truth.entries.iter().map(of).sum::<i64>();
        let sums = (sum(|entry| entry.cash_minor), sum(|entry| entry.held_minor), sum(|entry| entry.bonus_minor));
        assert_eq!(sums, self.model.holds(), "the balance is the sum of the lines");
        self.world.truthful(&self.page).await;
    }

    async fn send(&mut self, call: Call) {
        if let Call::End { reservation, .. } = &call
            && !self.known.reservations.contains(reservation)
        {
            // A crash has undone what it would end.
            return;
        }
        let Answered { outcome, text, entry, held } = call.send(&self.world, &self.page).await;
        assert_eq!(outcome, self.model.apply(&call, entry.as_deref()), "{call:?}");
        match self.texts.get(call.id()) {
            Some(first) => assert_eq!(*first, text, "an answer is an answer"),
            None if self.model.knows(call.id()) => {
                self.texts.insert(call.id().to_owned(), text);
                self.known.reservations.extend(entry.filter(|_| held));
            }
            None => {}
        }
    }

    async fn compare(&self) {
        assert_eq!(self.world.holds(&self.page).await, self.model.holds());
    }

    /// The end of the log is lost: everything up to some operation is there, and nothing of any later one.
    async fn crash(mut self, left: u64) -> Self {
        self.world = self.world.crashed(self.log, left).await;
        let found = self.state().await;
        let whole = self.before.iter().rposition(|(model, _)| *found == State::of(model));
        let whole = whole.unwrap_or_else(|| panic!("after the crash: {found:?}"));
        self.before.truncate(whole + 1);
        let now_ms = self.model.now_ms;
        (self.model, self.known) = self.before[whole].clone();
        self.model.now_ms = now_ms;
        self.texts.retain(|id, _| self.model.knows(id));
        self
    }

    async fn state(&self) -> Box<State> {
        let holds = self.world.holds(&self.page).await;
        let open = self.world.wallet.reservations().await.unwrap();
        let mut open: Vec<_> = open.into_iter().map(|open| (open.id, open.amount_minor)).collect();
        open.sort_unstable();
        let counted = self.world.wallet.database().read(|sql| {
            let count = |of: &str| sql.query_one(of, &[], |row| row.get::<i64>(0));
            let kept = "SELECT (SELECT count(*) FROM replies) + (SELECT count(*) FROM vendor_transactions)";
            Ok::<_, StoreError>((count(kept)?, count("SELECT withdrawals_held FROM holders")?))
        });
        let (kept, is_held) = counted.await.unwrap();
        Box::new(State {
            holds,
            entries: self.world.audited().await,
            open,
            // The opening deposit's is not one of the game's.
            kept: kept - 1,
            is_held: is_held != 0,
        })
    }
}

/// What can be seen of a ledger from outside.
#[derive(Debug, PartialEq, Eq)]
struct State {
    holds: (i64, i64, i64),
    entries: u64,
    open: Vec<(String, i64)>,
    kept: i64,
    is_held: bool,
}

impl State {
    fn of(model: &Model) -> Self {
        Self {
            holds: model.holds(),
            entries: model.entries,
            open: model.open_reservations(),
            kept: i64::try_from(model.kept()).unwrap(),
            is_held: model.is_held,
        }
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn every_answer_is_the_one_that_the_rules_give(operations in prop::collection::vec(operation(), 1..40)) {
        runtime().block_on(async { Game::begin().await.play(&operations).await });
    }
}
