//! Commands that are safe to repeat: the client makes a key, and one key has one effect.
//!
//! The reply is written in the transaction of its effect. The same key with the same command gets
//! that reply again byte for byte; with another command it is refused; while the first is still
//! being carried out it is refused as `in-flight`. A refusal by a business rule is kept like any
//! reply; "try again later" is not.
//!
//! Replies are kept for good. Most stand beside a ledger entry or an offer's change that is kept as well; a refusal
//! stands alone, and is kept so that the same key never does anything later.

use crate::problem::{ApiError, PROBLEM_JSON};
use crate::store::{StoreError, Tx, params};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use contract::problem::{Code, Problem};
use contract::{IDEMPOTENCY_HIT, IDEMPOTENCY_KEY};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode, request::Parts};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A migration for the file of a service that takes commands with keys.
pub const SCHEMA: &str = "
    CREATE TABLE replies (
        player      TEXT NOT NULL,
        key         TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        status      INTEGER NOT NULL,
        body        TEXT NOT NULL,
        PRIMARY KEY (player, key)
    ) STRICT, WITHOUT ROWID;
";

pub(crate) const MAX_KEY_CHARS: usize = 100;

/// What the client calls its command. Keys of different players don't meet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A key that the server itself gives a command. It starts with a space, so no client can
    /// send the same.
    #[must_use]
    pub fn internal(name: &str) -> Self {
        Self(format!(" {name}"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else {
            return Err(ApiError::new(Code::KeyMissing, "A command that moves money needs an idempotency key.")
                .field(IDEMPOTENCY_KEY));
        };
        let visible =
            |text: &&str| (1..=MAX_KEY_CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        match value.to_str().ok().filter(visible) {
            Some(key) if values.next().is_none() => Ok(Self(key.to_owned())),
            _ => Err(ApiError::invalid(
                IDEMPOTENCY_KEY,
                format!("An idempotency key is one header of 1 to {MAX_KEY_CHARS} visible ASCII characters."),
            )),
        }
    }
}

/// What makes two commands the same: the route with its parameters, and the content of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a command. White space and the order of members in the body make no difference.
    ///
    /// # Errors
    /// The body can't be written as JSON.
    pub fn of(route: &str, body: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self(Sha256::digest(json(&(route, body))?).into()))
    }
}

impl Fingerprint {
    /// One that was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A reply, given now or kept from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// JSON: what was asked for, or a problem.
    pub body: String,
    /// It was given before.
    pub hit: bool,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let media_type =
            if self.status.is_success() { HeaderValue::from_static("application/json") } else { PROBLEM_JSON };
        let mut response = (self.status, self.body).into_response();
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        if self.hit {
            response.headers_mut().insert(IDEMPOTENCY_HIT, HeaderValue::from_static("true"));
        }
        response
    }
}

/// The key belongs to another command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this idempotency key belongs to another command")]
pub struct KeyReused;

impl From<KeyReused> for ApiError {
    fn from(_: KeyReused) -> Self {
        Self::new(Code::KeyReused, "This idempotency key belongs to another command.").field(IDEMPOTENCY_KEY)
    }
}

/// A command's error: says which refusals are replies to keep.
pub trait Refusal: From<StoreError> + From<KeyReused> {
    /// The reply to keep; none if a repetition may end otherwise.
    fn reply(&self) -> Option<(StatusCode, Problem)>;
}

impl Refusal for ApiError {
    fn reply(&self) -> Option<(StatusCode, Problem)> {
        self.is_final().then(|| (self.status, self.problem()))
    }
}

/// Carries out a command unless its key has a reply already, and keeps the reply in the same
/// transaction. A refusal that is final undoes what the command did, and is kept.
///
/// # Errors
/// The key belongs to another command, or the command failed in a way that a repetition may mend.
pub fn once<T: Serialize, E: Refusal>(
    tx: &Tx<'_>,
    player: &str,
    key: &Key,
    fingerprint: Fingerprint,
    command: impl FnOnce(&Tx<'_>) -> Result<(StatusCode, T), E>,
) -> Result<Reply, E> {
    if let Some((of, reply)) = kept(tx, player, key)? {
        return if of == fingerprint { Ok(reply) } else { Err(KeyReused.into()) };
    }
    let (status, body) = match tx.attempt(command) {
        Ok((status, value)) => (status, json(&value)?),
        Err(error) => match error.reply() {
            Some((status, problem)) => (status, json(&problem)?),
            None => return Err(error),
        },
    };
    let reply = Reply { status, body, hit: false };
    keep(tx, player, key, fingerprint, &reply)?;
    Ok(reply)
}

fn keep(tx: &Tx<'_>, player: &str, key: &Key, fingerprint: Fingerprint, reply: &Reply) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO replies (player, key, fingerprint, status, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![player, key.0, fingerprint.0, reply.status.as_u16(), reply.body],
    )
}

const KEPT: &str = "SELECT fingerprint, status, body FROM replies WHERE player = ?1 AND key = ?2";

/// Says that [`once`] will be called before anything is written.
///
/// # Errors
/// The database can't be asked.
pub fn foresee(tx: &Tx<'_>, player: &str, key: &Key) -> Result<(), StoreError> {
    tx.foresee(KEPT, params![player, key.0])
}

fn kept(tx: &Tx<'_>, player: &str, key: &Key) -> Result<Option<(Fingerprint, Reply)>, StoreError> {
    let row: Option<([u8; 32], u16, String)> =
        tx.query_opt(KEPT, params![player, key.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let Some((fingerprint, status, body)) = row else { return Ok(None) };
    let status = StatusCode::from_u16(status).map_err(|error| StoreError::Mistake(error.to_string()))?;
    Ok(Some((Fingerprint(fingerprint), Reply { status, body, hit: true })))
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Mistake(error.to_string()))
}

/// The commands that are being carried out.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, Key)>>>);

impl InFlight {
    /// Enters a command; it leaves when the guard is dropped.
    ///
    /// # Errors
    /// One with this key is being carried out.
    pub fn enter(&self, player: &str, key: &Key) -> Result<InFlightGuard, ApiError> {
        let command = (player.to_owned(), key.clone());
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(command.clone()) {
            return Ok(InFlightGuard { all: self.clone(), command });
        }
        Err(ApiError::new(Code::InFlight, "A command with this idempotency key is still being carried out.")
            .field(IDEMPOTENCY_KEY))
    }
}

/// See [`InFlight::enter`].
#[derive(Debug)]
#[must_use = "the command counts as finished when this is dropped"]
pub struct InFlightGuard {
    all: InFlight,
    command: (String, Key),
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.command);
    }
}

#[cfg(test)]
mod tests;
