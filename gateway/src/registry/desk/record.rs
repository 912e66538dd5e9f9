//! What the desk keeps in its database: the log of what was done, which is its state, the releases' documents,
//! and the signatures that have counted.
//!
//! **Architecture invariant:** lines and releases are added and never changed or removed; the database itself
//! refuses it.

use contract::health::ReleaseChange;
use contract::registry::{Audience, OPERATOR, ShippingAction as Action, ShippingLine as Line};
use release::Release;

use super::super::{inspect, judge, telemetry};
use super::bounds::Bounds;
use super::release::{Draft, Named};
use super::review::Around;
use super::rules::{Deed, Refusal, Shelves};
use crate::store::{Database, Row, Sql, Storage, StoreError, Tx, params};

const SCHEMA: &str = "
CREATE TABLE log (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms    INTEGER NOT NULL,
  team     TEXT NOT NULL, -- as it was called then
  key_id   TEXT NOT NULL,
  action   TEXT NOT NULL,
  fragment TEXT NOT NULL,
  version  TEXT,
  reason   TEXT
) STRICT;
CREATE INDEX log_by_fragment ON log (fragment, seq);
CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER log_is_not_shortened BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is never shortened'); END;

CREATE TABLE releases (
  fragment TEXT NOT NULL,
  version  TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (fragment, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER releases_are_not_changed BEFORE UPDATE ON releases BEGIN SELECT raise(ABORT, 'a release is never changed'); END;
CREATE TRIGGER releases_are_not_removed BEFORE DELETE ON releases BEGIN SELECT raise(ABORT, 'a release is never removed'); END;

CREATE TABLE files (
  fragment TEXT NOT NULL,
  name     TEXT NOT NULL,
  address  TEXT NOT NULL,
  PRIMARY KEY (fragment, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  signature BLOB PRIMARY KEY,
  at_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_time ON calls (at_ms);
";

/// To whom a canary is shown.
const AUDIENCES: &str = "
ALTER TABLE log ADD COLUMN share_permille INTEGER;
ALTER TABLE log ADD COLUMN markets TEXT; -- with spaces in between; empty for all of them
";

/// Lines that are read at once when the log is caught up with.
const BATCH: u32 = 1000;
/// Changes of the live release that are told at once.
const CHANGES: u32 = 50;

/// What the gateway is called in the log where it does something by itself, without a key.
const GATEWAY: &str = "gateway";

/// Who does something, and when.
#[derive(Clone, Debug)]
pub(super) struct Doer {
    pub(super) who: Who,
    pub(super) at_ms: i64,
}

/// Who does something.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// Somebody with the key of a team.
    Team {
        /// What it is called.
        name: String,
        /// The key's id.
        key: String,
        /// What its releases may be.
        bounds: Bounds,
    },
    /// An operator who is signed in, by their address.
    Operator(String),
    /// The gateway by itself.
    Automatic {
        /// Why.
        reason: String,
    },
}

/// What became of a release that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    New,
    /// It was there, and is the same.
    Known,
    /// Another one of the same version is there.
    Differs,
    /// A file's name is another file's.
    NameTaken,
}

/// Why a command was not carried out.
pub(super) enum CarryError {
    Refused(Refusal),
    Store(StoreError),
}

impl From<Refusal> for CarryError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for CarryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub(super) fn open(storage: &Storage) -> Result<Database, StoreError> {
    storage.open("registry", &[SCHEMA, AUDIENCES, telemetry::SCHEMA, judge::SCHEMA, inspect::SCHEMA])
}

/// Remembers a signature; false if it has counted before. Those from before `forget_ms` are too old to count.
pub(super) fn count_once(tx: &Tx<'_>, signature: &[u8; 64], at_ms: i64, forget_ms: i64) -> Result<bool, StoreError> {
    tx.execute("DELETE FROM calls WHERE at_ms < ?1", params![forget_ms])?;
    let sql = "INSERT INTO calls (signature, at_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![signature, at_ms])? > 0)
}

/// Brings the shelves up to the end of the log.
pub(super) fn catch_up(sql: &Sql, shelves: &mut Shelves) -> Result<(), StoreError> {
    loop {
        let lines = sql.query_all(
            &format!("SELECT {LINE} FROM log WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
            params![position(shelves.seq()), BATCH],
            line,
        )?;
        let more = lines.len() >= BATCH as usize;
        lines.into_iter().for_each(|line| shelves.apply(line));
        if !more {
            return Ok(());
        }
    }
}

/// The last line's place.
pub(super) fn last_seq(sql: &Sql) -> Result<u64, StoreError> {
    sql.query_one("SELECT COALESCE(MAX(seq), 0) FROM log", &[], |row| row.get(0))
}

/// Writes a line.
pub(super) fn write(tx: &Tx<'_>, doer: &Doer, deed: &Deed) -> Result<(), StoreError> {
    let (team, key, why) = match &doer.who {
        Who::Team { name, key, .. } => (name.as_str(), key.as_str(), deed.reason.as_deref()),
        Who::Operator(email) => (email.as_str(), OPERATOR, deed.reason.as_deref()),
        Who::Automatic { reason } => (GATEWAY, "", Some(reason.as_str())),
    };
    let share = deed.audience.as_ref().map(|audience| audience.share_permille);
    let markets = deed.audience.as_ref().map(|audience| audience.markets.join(" "));
    tx.execute(
        "INSERT INTO log (at_ms, team, key_id, action, fragment, version, reason, share_permille, markets) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![doer.at_ms, team, key, deed.action.as_str(), deed.fragment, deed.version, why, share, markets],
    )?;
    Ok(())
}

/// Refuses to show a release that may not be as the list of teams says, in a slot that is another fragment's, or one
/// that those around it would not understand. Nobody is kept from going back to what worked, but from what that list
/// names, and from a slot that somebody else is live in by now: pages would stay with what is bad.
pub(super) fn must_fit(sql: &Sql, doer: &Doer, deed: &Deed, around: &Around) -> Result<(), CarryError> {
    let Deed { action, fragment, version, .. } = deed;
    let release = match (action, version) {
        (Action::Rollback, None) => around.floors(fragment).cloned(),
        (Action::EndCanary, _) | (_, None) => None,
        (_, Some(version)) => document(sql, fragment, version)?,
    };
    let Some(release) = release else { return Ok(()) };
    let goes_back = *action == Action::Rollback;
    // What the floor brings is the operator's, and held to no list.
    if let (Who::Team { bounds, .. }, Some(_)) = (&doer.who, version) {
        bounds.must_allow(&release.fragment, around.placement_of(fragment), goes_back)?;
    }
    for slot in &release.fragment.slots {
        if let Some(owner) = around.owner_of(&slot.name, fragment, goes_back) {
            let (fragment, slot, owner) = (fragment.clone(), slot.name.clone(), owner.to_owned());
            let refusal = if goes_back {
                Refusal::SlotTakenSince { fragment, slot, owner }
            } else {
                Refusal::SlotTaken { slot, owner }
            };
            return Err(refusal.into());
        }
    }
    match around.misfit(&release).filter(|_| !goes_back) {
        Some(finding) => Err(Refusal::Misfit(finding).into()),
        None => Ok(()),
    }
}

/// Keeps a release, its files' places and the line about it, or nothing.
pub(super) fn keep(tx: &Tx<'_>, doer: &Doer, draft: &Draft) -> Result<Kept, StoreError> {
    let Draft { release: whole, files } = draft;
    let release = &whole.fragment;
    if let Some(kept) = document(tx, &release.name, &release.version)? {
        return Ok(if kept == *whole { Kept::Known } else { Kept::Differs });
    }
    for Named { name, address, .. } in files {
        let sql = "SELECT address FROM files WHERE fragment = ?1 AND name = ?2";
        let taken: Option<String> = tx.query_opt(sql, params![release.name, name], |row| row.get(0))?;
        match taken {
            Some(taken) if taken != *address => return Ok(Kept::NameTaken),
            Some(_) => {}
            None => {
                let sql = "INSERT INTO files (fragment, name, address) VALUES (?1, ?2, ?3)";
                tx.execute(sql, params![release.name, name, address])?;
            }
        }
    }
    let text = serde_json::to_string(whole).map_err(|error| StoreError::Mistake(error.to_string()))?;
    let sql = "INSERT INTO releases (fragment, version, document) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![release.name, release.version, text])?;
    write(tx, doer, &Deed::new(Action::Publish, &release.name, Some(release.version.clone())))?;
    Ok(Kept::New)
}

/// A release's document.
pub(super) fn document(sql: &Sql, fragment: &str, version: &str) -> Result<Option<Release>, StoreError> {
    let query = "SELECT document FROM releases WHERE fragment = ?1 AND version = ?2";
    let text: Option<String> = sql.query_opt(query, params![fragment, version], |row| row.get(0))?;
    let read = |text: String| serde_json::from_str(&text).map_err(|error| StoreError::Mistake(error.to_string()));
    text.map(read).transpose()
}

/// Which file is served under a name.
pub(super) fn address_of(sql: &Sql, fragment: &str, name: &str) -> Result<Option<String>, StoreError> {
    let query = "SELECT address FROM files WHERE fragment = ?1 AND name = ?2";
    sql.query_opt(query, params![fragment, name], |row| row.get(0))
}

/// Lines of one fragment or of all, newest first, from before a place; one more than asked for says that there
/// are more.
pub(super) fn lines(sql: &Sql, fragment: Option<&str>, before: i64, limit: u32) -> Result<Vec<Line>, StoreError> {
    let limit = limit + 1;
    match fragment {
        None => {
            let query = format!("SELECT {LINE} FROM log WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
            sql.query_all(&query, params![before, limit], line)
        }
        Some(name) => {
            let query = format!("SELECT {LINE} FROM log WHERE fragment = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT ?2");
            sql.query_all(&query, params![before, limit, name], line)
        }
    }
}

/// When another release became the live one since then, the oldest first; the last of many.
pub(super) fn changes(sql: &Sql, fragment: &str, since_ms: i64) -> Result<Vec<ReleaseChange>, StoreError> {
    let mut changes = sql.query_all(
        "SELECT at_ms, version FROM log WHERE fragment = ?1 AND at_ms >= ?2 AND action IN (?3, ?4)
         ORDER BY seq DESC LIMIT ?5",
        params![fragment, since_ms, Action::Promote.as_str(), Action::Rollback.as_str(), CHANGES],
        |row| Ok(ReleaseChange { at_ms: row.get(0)?, version: row.get(1)? }),
    )?;
    changes.reverse();
    Ok(changes)
}

/// The columns that [`line`] reads.
const LINE: &str = "seq, at_ms, team, key_id, action, fragment, version, reason, share_permille, markets";

fn line(row: &Row<'_>) -> Result<Line, StoreError> {
    let key: String = row.get(3)?;
    let markets: Option<String> = row.get(9)?;
    let markets: Vec<String> =
        markets.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect();
    let share: Option<u32> = row.get(8)?;
    Ok(Line {
        seq: row.get(0)?,
        at_ms: row.get(1)?,
        team: row.get(2)?,
        automatic: key.is_empty(),
        key,
        action: row.named(4, Action::from_name)?,
        fragment: row.get(5)?,
        version: row.get(6)?,
        reason: row.get(7)?,
        audience: share.map(|share_permille| Audience { share_permille, markets }),
    })
}

fn position(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
