//! What other services hear from the wallet, through its outbox. These topics never go to a
//! browser; the player's own topics are those of `contract::event`.

use crate::store::{StoreError, Tx, outbox};
use contract::event::{Topic, WalletBalance, WalletEntry};
use contract::feed::Stake;
use contract::live::Game;
use contract::money::Currency;
use contract::operator::LogAction;
use contract::wallet::Receipt;
use serde::{Deserialize, Serialize};

/// Topic of [`Wager`].
pub const WAGER: &str = "wallet.wager";
/// Topic of [`Settled`].
pub const SETTLED: &str = "wallet.settled";
/// Topic of [`Deposit`].
pub const DEPOSIT: &str = "wallet.deposit";
/// Topic of [`OperatorDeed`].
pub const OPERATOR_DEED: &str = "wallet.operator-deed";

/// Money moved at a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wager {
    /// The player's id.
    pub player: String,
    /// Which table.
    pub table: String,
    /// Which round.
    pub round: String,
    /// Which game.
    pub game: Game,
    /// What happened.
    pub kind: WagerKind,
    /// How much: the stake, the win, or the stake that was given back.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// The vendor's id of the transaction; for a rollback, the bet's.
    pub transaction: String,
    /// What a bet stakes where, if the vendor tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stakes: Option<Vec<Stake>>,
    /// The ledger position.
    pub version: u64,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// See [`Wager::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WagerKind {
    /// A stake was taken.
    Bet,
    /// A win was paid, stake included.
    Win,
    /// A stake was given back.
    Rollback,
}

/// Bets were won or lost: they can't be taken back any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The player's id.
    pub player: String,
    /// The vendor's ids of the bets.
    pub bets: Vec<String>,
}

/// A player paid in. The opening deposit of a demo player is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// The player's id.
    pub player: String,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// The ledger entry's id.
    pub entry: String,
    /// The ledger position.
    pub version: u64,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// An operator decided about a withdrawal, or about a player's withdrawals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorDeed {
    /// The operator's address.
    pub operator: String,
    /// What they did.
    pub action: LogAction,
    /// To whom.
    pub player: String,
    /// Why, in their words.
    pub reason: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// Tells the player of a new entry and the balance after it.
pub(super) fn tell_player(tx: &Tx<'_>, player: &str, receipt: &Receipt) -> Result<(), StoreError> {
    let at_ms = receipt.entry.at_ms;
    outbox::append(tx, WalletEntry::NAME, Some(player), &json(&receipt.entry)?, at_ms)?;
    outbox::append(tx, WalletBalance::NAME, Some(player), &json(&receipt.balance)?, at_ms)?;
    Ok(())
}

pub(super) fn tell_deposit(tx: &Tx<'_>, deposit: &Deposit) -> Result<(), StoreError> {
    outbox::append(tx, DEPOSIT, Some(&deposit.player), &json(deposit)?, deposit.at_ms)?;
    Ok(())
}

pub(super) fn tell_settled(tx: &Tx<'_>, settled: &Settled, at_ms: i64) -> Result<(), StoreError> {
    outbox::append(tx, SETTLED, Some(&settled.player), &json(settled)?, at_ms)?;
    Ok(())
}

pub(super) fn tell_wager(tx: &Tx<'_>, wager: &Wager) -> Result<(), StoreError> {
    outbox::append(tx, WAGER, Some(&wager.player), &json(wager)?, wager.at_ms)?;
    Ok(())
}

pub(super) fn tell_deed(tx: &Tx<'_>, deed: &OperatorDeed) -> Result<(), StoreError> {
    // Nobody's: the player is not told who decided, nor why.
    outbox::append(tx, OPERATOR_DEED, None, &json(deed)?, deed.at_ms)?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Mistake(error.to_string()))
}
