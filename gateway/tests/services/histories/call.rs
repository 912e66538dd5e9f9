//! Calls that can be sent again just as they were.

use super::model::Outcome;
use super::operation::Operation;
use crate::support::{Page, World, bet, promo, rollback, win};
use contract::money::Currency;
use contract::vendor::{PromoPayout, Rollback, Transaction};
use gateway::wallet::vendor::VendorSession;
use gateway::wallet::{CreditReward, End, Reserve, WalletError};

#[derive(Clone, Debug)]
pub(super) enum Call {
    Deposit { key: String, amount_minor: i64 },
    Withdraw { key: String, amount_minor: i64 },
    Reward(CreditReward),
    Promo(PromoPayout),
    Bet(Transaction),
    Win(Transaction),
    Rollback(Rollback),
    Reserve(Reserve),
    End { key: String, reservation: String, end: End },
}

/// What is there to be picked.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) bets: Vec<Transaction>,
    pub(super) unsent: Vec<Transaction>,
    /// The reservations' ids.
    pub(super) reservations: Vec<String>,
}

impl Known {
    /// The call of an operation; nothing where there is nothing to pick, or no call to make.
    pub(super) fn call(&mut self, n: usize, operation: &Operation, session: &VendorSession) -> Option<Call> {
        fn pick<T>(of: &[T], index: usize) -> Option<&T> {
            of.get(index.checked_rem(of.len())?)
        }
        let key = format!("key-{n}");
        Some(match operation {
            Operation::Deposit(amount_minor) => Call::Deposit { key, amount_minor: *amount_minor },
            Operation::Withdraw(amount_minor) => Call::Withdraw { key, amount_minor: *amount_minor },
            Operation::Reward { amount_minor, bonus } => Call::Reward(CreditReward {
                key,
                player: session.player.clone(),
                offer: "free-bets".into(),
                amount_minor: *amount_minor,
                currency: Currency::Eur,
                bonus: *bonus,
            }),
            Operation::Promo(amount_minor) => Call::Promo(promo(session, *amount_minor)),
            Operation::Bet(amount_minor) => {
                let bet = bet(session, "r1", *amount_minor);
                self.bets.push(bet.clone());
                Call::Bet(bet)
            }
            Operation::Win(index, amount_minor) => Call::Win(win(&[pick(&self.bets, *index)?], *amount_minor)),
            Operation::Rollback(index) => Call::Rollback(rollback(pick(&self.bets, *index)?)),
            Operation::RollbackFirst(amount_minor) => {
                let unsent = bet(session, "r1", *amount_minor);
                self.unsent.push(unsent.clone());
                Call::Rollback(rollback(&unsent))
            }
            Operation::LateBet(index) => Call::Bet(pick(&self.unsent, *index)?.clone()),
            Operation::Reserve(amount_minor, timeout_ms) => Call::Reserve(Reserve {
                key,
                player: session.player.clone(),
                amount_minor: *amount_minor,
                currency: Currency::Eur,
                timeout_ms: *timeout_ms,
            }),
            Operation::Post(index, part) => {
                Call::End { key, reservation: pick(&self.reservations, *index)?.clone(), end: End::Post(*part) }
            }
            Operation::Void(index) => {
                Call::End { key, reservation: pick(&self.reservations, *index)?.clone(), end: End::Void }
            }
            Operation::Hold(_)
            | Operation::Advance(_)
            | Operation::Expire
            | Operation::Repeat(_)
            | Operation::Restart
            | Operation::Crash(_) => return None,
        })
    }
}

/// A call's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) outcome: Outcome,
    /// Every byte of it, where it is kept.
    pub(super) text: String,
    /// The entry, where the answer names it.
    pub(super) entry: Option<String>,
    /// The entry set something aside.
    pub(super) held: bool,
}

impl Call {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Deposit { key, .. } | Self::Withdraw { key, .. } | Self::End { key, .. } => key,
            Self::Reward(CreditReward { key, .. }) | Self::Reserve(Reserve { key, .. }) => key,
            Self::Promo(PromoPayout { transaction, .. })
            | Self::Bet(Transaction { transaction, .. })
            | Self::Win(Transaction { transaction, .. })
            | Self::Rollback(Rollback { transaction, .. }) => transaction,
        }
    }

    pub(super) async fn send(&self, world: &World, page: &Page) -> Answered {
        match self {
            Self::Deposit { key, amount_minor } => command(world, page, "deposits", *amount_minor, key).await,
            Self::Withdraw { key, amount_minor } => command(world, page, "withdrawals", *amount_minor, key).await,
            Self::Reward(reward) => own(world.wallet.credit_reward(reward.clone()).await),
            Self::Reserve(reserve) => own(world.wallet.reserve(reserve.clone()).await),
            Self::End { key, reservation, end } => {
                own(world.wallet.end_reservation(key.clone(), reservation.clone(), *end).await)
            }
            Self::Promo(call) => vendor(world, "promo-payout", call).await,
            Self::Bet(call) => vendor(world, "bet", call).await,
            Self::Win(call) => vendor(world, "win", call).await,
            Self::Rollback(call) => vendor(world, "rollback", call).await,
        }
    }
}

async fn command(world: &World, page: &Page, what: &str, amount_minor: i64, key: &str) -> Answered {
    let answer = world.command(page, what, amount_minor, key).await;
    if answer.status == 201 {
        let receipt = serde_json::from_str(&answer.text).unwrap();
        return Answered { text: answer.text, ..done(&receipt) };
    }
    Answered { outcome: Outcome::of(&answer.problem().1), text: answer.text, entry: None, held: false }
}

fn own(answer: Result<contract::wallet::Receipt, WalletError>) -> Answered {
    match answer {
        Ok(receipt) => done(&receipt),
        Err(error) => {
            let name = match &error {
                WalletError::InsufficientFunds => "insufficient-funds",
                WalletError::ExceedsReservation { .. } => "exceeds",
                WalletError::ReservationEnded(state) => state.as_str(),
                other => panic!("{other}"),
            };
            Answered { outcome: Outcome::of(name), text: error.to_string(), entry: None, held: false }
        }
    }
}

fn done(receipt: &contract::wallet::Receipt) -> Answered {
    Answered {
        outcome: Outcome::of("done"),
        text: serde_json::to_string(receipt).unwrap(),
        entry: Some(receipt.entry.id.clone()),
        held: receipt.entry.held_minor > 0,
    }
}

async fn vendor(world: &World, call: &str, body: &impl serde::Serialize) -> Answered {
    let answer = world.vendor(call, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let status = answer.json()["status"].as_str().unwrap().to_owned();
    let outcome = Outcome::of(if status == "ok" { "done" } else { &status });
    Answered { outcome, text: answer.text, entry: None, held: false }
}
