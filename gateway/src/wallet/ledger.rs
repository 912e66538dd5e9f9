//! The book itself: accounts, transfers, entries, and the chain of hashes over them.
//!
//! An entry is a list of transfers, each from one account to another, so every entry balances by
//! construction. Both sides of what an account has seen are kept beside it and updated in the same
//! transaction; the audit recomputes them from the transfers.

use super::WalletError;
use super::events;
use crate::store::{Sql, Tx, params};
use contract::money::Currency;
use contract::wallet::{Balance, Entry, EntryKind, Receipt};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The owner of the house's accounts. A player's id is a UUID, so nobody else is called that.
const HOUSE: &str = "house";
/// What the first entry follows.
pub(super) const GENESIS: [u8; 32] = [0; 32];

/// An account, as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// The player's withdrawable money.
    Cash,
    /// The player's money that can only be bet.
    Bonus,
    /// The house's side of deposits and withdrawals.
    Bank,
    /// The house's side of bets and wins.
    Games,
    /// The house's side of rewards.
    Promotions,
}

impl Account {
    fn role(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Bonus => "bonus",
            Self::Bank => "bank",
            Self::Games => "games",
            Self::Promotions => "promotions",
        }
    }
}

/// Money moves from `debit` to `credit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    pub(super) debit: Account,
    pub(super) credit: Account,
    pub(super) amount_minor: i64,
}

/// A player with the two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) player: String,
    pub(super) balance: Balance,
    cash: i64,
    bonus: i64,
}

impl Holder {
    /// The player, if there is an account.
    pub(super) fn find(sql: &Sql, player: &str) -> Result<Option<Self>, WalletError> {
        let found = sql.query_opt(
            "SELECT h.currency, c.credits_posted - c.debits_posted, b.credits_posted - b.debits_posted,
                    h.last_version, h.as_of_ms, h.cash, h.bonus
             FROM holders h JOIN accounts c ON c.id = h.cash JOIN accounts b ON b.id = h.bonus
             WHERE h.player = ?1",
            params![player],
            |row| {
                let balance = Balance {
                    currency: row.named(0, Currency::from_name)?,
                    cash_minor: row.get(1)?,
                    bonus_minor: row.get(2)?,
                    version: row.get(3)?,
                    as_of_ms: row.get(4)?,
                };
                Ok(Self { player: player.to_owned(), balance, cash: row.get(5)?, bonus: row.get(6)? })
            },
        )?;
        Ok(found)
    }

    /// The player; the account is opened in `currency` if there is none.
    pub(super) fn open(tx: &Tx<'_>, player: &str, currency: Currency, now_ms: i64) -> Result<Self, WalletError> {
        if let Some(holder) = Self::find(tx, player)? {
            return Ok(holder);
        }
        let cash = account(tx, player, Account::Cash, currency)?;
        let bonus = account(tx, player, Account::Bonus, currency)?;
        tx.execute(
            "INSERT INTO holders (player, currency, cash, bonus, as_of_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![player, currency.as_str(), cash, bonus, now_ms],
        )?;
        let balance = Balance { currency, cash_minor: 0, bonus_minor: 0, version: 0, as_of_ms: now_ms };
        Ok(Self { player: player.to_owned(), balance, cash, bonus })
    }

    /// Refuses another currency than the account's.
    pub(super) fn require(&self, currency: Currency) -> Result<(), WalletError> {
        if self.balance.currency == currency {
            return Ok(());
        }
        Err(WalletError::WrongCurrency { account: self.balance.currency })
    }

    /// What can be staked.
    pub(super) fn stakeable_minor(&self) -> i64 {
        self.balance.cash_minor.saturating_add(self.balance.bonus_minor)
    }

    fn account(&self, tx: &Tx<'_>, which: Account) -> Result<i64, WalletError> {
        match which {
            Account::Cash => Ok(self.cash),
            Account::Bonus => Ok(self.bonus),
            Account::Bank | Account::Games | Account::Promotions => account(tx, HOUSE, which, self.balance.currency),
        }
    }
}

/// An entry that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft<'a> {
    pub(super) kind: EntryKind,
    pub(super) transfers: &'a [Transfer],
    pub(super) reference: Option<String>,
    pub(super) at_ms: i64,
}

/// Writes an entry for the holder, and tells the player. The holder's balance is the one after it.
pub(super) fn post(tx: &Tx<'_>, holder: &mut Holder, draft: Draft<'_>) -> Result<Receipt, WalletError> {
    assert!(!draft.transfers.is_empty(), "an entry moves money");
    let (last, prev_hash) = head(tx)?;
    let version = last.checked_add(1).ok_or(WalletError::AccountFull)?;
    let mut legs = Vec::with_capacity(draft.transfers.len());
    let (mut cash_minor, mut bonus_minor) = (0_i64, 0_i64);
    for transfer in draft.transfers {
        assert!(transfer.amount_minor > 0 && transfer.debit != transfer.credit, "a transfer moves money");
        for (account, change) in [(transfer.debit, -transfer.amount_minor), (transfer.credit, transfer.amount_minor)] {
            let delta = match account {
                Account::Cash => &mut cash_minor,
                Account::Bonus => &mut bonus_minor,
                Account::Bank | Account::Games | Account::Promotions => continue,
            };
            *delta = delta.checked_add(change).ok_or(WalletError::AccountFull)?;
        }
        legs.push((holder.account(tx, transfer.debit)?, holder.account(tx, transfer.credit)?, transfer.amount_minor));
    }
    let entry = Entry {
        id: Uuid::now_v7().to_string(),
        version,
        kind: draft.kind,
        cash_minor,
        bonus_minor,
        currency: holder.balance.currency,
        cash_after_minor: after(holder.balance.cash_minor, cash_minor)?,
        bonus_after_minor: after(holder.balance.bonus_minor, bonus_minor)?,
        reference: draft.reference,
        at_ms: draft.at_ms,
    };
    insert(tx, &holder.player, &entry, &legs, prev_hash)?;
    holder.balance = Balance {
        currency: entry.currency,
        cash_minor: entry.cash_after_minor,
        bonus_minor: entry.bonus_after_minor,
        version,
        as_of_ms: entry.at_ms,
    };
    let receipt = Receipt { entry, balance: holder.balance.clone() };
    events::tell_player(tx, &holder.player, &receipt)?;
    Ok(receipt)
}

