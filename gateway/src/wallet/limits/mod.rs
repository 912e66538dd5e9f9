//! What protects players from themselves: limits on deposits, losses, stakes and time, breaks, reality
//! checks.
//!
//! Decided in the transaction of the money: the ledger's commands ask [`admit_deposit`], [`take_stake`]
//! and [`break_of`] before they write, and tell [`settled`] and [`taken_back`]. The decisions are pure
//! ([`book`], [`choices`]); what differs by market is data ([`Market`]); the rest is their tables,
//! events and routes.
//!
//! **Architecture invariant:** a stake or deposit is taken and counted in one transaction, or neither.
//! Wins, rollbacks and withdrawals are never refused here. The time is the wallet's clock; no rule
//! asks the system.

mod book;
mod calendar;
mod caps;
mod choices;
mod error;
mod events;
mod http;
mod market;
mod session;
mod store;
mod usage;
mod view;
mod waking;

pub use error::{Reached, ReachedLimit};
pub use http::openapi;
pub use market::{Market, MarketError};

pub(super) use calendar::{Day, Window};
pub(super) use http::routes;
pub(super) use session::Session;
pub(super) use store::SCHEMA;
pub(super) use waking::run;

use super::WalletError;
use super::history;
use super::house::HOUSE_CURRENCY;
use super::ledger::Holder;
use crate::store::{Sql, StoreError, Tx};
use book::Book;
use contract::limits::Limits;
use contract::play::Play;
use contract::vendor::Transaction;
use store::Of;

impl<'a> Of<'a> {
    fn holder(holder: &'a Holder, market: &'a Market, now_ms: i64) -> Self {
        Self { market, player: &holder.player, currency: holder.balance.currency, now_ms }
    }

    /// Changes the player's book, keeps it, and tells of what changed. A refused change leaves no trace.
    fn change<T, E>(
        &self,
        tx: &Tx<'_>,
        also: Option<Day>,
        change: impl FnOnce(&mut Book) -> Result<T, E>,
    ) -> Result<Result<T, E>, WalletError> {
        let before = self.load(tx, also)?;
        let mut after = before.clone();
        let outcome = change(&mut after);
        if outcome.is_ok() && before != after {
            self.tell(tx, &before, &mut after)?;
            self.save(tx, &before, &after)?;
        }
        Ok(outcome)
    }
}

/// Says that the player's book will be asked for before anything is written.
pub(super) fn foresee(tx: &Tx<'_>, market: &Market, player: &str, now_ms: i64) -> Result<(), StoreError> {
    // By nothing that is asked for here does the currency count.
    Of { market, player, currency: HOUSE_CURRENCY, now_ms }.foresee(tx)
}

/// Takes a deposit into account that is about to be written.
pub(super) fn admit_deposit(
    tx: &Tx<'_>,
    market: &Market,
    holder: &Holder,
    amount_minor: i64,
    now_ms: i64,
) -> Result<(), WalletError> {
    let of = Of::holder(holder, market, now_ms);
    of.change(tx, None, |book| book.deposit(market, amount_minor, now_ms))?.map_err(WalletError::Reached)
}

/// Takes a stake into account that is about to be written; says why not if it is refused, and tells the
/// player.
pub(super) fn take_stake(
    tx: &Tx<'_>,
    market: &Market,
    holder: &Holder,
    (vendor, call): (&str, &Transaction),
    now_ms: i64,
) -> Result<Option<Reached>, WalletError> {
    let of = Of::holder(holder, market, now_ms);
    match of.change(tx, None, |book| book.stake(market, call.amount_minor, now_ms))? {
        Ok(day) => {
            store::open_stake(tx, vendor, &call.transaction, day)?;
            Ok(None)
        }
        Err(reached) => {
            of.tell_refusal(tx, &reached)?;
            Ok(Some(reached))
        }
    }
}

/// Takes the settlement of bets into account: of those that a win names.
pub(super) fn settled(
    tx: &Tx<'_>,
    market: &Market,
    (vendor, call): (&str, &Transaction),
    now_ms: i64,
) -> Result<(), WalletError> {
    let mut bets = 0;
    for bet in &call.settles {
        bets += u32::from(store::close_stake(tx, vendor, bet)?.is_some());
    }
    let of = Of { market, player: &call.player, currency: call.currency, now_ms };
    let change = |book: &mut Book| {
        book.settled(market, bets, call.amount_minor, now_ms);
        Ok::<_, WalletError>(())
    };
    of.change(tx, None, change)?
}

/// Gives a stake that was taken back to the day that it was taken on.
pub(super) fn taken_back(
    tx: &Tx<'_>,
    market: &Market,
    holder: &Holder,
    (vendor, bet, amount_minor): (&str, &str, i64),
    now_ms: i64,
) -> Result<(), WalletError> {
    let Some(day) = store::close_stake(tx, vendor, bet)? else { return Ok(()) };
    let change = |book: &mut Book| {
        book.taken_back(day, amount_minor);
        Ok::<_, WalletError>(())
    };
    Of::holder(holder, market, now_ms).change(tx, Some(day), change)?
}

/// See [`super::Wallet::limits`].
pub(super) fn limits(sql: &Sql, market: &Market, player: &str, now_ms: i64) -> Result<Limits, WalletError> {
    let (of, book) = read(sql, market, player, now_ms)?;
    Ok(of.limits(&book))
}

/// See [`super::Wallet::play`].
pub(super) fn play(sql: &Sql, market: &Market, player: &str, now_ms: i64) -> Result<Play, WalletError> {
    let (of, book) = read(sql, market, player, now_ms)?;
    Ok(of.play(&book))
}

/// See [`super::Wallet::break_of`]. Asked as well before a vendor's promotion pays.
pub(super) fn break_of(sql: &Sql, market: &Market, player: &str, now_ms: i64) -> Result<Option<Reached>, WalletError> {
    let (_, book) = read(sql, market, player, now_ms)?;
    let in_force = book.breaks.now(now_ms);
    Ok(in_force.map(|(reason, until_ms)| Reached { reason, limit: None, until_ms: Some(until_ms) }))
}

fn read<'a>(sql: &Sql, market: &'a Market, player: &'a str, now_ms: i64) -> Result<(Of<'a>, Book), WalletError> {
    let currency = history::balance(sql, player, now_ms)?.currency;
    let of = Of { market, player, currency, now_ms };
    let book = of.load(sql, None)?;
    Ok((of, book))
}

#[cfg(test)]
mod properties;
