//! Events, written in the transaction of the change that they tell of, so that there is never one
//! without the other. A relay reads them in order and passes them on.

use super::{Database, Row, Sql, StoreError, Tx, params};

/// In every service's database. A number is never given twice, even after a trim.
pub(super) const SCHEMA: &str = "
    CREATE TABLE outbox (
        seq     INTEGER PRIMARY KEY AUTOINCREMENT,
        topic   TEXT NOT NULL,
        player  TEXT,
        payload TEXT NOT NULL,
        at_ms   INTEGER NOT NULL
    ) STRICT;
";

/// One event of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its position in this service's outbox; rises, with gaps.
    pub seq: i64,
    /// A topic of `contract::event`, or an internal one.
    pub topic: String,
    /// Whom it concerns; nobody means everybody.
    pub player: Option<String>,
    /// JSON.
    pub payload: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// Adds an event to the transaction.
///
/// # Errors
/// The statement failed.
pub fn append(
    tx: &Tx<'_>,
    topic: &str,
    player: Option<&str>,
    payload_json: &str,
    at_ms: i64,
) -> Result<i64, StoreError> {
    tx.query_one(
        "INSERT INTO outbox (topic, player, payload, at_ms) VALUES (?1, ?2, ?3, ?4) RETURNING seq",
        params![topic, player, payload_json, at_ms],
        |row| row.get(0),
    )
}

/// At most `limit` events after `seq`, in order.
///
/// # Errors
/// The query failed.
pub async fn after(database: &Database, seq: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
    database
        .read(move |sql| {
            sql.query_all(
                "SELECT seq, topic, player, payload, at_ms FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                params![seq, limit],
                event,
            )
        })
        .await
}

/// The positions of the oldest event that is kept and of the newest; `(0, 0)` if there was never
/// one.
///
/// # Errors
/// The query failed.
pub async fn bounds(database: &Database) -> Result<(i64, i64), StoreError> {
    database.read(bounds_of).await
}

fn bounds_of(sql: &Sql) -> Result<(i64, i64), StoreError> {
    sql.query_one("SELECT coalesce(min(seq), 0), coalesce(max(seq), 0) FROM outbox", &[], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Forgets the events up to and including `seq`, at most `limit` of them. The newest stays: it
/// says how far the outbox has come.
///
/// # Errors
/// The command failed.
pub async fn trim(database: &Database, seq: i64, limit: u32) -> Result<usize, StoreError> {
    database
        .write(move |tx| {
            tx.execute(
                "DELETE FROM outbox WHERE seq IN (
                     SELECT seq FROM outbox WHERE seq <= ?1 AND seq < (SELECT max(seq) FROM outbox)
                     ORDER BY seq LIMIT ?2)",
                params![seq, limit],
            )
        })
        .await
}

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    Ok(Event { seq: row.get(0)?, topic: row.get(1)?, player: row.get(2)?, payload: row.get(3)?, at_ms: row.get(4)? })
}
