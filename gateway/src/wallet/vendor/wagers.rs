//! Bets, wins and rollbacks: what each does to the ledger, once, and what it is answered, always.
//!
//! A bet is `open` until a win names it (`settled`) or a rollback takes it back (`rolled-back`);
//! both are final. A rollback that comes before its bet leaves that bet rolled back with nothing
//! taken, so the late bet fails. What is wrong with the call itself (`invalid-session`,
//! `invalid-amount`) is not kept; every other answer is.

use super::VendorSession;
use super::answers::{Kept, Once, Verdict};
use super::bets::{Bet, State};
use super::moves::{Move, MoveKind};
use crate::idempotency::Fingerprint;
use crate::store::Tx;
use crate::wallet::WalletError;
use crate::wallet::events::{self, Settled, Wager, WagerKind};
use crate::wallet::house::{command_limit_minor, win_limit_minor};
use crate::wallet::ledger::{self, Account, Draft, Holder, Transfer};
use crate::wallet::limits::{self, Market};
use crate::wallet::risk;
use contract::feed::Stake;
use contract::vendor::{Reply, Rollback, Status, Transaction};
use contract::wallet::{EntryKind, Receipt};
use std::collections::BTreeSet;

/// The answer to a call outside of any session of ours.
pub(super) fn invalid_session(detail: &str) -> Reply {
    Reply { status: Status::InvalidSession, balance_minor: 0, currency: None, detail: detail.into() }
}

/// Takes a stake: cash first, then bonus money.
pub(super) fn bet(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    call: &Transaction,
    session: Option<(VendorSession, bool)>,
    now_ms: i64,
) -> Result<Reply, WalletError> {
    let once = Once { vendor, id: &call.transaction, player: &call.player, fingerprint: fingerprint("bet", call)? };
    once.answer(tx, |tx| {
        let session = match session {
            Some((_, true)) => return Ok((Status::InvalidSession, "the session has ended")),
            Some((session, false)) if is_of(&session, call) => session,
            _ => return Ok((Status::InvalidSession, "the session is unknown or not of this player, table and game")),
        };
        let mut holder = Holder::open(tx, &call.player, session.currency, now_ms)?;
        if call.amount_minor <= 0 || call.currency != session.currency || holder.require(call.currency).is_err() {
            return Ok((Status::InvalidAmount, "a stake is more than 0, in the currency of session and account"));
        }
        if call.amount_minor > command_limit_minor(call.currency) {
            return Ok((Status::LimitReached, "the stake is above the house limit"));
        }
        if Bet::find(tx, vendor, &call.transaction)?.is_some() {
            return Ok((Status::RolledBack, "the bet was taken back before it arrived"));
        }
        place(tx, market, vendor, call, &mut holder, now_ms)
    })
}

fn place(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    call: &Transaction,
    holder: &mut Holder,
    now_ms: i64,
) -> Result<Verdict, WalletError> {
    if holder.stakeable_minor() < call.amount_minor {
        return Ok((Status::InsufficientFunds, "the wallet does not hold enough"));
    }
    if let Some(reached) = limits::take_stake(tx, market, holder, (vendor, call), now_ms)? {
        return Ok((Status::LimitReached, reached.detail()));
    }
    let cash_minor = call.amount_minor.min(holder.balance.cash_minor);
    let bet = Bet {
        id: call.transaction.clone(),
        state: State::Open,
        player: call.player.clone(),
        table: call.table.clone(),
        round: call.round.clone(),
        game: Some(call.game),
        cash_minor,
        bonus_minor: call.amount_minor - cash_minor,
        placed_ms: now_ms,
    };
    assert!(bet.bonus_minor <= holder.balance.bonus_minor, "both legs are covered");
    let transfers = bet.legs(|player| (player, Account::Games));
    let receipt = post(tx, holder, EntryKind::Bet, &transfers, call, now_ms)?;
    bet.insert(tx, vendor)?;
    Move::of(call, MoveKind::Bet, Some(&receipt), now_ms).insert(tx, vendor)?;
    risk::staked(tx, &call.player, call.amount_minor, now_ms)?;
    tell(tx, &bet, WagerKind::Bet, (call.amount_minor, call.stakes.clone()), &call.transaction, &receipt)?;
    Ok((Status::Ok, "the stake was taken"))
}

