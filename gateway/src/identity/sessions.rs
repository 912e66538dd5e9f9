//! Sessions, as they are stored.
//!
//! Of each is kept: whose it is, when it began and was last used, and browser and system in a word
//! each. No network address.

use super::device::Device;
use super::ended;
use super::known::{self, Marks};
use super::token::SESSION_MS;
use crate::problem::ApiError;
use crate::store::{Database, Row, Sql, StoreError, Tx, outbox, params};
use contract::account::{SessionInfo, Sessions};
use contract::problem::Code;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For how long the session that a browser had before still counts, so that what that page has sent
/// already is answered as it expects.
pub(super) const REPLACED_MS: i64 = 10_000;

/// The topic of [`AllEnded`], for other services only.
pub const ALL_ENDED: &str = "identity.all-ended";

/// Every session of a player was ended: what was begun under one of them is over as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllEnded {
    /// Whose.
    pub player: String,
}

/// A session to be begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewSession {
    pub(super) id: Uuid,
    pub(super) player: Uuid,
    pub(super) device: Device,
    pub(super) marks: Marks,
}

/// Begins a session, and forgets those that are over.
pub(super) fn begin(tx: &Tx<'_>, session: &NewSession, now_ms: i64) -> Result<(), ApiError> {
    tx.execute("DELETE FROM sessions WHERE expires_ms <= ?1", params![now_ms])?;
    // Asked in the transaction itself: whoever locks an account at this moment ends this one too.
    let player = session.player.to_string();
    let locked = "SELECT locked_ms IS NOT NULL FROM players WHERE id = ?1";
    if tx.query_one(locked, params![player], |row| row.get(0))? {
        return Err(ApiError::new(Code::Locked, "This account is locked. Write to support."));
    }
    tx.execute(
        "INSERT INTO sessions (id, player, expires_ms, created_ms, seen_ms, browser, os)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        params![
            session.id.to_string(),
            player,
            now_ms.saturating_add(SESSION_MS),
            now_ms,
            session.device.browser,
            session.device.system
        ],
    )?;
    known::note(tx, &player, &session.marks, now_ms)?;
    Ok(())
}

/// Ends one session of a player; false if there is no such one.
pub(super) fn end(tx: &Tx<'_>, player: &str, session: Uuid, from_ms: i64, now_ms: i64) -> Result<bool, StoreError> {
    let id = session.to_string();
    let gone = tx.execute("DELETE FROM sessions WHERE id = ?1 AND player = ?2", params![id, player])?;
    if gone > 0 {
        ended::note(tx, &[session], from_ms, now_ms)?;
    }
    Ok(gone > 0)
}

/// Ends every session of a player but one that may be kept, and tells the other services.
pub(super) fn end_all(tx: &Tx<'_>, player: &str, but: Option<Uuid>, now_ms: i64) -> Result<Vec<Uuid>, StoreError> {
    let kept = but.map(|but| but.to_string());
    let gone = tx.query_all(
        "DELETE FROM sessions WHERE player = ?1 AND id <> coalesce(?2, '') RETURNING id",
        params![player, kept],
        |row| row.named(0, |id| Uuid::parse_str(id).ok()),
    )?;
    ended::note(tx, &gone, now_ms, now_ms)?;
    let told = serde_json::to_string(&AllEnded { player: player.to_owned() });
    let told = told.map_err(|error| StoreError::Mistake(error.to_string()))?;
    // Nobody's: it is not for a browser.
    outbox::append(tx, ALL_ENDED, None, &told, now_ms)?;
    Ok(gone)
}

/// Whether a session can be renewed.
pub(super) async fn is_live(database: &Database, player: Uuid, session: Uuid, now_ms: i64) -> Result<bool, StoreError> {
    database
        .read(move |sql| {
            sql.query_one(
                "SELECT EXISTS (SELECT 1 FROM sessions WHERE id = ?1 AND player = ?2 AND expires_ms > ?3)",
                params![session.to_string(), player.to_string(), now_ms],
                |row| row.get(0),
            )
        })
        .await
}

/// Notes that a session was used.
pub(super) fn seen(tx: &Tx<'_>, session: Uuid, now_ms: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE sessions SET seen_ms = ?2 WHERE id = ?1", params![session.to_string(), now_ms])?;
    Ok(())
}

/// A player's sessions: the one that asks, then the latest seen.
pub(super) fn list(sql: &Sql, player: &str, current: &str, now_ms: i64) -> Result<Sessions, StoreError> {
    let read = |row: &Row<'_>| {
        let id: String = row.get(0)?;
        Ok(SessionInfo {
            current: id == current,
            id,
            browser: row.get(1)?,
            system: row.get(2)?,
            created_at_ms: row.get(3)?,
            seen_at_ms: row.get(4)?,
        })
    };
    let mut sessions = sql.query_all(
        "SELECT id, browser, os, created_ms, seen_ms FROM sessions WHERE player = ?1 AND expires_ms > ?2
         ORDER BY seen_ms DESC, id",
        params![player, now_ms],
        read,
    )?;
    sessions.sort_by_key(|session| !session.current);
    Ok(Sessions { sessions })
}
