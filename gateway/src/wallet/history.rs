//! What can be asked of a history, and a line of it as a row; the balance as the ledger has it.

use super::WalletError;
use super::house::HOUSE_CURRENCY;
use super::ledger::{Holder, empty};
use crate::problem::ApiError;
use crate::store::{Row, Sql, StoreError};
use contract::money::Currency;
use contract::wallet::{Balance, Entry, EntryKind};
use serde::Deserialize;

/// Lines on a page unless asked otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Lines on a page at most.
const MAX_LIMIT: u32 = 100;

/// The query of `GET /api/wallet/history`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Only lines of this kind; with a withdrawal, also how it ended.
    kind: Option<EntryKind>,
    /// Only lines from this time on, Unix milliseconds.
    #[param(minimum = 0)]
    from_ms: Option<i64>,
    /// Only lines before this time, Unix milliseconds.
    to_ms: Option<i64>,
    /// Only lines below this ledger position: `next_before` of the page before.
    #[param(minimum = 1)]
    before: Option<i64>,
    /// Lines on the page, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A checked query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    kind: Option<EntryKind>,
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    pub(super) before: i64,
    pub(super) limit: u32,
}

impl Filter {
    /// The kind's name, if only one is asked for.
    pub(super) fn kind_name(&self) -> Option<&'static str> {
        self.kind.map(EntryKind::as_str)
    }
}

impl TryFrom<HistoryQuery> for Filter {
    type Error = ApiError;

    fn try_from(query: HistoryQuery) -> Result<Self, ApiError> {
        let from_ms = query.from_ms.unwrap_or(0);
        let to_ms = query.to_ms.unwrap_or(i64::MAX);
        if from_ms < 0 {
            return Err(ApiError::invalid("from_ms", "A time is a number of milliseconds since 1970."));
        }
        if to_ms <= from_ms {
            return Err(ApiError::invalid("to_ms", "The period has to end after it begins."));
        }
        let before = query.before.unwrap_or(i64::MAX);
        if before < 1 {
            return Err(ApiError::invalid("before", "A ledger position is 1 or more."));
        }
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ApiError::invalid("limit", format!("A page has 1 to {MAX_LIMIT} lines.")));
        }
        Ok(Self { kind: query.kind, from_ms, to_ms, before, limit })
    }
}

/// What a player holds by the ledger's own sums, for what decides about money; nothing for one who has no
/// account yet.
pub(super) fn balance(sql: &Sql, player: &str, now_ms: i64) -> Result<Balance, WalletError> {
    Ok(Holder::find(sql, player)?.map_or_else(|| empty(HOUSE_CURRENCY, now_ms), |holder| holder.balance))
}

/// The columns that [`entry`] reads, in its order.
pub(super) const COLUMNS: &str = "version, id, kind, currency, cash_minor, held_minor, bonus_minor, \
                                  cash_after_minor, bonus_after_minor, reference, at_ms";
/// How many they are.
pub(super) const COLUMN_COUNT: usize = 11;

/// A line out of a row that begins with [`COLUMNS`].
pub(super) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        version: row.get(0)?,
        id: row.get(1)?,
        kind: row.named(2, EntryKind::from_name)?,
        currency: row.named(3, Currency::from_name)?,
        cash_minor: row.get(4)?,
        held_minor: row.get(5)?,
        bonus_minor: row.get(6)?,
        cash_after_minor: row.get(7)?,
        bonus_after_minor: row.get(8)?,
        reference: row.get(9)?,
        at_ms: row.get(10)?,
    })
}
