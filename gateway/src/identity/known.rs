//! The browsers and places on the network that a player signs in with, so that a new one is noticed.
//!
//! Must never keep them as they are: what is kept is a keyed hash, of the player as well, so that the file
//! tells neither from where somebody plays nor who plays from the same place.

use super::changes::{self, AccountChange};
use super::device::Device;
use super::keys::Keys;
use super::source::Source;
use crate::store::{StoreError, Tx, params};
use uuid::Uuid;

/// For how long one that is not used any more is known.
const KEPT_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// What a session begins with, hashed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    device: [u8; 32],
    /// Absent where no place is known.
    place: Option<[u8; 32]>,
}

impl Marks {
    pub(super) fn of(keys: &Keys, player: Uuid, device: Device, source: Source) -> Self {
        let tag = |kind: &str, what: &str| keys.tag(b"known", format!("{player} {kind} {what}").as_bytes());
        let word = |word: Option<&'static str>| word.unwrap_or_default();
        Self {
            device: tag("device", &format!("{}/{}", word(device.browser), word(device.system))),
            place: source.0.map(|address| tag("place", &address.to_string())),
        }
    }
}

/// Remembers them, and tells of those that are new. The first of a player is not: there is nothing that it
/// could differ from.
pub(super) fn note(tx: &Tx<'_>, player: &str, marks: &Marks, now_ms: i64) -> Result<(), StoreError> {
    let gone_ms = now_ms.saturating_sub(KEPT_MS);
    tx.execute("DELETE FROM known_marks WHERE player = ?1 AND seen_ms <= ?2", params![player, gone_ms])?;
    let marks =
        [("device", Some(marks.device), AccountChange::NewDevice), ("place", marks.place, AccountChange::NewPlace)];
    for (kind, mark, change) in marks {
        let Some(mark) = mark else { continue };
        let (others, known): (i64, i64) = tx.query_one(
            "SELECT count(*), CAST(coalesce(sum(CASE WHEN mark = ?3 THEN 1 END), 0) AS BIGINT) FROM known_marks
             WHERE player = ?1 AND kind = ?2",
            params![player, kind, mark],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if others > 0 && known == 0 {
            changes::tell(tx, player, change, now_ms)?;
        }
        tx.execute(
            "INSERT INTO known_marks (player, kind, mark, seen_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (player, kind, mark) DO UPDATE SET seen_ms = excluded.seen_ms",
            params![player, kind, mark, now_ms],
        )?;
    }
    Ok(())
}
