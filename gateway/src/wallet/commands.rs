//! What changes a ledger outside of a table: deposits, withdrawals, rewards.

use super::WalletError;
use super::events::{self, Deposit};
use super::house::{HOUSE_CURRENCY, check_amount, opening_deposit_minor};
use super::ledger::{self, Account, Draft, HOUSE, Holder, Transfer};
use super::limits::{self, Market};
use super::reservations::{self, End, Reserve};
use super::risk::{self, Rules};
use crate::idempotency::{self, Fingerprint, Key, once};
use crate::store::{StoreError, Tx};
use contract::money::Currency;
use contract::wallet::{EntryKind, MoneyCommand, Receipt};
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// A reward to be credited. See [`super::Wallet::credit_reward`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditReward {
    /// The promotion's name for this one credit; it has one effect.
    pub key: String,
    /// The player's id.
    pub player: String,
    /// The offer's id: the reference of the entry.
    pub offer: String,
    /// From 1 to [`super::command_limit_minor`].
    pub amount_minor: i64,
    /// The account's currency.
    pub currency: Currency,
    /// Bonus money (true) or cash (false).
    pub bonus: bool,
}

/// What a player asks for over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// Says what a deposit or a withdrawal will ask for first.
pub(super) fn foresee(
    tx: &Tx<'_>,
    market: &Market,
    player: &str,
    (key, direction): (&Key, Direction),
    now_ms: i64,
) -> Result<(), StoreError> {
    idempotency::foresee(tx, player, key)?;
    Holder::foresee(tx, player)?;
    match direction {
        Direction::In => limits::foresee(tx, market, player, now_ms),
        Direction::Out => Ok(()),
    }
}

/// A deposit or a withdrawal of the player's own.
pub(super) fn move_money(
    tx: &Tx<'_>,
    (market, rules): (&Market, &Rules),
    player: &str,
    direction: Direction,
    command: &MoneyCommand,
    now_ms: i64,
) -> Result<Receipt, WalletError> {
    check_amount(command.amount_minor, command.currency)?;
    let mut holder = Holder::open(tx, player, HOUSE_CURRENCY, now_ms)?;
    holder.require(command.currency)?;
    let amount_minor = command.amount_minor;
    match direction {
        Direction::In => {
            limits::admit_deposit(tx, market, &holder, amount_minor, now_ms)?;
            let receipt = deposit(tx, &mut holder, amount_minor, now_ms)?;
            let deposit = Deposit {
                player: player.to_owned(),
                amount_minor,
                currency: command.currency,
                entry: receipt.entry.id.clone(),
                version: receipt.entry.version,
                at_ms: now_ms,
            };
            events::tell_deposit(tx, &deposit)?;
            risk::deposited(tx, player, amount_minor, now_ms)?;
            Ok(receipt)
        }
        Direction::Out => risk::withdraw(tx, rules, &mut holder, amount_minor, now_ms),
    }
}

fn deposit(tx: &Tx<'_>, holder: &mut Holder, amount_minor: i64, now_ms: i64) -> Result<Receipt, WalletError> {
    let transfers = [Transfer::single(Account::Bank, Account::Cash, amount_minor)];
    let draft = Draft { kind: EntryKind::Deposit, transfers: &transfers, reference: None, at_ms: now_ms };
    ledger::post(tx, holder, draft)
}

/// See [`super::Wallet::grant_opening`]. No promotion hears of it.
pub(super) fn grant_opening(tx: &Tx<'_>, player: &str, now_ms: i64) -> Result<Receipt, WalletError> {
    let mut holder = Holder::open(tx, player, HOUSE_CURRENCY, now_ms)?;
    let amount_minor = opening_deposit_minor(holder.balance.currency);
    own(tx, player, "opening", &amount_minor, |tx| deposit(tx, &mut holder, amount_minor, now_ms))
}

/// See [`super::Wallet::credit_reward`].
pub(super) fn credit_reward(tx: &Tx<'_>, reward: &CreditReward, now_ms: i64) -> Result<Receipt, WalletError> {
    check_amount(reward.amount_minor, reward.currency)?;
    own(tx, &reward.player, &format!("reward:{}", reward.key), reward, |tx| {
        let mut holder = Holder::open(tx, &reward.player, HOUSE_CURRENCY, now_ms)?;
        holder.require(reward.currency)?;
        let credit = if reward.bonus { Account::Bonus } else { Account::Cash };
        let transfers = [Transfer::single(Account::Promotions, credit, reward.amount_minor)];
        let reference = Some(reward.offer.clone());
        let draft = Draft { kind: EntryKind::Bonus, transfers: &transfers, reference, at_ms: now_ms };
        let receipt = ledger::post(tx, &mut holder, draft)?;
        risk::given(tx, &reward.player, reward.amount_minor, now_ms)?;
        Ok(receipt)
    })
}

/// See [`super::Wallet::reserve`].
pub(super) fn reserve(tx: &Tx<'_>, reserve: &Reserve, now_ms: i64) -> Result<Receipt, WalletError> {
    check_amount(reserve.amount_minor, reserve.currency)?;
    own(tx, &reserve.player, &format!("reserve:{}", reserve.key), reserve, |tx| {
        let mut holder = Holder::open(tx, &reserve.player, HOUSE_CURRENCY, now_ms)?;
        holder.require(reserve.currency)?;
        reservations::reserve(tx, &mut holder, reserve.amount_minor, reserve.timeout_ms, now_ms)
    })
}

/// See [`super::Wallet::end_reservation`].
pub(super) fn end_reservation(
    tx: &Tx<'_>,
    key: &str,
    reservation: &str,
    end: End,
    now_ms: i64,
) -> Result<Receipt, WalletError> {
    // The house's own key: whose reservation it is stands in the book, and it may not exist.
    own(tx, HOUSE, &format!("end:{key}"), &(reservation, end), |tx| reservations::end(tx, reservation, end, now_ms))
}

/// A command of the server's own, with one effect under its name. Its refusals are not kept.
fn own(
    tx: &Tx<'_>,
    player: &str,
    name: &str,
    content: &impl Serialize,
    command: impl FnOnce(&Tx<'_>) -> Result<Receipt, WalletError>,
) -> Result<Receipt, WalletError> {
    let fingerprint = Fingerprint::of(name, content)?;
    let reply = once(tx, player, &Key::internal(name), fingerprint, |tx| {
        command(tx).map(|receipt| (StatusCode::CREATED, receipt))
    })?;
    serde_json::from_str(&reply.body).map_err(|error: serde_json::Error| WalletError::Damaged(error.to_string()))
}
