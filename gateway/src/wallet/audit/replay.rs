//! Carries the transfers out once more, entry by entry, and says what each entry should say.

use super::books::Books;
use crate::store::{Row, Sql, StoreError, params};
use crate::wallet::WalletError;
use crate::wallet::history::{self, COLUMN_COUNT, COLUMNS};
use crate::wallet::ledger::{Leg, stored_version};
use contract::wallet::Entry;
use std::collections::HashMap;

/// Entries that are read at once: the book need not fit into memory.
const PAGE: u32 = 1_000;

/// One entry, as it is stored and as its transfers say it.
pub(super) struct Step<'s> {
    pub(super) player: &'s str,
    pub(super) entry: &'s Entry,
    pub(super) legs: &'s [Leg],
    /// The hash of the entry before, and its own.
    pub(super) hashes: ([u8; 32], [u8; 32]),
    /// What the transfers say.
    pub(super) truth: Entry,
    /// What is wrong with the transfers by themselves.
    pub(super) faults: &'s [String],
}

struct Stored {
    entry: Entry,
    player: String,
    hashes: ([u8; 32], [u8; 32]),
    /// The player's accounts: cash and bonus. None for a player without any.
    own: (Option<i64>, Option<i64>),
}

/// Goes through the entries in order, all or one player's, carries their transfers out on `books`, and
/// hands each to `visit`.
pub(super) fn replay(
    sql: &Sql,
    only: Option<&str>,
    books: &mut Books,
    visit: &mut dyn FnMut(Step<'_>) -> Result<(), WalletError>,
) -> Result<(), WalletError> {
    let mut after = 0;
    loop {
        let page = entries(sql, only, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        let until = stored_version(last.entry.version)?;
        let mut legs = legs(sql, only, after, until)?;
        after = until;
        for Stored { entry, player, hashes, own } in page {
            let legs = legs.remove(&entry.version).unwrap_or_default();
            let (Some(cash), Some(bonus)) = own else {
                return Err(WalletError::Damaged(format!("entry {} belongs to nobody", entry.version)));
            };
            let before = books.holds(cash, bonus);
            let faults = books.carry_out(&entry, &player, &legs);
            let now = books.holds(cash, bonus);
            let minor = |amount: i128| {
                i64::try_from(amount)
                    .map_err(|_| WalletError::Damaged(format!("entry {}: an amount too large", entry.version)))
            };
            let truth = Entry {
                cash_minor: minor(now.cash - before.cash)?,
                held_minor: minor(now.held - before.held)?,
                bonus_minor: minor(now.bonus - before.bonus)?,
                cash_after_minor: minor(now.cash)?,
                bonus_after_minor: minor(now.bonus)?,
                ..entry.clone()
            };
            visit(Step { player: &player, entry: &entry, legs: &legs, hashes, truth, faults: &faults })?;
        }
    }
}

fn entries(sql: &Sql, only: Option<&str>, after: i64) -> Result<Vec<Stored>, StoreError> {
    let of = if only.is_some() { "AND player = ?3" } else { "" };
    let statement = format!(
        "SELECT {COLUMNS}, player, prev_hash, hash,
                (SELECT cash FROM holders h WHERE h.player = entries.player),
                (SELECT bonus FROM holders h WHERE h.player = entries.player)
         FROM entries WHERE version > ?1 {of} ORDER BY version LIMIT ?2"
    );
    let read = |row: &Row<'_>| {
        Ok(Stored {
            entry: history::entry(row)?,
            player: row.get(COLUMN_COUNT)?,
            hashes: (row.get(COLUMN_COUNT + 1)?, row.get(COLUMN_COUNT + 2)?),
            own: (row.get(COLUMN_COUNT + 3)?, row.get(COLUMN_COUNT + 4)?),
        })
    };
    match only {
        Some(player) => sql.query_all(&statement, params![after, PAGE, player], read),
        None => sql.query_all(&statement, params![after, PAGE], read),
    }
}

/// The legs of the entries after one position, until another.
fn legs(sql: &Sql, only: Option<&str>, after: i64, until: i64) -> Result<HashMap<u64, Vec<Leg>>, StoreError> {
    let of = if only.is_some() { "AND entry IN (SELECT version FROM entries WHERE player = ?3)" } else { "" };
    let statement = format!(
        "SELECT entry, debit, credit, amount_minor, phase, pending, expires_at_ms FROM transfers
         WHERE entry > ?1 AND entry <= ?2 {of} ORDER BY entry, id"
    );
    let read = |row: &Row<'_>| {
        let leg = Leg {
            debit: row.get(1)?,
            credit: row.get(2)?,
            amount_minor: row.get(3)?,
            phase: row.get(4)?,
            pending: row.get(5)?,
            expires_at_ms: row.get(6)?,
        };
        Ok((row.get::<u64>(0)?, leg))
    };
    let found = match only {
        Some(player) => sql.query_all(&statement, params![after, until, player], read)?,
        None => sql.query_all(&statement, params![after, until], read)?,
    };
    let mut legs: HashMap<u64, Vec<Leg>> = HashMap::new();
    for (entry, leg) in found {
        legs.entry(entry).or_default().push(leg);
    }
    Ok(legs)
}
