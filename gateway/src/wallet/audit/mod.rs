//! The ledger held against itself: everything that is stored beside the transfers is computed
//! again from them.
//!
//! **Architecture invariant:** the sums are made here a second time, from the rows alone. Nothing of what
//! writes the book is used to check it but the hash, which is a definition.

mod books;
mod replay;
mod wagers;

use super::WalletError;
use super::history;
use super::ledger::{GENESIS, chain};
use super::risk;
use crate::signed::hex;
use crate::store::Sql;
use books::Books;
use contract::money::Currency;
use contract::wallet::{Balance, Entry};
use replay::{Step, replay};
use serde::Serialize;

/// Differences that are listed; a damaged ledger has more than anybody reads.
const LISTED: usize = 100;

/// The result of [`super::Wallet::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Nothing differs.
    pub balanced: bool,
    /// Entries in the book.
    pub entries: u64,
    /// The hash of the last entry, in hexadecimal: whoever keeps it can tell later that nothing before it
    /// was changed or cut off.
    pub head: String,
    /// Reservations that are open.
    pub open_reservations: u64,
    /// What all accounts of each currency have seen.
    pub sums: Vec<CurrencySums>,
    /// What differs, in sentences.
    pub differences: Vec<String>,
}

/// Debits and credits of a currency, computed from the transfers. Each two are equal in a whole ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencySums {
    /// Which currency.
    pub currency: Currency,
    /// What was debited, over all accounts.
    pub debits_posted: i128,
    /// What was credited.
    pub credits_posted: i128,
    /// What is set aside on the debit side.
    pub debits_pending: i128,
    /// The same on the credit side.
    pub credits_pending: i128,
}

/// The result of [`super::Wallet::player_truth`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayerTruth {
    /// The player's id.
    pub player: String,
    /// Computed from the transfers.
    pub balance: Balance,
    /// Computed from the transfers, newest first.
    pub entries: Vec<Entry>,
}

/// What differs, as much of it as anybody reads.
#[derive(Debug, Default)]
struct Differences(Vec<String>);

impl Differences {
    fn add(&mut self, difference: String) {
        if self.0.len() < LISTED {
            self.0.push(difference);
        }
    }
}

/// See [`super::Wallet::check`]. With the hash of an entry that was there once, an entry with it has to be
/// there still. `progress` hears of entries done and in all.
pub(super) fn check(
    sql: &Sql,
    expected: Option<[u8; 32]>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Audit, WalletError> {
    let all: u64 = sql.query_one("SELECT count(*) FROM entries", &[], |row| row.get(0))?;
    let mut books = Books::default();
    let mut differences = Differences::default();
    let (mut entries, mut head) = (0_u64, GENESIS);
    let mut missing = expected.filter(|expected| *expected != GENESIS);
    replay(sql, None, &mut books, &mut |step| {
        entries += 1;
        check_step(&step, entries, head, &mut differences)?;
        head = step.hashes.1;
        missing = missing.filter(|missing| *missing != head);
        progress(entries, all);
        Ok(())
    })?;
    if let Some(missing) = missing {
        differences.add(format!("no entry has the hash {}: the book was cut off or written anew", hex(&missing)));
    }
    // Not `NOT IN`, which PostgreSQL looks through once for each transfer when there are many.
    let orphans =
        "SELECT count(*) FROM transfers WHERE NOT EXISTS (SELECT 1 FROM entries WHERE version = transfers.entry)";
    let orphans: u64 = sql.query_one(orphans, &[], |row| row.get(0))?;
    if orphans > 0 {
        differences.add(format!("{orphans} transfers belong to no entry"));
    }
    books.compare(sql, &mut differences)?;
    wagers::compare(sql, &mut differences)?;
    risk::decide_again(sql, &mut |difference| differences.add(difference))?;
    Ok(Audit {
        balanced: differences.0.is_empty(),
        entries,
        head: hex(&head),
        open_reservations: books.open_reservations(),
        sums: books.per_currency(),
        differences: differences.0,
    })
}

fn check_step(
    step: &Step<'_>,
    position: u64,
    prev: [u8; 32],
    differences: &mut Differences,
) -> Result<(), WalletError> {
    let Step { player, entry, truth, .. } = step;
    let version = entry.version;
    if version != position {
        differences.add(format!("entry {version} stands at position {position}"));
    }
    if step.hashes.0 != prev || chain(&prev, player, entry, step.legs)? != step.hashes.1 {
        differences.add(format!("entry {version}: its hash does not follow from the entry before and its content"));
    }
    if **entry != *truth {
        differences.add(format!("entry {version}: says otherwise than its transfers"));
    }
    if truth.cash_after_minor < 0 || truth.bonus_after_minor < 0 {
        differences.add(format!("entry {version}: leaves {player} with less than nothing"));
    }
    for fault in step.faults {
        differences.add(format!("entry {version}: {fault}"));
    }
    Ok(())
}

/// See [`super::Wallet::player_truth`].
pub(super) fn player_truth(sql: &Sql, player: &str, now_ms: i64) -> Result<PlayerTruth, WalletError> {
    let mut balance = history::balance(sql, player, now_ms)?;
    (balance.cash_minor, balance.held_minor, balance.bonus_minor, balance.version) = (0, 0, 0, 0);
    let mut entries = Vec::new();
    replay(sql, Some(player), &mut Books::default(), &mut |step| {
        let truth = step.truth;
        balance.cash_minor = truth.cash_after_minor;
        balance.held_minor += truth.held_minor;
        balance.bonus_minor = truth.bonus_after_minor;
        balance.version = truth.version;
        balance.as_of_ms = truth.at_ms;
        entries.push(truth);
        Ok(())
    })?;
    entries.reverse();
    Ok(PlayerTruth { player: player.to_owned(), balance, entries })
}
