//! Who gets their money at once, and for whom a person looks first.
//!
//! Each withdrawal is decided in its own transaction, by rules that are data ([`Rules`]), from facts that the
//! money's own transactions and the events of identity and wallet have left in this module's tables. Allowed,
//! it is one transfer as ever; held, it is set aside until an operator releases or refuses it; locked, it is
//! held and so is every later one of that player. The decision stays with its facts, its reasons and its rules,
//! word for word.
//!
//! **Architecture invariant:** a decision is made from its facts and rules and nothing else, so that it can be
//! made again; it is never changed. Nothing of it is told to the player but that a withdrawal is being checked.
//! No money moves here: [`super::ledger`] and [`super::reservations`] move it.

mod again;
mod decide;
mod facts;
mod follow;
mod http;
mod patterns;
mod review;
mod rules;
mod store;

pub(super) use again::decide_again;
pub use follow::Followed;
pub(super) use follow::run;
pub use http::openapi;
pub(super) use http::routes;
pub use rules::{Rules, RulesError};
pub(super) use store::SCHEMA;

use super::WalletError;
use super::ledger::{self, Account, Draft, Holder, Transfer};
use super::reservations;
use crate::store::{StoreError, Tx, params};
use contract::risk::Outcome;
use contract::wallet::{EntryKind, Receipt};
use store::{Change, Decided};

/// Pays a withdrawal or sets it aside, as the rules say, and keeps why.
pub(super) fn withdraw(
    tx: &Tx<'_>,
    rules: &Rules,
    holder: &mut Holder,
    amount_minor: i64,
    now_ms: i64,
) -> Result<Receipt, WalletError> {
    let facts = store::facts(tx, holder, amount_minor, now_ms)?;
    let verdict = decide::decide(rules, &facts);
    let receipt = match verdict.outcome {
        Outcome::Allow => {
            let transfers = [Transfer::single(Account::Cash, Account::Bank, amount_minor)];
            let draft = Draft { kind: EntryKind::Withdrawal, transfers: &transfers, reference: None, at_ms: now_ms };
            ledger::post(tx, holder, draft)?
        }
        // Nobody knows how long a person takes to decide, so this reservation has no end.
        Outcome::Hold | Outcome::Lock => reservations::reserve(tx, holder, amount_minor, None, now_ms)?,
    };
    if verdict.outcome == Outcome::Lock {
        set_lock(tx, &holder.player, true)?;
        holder.withdrawals_held = true;
    }
    let outcome = verdict.outcome.as_str();
    let decided = Decided { withdrawal: &receipt.entry.id, facts: &facts, outcome, reasons: &verdict.reasons };
    store::keep(tx, rules, &holder.player, &decided, now_ms)?;
    metrics::counter!("withdrawals_decided_total", "outcome" => outcome).increment(1);
    Ok(receipt)
}

/// From now on a player's withdrawals are only set aside, or no longer.
pub(super) fn set_lock(tx: &Tx<'_>, player: &str, locked: bool) -> Result<(), WalletError> {
    match tx.execute("UPDATE holders SET withdrawals_held = ?2 WHERE player = ?1", params![player, locked])? {
        0 => Err(WalletError::UnknownPlayer),
        _ => Ok(()),
    }
}

/// Counts a deposit of the player's own.
pub(super) fn deposited(tx: &Tx<'_>, player: &str, amount_minor: i64, now_ms: i64) -> Result<(), StoreError> {
    store::add(tx, player, Change { deposited_minor: amount_minor, ..Change::default() }, now_ms)
}

/// Counts a stake; less than 0 for one that is given back.
pub(super) fn staked(tx: &Tx<'_>, player: &str, amount_minor: i64, now_ms: i64) -> Result<(), StoreError> {
    store::add(tx, player, Change { staked_minor: amount_minor, ..Change::default() }, now_ms)
}

/// Counts what the house or a vendor gave.
pub(super) fn given(tx: &Tx<'_>, player: &str, amount_minor: i64, now_ms: i64) -> Result<(), StoreError> {
    store::add(tx, player, Change { bonus_minor: amount_minor, ..Change::default() }, now_ms)
}

#[cfg(test)]
mod tests;
