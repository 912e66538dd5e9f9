//! The ledger held against itself: everything that is stored beside the transfers is computed
//! again from them.

use super::WalletError;
use super::history::{self, COLUMNS};
use super::ledger::{GENESIS, Leg, chain, stored_version};
use crate::store::{Row, Sql, StoreError, params};
use contract::wallet::{Balance, Entry};
use serde::Serialize;
use std::collections::HashMap;

/// Differences that are listed; a damaged ledger has more than anybody reads.
const LISTED: usize = 100;
/// Entries that are read at once: the book need not fit into memory.
const PAGE: u32 = 1000;

/// The result of [`super::Wallet::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Nothing differs.
    pub balanced: bool,
    /// Entries in the book.
    pub entries: u64,
    /// What differs, in sentences.
    pub differences: Vec<String>,
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

#[derive(Clone, Debug, Default)]
struct Account {
    owner: String,
    role: String,
    currency: String,
    debits: i128,
    credits: i128,
    stored_debits: i128,
    stored_credits: i128,
}

impl Account {
    fn name(&self) -> String {
        format!("{} {} {}", self.owner, self.role, self.currency)
    }

    fn is_players(&self) -> bool {
        matches!(self.role.as_str(), "cash" | "bonus")
    }

    fn holds(&self) -> i128 {
        self.credits - self.debits
    }
}

type Accounts = HashMap<i64, Account>;

/// See [`super::Wallet::check`].
pub(super) fn check(sql: &Sql) -> Result<Audit, WalletError> {
    let mut accounts = accounts(sql)?;
    let mut differences = Vec::new();
    let mut entries = 0_u64;
    let mut prev = GENESIS;
    replay(sql, None, &mut accounts, |player, entry, legs, hashes, truth| {
        entries += 1;
        if entry.version != entries {
            differences.push(format!("entry {} stands at position {entries}", entry.version));
        }
        if hashes.0 != prev || chain(&prev, player, &entry, legs)? != hashes.1 {
            differences.push(format!(
                "entry {}: its hash does not follow from the entry before and its content",
                entry.version
            ));
        }
        if entry != *truth {
            differences.push(format!("entry {}: says otherwise than its transfers", entry.version));
        }
        if truth.cash_after_minor < 0 || truth.bonus_after_minor < 0 {
            differences.push(format!("entry {}: leaves {player} with less than nothing", entry.version));
        }
        prev = hashes.1;
        Ok(())
    })?;
    let orphans: i64 =
        sql.query_one("SELECT count(*) FROM transfers WHERE entry NOT IN (SELECT version FROM entries)", &[], |row| {
            row.get(0)
        })?;
    if orphans > 0 {
        differences.push(format!("{orphans} transfers belong to no entry"));
    }
    for account in accounts.values() {
        if (account.debits, account.credits) != (account.stored_debits, account.stored_credits) {
            differences.push(format!("{}: the kept sums are not those of its transfers", account.name()));
        }
        if account.is_players() && account.holds() < 0 {
            differences.push(format!("{}: below zero", account.name()));
        }
    }
    let mut per_currency: HashMap<&str, i128> = HashMap::new();
    for account in accounts.values() {
        *per_currency.entry(&account.currency).or_default() += account.stored_credits - account.stored_debits;
    }
    for (currency, sum) in per_currency.into_iter().filter(|(_, sum)| *sum != 0) {
        differences.push(format!("{currency}: credits exceed debits by {sum}"));
    }
    let balanced = differences.is_empty();
    differences.truncate(LISTED);
    Ok(Audit { balanced, entries, differences })
}

/// See [`super::Wallet::player_truth`].
pub(super) fn player_truth(sql: &Sql, player: &str, now_ms: i64) -> Result<PlayerTruth, WalletError> {
    let mut balance = history::balance(sql, player, now_ms)?;
    (balance.cash_minor, balance.bonus_minor, balance.version) = (0, 0, 0);
    let mut entries = Vec::new();
    replay(sql, Some(player), &mut accounts(sql)?, |_, _, _, _, truth| {
        balance.cash_minor = truth.cash_after_minor;
        balance.bonus_minor = truth.bonus_after_minor;
        balance.version = truth.version;
        balance.as_of_ms = truth.at_ms;
        entries.push(truth.clone());
        Ok(())
    })?;
    entries.reverse();
    Ok(PlayerTruth { player: player.to_owned(), balance, entries })
}

