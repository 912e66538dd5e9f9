//! Random operations, several at a time, some of them repeated, with restarts in between: the
//! ledger always agrees with a book kept beside it.

use crate::support::{Page, World, bet, rollback, win};
use contract::vendor::Transaction;
use futures::future::join_all;
use gateway::wallet::vendor::VendorSession;
use proptest::prelude::*;
use std::collections::HashMap;

#[derive(Clone, Debug)]
enum Operation {
    Deposit(i64),
    Withdraw(i64),
    Bet(i64),
    /// Settles the nth bet so far with that amount.
    Win(usize, i64),
    /// Takes the nth bet so far back.
    Rollback(usize),
    /// Sends the nth operation so far once more.
    Repeat(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        2 => (1..60_000_i64).prop_map(Operation::Deposit),
        2 => (1..90_000_i64).prop_map(Operation::Withdraw),
        4 => (1..50_000_i64).prop_map(Operation::Bet),
        3 => (any::<usize>(), 0..100_000_i64).prop_map(|(bet, amount)| Operation::Win(bet, amount)),
        3 => any::<usize>().prop_map(Operation::Rollback),
        2 => any::<usize>().prop_map(Operation::Repeat),
    ]
}

/// A call that can be sent again just as it was.
#[derive(Clone, Debug)]
enum Call {
    Command { what: &'static str, amount_minor: i64, key: String },
    Bet(Transaction),
    Win(Transaction),
    Rollback(contract::vendor::Rollback),
}

impl Call {
    /// The first reply's bytes, and the change of the player's money if it was accepted and new.
    async fn send(&self, world: &World, page: &Page) -> (String, bool) {
        match self {
            Self::Command { what, amount_minor, key } => {
                let answer = world.command(page, what, *amount_minor, key).await;
                // The same key in the same wave may be in flight: it has one effect all the same.
                (answer.text.clone(), answer.status == 201)
            }
            Self::Bet(call) => accepted(world, "bet", call).await,
            Self::Win(call) => accepted(world, "win", call).await,
            Self::Rollback(call) => accepted(world, "rollback", call).await,
        }
    }

    fn id(&self) -> String {
        match self {
            Self::Command { key, .. } => key.clone(),
            Self::Bet(call) | Self::Win(call) => call.transaction.clone(),
            Self::Rollback(call) => call.transaction.clone(),
        }
    }

    fn change(&self, stakes: &HashMap<String, i64>) -> i64 {
        match self {
            Self::Command { what: "deposits", amount_minor, .. } => *amount_minor,
            Self::Command { amount_minor, .. } => -amount_minor,
            Self::Bet(call) => -call.amount_minor,
            Self::Win(call) => call.amount_minor,
            // A tombstone gives nothing back.
            Self::Rollback(call) => stakes.get(&call.bet).copied().unwrap_or(0),
        }
    }
}

async fn accepted(world: &World, call: &str, body: &impl serde::Serialize) -> (String, bool) {
    let answer = world.vendor(call, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let accepted = answer.json()["status"] == "ok";
    (answer.text, accepted)
}

/// Turns operations into calls; those that have nothing to refer to fall away.
fn calls(operations: &[Operation], session: &VendorSession) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut bets: Vec<Transaction> = Vec::new();
    for (n, operation) in operations.iter().enumerate() {
        let pick = |index: usize, length: usize| (length > 0).then(|| index % length);
        let command = |what, amount_minor| Call::Command { what, amount_minor, key: format!("key-{n}") };
        let call = match operation {
            Operation::Deposit(amount_minor) => Some(command("deposits", *amount_minor)),
            Operation::Withdraw(amount_minor) => Some(command("withdrawals", *amount_minor)),
            Operation::Bet(amount_minor) => {
                bets.push(bet(session, "r1", *amount_minor));
                bets.last().cloned().map(Call::Bet)
            }
            Operation::Win(index, amount_minor) => {
                pick(*index, bets.len()).map(|index| Call::Win(win(&[&bets[index]], *amount_minor)))
            }
            Operation::Rollback(index) => pick(*index, bets.len()).map(|index| Call::Rollback(rollback(&bets[index]))),
            Operation::Repeat(index) => pick(*index, calls.len()).map(|index| calls[index].clone()),
        };
        calls.extend(call);
    }
    calls
}

async fn play(operations: Vec<Operation>, wave: usize) {
    let mut world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let calls = calls(&operations, &session);
    let mut effects: HashMap<String, i64> = HashMap::new();
    let mut stakes: HashMap<String, i64> = HashMap::new();
    for (n, wave) in calls.chunks(wave).enumerate() {
        let answers = join_all(wave.iter().map(|call| call.send(&world, &page))).await;
        let accepted = || wave.iter().zip(&answers).filter(|(_, (_, accepted))| *accepted).map(|(call, _)| call);
        for call in accepted() {
            if let Call::Bet(bet) = call {
                stakes.insert(bet.transaction.clone(), bet.amount_minor);
            }
        }
        for call in accepted() {
            effects.entry(call.id()).or_insert_with(|| call.change(&stakes));
        }
        if n % 3 == 2 {
            world = world.reopened();
        }
        let (cash, bonus) = world.balance(&page).await;
        assert!(cash >= 0 && bonus == 0);
        assert_eq!(cash, 100_000 + effects.values().sum::<i64>(), "one effect for each id, none for a refusal");
        let moved = effects.values().filter(|change| **change != 0).count();
        assert_eq!(world.audited().await, 1 + u64::try_from(moved).unwrap());
    }
    let truth = world.wallet.player_truth(&page.player).await.unwrap();
    assert_eq!(truth.balance, world.wallet.balance(&page.player).await.unwrap());
    let sum: i64 = truth.entries.iter().map(|entry| entry.cash_minor).sum();
    assert_eq!(sum, truth.balance.cash_minor);
    for call in &calls {
        let (first, again) = (call.send(&world, &page).await, call.send(&world, &page).await);
        assert_eq!(first, again, "an answer is an answer");
    }
    assert_eq!(world.wallet.player_truth(&page.player).await.unwrap(), truth, "repeating everything changes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn money_is_conserved(operations in prop::collection::vec(operation(), 1..40), wave in 1..24_usize) {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(play(operations, wave));
    }
}
