//! Which computations of the read models there are, and how far each has come.
//!
//! `building` is what a projector computes because there is nothing yet that it could go on with, `live` what
//! queries are answered from, `rebuilding` belongs to `gateway rebuild`, and `old` waits to be cleared away.

use super::source::Position;
use super::tables::TABLES;
use crate::store::{Row, Sql, StoreError, Tx, params};
use crate::wallet::WalletError;
use crate::wallet::ledger::stored_version;

/// A generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Generation {
    pub(super) id: i64,
    pub(super) is_live: bool,
    /// What it is computed by.
    pub(super) rules: String,
    pub(super) at: Position,
}

const COLUMNS: &str = "gen, state, rules, version, hash";

fn read(row: &Row<'_>) -> Result<Generation, StoreError> {
    Ok(Generation {
        id: row.get(0)?,
        is_live: row.get::<String>(1)? == "live",
        rules: row.get(2)?,
        at: Position { version: row.get(3)?, hash: row.get(4)? },
    })
}

/// The one that queries are answered from.
pub(super) fn live(sql: &Sql) -> Result<Option<Generation>, StoreError> {
    sql.query_opt(&format!("SELECT {COLUMNS} FROM generations WHERE state = 'live'"), &[], read)
}

/// The one that a projector with these rules goes on with.
pub(super) fn own(sql: &Sql, rules: &str) -> Result<Option<Generation>, StoreError> {
    sql.query_opt(
        &format!(
            "SELECT {COLUMNS} FROM generations WHERE rules = ?1 AND state IN ('live', 'building')
             ORDER BY state DESC LIMIT 1"
        ),
        params![rules],
        read,
    )
}

/// Begins a new one to be live some day; whoever began last does.
pub(super) fn begin(tx: &Tx<'_>, rules: &str) -> Result<Generation, StoreError> {
    insert(tx, "building", rules)
}

/// Begins a new one for `gateway rebuild`; one that was left unfinished is given up.
pub(super) fn begin_rebuild(tx: &Tx<'_>, rules: &str) -> Result<Generation, StoreError> {
    insert(tx, "rebuilding", rules)
}

fn insert(tx: &Tx<'_>, state: &str, rules: &str) -> Result<Generation, StoreError> {
    tx.execute("UPDATE generations SET state = 'old' WHERE state = ?1", params![state])?;
    let Position { version, hash } = Position::START;
    tx.query_one(
        &format!("INSERT INTO generations (state, rules, version, hash) VALUES (?1, ?2, ?3, ?4) RETURNING {COLUMNS}"),
        params![state, rules, i64::try_from(version).unwrap_or(0), hash],
        read,
    )
}

/// Moves a generation on. False if somebody else did, or if it is given up: then nothing may be changed in it.
pub(super) fn advance(tx: &Tx<'_>, id: i64, from: &Position, to: &Position) -> Result<bool, WalletError> {
    let changed = tx.execute(
        "UPDATE generations SET version = ?3, hash = ?4 WHERE gen = ?1 AND version = ?2 AND state <> 'old'",
        params![id, stored_version(from.version)?, stored_version(to.version)?, to.hash],
    )?;
    Ok(changed == 1)
}

/// Has the database count anew how large the generations are. Of one that was just filled it knows nothing, and would
/// look through all of it once for each row of another.
pub(super) fn count_anew(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.count_anew(&TABLES.map(|table| table.name))
}

/// From now on queries are answered from it.
pub(super) fn go_live(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE generations SET state = 'old' WHERE gen <> ?1 AND (state = 'live'
             OR state = 'building' AND rules = (SELECT own.rules FROM generations own WHERE own.gen = ?1))",
        params![id],
    )?;
    tx.execute("UPDATE generations SET state = 'live' WHERE gen = ?1", params![id])?;
    Ok(())
}

/// Gives it up.
pub(super) fn retire(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE generations SET state = 'old' WHERE gen = ?1", params![id])?;
    Ok(())
}

/// One that is given up and not cleared away yet.
pub(super) fn any_old(sql: &Sql) -> Result<Option<i64>, StoreError> {
    sql.query_opt("SELECT gen FROM generations WHERE state = 'old' ORDER BY gen LIMIT 1", &[], |row| row.get(0))
}

/// Clears away at most so many rows of what is given up; the generation itself goes with the last of them.
pub(super) fn clear(tx: &Tx<'_>, id: i64, limit: u32) -> Result<(), StoreError> {
    for table in TABLES {
        let (name, keys) = (table.name, table.keys.join(", "));
        let cleared = tx.execute(
            &format!(
                "DELETE FROM {name} WHERE gen = ?1
                 AND ({keys}) IN (SELECT {keys} FROM {name} WHERE gen = ?1 LIMIT ?2)"
            ),
            params![id, limit],
        )?;
        if cleared > 0 {
            return Ok(());
        }
    }
    tx.execute("DELETE FROM generations WHERE gen = ?1 AND state = 'old'", params![id])?;
    Ok(())
}
