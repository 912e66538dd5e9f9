//! The log's tables.

use contract::event::TOPICS;

use crate::store::{Row, Sql, StoreError, Tx, outbox, params};

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

pub(super) fn bounds(sql: &Sql) -> Result<Bounds, StoreError> {
    sql.query_one("SELECT min(id), coalesce(max(id), 0) FROM log", &[], |row| {
        let newest: i64 = row.get(1)?;
        Ok(Bounds { oldest: row.get::<Option<i64>>(0)?.unwrap_or(newest + 1), newest })
    })
}

/// How far a source has been read.
pub(super) fn position(sql: &Sql, source: &str) -> Result<i64, StoreError> {
    let found = sql.query_opt("SELECT seq FROM positions WHERE source = ?1", params![source], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}

/// Forgets how far a source has been read, because its file is not the one that was read.
pub(super) fn forget(tx: &Tx<'_>, source: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM positions WHERE source = ?1", params![source])?;
    tx.execute("DELETE FROM retained WHERE id IN (SELECT id FROM log WHERE source = ?1)", params![source])?;
    tx.execute("DELETE FROM log WHERE source = ?1", params![source])?;
    Ok(())
}

/// What became of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// The newest event that was in the log before.
    pub(super) before: i64,
    /// What was added.
    pub(super) events: Vec<Logged>,
}

/// Takes a page of a source into the log, moves the source's position, and drops what is too old.
/// `public` says which topics are for browsers. What another process has taken meanwhile is passed over.
pub(super) fn take(
    tx: &Tx<'_>,
    source: &str,
    page: Vec<outbox::Event>,
    public: fn(&str) -> bool,
    keep: i64,
) -> Result<Taken, StoreError> {
    let mut taken = Taken { before: bounds(tx)?.newest, events: Vec::new() };
    let position = position(tx, source)?;
    let Some(last) = page.last().map(|event| event.seq).filter(|last| *last > position) else { return Ok(taken) };
    for event in page {
        if event.seq <= position || !public(&event.topic) {
            continue;
        }
        let id = tx.query_one(
            "INSERT INTO log (source, source_seq, topic, player, payload, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             RETURNING id",
            params![source, event.seq, event.topic, event.player, event.payload, event.at_ms],
            |row| row.get(0),
        )?;
        if TOPICS.iter().any(|topic| topic.retained && topic.name == event.topic) {
            tx.execute(
                "INSERT INTO retained (player, topic, id, payload) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (player, topic) DO UPDATE SET id = excluded.id, payload = excluded.payload",
                params![event.player.as_deref().unwrap_or_default(), event.topic, id, event.payload],
            )?;
        }
        taken.events.push(Logged { id, topic: event.topic, player: event.player, payload: event.payload });
    }
    tx.execute(
        "INSERT INTO positions VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET seq = excluded.seq",
        params![source, last],
    )?;
    if let Some(newest) = taken.events.last() {
        tx.execute("DELETE FROM log WHERE id <= ?1", params![newest.id - keep])?;
    }
    Ok(taken)
}

/// At most `limit` events after `id` that this player may have, and the place up to which that
/// is all there is.
pub(super) fn page(
    sql: &Sql,
    after: i64,
    player: Option<&str>,
    limit: usize,
) -> Result<(Vec<Logged>, i64), StoreError> {
    let events = sql.query_all(
        "SELECT id, topic, player, payload FROM log
         WHERE id > ?1 AND (player IS NULL OR player = ?2) ORDER BY id LIMIT ?3",
        params![after, player, i64::try_from(limit).unwrap_or(i64::MAX)],
        logged,
    )?;
    let reached = match events.last() {
        Some(last) if events.len() >= limit => last.id,
        _ => bounds(sql)?.newest,
    };
    Ok((events, reached))
}

/// At most `limit` events after `id`, whomever they concern.
pub(super) fn all(sql: &Sql, after: i64, limit: u32) -> Result<Vec<Logged>, StoreError> {
    sql.query_all(
        "SELECT id, topic, player, payload FROM log WHERE id > ?1 ORDER BY id LIMIT ?2",
        params![after, limit],
        logged,
    )
}

/// The last event of every retained topic that this player may have, however long ago it was.
pub(super) fn retained(sql: &Sql, player: Option<&str>) -> Result<Vec<Logged>, StoreError> {
    sql.query_all(
        "SELECT id, topic, nullif(player, ''), payload FROM retained WHERE player IN ('', ?1) ORDER BY id",
        params![player.unwrap_or_default()],
        logged,
    )
}

fn logged(row: &Row<'_>) -> Result<Logged, StoreError> {
    Ok(Logged { id: row.get(0)?, topic: row.get(1)?, player: row.get(2)?, payload: row.get(3)? })
}