/// Settles bets and pays what they won, as cash. An ended session is no obstacle.
pub(super) fn win(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    call: &Transaction,
    session: Option<(VendorSession, bool)>,
    now_ms: i64,
) -> Result<Reply, WalletError> {
    let once = Once { vendor, id: &call.transaction, player: &call.player, fingerprint: fingerprint("win", call)? };
    once.answer(tx, |tx| {
        let Some((session, _)) = session.filter(|(session, _)| is_of(session, call)) else {
            return Ok((Status::InvalidSession, "the session is unknown or not of this player, table and game"));
        };
        if call.amount_minor < 0 || call.currency != session.currency {
            return Ok((Status::InvalidAmount, "a win is not negative, in the session's currency"));
        }
        if call.amount_minor > win_limit_minor(call.currency) {
            return Ok((Status::LimitReached, "the win is above the house limit"));
        }
        settle(tx, market, vendor, call, now_ms)
    })
}

fn settle(tx: &Tx<'_>, market: &Market, vendor: &str, call: &Transaction, now_ms: i64) -> Result<Verdict, WalletError> {
    let ids: BTreeSet<&String> = call.settles.iter().collect();
    if ids.is_empty() {
        return Ok((Status::UnknownBet, "a win names the bets that it settles"));
    }
    let mut bets = Vec::with_capacity(ids.len());
    for id in ids {
        match Bet::find(tx, vendor, id)?.filter(|bet| bet.is_at(&call.player, &call.table, &call.round)) {
            None => return Ok((Status::UnknownBet, "the player has no such bet in this round")),
            Some(bet) => bets.push(bet),
        }
    }
    if bets.iter().any(|bet| bet.state == State::RolledBack) {
        return Ok((Status::RolledBack, "a bet was taken back"));
    }
    if bets.iter().any(|bet| bet.state == State::Settled) {
        return Ok((Status::AlreadySettled, "a bet was settled by another win"));
    }
    for bet in &bets {
        bet.end(tx, vendor, State::Settled, (&call.transaction, now_ms))?;
    }
    limits::settled(tx, market, (vendor, call), now_ms)?;
    let settled = Settled { player: call.player.clone(), bets: bets.iter().map(|bet| bet.id.clone()).collect() };
    events::tell_settled(tx, &settled, now_ms)?;
    if call.amount_minor == 0 {
        Move::of(call, MoveKind::Win, None, now_ms).insert(tx, vendor)?;
        return Ok((Status::Ok, "the bets were lost"));
    }
    let mut holder = Holder::open(tx, &call.player, call.currency, now_ms)?;
    holder.require(call.currency)?;
    let transfers = [Transfer::single(Account::Games, Account::Cash, call.amount_minor)];
    let receipt = post(tx, &mut holder, EntryKind::Win, &transfers, call, now_ms)?;
    Move::of(call, MoveKind::Win, Some(&receipt), now_ms).insert(tx, vendor)?;
    tell(tx, &bets[0], WagerKind::Win, (call.amount_minor, None), &call.transaction, &receipt)?;
    Ok((Status::Ok, "the win was paid"))
}

/// Takes a bet back: exactly the legs that it took.
pub(super) fn rollback(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    call: &Rollback,
    now_ms: i64,
) -> Result<Reply, WalletError> {
    let fingerprint = Fingerprint::of("rollback", call)?;
    Once { vendor, id: &call.transaction, player: &call.player, fingerprint }.answer(tx, |tx| {
        let Some(bet) = Bet::find(tx, vendor, &call.bet)? else { return bury(tx, vendor, call, now_ms) };
        if !bet.is_at(&call.player, &call.table, &call.round) {
            return Ok((Status::UnknownBet, "the player has no such bet in this round"));
        }
        match bet.state {
            State::Settled => Ok((Status::AlreadySettled, "the bet was settled")),
            State::RolledBack => Ok((Status::RolledBack, "the bet was taken back before")),
            State::Open => {
                give_back(tx, market, vendor, &bet, (&call.transaction, MoveKind::Rollback), now_ms)?;
                Ok((Status::Ok, "the stake was given back"))
            }
        }
    })
}

