//! Writes a page of entries into a generation, together with its position: both or neither, and once.

use super::fold::{Change, DaySums, fold};
use super::generations::{self, Generation};
use super::source::Page;
use crate::store::{Sql, StoreError, ToValue, Tx, Value, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::stored_version;
use crate::wallet::limits::{Day, Market, Session};
use contract::wallet::Entry;

/// Counts the page's entries in. False if the generation is no longer where the page begins: somebody else
/// was faster, and nothing was changed.
pub(super) fn apply(tx: &Tx<'_>, market: &Market, generation: &Generation, page: &Page) -> Result<bool, WalletError> {
    if !generations::advance(tx, generation.id, &generation.at, &page.to)? {
        return Ok(false);
    }
    lines(tx, generation.id, &page.entries)?;
    for (player, change) in fold(market, &page.entries) {
        balance(tx, generation.id, player, &change)?;
        for (number, sums) in &change.days {
            day(tx, generation.id, player, *number, sums)?;
        }
        if !change.is_without_play() {
            let before = session(tx, generation.id, player)?;
            if let Some(after) = change.session(market, before) {
                save_session(tx, generation.id, player, &after)?;
            }
        }
    }
    Ok(true)
}

fn lines(tx: &Tx<'_>, generation: i64, entries: &[(String, Entry)]) -> Result<(), WalletError> {
    let rows = entries.iter().map(|(player, entry)| line(generation, player, entry));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    tx.send_all(
        "INSERT INTO lines (gen, player, version, id, kind, currency, cash_minor, held_minor, bonus_minor,
                            cash_after_minor, bonus_after_minor, reference, at_ms)",
        &rows,
    )?;
    Ok(())
}

fn line<'e>(generation: i64, player: &'e str, entry: &'e Entry) -> Result<[Value<'e>; 13], WalletError> {
    Ok([
        Value::Integer(generation),
        player.to_value(),
        Value::Integer(stored_version(entry.version)?),
        entry.id.to_value(),
        Value::Text(entry.kind.as_str()),
        Value::Text(entry.currency.as_str()),
        entry.cash_minor.to_value(),
        entry.held_minor.to_value(),
        entry.bonus_minor.to_value(),
        entry.cash_after_minor.to_value(),
        entry.bonus_after_minor.to_value(),
        entry.reference.to_value(),
        entry.at_ms.to_value(),
    ])
}

fn balance(tx: &Tx<'_>, generation: i64, player: &str, change: &Change) -> Result<(), WalletError> {
    tx.send(
        "INSERT INTO balances (gen, player, currency, cash_minor, held_minor, bonus_minor, version, as_of_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (gen, player) DO UPDATE SET cash_minor = excluded.cash_minor,
             held_minor = balances.held_minor + excluded.held_minor, bonus_minor = excluded.bonus_minor,
             version = excluded.version, as_of_ms = excluded.as_of_ms",
        params![
            generation,
            player,
            change.currency.as_str(),
            change.cash_minor,
            change.held_change_minor,
            change.bonus_minor,
            stored_version(change.version)?,
            change.as_of_ms,
        ],
    )?;
    Ok(())
}

fn day(tx: &Tx<'_>, generation: i64, player: &str, number: Day, sums: &DaySums) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO days (gen, player, day, deposited_minor, withdrawn_minor, staked_minor, returned_minor,
                           won_minor, given_minor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (gen, player, day) DO UPDATE SET
             deposited_minor = days.deposited_minor + excluded.deposited_minor,
             withdrawn_minor = days.withdrawn_minor + excluded.withdrawn_minor,
             staked_minor = days.staked_minor + excluded.staked_minor,
             returned_minor = days.returned_minor + excluded.returned_minor,
             won_minor = days.won_minor + excluded.won_minor,
             given_minor = days.given_minor + excluded.given_minor",
        params![
            generation,
            player,
            number.0,
            sums.deposited_minor,
            sums.withdrawn_minor,
            sums.staked_minor,
            sums.returned_minor,
            sums.won_minor,
            sums.given_minor,
        ],
    )?;
    Ok(())
}

/// The player's last session.
pub(super) fn session(sql: &Sql, generation: i64, player: &str) -> Result<Option<Session>, StoreError> {
    sql.query_opt(
        "SELECT started_ms, last_stake_ms, net_minor FROM sessions WHERE gen = ?1 AND player = ?2",
        params![generation, player],
        |row| Ok(Session::of_log(row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

fn save_session(tx: &Tx<'_>, generation: i64, player: &str, session: &Session) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO sessions (gen, player, started_ms, last_stake_ms, net_minor) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (gen, player) DO UPDATE SET started_ms = excluded.started_ms,
             last_stake_ms = excluded.last_stake_ms, net_minor = excluded.net_minor",
        params![generation, player, session.started_ms, session.last_stake_ms, session.net_minor],
    )?;
    Ok(())
}
