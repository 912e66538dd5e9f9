//! What is asked of a generation.

use super::apply;
use crate::store::{Sql, StoreError, params};
use crate::wallet::history::{COLUMNS, Filter, entry};
use crate::wallet::limits::{Session, Window};
use contract::limits::Period;
use contract::money::Currency;
use contract::wallet::{Balance, Entry, History, Summary};

/// What a player holds; nothing for one without an entry.
pub(super) fn balance(sql: &Sql, generation: i64, player: &str) -> Result<Option<Balance>, StoreError> {
    sql.query_opt(
        "SELECT currency, cash_minor, held_minor, bonus_minor, version, as_of_ms FROM balances
         WHERE gen = ?1 AND player = ?2",
        params![generation, player],
        |row| {
            Ok(Balance {
                currency: row.named(0, Currency::from_name)?,
                cash_minor: row.get(1)?,
                held_minor: row.get(2)?,
                bonus_minor: row.get(3)?,
                version: row.get(4)?,
                as_of_ms: row.get(5)?,
            })
        },
    )
}

/// Lines of the kind `?3`, or all. What ends a withdrawal that was set aside belongs to it: without that, nobody
/// could tell from the withdrawals alone which of them were paid.
const OF_KIND: &str =
    "coalesce(?3, kind) IN (kind, CASE WHEN kind IN ('paid-out', 'returned') THEN 'withdrawal' ELSE kind END)";

/// A page of a player's history.
pub(super) fn history(
    sql: &Sql,
    generation: i64,
    (player, currency): (&str, Currency),
    filter: Filter,
) -> Result<History, StoreError> {
    let kind = filter.kind_name();
    // One line more than asked tells whether there is a next page.
    let mut entries = sql.query_all(
        &format!(
            "SELECT {COLUMNS} FROM lines
             WHERE gen = ?1 AND player = ?2 AND {OF_KIND} AND at_ms >= ?4 AND at_ms < ?5
                   AND version < ?6
             ORDER BY version DESC LIMIT ?7"
        ),
        params![generation, player, kind, filter.from_ms, filter.to_ms, filter.before, filter.limit + 1],
        entry,
    )?;
    let more = entries.len() > filter.limit as usize;
    entries.truncate(filter.limit as usize);
    let next_before = entries.last().filter(|_| more).map(|entry| entry.version);
    let (total_in_minor, total_out_minor) = sql.query_one(
        &format!(
            "SELECT CAST(coalesce(sum(CASE WHEN net_minor > 0 THEN net_minor END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN net_minor < 0 THEN -net_minor END), 0) AS BIGINT)
         FROM (SELECT cash_minor + held_minor + bonus_minor AS net_minor FROM lines
               WHERE gen = ?1 AND player = ?2 AND {OF_KIND} AND at_ms >= ?4 AND at_ms < ?5)
              AS chosen"
        ),
        params![generation, player, kind, filter.from_ms, filter.to_ms],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(History { entries, next_before, total_in_minor, total_out_minor, currency })
}

/// At most `limit` lines of a player's history below a ledger position, newest first.
pub(super) fn lines(
    sql: &Sql,
    generation: i64,
    player: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    sql.query_all(
        &format!(
            "SELECT {COLUMNS} FROM lines WHERE gen = ?1 AND player = ?2 AND version < ?3
             ORDER BY version DESC LIMIT ?4"
        ),
        params![generation, player, before, limit],
        entry,
    )
}

/// The player's last gaming session.
pub(super) fn session(sql: &Sql, generation: i64, player: &str) -> Result<Option<Session>, StoreError> {
    apply::session(sql, generation, player)
}

/// What the days of a period came to.
pub(super) fn summary(
    sql: &Sql,
    generation: i64,
    (player, currency): (&str, Currency),
    (period, window): (Period, Window),
) -> Result<Summary, StoreError> {
    let empty = empty_summary(currency, period, window);
    sql.query_one(
        "SELECT CAST(coalesce(sum(deposited_minor), 0) AS BIGINT),
                CAST(coalesce(sum(withdrawn_minor), 0) AS BIGINT),
                CAST(coalesce(sum(staked_minor - returned_minor), 0) AS BIGINT),
                CAST(coalesce(sum(won_minor), 0) AS BIGINT)
         FROM days WHERE gen = ?1 AND player = ?2 AND day >= ?3 AND day < ?4",
        params![generation, player, window.first.0, window.after.0],
        |row| {
            let (deposited_minor, withdrawn_minor): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (staked_minor, won_minor): (i64, i64) = (row.get(2)?, row.get(3)?);
            Ok(Summary {
                deposited_minor,
                withdrawn_minor,
                net_deposits_minor: deposited_minor.saturating_sub(withdrawn_minor),
                staked_minor,
                won_minor,
                net_win_minor: won_minor.saturating_sub(staked_minor),
                ..empty
            })
        },
    )
}

/// A period in which nothing happened.
pub(super) fn empty_summary(currency: Currency, period: Period, window: Window) -> Summary {
    Summary {
        currency,
        period,
        from_ms: window.begins_at_ms,
        to_ms: window.resets_at_ms,
        deposited_minor: 0,
        withdrawn_minor: 0,
        net_deposits_minor: 0,
        staked_minor: 0,
        won_minor: 0,
        net_win_minor: 0,
    }
}
