//! The accounts that an entry touches: read once, counted on in memory, written once.
//!
//! A player's accounts come with the holder. The house's are touched by every entry, so what they have seen is
//! remembered from one command to the next and written once in a transaction. Each is written only over the very
//! sums that were counted on from, so that an error here could at worst refuse an entry.

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

/// The house's accounts that this transaction has touched: as they are stored, and what they have seen since.
#[derive(Debug, Default)]
struct House(Vec<HouseAccount>);

#[derive(Debug)]
struct HouseAccount {
    which: Account,
    currency: Currency,
    stored: Stored,
    now: Sums,
}

impl House {
    fn of(tx: &Tx<'_>) -> Self {
        tx.take_remembered().unwrap_or_else(|| {
            tx.write_at_end(Self::write);
            Self::default()
        })
    }

    /// The account, with what it has seen up to now.
    fn account(tx: &Tx<'_>, which: Account, currency: Currency) -> Result<Stored, StoreError> {
        let mut house = Self::of(tx);
        let known = house.0.iter().find(|account| account.which == which && account.currency == currency);
        let account = match known {
            Some(account) => Ok(Stored { id: account.stored.id, sums: account.now }),
            None => Stored::open(tx, HOUSE, which, currency).inspect(|stored| {
                house.0.push(HouseAccount { which, currency, stored: *stored, now: stored.sums });
            }),
        };
        tx.remember(house);
        account
    }

    /// It has seen more.
    fn note(tx: &Tx<'_>, id: i64, now: Sums) {
        let mut house = Self::of(tx);
        let known = house.0.iter_mut().find(|account| account.stored.id == id);
        known.expect("what has seen more was asked for before").now = now;
        tx.remember(house);
    }

    fn write(tx: &Tx<'_>) -> Result<(), StoreError> {
        let Some(mut house) = tx.take_remembered::<Self>() else { return Ok(()) };
        for account in house.0.iter_mut().filter(|account| account.stored.sums != account.now) {
            account.stored = account.stored.write(tx, account.now)?;
        }
        tx.remember(house);
        Ok(())
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

    /// Writes what the player's have seen; the house's are written once, before the transaction is committed.
    pub(super) fn write(self, tx: &Tx<'_>, holder: &mut Holder) -> Result<(), StoreError> {
        for (which, stored, to) in self.accounts {
            match which {
                Account::Cash => holder.cash = stored.write(tx, to)?,
                Account::Bonus => holder.bonus = stored.write(tx, to)?,
                Account::Bank | Account::Games | Account::Promotions => House::note(tx, stored.id, to),
            }
        }
        Ok(())
    }
}