/// A bet that never arrived, or that was refused: if it comes, it fails.
fn bury(tx: &Tx<'_>, vendor: &str, call: &Rollback, now_ms: i64) -> Result<Verdict, WalletError> {
    if Kept::find(tx, vendor, &call.bet)?.is_some_and(|kept| kept.reply.status == Status::Ok) {
        return Ok((Status::UnknownBet, "that transaction is no bet"));
    }
    let tombstone = Bet {
        id: call.bet.clone(),
        state: State::RolledBack,
        player: call.player.clone(),
        table: call.table.clone(),
        round: call.round.clone(),
        game: None,
        cash_minor: 0,
        bonus_minor: 0,
        placed_ms: now_ms,
    };
    tombstone.insert(tx, vendor)?;
    tombstone.give_back_move(&call.transaction, MoveKind::Rollback, None, now_ms).insert(tx, vendor)?;
    Ok((Status::Ok, "no such bet arrived; if it does it will fail"))
}

/// Gives an open bet's stake back, by the transaction that says so.
pub(super) fn give_back(
    tx: &Tx<'_>,
    market: &Market,
    vendor: &str,
    bet: &Bet,
    (transaction, kind): (&str, MoveKind),
    now_ms: i64,
) -> Result<(), WalletError> {
    let Some(mut holder) = Holder::find(tx, &bet.player)? else {
        return Err(WalletError::Damaged(format!("bet {} belongs to nobody", bet.id)));
    };
    bet.end(tx, vendor, State::RolledBack, (transaction, now_ms))?;
    let amount_minor = bet.cash_minor + bet.bonus_minor;
    limits::taken_back(tx, market, &holder, (vendor, &bet.id, amount_minor), now_ms)?;
    let transfers = bet.legs(|player| (Account::Games, player));
    let reference = Some(reference(&bet.table, &bet.round));
    let draft = Draft { kind: EntryKind::Rollback, transfers: &transfers, reference, at_ms: now_ms };
    let receipt = ledger::post(tx, &mut holder, draft)?;
    bet.give_back_move(transaction, kind, Some(&receipt), now_ms).insert(tx, vendor)?;
    risk::staked(tx, &bet.player, -amount_minor, now_ms)?;
    tell(tx, bet, WagerKind::Rollback, (amount_minor, None), &bet.id, &receipt)
}

fn is_of(session: &VendorSession, call: &Transaction) -> bool {
    session.session == call.session
        && session.player == call.player
        && session.table == call.table
        && session.game == call.game
}

fn post(
    tx: &Tx<'_>,
    holder: &mut Holder,
    kind: EntryKind,
    transfers: &[Transfer],
    call: &Transaction,
    at_ms: i64,
) -> Result<Receipt, WalletError> {
    ledger::post(tx, holder, Draft { kind, transfers, reference: Some(reference(&call.table, &call.round)), at_ms })
}

fn reference(table: &str, round: &str) -> String {
    format!("{table}/{round}")
}

fn tell(
    tx: &Tx<'_>,
    bet: &Bet,
    kind: WagerKind,
    (amount_minor, stakes): (i64, Option<Vec<Stake>>),
    transaction: &str,
    receipt: &Receipt,
) -> Result<(), WalletError> {
    let game = bet.game.ok_or_else(|| WalletError::Damaged(format!("bet {} has no game", bet.id)))?;
    let wager = Wager {
        player: bet.player.clone(),
        table: bet.table.clone(),
        round: bet.round.clone(),
        game,
        kind,
        amount_minor,
        currency: receipt.entry.currency,
        transaction: transaction.to_owned(),
        stakes,
        version: receipt.entry.version,
        at_ms: receipt.entry.at_ms,
    };
    Ok(events::tell_wager(tx, &wager)?)
}

/// What makes two transactions of an id the same: everything but the session, which a vendor may
/// have renewed before it retries.
fn fingerprint(kind: &str, call: &Transaction) -> Result<Fingerprint, WalletError> {
    Ok(Fingerprint::of(kind, &Transaction { session: String::new(), ..call.clone() })?)
}
