//! What became of each bet.

use crate::store::{Sql, Tx, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::{Account, Transfer};
use contract::live::Game;
use serde::Serialize;

/// Where a bet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Settled,
    RolledBack,
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::RolledBack => "rolled-back",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Settled, Self::RolledBack].into_iter().find(|state| state.as_str() == name)
    }
}

/// A bet, with what it took from each of the player's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bet {
    pub(super) id: String,
    pub(super) state: State,
    pub(super) player: String,
    pub(super) table: String,
    pub(super) round: String,
    pub(super) game: Option<Game>,
    pub(super) cash_minor: i64,
    pub(super) bonus_minor: i64,
    /// When it was taken; of a tombstone, when that was made.
    pub(super) placed_ms: i64,
}

impl Bet {
    pub(super) fn find(tx: &Tx<'_>, vendor: &str, id: &str) -> Result<Option<Self>, WalletError> {
        let found = tx.query_opt(
            "SELECT state, player, table_id, round, game, cash_minor, bonus_minor, placed_ms FROM bets
                 WHERE vendor = ?1 AND id = ?2",
            params![vendor, id],
            |row| {
                Ok(Self {
                    id: id.to_owned(),
                    state: row.named(0, State::from_name)?,
                    player: row.get(1)?,
                    table: row.get(2)?,
                    round: row.get(3)?,
                    game: row.get::<Option<String>>(4)?.as_deref().and_then(Game::from_name),
                    cash_minor: row.get(5)?,
                    bonus_minor: row.get(6)?,
                    placed_ms: row.get(7)?,
                })
            },
        )?;
        Ok(found)
    }

    pub(super) fn insert(&self, tx: &Tx<'_>, vendor: &str) -> Result<(), WalletError> {
        tx.send(
            "INSERT INTO bets (vendor, id, state, player, table_id, round, game, cash_minor, bonus_minor, placed_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                vendor,
                self.id,
                self.state.as_str(),
                self.player,
                self.table,
                self.round,
                self.game.map(Game::as_str),
                self.cash_minor,
                self.bonus_minor,
                self.placed_ms
            ],
        )?;
        Ok(())
    }

    /// Ends it by a transaction.
    pub(super) fn end(
        &self,
        tx: &Tx<'_>,
        vendor: &str,
        state: State,
        (by, at_ms): (&str, i64),
    ) -> Result<(), WalletError> {
        // Only an open one ends, and only once.
        tx.send(
            "UPDATE bets SET state = ?3, ended_by = ?4, ended_ms = ?5 WHERE vendor = ?1 AND id = ?2 AND state = 'open'",
            params![vendor, &self.id, state.as_str(), by, at_ms],
        )?;
        Ok(())
    }

    pub(super) fn is_at(&self, player: &str, table: &str, round: &str) -> bool {
        self.player == player && self.table == table && self.round == round
    }

    /// A transfer for each leg; `direction` says which way, given the player's account.
    pub(super) fn legs(&self, direction: impl Fn(Account) -> (Account, Account)) -> Vec<Transfer> {
        [(Account::Cash, self.cash_minor), (Account::Bonus, self.bonus_minor)]
            .into_iter()
            .filter(|(_, amount_minor)| *amount_minor > 0)
            .map(|(account, amount_minor)| {
                let (debit, credit) = direction(account);
                Transfer::single(debit, credit, amount_minor)
            })
            .collect()
    }
}

/// A bet, for the player that it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wager {
    /// Whose table it was.
    pub vendor: String,
    /// The vendor's name for it.
    pub bet: String,
    /// Which table.
    pub table: String,
    /// Which round.
    pub round: String,
    /// Which game; absent for a bet that was taken back before it arrived.
    pub game: Option<String>,
    /// What it took of the cash.
    pub cash_minor: i64,
    /// What it took of the bonus money.
    pub bonus_minor: i64,
    /// `open`, `settled`, or `rolled-back`.
    pub state: String,
}

impl Wager {
    /// At most `limit` bets of a player, after one of them, by vendor and name.
    pub(in crate::wallet) fn page(
        sql: &Sql,
        player: &str,
        after: Option<&Self>,
        limit: u32,
    ) -> Result<Vec<Self>, WalletError> {
        let (vendor, bet) = after.map_or(("", ""), |after| (&after.vendor, &after.bet));
        Ok(sql.query_all(
            "SELECT vendor, id, table_id, round, game, cash_minor, bonus_minor, state FROM bets
             WHERE player = ?1 AND (vendor, id) > (?2, ?3) ORDER BY vendor, id LIMIT ?4",
            params![player, vendor, bet, limit],
            |row| {
                Ok(Self {
                    vendor: row.get(0)?,
                    bet: row.get(1)?,
                    table: row.get(2)?,
                    round: row.get(3)?,
                    game: row.get(4)?,
                    cash_minor: row.get(5)?,
                    bonus_minor: row.get(6)?,
                    state: row.get(7)?,
                })
            },
        )?)
    }
}
