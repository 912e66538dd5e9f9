//! The accounts that an entry touches: read once, counted on in memory, written once.
//!
//! A player's accounts come with the holder. The house's are touched by every entry, so what they have seen is
//! remembered from one command to the next, within a transaction. Each is written only over the very sums that
//! were counted on from, so that an error here could at worst refuse an entry.

use super::account::{Account, HOUSE, Side, Sums};
use super::holder::{Holder, sums};
use super::transfer::Transfer;
use crate::store::{StoreError, Tx, params};
use crate::wallet::WalletError;
use contract::money::Currency;

/// An account as the database holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) sums: Sums,
}

impl Stored {
    /// The account of an owner; it is opened if there is none.
    pub(super) fn open(tx: &Tx<'_>, owner: &str, which: Account, currency: Currency) -> Result<Self, StoreError> {
        let found = tx.query_opt(
            "SELECT id, debits_pending, debits_posted, credits_pending, credits_posted FROM accounts
             WHERE owner = ?1 AND role = ?2 AND currency = ?3",
            params![owner, which.role(), currency.as_str()],
            |row| Ok(Self { id: row.get(0)?, sums: sums(row, 1)? }),
        )?;
        if let Some(found) = found {
            return Ok(found);
        }
        let id = tx.query_one(
            "INSERT INTO accounts (owner, role, currency) VALUES (?1, ?2, ?3) RETURNING id",
            params![owner, which.role(), currency.as_str()],
            |row| row.get(0),
        )?;
        Ok(Self { id, sums: Sums::default() })
    }

    fn write(self, tx: &Tx<'_>, to: Sums) -> Result<Self, StoreError> {
        let Self { id, sums: from } = self;
        tx.send(
            "UPDATE accounts SET debits_pending = ?2, debits_posted = ?3, credits_pending = ?4, credits_posted = ?5
             WHERE id = ?1 AND debits_pending = ?6 AND debits_posted = ?7
                 AND credits_pending = ?8 AND credits_posted = ?9",
            params![
                id,
                to.debits_pending,
                to.debits_posted,
                to.credits_pending,
                to.credits_posted,
                from.debits_pending,
                from.debits_posted,
                from.credits_pending,
                from.credits_posted,
            ],
        )?;
        Ok(Self { id, sums: to })
    }
}

/// The house's accounts that this transaction has read or written.
#[derive(Clone, Debug, Default)]
struct House(Vec<((Account, Currency), Stored)>);

impl House {
    fn account(tx: &Tx<'_>, which: Account, currency: Currency) -> Result<Stored, StoreError> {
        let known = tx.remembered::<Self>().unwrap_or_default();
        if let Some((_, stored)) = known.0.iter().find(|(name, _)| *name == (which, currency)) {
            return Ok(*stored);
        }
        let stored = Stored::open(tx, HOUSE, which, currency)?;
        Self::remember(tx, which, currency, stored);
        Ok(stored)
    }

    fn remember(tx: &Tx<'_>, which: Account, currency: Currency, stored: Stored) {
        let Self(mut known) = tx.remembered().unwrap_or_default();
        known.retain(|(name, _)| *name != (which, currency));
        known.push(((which, currency), stored));
        tx.remember(Self(known));
    }
}

/// What an entry does to accounts.
pub(super) struct Touched {
    currency: Currency,
    /// As they are stored, and what they will have seen.
    accounts: Vec<(Account, Stored, Sums)>,
}

impl Touched {
    pub(super) fn new(holder: &Holder) -> Self {
        Self { currency: holder.balance.currency, accounts: Vec::with_capacity(3) }
    }

    /// The account's number.
    pub(super) fn number(&mut self, tx: &Tx<'_>, holder: &Holder, which: Account) -> Result<i64, StoreError> {
        if let Some((_, stored, _)) = self.accounts.iter().find(|(account, ..)| *account == which) {
            return Ok(stored.id);
        }
        let stored = match which {
            Account::Cash => holder.cash,
            Account::Bonus => holder.bonus,
            Account::Bank | Account::Games | Account::Promotions => House::account(tx, which, self.currency)?,
        };
        self.accounts.push((which, stored, stored.sums));
        Ok(stored.id)
    }

    /// Counts both sides of a transfer. In Rust, because SQLite turns an overflowing sum into a float.
    pub(super) fn count(&mut self, transfer: &Transfer) -> Result<(), WalletError> {
        for (which, side) in [(transfer.debit, Side::Debit), (transfer.credit, Side::Credit)] {
            let account = self.accounts.iter_mut().find(|(account, ..)| *account == which);
            let (_, _, sums) = account.expect("a transfer's accounts are numbered before it is counted");
            *sums = sums.after(side, transfer.phase, transfer.amount_minor).ok_or(WalletError::AccountFull)?;
        }
        Ok(())
    }

    /// Writes what they have seen.
    pub(super) fn write(self, tx: &Tx<'_>, holder: &mut Holder) -> Result<(), StoreError> {
        for (which, stored, to) in self.accounts {
            let stored = stored.write(tx, to)?;
            match which {
                Account::Cash => holder.cash = stored,
                Account::Bonus => holder.bonus = stored,
                Account::Bank | Account::Games | Account::Promotions => {
                    House::remember(tx, which, self.currency, stored);
                }
            }
        }
        Ok(())
    }
}
