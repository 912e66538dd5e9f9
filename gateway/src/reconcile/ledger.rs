//! The wallet against itself: each transaction and its entry, and bets that nobody ends.

use super::Times;
use super::report::{Difference, Kind, Report};
use crate::wallet::reconcile::{BetState, Books, Entry, Move};
use crate::wallet::vendor::OPEN_FOR_MS;
use contract::vendor::StatementKind;
use std::collections::HashMap;

pub(super) fn compare(wallet: &Books, times: Times, report: &mut Report) {
    let mut entries: HashMap<u64, &Entry> = wallet.entries.iter().map(|entry| (entry.version, entry)).collect();
    for moved in &wallet.moves {
        let Some(version) = moved.entry else { continue };
        // Each entry is taken once: a second transaction that names it has none.
        let entry = entries.remove(&version);
        if !entry.is_some_and(|entry| is_of(entry, moved)) && times.is_judged(moved.at_ms) {
            report.add(Difference {
                kind: Kind::TransactionWithoutEntry,
                id: moved.id.clone(),
                player: moved.player.clone(),
                expected: Some(moved.amount_minor),
                found: entry.map(Entry::amount_minor),
                currency: moved.currency,
                detail: format!("a {} with entry {version}", moved.kind.as_str()),
                at_ms: moved.at_ms,
            });
        }
    }
    for entry in wallet.entries.iter().filter(|entry| entries.contains_key(&entry.version)) {
        if times.is_judged(entry.at_ms) {
            report.add(Difference {
                kind: Kind::EntryWithoutTransaction,
                id: entry.id.clone(),
                player: entry.player.clone(),
                expected: None,
                found: Some(entry.amount_minor()),
                currency: Some(entry.currency),
                detail: format!("a {} at position {}", entry.kind, entry.version),
                at_ms: entry.at_ms,
            });
        }
    }
    for bet in wallet.bets.iter().filter(|bet| bet.state == BetState::Open) {
        if bet.placed_ms <= times.now_ms - OPEN_FOR_MS {
            report.add(Difference {
                kind: Kind::BetOpenTooLong,
                id: bet.id.clone(),
                player: bet.player.clone(),
                expected: Some(0),
                found: Some(bet.stake_minor),
                currency: bet.currency,
                detail: format!("open in round {}", bet.round),
                at_ms: bet.placed_ms,
            });
        }
    }
}

fn is_of(entry: &Entry, moved: &Move) -> bool {
    let into_wallet = moved.kind != StatementKind::Bet;
    entry.kind == moved.kind.as_str()
        && entry.player == moved.player
        && entry.amount_minor() == moved.amount_minor
        && Some(entry.currency) == moved.currency
        && (entry.cash_minor >= 0 && entry.bonus_minor >= 0) == into_wallet
}
