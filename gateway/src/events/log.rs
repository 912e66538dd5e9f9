//! The log's tables.

use std::collections::BTreeMap;

use contract::event::TOPICS;

use crate::store::{Row, Sql, StoreError, ToValue, Tx, Value, outbox, params};

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

/// Forgets what was taken of a source after `seq`, because that is no longer what happened there.
pub(super) fn forget(tx: &Tx<'_>, source: &str, seq: i64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM retained WHERE id IN (SELECT id FROM log WHERE source = ?1 AND source_seq > ?2)",
        params![source, seq],
    )?;
    tx.execute("DELETE FROM log WHERE source = ?1 AND source_seq > ?2", params![source, seq])?;
    Ok(())
}

/// Takes events of a source into the log, and drops what is too old. `public` says which topics are for
/// browsers.
pub(super) fn take(
    tx: &Tx<'_>,
    source: &str,
    events: &[outbox::Event],
    public: fn(&str) -> bool,
    keep: i64,
) -> Result<Vec<Logged>, StoreError> {
    let events: Vec<_> = events.iter().filter(|event| public(&event.topic)).collect();
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(Vec::new()) };
    let rows: Vec<_> = events.iter().map(|event| values(source, event)).collect();
    tx.send_all("INSERT INTO log (source, source_seq, topic, player, payload, at_ms)", &rows)?;
    let ids: Vec<i64> = tx.query_all(
        "SELECT id FROM log WHERE source = ?1 AND source_seq BETWEEN ?2 AND ?3 ORDER BY source_seq",
        params![source, first.seq, last.seq],
        |row| row.get(0),
    )?;
    assert_eq!(ids.len(), events.len(), "what was just written is there, and nothing between it");
    let (mut taken, mut retained) = (Vec::with_capacity(events.len()), BTreeMap::new());
    for (event, id) in events.into_iter().zip(ids) {
        if TOPICS.iter().any(|topic| topic.retained && topic.name == event.topic) {
            retained.insert((event.player.as_deref().unwrap_or_default(), &event.topic), (id, &event.payload));
        }
        let (topic, player, payload) = (event.topic.clone(), event.player.clone(), event.payload.clone());
        taken.push(Logged { id, topic, player, payload });
    }
    for ((player, topic), (id, payload)) in retained {
        tx.send(
            "INSERT INTO retained (player, topic, id, payload) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (player, topic) DO UPDATE SET id = excluded.id, payload = excluded.payload",
            params![player, topic, id, payload],
        )?;
    }
    if let Some(newest) = taken.last() {
        tx.execute("DELETE FROM log WHERE id <= ?1", params![newest.id - keep])?;
    }
    Ok(taken)
}

fn values<'e>(source: &'e str, event: &'e outbox::Event) -> [Value<'e>; 6] {
    let outbox::Event { seq, topic, player, payload, at_ms } = event;
    [source.to_value(), seq.to_value(), topic.to_value(), player.to_value(), payload.to_value(), at_ms.to_value()]
}

/// At most `limit` events after `id`, of everybody.
pub(super) fn after(sql: &Sql, id: i64, limit: usize) -> Result<Vec<Logged>, StoreError> {
    sql.query_all(
        "SELECT id, topic, player, payload FROM log WHERE id > ?1 ORDER BY id LIMIT ?2",
        params![id, i64::try_from(limit).unwrap_or(i64::MAX)],
        logged,
    )
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