fn accounts(sql: &Sql) -> Result<Accounts, WalletError> {
    let all = "SELECT id, owner, role, currency, debits_posted, credits_posted FROM accounts";
    let rows = sql.query_all(all, &[], |row| {
        let account = Account {
            owner: row.get(1)?,
            role: row.get(2)?,
            currency: row.get(3)?,
            stored_debits: row.get::<i64>(4)?.into(),
            stored_credits: row.get::<i64>(5)?.into(),
            ..Account::default()
        };
        Ok((row.get(0)?, account))
    })?;
    Ok(rows.into_iter().collect())
}

/// An entry as it is stored, with what belongs to it.
struct Stored {
    entry: Entry,
    player: String,
    /// The hash of the entry before, and its own.
    hashes: ([u8; 32], [u8; 32]),
    /// The player's accounts: cash and bonus.
    own: (i64, i64),
}

/// Goes through the entries in order, all or one player's, carries their transfers out on
/// `accounts`, and hands `visit` the player, the entry as stored, its legs, its two hashes, and
/// the entry as the transfers say it.
fn replay(
    sql: &Sql,
    only: Option<&str>,
    accounts: &mut Accounts,
    mut visit: impl FnMut(&str, Entry, &[Leg], ([u8; 32], [u8; 32]), &Entry) -> Result<(), WalletError>,
) -> Result<(), WalletError> {
    let mut after = 0;
    loop {
        let page = page(sql, only, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = stored_version(last.entry.version)?;
        for Stored { entry, player, hashes, own } in page {
            let legs = legs(sql, stored_version(entry.version)?)?;
            let truth = carry_out(accounts, own, &entry, &legs)?;
            visit(&player, entry, &legs, hashes, &truth)?;
        }
    }
}

fn page(sql: &Sql, only: Option<&str>, after: i64) -> Result<Vec<Stored>, StoreError> {
    sql.query_all(
        &format!(
            "SELECT {COLUMNS}, player, prev_hash, hash,
                    (SELECT cash FROM holders h WHERE h.player = entries.player),
                    (SELECT bonus FROM holders h WHERE h.player = entries.player)
             FROM entries WHERE player = coalesce(?1, player) AND version > ?2 ORDER BY version LIMIT ?3"
        ),
        params![only, after, PAGE],
        |row: &Row<'_>| {
            Ok(Stored {
                entry: history::entry(row)?,
                player: row.get(10)?,
                hashes: (row.get(11)?, row.get(12)?),
                own: (row.get(13)?, row.get(14)?),
            })
        },
    )
}

fn legs(sql: &Sql, version: i64) -> Result<Vec<Leg>, StoreError> {
    sql.query_all(
        "SELECT debit, credit, amount_minor FROM transfers WHERE entry = ?1 ORDER BY id",
        params![version],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

fn carry_out(accounts: &mut Accounts, own: (i64, i64), entry: &Entry, legs: &[Leg]) -> Result<Entry, WalletError> {
    let holds = |accounts: &Accounts| {
        let of = |id| accounts.get(&id).map_or(0, Account::holds);
        (of(own.0), of(own.1))
    };
    let before = holds(accounts);
    for (debit, credit, amount_minor) in legs {
        for (id, is_debit) in [(debit, true), (credit, false)] {
            let account = accounts
                .get_mut(id)
                .ok_or_else(|| WalletError::Damaged(format!("entry {} names account {id}", entry.version)))?;
            *(if is_debit { &mut account.debits } else { &mut account.credits }) += i128::from(*amount_minor);
        }
    }
    let after = holds(accounts);
    let minor = |amount: i128| {
        i64::try_from(amount).map_err(|_| WalletError::Damaged(format!("entry {}: an amount too large", entry.version)))
    };
    Ok(Entry {
        cash_minor: minor(after.0 - before.0)?,
        bonus_minor: minor(after.1 - before.1)?,
        cash_after_minor: minor(after.0)?,
        bonus_after_minor: minor(after.1)?,
        ..entry.clone()
    })
}
