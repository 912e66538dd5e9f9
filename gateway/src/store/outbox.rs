//! Events, written in the transaction of the change that they tell of, so that there is never one
//! without the other. Whoever follows reads them in order, from a [`Position`] that it keeps itself
//! ([`super::inbox`]).
//!
//! An outbox is a chain: each page says after which event it comes, so that a follower sees whether
//! something is missing in between, however the events have travelled.

use uuid::Uuid;

use super::{Database, Row, Sql, StoreError, ToValue, Tx, Value, params};

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

/// What the store knows of the outbox itself, in every service's database.
pub(super) const STATE: &str = "
    CREATE TABLE outbox_state (
        only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
        origin       TEXT NOT NULL,    -- which outbox this is: that of another database has another
        trimmed      INTEGER NOT NULL, -- the newest event that was forgotten
        published    INTEGER NOT NULL, -- the newest that was published past this machine
        published_as INTEGER NOT NULL  -- and its number there
    ) STRICT;
";

/// The most that an event may hold: what carries it past this machine has a bound as well.
pub const MAX_PAYLOAD_BYTES: usize = 256 * 1024;

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

/// How far somebody has followed an outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Which outbox; empty if that is not known, as for whoever has not begun.
    pub origin: String,
    /// Its last event that was taken; 0 if none was.
    pub seq: i64,
}

impl Position {
    /// Of whoever has not begun: it begins with the oldest event that there is.
    #[must_use]
    pub fn is_start(&self) -> bool {
        self.origin.is_empty() && self.seq == 0
    }
}

/// Events that follow each other in an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which outbox they are of.
    pub origin: String,
    /// There is no event of it between this one and the first of the page.
    pub after: i64,
    /// Set if the outbox is not the one that was followed until now, or not as far along as it was: what was
    /// taken of it beyond this event tells of another past.
    pub replaced_after: Option<i64>,
    /// In order.
    pub events: Vec<Event>,
}

/// What an outbox knows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Which outbox it is.
    pub origin: String,
    /// The newest event that was forgotten; 0 if none was.
    pub trimmed: i64,
    /// The newest event; 0 if there was never one.
    pub newest: i64,
    /// The newest that was published past this machine, and its number there.
    pub published: (i64, u64),
}

/// Gives the outbox of a new database its name.
pub(super) fn found(sql: &Sql) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO outbox_state (only_row, origin, trimmed, published, published_as) VALUES (1, ?1, 0, 0, 0)
         ON CONFLICT DO NOTHING",
        params![Uuid::new_v4().simple().to_string()],
    )?;
    Ok(())
}

/// Adds an event to the transaction.
///
/// # Errors
/// The statement failed, or the payload is larger than [`MAX_PAYLOAD_BYTES`].
pub fn append(
    tx: &Tx<'_>,
    topic: &str,
    player: Option<&str>,
    payload_json: &str,
    at_ms: i64,
) -> Result<(), StoreError> {
    if payload_json.len() > MAX_PAYLOAD_BYTES {
        return Err(StoreError::Mistake(format!("an event {topic} of {} bytes is too large", payload_json.len())));
    }
    let mut unwritten = tx.take_remembered::<Unwritten>().unwrap_or_else(|| {
        tx.write_at_end(write);
        Unwritten::default()
    });
    tx.note_write();
    let (topic, player, payload) = (topic.to_owned(), player.map(str::to_owned), payload_json.to_owned());
    unwritten.0.push(Told { topic, player, payload, at_ms });
    tx.remember(unwritten);
    Ok(())
}

/// Events of a transaction, in order, that are written at its end: many with one statement.
#[derive(Default)]
struct Unwritten(Vec<Told>);

struct Told {
    topic: String,
    player: Option<String>,
    payload: String,
    at_ms: i64,
}

fn write(tx: &Tx<'_>) -> Result<(), StoreError> {
    let Some(Unwritten(told)) = tx.take_remembered() else { return Ok(()) };
    let rows: Vec<_> = told.iter().map(Told::values).collect();
    tx.send_all("INSERT INTO outbox (topic, player, payload, at_ms)", &rows)?;
    tx.remember(Unwritten::default());
    Ok(())
}

impl Told {
    fn values(&self) -> [Value<'_>; 4] {
        [self.topic.to_value(), self.player.to_value(), self.payload.to_value(), self.at_ms.to_value()]
    }
}

/// At most `limit` events after `seq`, in order.
///
/// # Errors
/// The query failed.
pub async fn after(database: &Database, seq: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
    database.read(move |sql| events_after(sql, seq, limit)).await
}

/// The page after a position: at most `limit` events, none if there are no more.
///
/// # Errors
/// The query failed.
pub async fn page(database: &Database, position: Position, limit: u32) -> Result<Page, StoreError> {
    database
        .read(move |sql| {
            let state = state_of(sql)?;
            let is_other = !position.origin.is_empty() && position.origin != state.origin;
            // An outbox does not go back, unless its database is another one or was restored.
            let replaced_after = match position.seq {
                _ if is_other => Some(0),
                seq if seq > state.newest => Some(state.newest),
                _ => None,
            };
            let from = replaced_after.unwrap_or(position.seq);
            let events = events_after(sql, from, limit)?;
            Ok(Page { origin: state.origin, after: from.max(state.trimmed), replaced_after, events })
        })
        .await
}

fn events_after(sql: &Sql, seq: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
    sql.query_all(
        "SELECT seq, topic, player, payload, at_ms FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        params![seq, limit],
        event,
    )
}

/// What the outbox knows of itself.
///
/// # Errors
/// The query failed.
pub async fn state(database: &Database) -> Result<State, StoreError> {
    database.read(state_of).await
}

fn state_of(sql: &Sql) -> Result<State, StoreError> {
    sql.query_one(
        "SELECT origin, trimmed, published, published_as, (SELECT coalesce(max(seq), 0) FROM outbox) FROM outbox_state",
        &[],
        |row| {
            let published = (row.get(2)?, row.get(3)?);
            Ok(State { origin: row.get(0)?, trimmed: row.get(1)?, newest: row.get(4)?, published })
        },
    )
}

/// Keeps how far the outbox was published past this machine.
///
/// # Errors
/// The command failed.
pub async fn note_published(database: &Database, seq: i64, number: u64) -> Result<(), StoreError> {
    let number = i64::try_from(number).map_err(|error| StoreError::Mistake(error.to_string()))?;
    let note = "UPDATE outbox_state SET published = ?1, published_as = ?2";
    database.write(move |tx| tx.execute(note, params![seq, number]).map(|_| ())).await
}

/// Forgets the events up to and including `seq`, at most `limit` of them. The newest stays: it
/// says how far the outbox has come.
///
/// # Errors
/// The command failed.
pub async fn trim(database: &Database, seq: i64, limit: u32) -> Result<usize, StoreError> {
    database
        .write(move |tx| {
            let last: Option<i64> = tx.query_one(
                "SELECT max(seq) FROM (SELECT seq FROM outbox
                     WHERE seq <= ?1 AND seq < (SELECT max(seq) FROM outbox) ORDER BY seq LIMIT ?2) AS oldest",
                params![seq, limit],
                |row| row.get(0),
            )?;
            let Some(last) = last else { return Ok(0) };
            tx.execute("UPDATE outbox_state SET trimmed = ?1", params![last])?;
            tx.execute("DELETE FROM outbox WHERE seq <= ?1", params![last])
        })
        .await
}

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    Ok(Event { seq: row.get(0)?, topic: row.get(1)?, player: row.get(2)?, payload: row.get(3)?, at_ms: row.get(4)? })
}
