//! A player's two accounts.

use super::account::{Account, Sums};
use super::touched::Stored;
use crate::store::{Row, Sql, StoreError, Tx, params};
use crate::wallet::WalletError;
use contract::money::Currency;
use contract::wallet::Balance;

/// A player with the two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Holder {
    pub(in crate::wallet) player: String,
    pub(in crate::wallet) balance: Balance,
    /// An operator wants to see withdrawals before they are paid.
    pub(in crate::wallet) withdrawals_held: bool,
    pub(super) cash: Stored,
    pub(super) bonus: Stored,
}

const FIND: &str = "SELECT h.currency, h.last_version, h.as_of_ms, h.withdrawals_held, h.cash, h.bonus,
           c.debits_pending, c.debits_posted, c.credits_pending, c.credits_posted,
           b.debits_pending, b.debits_posted, b.credits_pending, b.credits_posted
    FROM holders h JOIN accounts c ON c.id = h.cash JOIN accounts b ON b.id = h.bonus
    WHERE h.player = ?1";

impl Holder {
    /// Says that the player will be asked for before anything is written.
    pub(in crate::wallet) fn foresee(tx: &Tx<'_>, player: &str) -> Result<(), StoreError> {
        tx.foresee(FIND, params![player])
    }

    /// The player, if there is an account.
    pub(in crate::wallet) fn find(sql: &Sql, player: &str) -> Result<Option<Self>, WalletError> {
        let found = sql.query_opt(FIND, params![player], |row| {
            let cash = Stored { id: row.get(4)?, sums: sums(row, 6)? };
            let bonus = Stored { id: row.get(5)?, sums: sums(row, 10)? };
            let balance = Balance {
                currency: row.named(0, Currency::from_name)?,
                cash_minor: cash.sums.available_minor(),
                held_minor: cash.sums.debits_pending,
                bonus_minor: bonus.sums.available_minor(),
                version: row.get(1)?,
                as_of_ms: row.get(2)?,
            };
            Ok(Self { player: player.to_owned(), balance, withdrawals_held: row.get(3)?, cash, bonus })
        })?;
        Ok(found)
    }

    /// The player; the account is opened in `currency` if there is none.
    pub(in crate::wallet) fn open(
        tx: &Tx<'_>,
        player: &str,
        currency: Currency,
        now_ms: i64,
    ) -> Result<Self, WalletError> {
        if let Some(holder) = Self::find(tx, player)? {
            return Ok(holder);
        }
        let cash = Stored::open(tx, player, Account::Cash, currency)?;
        let bonus = Stored::open(tx, player, Account::Bonus, currency)?;
        tx.send(
            "INSERT INTO holders (player, currency, cash, bonus, as_of_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![player, currency.as_str(), cash.id, bonus.id, now_ms],
        )?;
        let balance = empty(currency, now_ms);
        Ok(Self { player: player.to_owned(), balance, withdrawals_held: false, cash, bonus })
    }

    /// Refuses another currency than the account's.
    pub(in crate::wallet) fn require(&self, currency: Currency) -> Result<(), WalletError> {
        if self.balance.currency == currency {
            return Ok(());
        }
        Err(WalletError::WrongCurrency { account: self.balance.currency })
    }

    /// What can be staked.
    pub(in crate::wallet) fn stakeable_minor(&self) -> i64 {
        self.balance.cash_minor.saturating_add(self.balance.bonus_minor)
    }
}

/// What somebody holds who has nothing yet.
pub(in crate::wallet) fn empty(currency: Currency, now_ms: i64) -> Balance {
    Balance { currency, cash_minor: 0, held_minor: 0, bonus_minor: 0, version: 0, as_of_ms: now_ms }
}

/// Four columns from `first` on.
pub(super) fn sums(row: &Row<'_>, first: usize) -> Result<Sums, StoreError> {
    Ok(Sums {
        debits_pending: row.get(first)?,
        debits_posted: row.get(first + 1)?,
        credits_pending: row.get(first + 2)?,
        credits_posted: row.get(first + 3)?,
    })
}
