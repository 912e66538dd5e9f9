//! A player's two accounts.

use super::account::{Account, HOUSE, Sums};
use super::account_number;
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
    cash: i64,
    bonus: i64,
}

impl Holder {
    /// The player, if there is an account.
    pub(in crate::wallet) fn find(sql: &Sql, player: &str) -> Result<Option<Self>, WalletError> {
        let found = sql.query_opt(
            "SELECT h.currency, h.last_version, h.as_of_ms, h.withdrawals_held, h.cash, h.bonus,
                    c.debits_pending, c.debits_posted, c.credits_pending, c.credits_posted,
                    b.debits_pending, b.debits_posted, b.credits_pending, b.credits_posted
             FROM holders h JOIN accounts c ON c.id = h.cash JOIN accounts b ON b.id = h.bonus
             WHERE h.player = ?1",
            params![player],
            |row| {
                let (of_cash, of_bonus) = (sums(row, 6)?, sums(row, 10)?);
                let balance = Balance {
                    currency: row.named(0, Currency::from_name)?,
                    cash_minor: of_cash.available_minor(),
                    held_minor: of_cash.debits_pending,
                    bonus_minor: of_bonus.available_minor(),
                    version: row.get(1)?,
                    as_of_ms: row.get(2)?,
                };
                let (withdrawals_held, cash, bonus) = (row.get(3)?, row.get(4)?, row.get(5)?);
                Ok(Self { player: player.to_owned(), balance, withdrawals_held, cash, bonus })
            },
        )?;
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
        let cash = account_number(tx, player, Account::Cash, currency)?;
        let bonus = account_number(tx, player, Account::Bonus, currency)?;
        tx.execute(
            "INSERT INTO holders (player, currency, cash, bonus, as_of_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![player, currency.as_str(), cash, bonus, now_ms],
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

    pub(super) fn account(&self, tx: &Tx<'_>, which: Account) -> Result<i64, WalletError> {
        match which {
            Account::Cash => Ok(self.cash),
            Account::Bonus => Ok(self.bonus),
            Account::Bank | Account::Games | Account::Promotions => {
                account_number(tx, HOUSE, which, self.balance.currency)
            }
        }
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
