//! Thirty-two writers at once, some of them the same call, some cut off before they hear the answer: who
//! comes first is left to chance, but what was accepted happened, once, and nothing else did. Where there is a
//! database server, it breaks off what is under way at each crash.

use super::call::{Answered, Call, Known};
use super::operation::{Operation, operation};
use super::{cases, runtime};
use crate::place::Place;
use crate::support::{Page, World};
use futures::future::join_all;
use gateway::wallet::End;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Calls that are on the way at once.
const WRITERS: usize = 32;

/// What was accepted so far.
#[derive(Default)]
struct Accepted {
    /// By how much each call changed what the player has, held or not.
    effects: HashMap<String, i64>,
    stakes: HashMap<String, i64>,
    reserved: HashMap<String, i64>,
    /// Bets and reservations that have come to an end, by the call that ended them.
    ended: HashMap<String, String>,
}

impl Accepted {
    fn add(&mut self, call: &Call, answer: &Answered) {
        let effect = match call {
            Call::Deposit { amount_minor, .. } => *amount_minor,
            Call::Withdraw { amount_minor, .. } if answer.held => {
                self.reserve(answer, *amount_minor);
                0
            }
            Call::Withdraw { amount_minor, .. } => -amount_minor,
            Call::Reward(reward) => reward.amount_minor,
            Call::Promo(call) => call.amount_minor,
            Call::Bet(bet) => {
                self.stakes.insert(bet.transaction.clone(), bet.amount_minor);
                -bet.amount_minor
            }
            Call::Reserve(wish) => {
                self.reserve(answer, wish.amount_minor);
                0
            }
            Call::End { reservation, end, .. } => {
                self.end(reservation, call);
                match end {
                    End::Post(part) => -part.unwrap_or(self.reserved[reservation]),
                    End::Void => 0,
                }
            }
            // Whether they gave something depends on the bet: see `settle`.
            Call::Win(_) | Call::Rollback(_) => return,
        };
        self.effects.entry(call.id().to_owned()).or_insert(effect);
    }

    /// Wins and rollbacks, once it is known which bets were accepted.
    fn settle(&mut self, call: &Call) {
        let (bet, effect) = match call {
            Call::Win(win) => (&win.settles[0], win.amount_minor),
            Call::Rollback(rollback) => match self.stakes.get(&rollback.bet) {
                Some(stake) => (&rollback.bet, *stake),
                // It took back what never came.
                None => return,
            },
            _ => return,
        };
        let bet = bet.clone();
        self.end(&bet, call);
        self.effects.entry(call.id().to_owned()).or_insert(effect);
    }

    fn reserve(&mut self, answer: &Answered, amount_minor: i64) {
        let id = answer.entry.clone().expect("a receipt names its entry");
        self.reserved.insert(id, amount_minor);
    }

    fn end(&mut self, what: &str, call: &Call) {
        let by = self.ended.entry(what.to_owned()).or_insert_with(|| call.id().to_owned());
        assert_eq!(by, call.id(), "{what} came to an end twice");
    }
}

async fn play(operations: Vec<Operation>) {
    let mut world = World::at(Place::quick());
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (mut known, mut accepted) = (Known::default(), Accepted::default());
    let mut calls: Vec<Call> = Vec::new();
    for (wave, operations) in operations.chunks(WRITERS).enumerate() {
        let first = calls.len();
        for (n, operation) in operations.iter().enumerate() {
            match operation {
                Operation::Hold(held) => world.wallet.hold_withdrawals(&page.player, *held).await.unwrap(),
                Operation::Advance(ms) => world.clock.advance(*ms),
                Operation::Repeat(index) => {
                    let again = index.checked_rem(calls.len()).map(|index| calls[index].clone());
                    calls.extend(again);
                }
                other => calls.extend(known.call(wave * WRITERS + n, other, &session)),
            }
        }
        if operations.iter().any(|operation| matches!(operation, Operation::Crash(_))) {
            // Nobody waits for the answers; the commands are carried out, or not.
            let cut_off = tokio::time::timeout(Duration::from_micros(200), send(&world, &page, &calls[first..]));
            let _ = cut_off.await;
            world.place.break_connections();
            world = world.reopened().await;
        }
        let expiring = world.wallet.expire_due();
        let (answers, expired) = tokio::join!(send(&world, &page, &calls[first..]), expiring);
        expired.unwrap();
        take(&mut accepted, &mut known, &calls[first..], &answers);
        compare(&world, &page, &accepted).await;
    }
    repeat_everything(&world, &page, &calls).await;
    world.truthful(&page).await;
}

async fn send(world: &World, page: &Page, calls: &[Call]) -> Vec<Answered> {
    join_all(calls.iter().map(|call| call.send(world, page))).await
}

fn take(accepted: &mut Accepted, known: &mut Known, calls: &[Call], answers: &[Answered]) {
    let done = || calls.iter().zip(answers).filter(|(_, answer)| answer.outcome.is_done());
    for (call, answer) in done() {
        accepted.add(call, answer);
        if answer.held
            && let Some(id) = &answer.entry
            && !known.reservations.contains(id)
        {
            known.reservations.push(id.clone());
        }
    }
    for (call, _) in done() {
        accepted.settle(call);
    }
}

async fn compare(world: &World, page: &Page, accepted: &Accepted) {
    let (cash, held, bonus) = world.holds(page).await;
    assert!(cash >= 0 && held >= 0 && bonus >= 0, "{cash} {held} {bonus}");
    assert_eq!(
        cash + held + bonus,
        100_000 + accepted.effects.values().sum::<i64>(),
        "what was accepted happened once"
    );
    let open = world.wallet.reservations().await.unwrap();
    assert_eq!(held, open.iter().map(|open| open.amount_minor).sum::<i64>());
    assert!(open.iter().all(|open| accepted.reserved[&open.id] == open.amount_minor));
    assert!(open.iter().all(|open| !accepted.ended.contains_key(&open.id)), "what has ended is not open");
    world.audited().await;
}

/// The server's own commands may come to another end when they come again after a refusal; all others
/// may not.
async fn repeat_everything(world: &World, page: &Page, calls: &[Call]) {
    let truth = world.wallet.player_truth(&page.player).await.unwrap();
    let mut seen = HashSet::new();
    for call in calls.iter().filter(|call| seen.insert(call.id().to_owned())) {
        if matches!(call, Call::Reserve(_) | Call::End { .. }) {
            continue;
        }
        let (first, again) = (call.send(world, page).await, call.send(world, page).await);
        assert_eq!(first, again, "an answer is an answer");
    }
    assert_eq!(world.wallet.player_truth(&page.player).await.unwrap(), truth, "repeating it changes nothing");
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn what_is_accepted_happens_once(operations in prop::collection::vec(operation(), 1..130)) {
        runtime().block_on(play(operations));
    }
}
