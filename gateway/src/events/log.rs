//! The log's tables.

use rusqlite::{Connection, OptionalExtension, Row, params};

use contract::event::TOPICS;

use crate::store::{StoreError, Tx, outbox};

/// The file's schema, step by step; append-only.
pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE log (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        source     TEXT NOT NULL,
        source_seq INTEGER NOT NULL,
        topic      TEXT NOT NULL,
        player     TEXT,
        payload    TEXT NOT NULL,
        at_ms      INTEGER NOT NULL,
        UNIQUE (source, source_seq)
    ) STRICT;
    CREATE TABLE retained (
        player  TEXT NOT NULL, -- empty for everybody
        topic   TEXT NOT NULL,
        id      INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (player, topic)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE positions (
        source TEXT PRIMARY KEY,
        seq    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
"];

/// An event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the one order of all events.
    pub id: i64,
    /// A topic of `contract::event`.
    pub topic: String,
    /// Whom it concerns; nobody means everybody.
    pub player: Option<String>,
    /// JSON.
    pub payload: String,
}

impl Logged {
    /// Whether this player, or a visitor, may have it.
    pub(super) fn is_for(&self, player: Option<&str>) -> bool {
        self.player.is_none() || self.player.as_deref() == player
    }
}

/// Which ids can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The oldest event that is kept; one more than the newest if none is.
    pub(super) oldest: i64,
    /// The newest ever written.
    pub(super) newest: i64,
}

pub(super) fn bounds(connection: &Connection) -> rusqlite::Result<Bounds> {
    connection.query_row(
        "SELECT (SELECT min(id) FROM log), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0)",
        [],
        |row| {
            let newest: i64 = row.get(1)?;
            Ok(Bounds { oldest: row.get::<_, Option<i64>>(0)?.unwrap_or(newest + 1), newest })
        },
    )
}

/// How far a source has been read.
pub(super) fn position(connection: &Connection, source: &str) -> rusqlite::Result<i64> {
    let found = connection
        .prepare_cached("SELECT seq FROM positions WHERE source = ?1")?
        .query_row([source], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Forgets how far a source has been read, because its file is not the one that was read.
pub(super) fn forget(tx: &Tx<'_>, source: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM positions WHERE source = ?1", [source])?;
    tx.execute("DELETE FROM retained WHERE id IN (SELECT id FROM log WHERE source = ?1)", [source])?;
    tx.execute("DELETE FROM log WHERE source = ?1", [source])?;
    Ok(())
}

/// Takes a page of a source into the log, moves the source's position, and drops what is too old.
/// `public` says which topics are for browsers.
pub(super) fn take(
    tx: &Tx<'_>,
    source: &str,
    page: Vec<outbox::Event>,
    public: fn(&str) -> bool,
    keep: i64,
) -> Result<Vec<Logged>, StoreError> {
    let Some(last) = page.last().map(|event| event.seq) else { return Ok(Vec::new()) };
    let mut taken = Vec::new();
    for event in page {
        if !public(&event.topic) {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO log (source, source_seq, topic, player, payload, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![source, event.seq, event.topic, event.player, event.payload, event.at_ms])?;
        let id = tx.last_insert_rowid();
        if TOPICS.iter().any(|topic| topic.retained && topic.name == event.topic) {
            tx.prepare_cached("INSERT OR REPLACE INTO retained (player, topic, id, payload) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![event.player.as_deref().unwrap_or_default(), event.topic, id, event.payload])?;
        }
        taken.push(Logged { id, topic: event.topic, player: event.player, payload: event.payload });
    }
    tx.prepare_cached("INSERT INTO positions VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET seq = excluded.seq")?
        .execute(params![source, last])?;
    if let Some(newest) = taken.last() {
        tx.prepare_cached("DELETE FROM log WHERE id <= ?1")?.execute([newest.id - keep])?;
    }
    Ok(taken)
}

/// At most `limit` events after `id` that this player may have, and the place up to which that
/// is all there is.
pub(super) fn page(
    connection: &Connection,
    after: i64,
    player: Option<&str>,
    limit: usize,
) -> rusqlite::Result<(Vec<Logged>, i64)> {
    let events: Vec<Logged> = connection
        .prepare_cached(
            "SELECT id, topic, player, payload FROM log
             WHERE id > ?1 AND (player IS NULL OR player = ?2) ORDER BY id LIMIT ?3",
        )?
        .query_map(params![after, player, i64::try_from(limit).unwrap_or(i64::MAX)], logged)?
        .collect::<Result<_, _>>()?;
    let reached = match events.last() {
        Some(last) if events.len() >= limit => last.id,
        _ => bounds(connection)?.newest,
    };
    Ok((events, reached))
}

/// The last event of every retained topic that this player may have, however long ago it was.
pub(super) fn retained(connection: &Connection, player: Option<&str>) -> rusqlite::Result<Vec<Logged>> {
    connection
        .prepare_cached(
            "SELECT id, topic, nullif(player, ''), payload FROM retained WHERE player IN ('', ?1) ORDER BY id",
        )?
        .query_map([player.unwrap_or_default()], logged)?
        .collect()
}

fn logged(row: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged { id: row.get(0)?, topic: row.get(1)?, player: row.get(2)?, payload: row.get(3)? })
}
