//! Failed attempts at a password: guessing is slow, by address, by player, and by where the guesses
//! come from. And new players, by where they come from: each has rows in several databases for good.
//!
//! Counted on the disk, so that a restart forgives nothing; and what is counted is a keyed hash, so
//! that the file tells neither who tried nor from where. Somebody who fails on purpose keeps an
//! address waiting; that is the price of slowing those who guess it from many places.

use super::keys::Keys;
use super::source::Source;
use crate::store::{StoreError, Tx, params};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// For how long failures count.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Failures before an address or a player has to wait.
const OF_ONE: i64 = 10;
/// Failures before a place on the network has to wait. Many players may share one: a household, an
/// office, the exit of a mobile network.
const OF_A_SOURCE: i64 = 100;
/// New players before a place has to wait: more than come from the exit of a mobile network.
const NEW_OF_A_SOURCE: i64 = 1_000;

/// What failures are counted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    key: String,
    limit: i64,
    /// Success forgives all of it; of a place on the network only itself, or whoever has an account
    /// could go on guessing at others.
    forgives_all: bool,
}

impl Subject {
    /// Of signing in: the address, and where it is tried from. `door` keeps players and operators
    /// apart.
    pub(super) fn of_sign_in(keys: &Keys, door: &str, email: &str, source: Source) -> Vec<Self> {
        let one = Self { key: hashed(keys, door, email), limit: OF_ONE, forgives_all: true };
        let place = source.0.map(|address| Self {
            key: hashed(keys, "source", &address.to_string()),
            limit: OF_A_SOURCE,
            forgives_all: false,
        });
        std::iter::once(one).chain(place).collect()
    }

    /// Of making a player: where it is done from. Nothing forgives it.
    pub(super) fn of_new_player(keys: &Keys, source: Source) -> Option<Self> {
        let address = source.0?;
        let key = hashed(keys, "new player", &address.to_string());
        Some(Self { key, limit: NEW_OF_A_SOURCE, forgives_all: false })
    }

    /// Of a signed-in player's own password.
    pub(super) fn of_player(keys: &Keys, player: &str) -> Vec<Self> {
        vec![Self { key: hashed(keys, "player", player), limit: OF_ONE, forgives_all: true }]
    }
}

fn hashed(keys: &Keys, kind: &str, what: &str) -> String {
    URL_SAFE_NO_PAD.encode(keys.tag(b"attempts", format!("{kind} {what}").as_bytes()))
}

/// Counts an attempt as failed until [`succeeded`], so that many at once don't slip through; false,
/// and counts nothing, if one of the subjects has to wait.
pub(super) fn begin(tx: &Tx<'_>, subjects: &[Subject], now_ms: i64) -> Result<bool, StoreError> {
    // Also what a clock that went wrong has dated into the future.
    let (from_ms, to_ms) = (now_ms.saturating_sub(WINDOW_MS), now_ms);
    tx.execute("DELETE FROM attempts WHERE since_ms <= ?1 OR since_ms > ?2", params![from_ms, to_ms])?;
    for subject in subjects {
        let counted = "SELECT failures FROM attempts WHERE subject = ?1";
        let failures: Option<i64> = tx.query_opt(counted, params![subject.key], |row| row.get(0))?;
        if failures.unwrap_or(0) >= subject.limit {
            return Ok(false);
        }
    }
    for subject in subjects {
        tx.execute(
            "INSERT INTO attempts (subject, since_ms, failures) VALUES (?1, ?2, 1)
             ON CONFLICT (subject) DO UPDATE SET failures = attempts.failures + 1",
            params![subject.key, now_ms],
        )?;
    }
    Ok(true)
}

const ONE_LESS: &str = "UPDATE attempts SET failures = failures - 1 WHERE subject = ?1 AND failures > 0";

/// It was right: it is taken back, with those before it where a success forgives all.
pub(super) fn succeeded(tx: &Tx<'_>, subjects: &[Subject]) -> Result<(), StoreError> {
    for subject in subjects {
        let change = if subject.forgives_all { "DELETE FROM attempts WHERE subject = ?1" } else { ONE_LESS };
        tx.execute(change, params![subject.key])?;
    }
    Ok(())
}

/// It was none: nobody has looked whether the password is right.
pub(super) fn never_was(tx: &Tx<'_>, subjects: &[Subject]) -> Result<(), StoreError> {
    subjects.iter().try_for_each(|subject| tx.execute(ONE_LESS, params![subject.key]).map(|_| ()))
}
