//! Where each reservation stands.

use crate::store::{Row, Sql, StoreError, Tx, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::stored_version;
use contract::money::Currency;
use serde::Serialize;

/// Reservations that are listed at once.
const LISTED: u32 = 1_000;

/// Where a reservation stands. Every state but the first is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationState {
    /// The money is set aside.
    Open,
    /// It was paid, all or in part.
    Posted,
    /// It came back because somebody said so.
    Voided,
    /// It came back because its time was over.
    Expired,
}

impl ReservationState {
    const ALL: [Self; 4] = [Self::Open, Self::Posted, Self::Voided, Self::Expired];

    /// The name in the book.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Posted => "posted",
            Self::Voided => "voided",
            Self::Expired => "expired",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Cash that is or was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reservation {
    /// The id of the entry that set it aside.
    pub id: String,
    /// That entry's position.
    pub version: u64,
    /// Whose it is.
    pub player: String,
    /// In which currency.
    pub currency: Currency,
    /// How much was set aside.
    pub amount_minor: i64,
    /// How much of it was paid.
    pub posted_minor: i64,
    /// Where it stands.
    pub state: ReservationState,
    /// After this it comes back by itself, Unix milliseconds.
    pub expires_at_ms: Option<i64>,
    /// Since when, Unix milliseconds.
    pub at_ms: i64,
}

impl Reservation {
    pub(super) fn find(sql: &Sql, id: &str) -> Result<Option<Self>, StoreError> {
        sql.query_opt(&format!("SELECT {COLUMNS} FROM reservations WHERE id = ?1"), params![id], stored)
    }

    pub(super) fn is_over(&self, now_ms: i64) -> bool {
        self.expires_at_ms.is_some_and(|expires_at_ms| expires_at_ms <= now_ms)
    }

    pub(super) fn insert(&self, tx: &Tx<'_>) -> Result<(), WalletError> {
        tx.send(
            "INSERT INTO reservations (version, id, player, currency, amount_minor, expires_at_ms, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                stored_version(self.version)?,
                self.id,
                self.player,
                self.currency.as_str(),
                self.amount_minor,
                self.expires_at_ms,
                self.at_ms
            ],
        )?;
        Ok(())
    }

    pub(super) fn close(&self, tx: &Tx<'_>, state: ReservationState, posted_minor: i64) -> Result<(), WalletError> {
        // Only an open one ends, and only once.
        tx.send(
            "UPDATE reservations SET state = ?2, posted_minor = ?3 WHERE version = ?1 AND state = 'open'",
            params![stored_version(self.version)?, state.as_str(), posted_minor],
        )?;
        Ok(())
    }
}

/// The open ones, oldest first.
pub(in crate::wallet) fn open(sql: &Sql) -> Result<Vec<Reservation>, StoreError> {
    sql.query_all(
        &format!("SELECT {COLUMNS} FROM reservations WHERE state = 'open' ORDER BY version LIMIT ?1"),
        params![LISTED],
        stored,
    )
}

/// All of them, a page at a time, for whoever holds them against the transfers.
pub(in crate::wallet) fn after(sql: &Sql, version: u64) -> Result<Vec<Reservation>, WalletError> {
    Ok(sql.query_all(
        &format!("SELECT {COLUMNS} FROM reservations WHERE version > ?1 ORDER BY version LIMIT ?2"),
        params![stored_version(version)?, LISTED],
        stored,
    )?)
}

/// The open ones whose time is over, the longest first.
pub(super) fn due(sql: &Sql, now_ms: i64, limit: u32) -> Result<Vec<Reservation>, StoreError> {
    sql.query_all(
        &format!(
            "SELECT {COLUMNS} FROM reservations WHERE state = 'open' AND expires_at_ms <= ?1
             ORDER BY expires_at_ms, version LIMIT ?2"
        ),
        params![now_ms, limit],
        stored,
    )
}

const COLUMNS: &str = "version, id, player, currency, amount_minor, posted_minor, state, expires_at_ms, at_ms";

fn stored(row: &Row<'_>) -> Result<Reservation, StoreError> {
    Ok(Reservation {
        version: row.get(0)?,
        id: row.get(1)?,
        player: row.get(2)?,
        currency: row.named(3, Currency::from_name)?,
        amount_minor: row.get(4)?,
        posted_minor: row.get(5)?,
        state: row.named(6, ReservationState::from_name)?,
        expires_at_ms: row.get(7)?,
        at_ms: row.get(8)?,
    })
}
