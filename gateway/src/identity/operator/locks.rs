//! Players as operators see them, and locking their accounts.
//!
//! Locked means that nobody acts in the player's name: nobody can sign in, every session ends at
//! once, and with them the permissions to bet. So nothing can be withdrawn either: an account is
//! locked because somebody else may have it, and money that is out does not come back. What is
//! placed still settles, and what is held stays the player's. (Whoever excludes themselves keeps
//! their sessions and can withdraw: that is the wallet's, and is no lock.)

use super::log::{self, Deed};
use crate::identity::sessions;
use crate::problem::ApiError;
use crate::store::{Row, Sql, StoreError, Tx, params};
use contract::operator::{FoundPlayer, LogAction};
use contract::problem::Code;
use uuid::Uuid;

const FOUND: &str = "SELECT id, name, email, created_ms, locked_ms FROM players WHERE";

/// The player with an id.
pub(super) fn by_id(sql: &Sql, id: &str) -> Result<Option<FoundPlayer>, StoreError> {
    sql.query_opt(&format!("{FOUND} id = ?1"), params![id], found)
}

/// The player with an address.
pub(super) fn by_email(sql: &Sql, email: &str) -> Result<Option<FoundPlayer>, StoreError> {
    sql.query_opt(&format!("{FOUND} email = ?1"), params![email], found)
}

fn found(row: &Row<'_>) -> Result<FoundPlayer, StoreError> {
    Ok(FoundPlayer {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        created_at_ms: row.get(3)?,
        locked_at_ms: row.get(4)?,
    })
}

/// An account to be locked or unlocked, by whom and why.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) player: String,
    pub(super) lock: bool,
    pub(super) operator: String,
    pub(super) reason: String,
}

/// Locks or unlocks. Gives the player as they are now, and the sessions that end.
pub(super) fn change(tx: &Tx<'_>, change: &Change, now_ms: i64) -> Result<(FoundPlayer, Vec<Uuid>), ApiError> {
    let before = by_id(tx, &change.player)?.ok_or_else(unknown)?;
    if before.locked_at_ms.is_some() == change.lock {
        let detail = if change.lock { "This account is locked already." } else { "This account is not locked." };
        return Err(ApiError::new(Code::Conflict, detail));
    }
    let locked_at_ms = change.lock.then_some(now_ms);
    tx.execute("UPDATE players SET locked_ms = ?2 WHERE id = ?1", params![change.player, locked_at_ms])?;
    let ended = if change.lock { sessions::end_all(tx, &change.player, None, now_ms)? } else { Vec::new() };
    let deed = Deed {
        operator: &change.operator,
        action: if change.lock { LogAction::Locked } else { LogAction::Unlocked },
        subject: Some(&change.player),
        reason: Some(&change.reason),
    };
    log::append(tx, deed, now_ms)?;
    Ok((FoundPlayer { locked_at_ms, ..before }, ended))
}

/// There is no such player.
pub(super) fn unknown() -> ApiError {
    ApiError::new(Code::NotFound, "There is no such player.").field("id")
}
