//! The ledger's log, as the projections read it: entries in order, a page at a time, each page held against
//! the one before it by its hash.

use crate::store::{Row, Sql, StoreError, params};
use crate::wallet::WalletError;
use crate::wallet::history::{self, COLUMN_COUNT, COLUMNS};
use crate::wallet::ledger::{GENESIS, stored_version};
use contract::money::Currency;
use contract::wallet::Entry;

/// How far a projection has come: the last entry that is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) version: u64,
    pub(super) hash: [u8; 32],
}

impl Position {
    /// Before the first entry.
    pub(super) const START: Self = Self { version: 0, hash: GENESIS };
}

/// Some entries after a position.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// With the player of each.
    pub(super) entries: Vec<(String, Entry)>,
    /// The last of them; where there are none, the position itself.
    pub(super) to: Position,
    /// The book's last entry.
    pub(super) head: u64,
}

impl Page {
    pub(super) fn is_at_head(&self) -> bool {
        self.to.version >= self.head
    }
}

/// At most `limit` entries after a position and not after `until`. None if the book has no such position:
/// it is another one, or its end was cut off.
pub(super) fn page(sql: &Sql, at: &Position, until: u64, limit: u32) -> Result<Option<Page>, WalletError> {
    let after = stored_version(at.version)?;
    if at.version > 0 {
        let hash = sql.query_opt("SELECT hash FROM entries WHERE version = ?1", params![after], |row| row.get(0))?;
        if hash != Some(at.hash) {
            return Ok(None);
        }
    }
    let until = i64::try_from(until).unwrap_or(i64::MAX);
    let mut to = *at;
    let entries = sql.query_all(
        &format!(
            "SELECT {COLUMNS}, player, hash FROM entries WHERE version > ?1 AND version <= ?2
             ORDER BY version LIMIT ?3"
        ),
        params![after, until, limit],
        |row: &Row<'_>| {
            let entry = history::entry(row)?;
            to = Position { version: entry.version, hash: row.get(COLUMN_COUNT + 1)? };
            Ok((row.get(COLUMN_COUNT)?, entry))
        },
    )?;
    Ok(Some(Page { entries, to, head: head(sql)? }))
}

/// The position of the book's last entry, 0 if there is none.
pub(super) fn head(sql: &Sql) -> Result<u64, StoreError> {
    sql.query_one("SELECT coalesce(max(version), 0) FROM entries", &[], |row| row.get(0))
}

/// What a player's query has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) currency: Currency,
    /// The player's last entry; 0 if there is none yet.
    pub(super) version: u64,
    pub(super) as_of_ms: i64,
}

/// A player's account, if there is one.
pub(super) fn account(sql: &Sql, player: &str) -> Result<Option<Account>, StoreError> {
    sql.query_opt("SELECT currency, last_version, as_of_ms FROM holders WHERE player = ?1", params![player], |row| {
        Ok(Account { currency: row.named(0, Currency::from_name)?, version: row.get(1)?, as_of_ms: row.get(2)? })
    })
}