fn after(before_minor: i64, change_minor: i64) -> Result<i64, WalletError> {
    match before_minor.checked_add(change_minor) {
        Some(after) if after < 0 => Err(WalletError::InsufficientFunds),
        Some(after) if after <= contract::wire::MAX_INTEGER => Ok(after),
        _ => Err(WalletError::AccountFull),
    }
}

/// A transfer with its accounts by number: debit, credit, amount.
pub(super) type Leg = (i64, i64, i64);

fn insert(tx: &Tx<'_>, player: &str, entry: &Entry, legs: &[Leg], prev_hash: [u8; 32]) -> Result<(), WalletError> {
    let version = stored_version(entry.version)?;
    tx.execute(
        "INSERT INTO entries (version, id, kind, player, currency, cash_minor, bonus_minor, cash_after_minor,
                              bonus_after_minor, reference, at_ms, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            version,
            entry.id,
            entry.kind.as_str(),
            player,
            entry.currency.as_str(),
            entry.cash_minor,
            entry.bonus_minor,
            entry.cash_after_minor,
            entry.bonus_after_minor,
            entry.reference,
            entry.at_ms,
            prev_hash,
            chain(&prev_hash, player, entry, legs)?,
        ],
    )?;
    for (debit, credit, amount_minor) in legs {
        tx.execute(
            "INSERT INTO transfers (entry, debit, credit, amount_minor) VALUES (?1, ?2, ?3, ?4)",
            params![version, debit, credit, amount_minor],
        )?;
        add(tx, "UPDATE accounts SET debits_posted = ?2 WHERE id = ?1", DEBITS, *debit, *amount_minor)?;
        add(tx, "UPDATE accounts SET credits_posted = ?2 WHERE id = ?1", CREDITS, *credit, *amount_minor)?;
    }
    tx.execute(
        "UPDATE holders SET last_version = ?2, as_of_ms = ?3 WHERE player = ?1",
        params![player, version, entry.at_ms],
    )?;
    Ok(())
}

const DEBITS: &str = "SELECT debits_posted FROM accounts WHERE id = ?1";
const CREDITS: &str = "SELECT credits_posted FROM accounts WHERE id = ?1";

/// Adds to one side of an account. In Rust, because SQLite turns an overflowing sum into a float.
fn add(tx: &Tx<'_>, update: &str, select: &str, account: i64, amount_minor: i64) -> Result<(), WalletError> {
    let before: i64 = tx.query_one(select, params![account], |row| row.get(0))?;
    let after = before.checked_add(amount_minor).ok_or(WalletError::AccountFull)?;
    let changed = tx.execute(update, params![account, after])?;
    assert_eq!(changed, 1, "an account that was just read is there");
    Ok(())
}

fn account(tx: &Tx<'_>, owner: &str, which: Account, currency: Currency) -> Result<i64, WalletError> {
    let (role, currency) = (which.role(), currency.as_str());
    let name = params![owner, role, currency];
    let found = "SELECT id FROM accounts WHERE owner = ?1 AND role = ?2 AND currency = ?3";
    if let Some(id) = tx.query_opt(found, name, |row| row.get(0))? {
        return Ok(id);
    }
    let insert = "INSERT INTO accounts (owner, role, currency) VALUES (?1, ?2, ?3) RETURNING id";
    Ok(tx.query_one(insert, name, |row| row.get(0))?)
}

/// The last entry's position and hash.
fn head(sql: &Sql) -> Result<(u64, [u8; 32]), WalletError> {
    let last = "SELECT version, hash FROM entries ORDER BY version DESC LIMIT 1";
    let row = sql.query_opt(last, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(row.unwrap_or((0, GENESIS)))
}

/// The hash of an entry: of the one before it and of all that the entry says, written as JSON, where
/// no two contents look the same.
pub(super) fn chain(prev_hash: &[u8; 32], player: &str, entry: &Entry, legs: &[Leg]) -> Result<[u8; 32], WalletError> {
    let content =
        serde_json::to_vec(&(player, entry, legs)).map_err(|error| WalletError::Damaged(error.to_string()))?;
    Ok(Sha256::new().chain_update(prev_hash).chain_update(content).finalize().into())
}

pub(super) fn stored_version(version: u64) -> Result<i64, WalletError> {
    i64::try_from(version).map_err(|_| WalletError::AccountFull)
}
