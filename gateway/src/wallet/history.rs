//! What a player sees of the ledger: the balance and the lines of the history.

use super::WalletError;
use super::ledger::{self, Holder};
use super::{HOUSE_CURRENCY, ledger::read_version};
use crate::problem::ApiError;
use contract::wallet::{Balance, Entry, EntryKind, History};
use rusqlite::{Connection, Row, named_params};
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
    /// Only lines of this kind.
    kind: Option<EntryKind>,
    /// Only lines from this time on, Unix milliseconds.
    from_ms: Option<i64>,
    /// Only lines before this time, Unix milliseconds.
    to_ms: Option<i64>,
    /// Only lines below this ledger position: `next_before` of the page before.
    before: Option<i64>,
    /// Lines on the page, 1 to 100; 20 if absent.
    limit: Option<u32>,
}

/// A checked query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    kind: Option<EntryKind>,
    from_ms: i64,
    to_ms: i64,
    before: i64,
    limit: u32,
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

/// What a player holds; nothing for one who has no account yet.
pub(super) fn balance(connection: &Connection, player: &str, now_ms: i64) -> Result<Balance, WalletError> {
    Ok(Holder::find(connection, player)?.map_or(
        Balance { currency: HOUSE_CURRENCY, cash_minor: 0, bonus_minor: 0, version: 0, as_of_ms: now_ms },
        |holder| holder.balance,
    ))
}

/// A page of a player's history.
pub(super) fn page(connection: &Connection, player: &str, filter: Filter) -> Result<History, WalletError> {
    let currency = Holder::find(connection, player)?.map_or(HOUSE_CURRENCY, |holder| holder.balance.currency);
    let kind = filter.kind.map(EntryKind::as_str);
    // One line more than asked tells whether there is a next page.
    let mut entries = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entries
             WHERE player = :player AND version < :before AND (:kind IS NULL OR kind = :kind)
               AND at_ms >= :from_ms AND at_ms < :to_ms
             ORDER BY version DESC LIMIT :lines"
        ))?
        .query_and_then(
            named_params! {
                ":player": player, ":before": filter.before, ":kind": kind, ":from_ms": filter.from_ms,
                ":to_ms": filter.to_ms, ":lines": filter.limit + 1,
            },
            entry,
        )?
        .collect::<Result<Vec<_>, _>>()?;
    let more = entries.len() > filter.limit as usize;
    entries.truncate(filter.limit as usize);
    let next_before = entries.last().filter(|_| more).map(|entry| entry.version);
    let (total_in_minor, total_out_minor) = connection
        .prepare_cached(
            "SELECT coalesce(sum(max(cash_minor + bonus_minor, 0)), 0),
                    coalesce(sum(max(-cash_minor - bonus_minor, 0)), 0)
             FROM entries
             WHERE player = :player AND (:kind IS NULL OR kind = :kind) AND at_ms >= :from_ms AND at_ms < :to_ms",
        )?
        .query_row(
            named_params! {
                ":player": player, ":kind": kind, ":from_ms": filter.from_ms, ":to_ms": filter.to_ms,
            },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
    Ok(History { entries, next_before, total_in_minor, total_out_minor, currency })
}

/// The columns that [`entry`] reads, in its order.
pub(super) const COLUMNS: &str = "version, id, kind, currency, cash_minor, bonus_minor, cash_after_minor, \
                                  bonus_after_minor, reference, at_ms";

/// A line out of a row that begins with [`COLUMNS`].
pub(super) fn entry(row: &Row<'_>) -> Result<Entry, WalletError> {
    let kind: String = row.get(2)?;
    Ok(Entry {
        version: read_version(row.get(0)?)?,
        id: row.get(1)?,
        kind: EntryKind::from_name(&kind)
            .ok_or_else(|| WalletError::Damaged(format!("unknown kind of entry {kind}")))?,
        currency: ledger::read_currency(&row.get::<_, String>(3)?)?,
        cash_minor: row.get(4)?,
        bonus_minor: row.get(5)?,
        cash_after_minor: row.get(6)?,
        bonus_after_minor: row.get(7)?,
        reference: row.get(8)?,
        at_ms: row.get(9)?,
    })
}
