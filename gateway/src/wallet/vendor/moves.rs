//! What each transaction moved, with its entry: the line that is held against the vendor's statement.
//!
//! **Architecture invariant:** a line is written in the transaction of its entry, and never changed.

use super::bets::Bet;
use crate::store::{Tx, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::stored_version;
use contract::money::Currency;
use contract::vendor::Transaction;
use contract::wallet::Receipt;

/// Which transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) enum MoveKind {
    Bet,
    Win,
    Rollback,
    PromoPayout,
    /// Ours: a stake that went back because nobody ended its bet in time.
    Overdue,
}

impl MoveKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bet => "bet",
            Self::Win => "win",
            Self::Rollback => "rollback",
            Self::PromoPayout => "promo-payout",
            Self::Overdue => "overdue",
        }
    }

    pub(in crate::wallet) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Bet, Self::Win, Self::Rollback, Self::PromoPayout, Self::Overdue];
        all.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A transaction that was carried out.
#[derive(Clone, Debug)]
pub(super) struct Move<'a> {
    pub(super) id: &'a str,
    pub(super) kind: MoveKind,
    pub(super) player: &'a str,
    pub(super) round: Option<&'a str>,
    /// The bet that it took back.
    pub(super) bet: Option<&'a str>,
    pub(super) amount_minor: i64,
    /// None if no money moved.
    pub(super) receipt: Option<&'a Receipt>,
    pub(super) at_ms: i64,
}

impl<'a> Move<'a> {
    /// A bet or a win.
    pub(super) fn of(call: &'a Transaction, kind: MoveKind, receipt: Option<&'a Receipt>, at_ms: i64) -> Self {
        let (id, player, round) = (&call.transaction, &call.player, Some(call.round.as_str()));
        Self { id, kind, player, round, bet: None, amount_minor: call.amount_minor, receipt, at_ms }
    }

    pub(super) fn insert(&self, tx: &Tx<'_>, vendor: &str) -> Result<(), WalletError> {
        let entry = self.receipt.map(|receipt| &receipt.entry);
        tx.send(
            "INSERT INTO vendor_moves (vendor, id, kind, player, round, bet, amount_minor, currency, entry, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                vendor,
                self.id,
                self.kind.as_str(),
                self.player,
                self.round,
                self.bet,
                self.amount_minor,
                entry.map(|entry| Currency::as_str(entry.currency)),
                entry.map(|entry| stored_version(entry.version)).transpose()?,
                self.at_ms
            ],
        )?;
        Ok(())
    }
}

impl Bet {
    /// The line of its stake's way back.
    pub(super) fn give_back_move<'a>(
        &'a self,
        id: &'a str,
        kind: MoveKind,
        receipt: Option<&'a Receipt>,
        at_ms: i64,
    ) -> Move<'a> {
        let (player, round, bet) = (&self.player, Some(self.round.as_str()), Some(self.id.as_str()));
        Move { id, kind, player, round, bet, amount_minor: self.cash_minor + self.bonus_minor, receipt, at_ms }
    }
}
