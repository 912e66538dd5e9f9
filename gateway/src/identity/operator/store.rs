//! Operators and their sessions, as they are stored. A cookie holds a secret; its hash is kept.

use crate::cookie;
use crate::identity::Door;
use crate::identity::keys::Keys;
use crate::problem::ApiError;
use crate::store::{Database, Row, Sql, StoreError, Tx, params};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::operator::{Operator as Who, Role};
use contract::problem::Code;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The cookie's name.
pub const NAME: &str = "croupier_operator";
/// A day's work: then the password is asked for again.
pub(super) const SESSION_MS: i64 = 10 * 60 * 60 * 1000;
const CSRF: &[u8] = b"operator csrf";

/// What is kept and asked of a secret: it finds the session, and nobody can make the cookie of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretHash([u8; 32]);

/// A session's secret as it stands in the cookie.
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new() -> Result<Self, ApiError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(&error))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn find(headers: &HeaderMap) -> Option<Self> {
        cookie::values(headers, NAME).next().map(|secret| Self(secret.to_owned()))
    }

    pub(super) fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(&self.0).into())
    }

    /// What a page of this session sends with state-changing requests.
    pub(super) fn csrf_token(&self, keys: &Keys) -> String {
        URL_SAFE_NO_PAD.encode(keys.tag(CSRF, &self.hash().0))
    }

    /// The header that sets the cookie.
    pub(super) fn cookie(&self, secure: bool) -> HeaderValue {
        cookie(&self.0, SESSION_MS / 1000, secure)
    }
}

/// The header that removes the cookie.
pub(super) fn no_cookie(secure: bool) -> HeaderValue {
    cookie("", 0, secure)
}

fn cookie(value: &str, max_age_s: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path=/api/operator; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    // Base64 and digits: always a valid header.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Whose session a request belongs to, with its CSRF token.
pub(super) async fn find_session(door: &Door, headers: &HeaderMap) -> Result<Option<(Who, String)>, ApiError> {
    let Some(secret) = Secret::find(headers) else { return Ok(None) };
    let found = door.0.book.on_duty(secret.hash()).await?;
    Ok(found.map(|who| (who, secret.csrf_token(&door.0.keys))))
}

/// The operator of a session that is under way.
pub(in crate::identity) async fn on_duty(
    database: &Database,
    SecretHash(hash): SecretHash,
    now_ms: i64,
) -> Result<Option<Who>, StoreError> {
    database
        .read(move |sql| {
            sql.query_opt(
                "SELECT operators.id, email, role FROM operator_sessions JOIN operators ON operators.id = operator
                 WHERE secret_hash = ?1 AND expires_ms > ?2",
                params![hash, now_ms],
                who,
            )
        })
        .await
}

/// Ends the session that a request belongs to.
pub(super) fn end_session(tx: &Tx<'_>, headers: &HeaderMap) -> Result<(), StoreError> {
    if let Some(secret) = Secret::find(headers) {
        tx.execute("DELETE FROM operator_sessions WHERE secret_hash = ?1", params![secret.hash().0])?;
    }
    Ok(())
}

/// Begins a session, and forgets those that are over.
pub(super) fn begin_session(tx: &Tx<'_>, operator: &str, hash: SecretHash, now_ms: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM operator_sessions WHERE expires_ms <= ?1", params![now_ms])?;
    tx.execute(
        "INSERT INTO operator_sessions (secret_hash, operator, expires_ms) VALUES (?1, ?2, ?3)",
        params![hash.0, operator, now_ms.saturating_add(SESSION_MS)],
    )?;
    Ok(())
}

/// A known address: the operator and the stored password.
pub(super) fn by_email(sql: &Sql, email: &str) -> Result<Option<(Who, String)>, StoreError> {
    sql.query_opt("SELECT id, email, role, password FROM operators WHERE email = ?1", params![email], |row| {
        Ok((who(row)?, row.get(3)?))
    })
}

/// Adds an operator.
pub(super) fn add(tx: &Tx<'_>, operator: &Who, password: &str, now_ms: i64) -> Result<(), ApiError> {
    if by_email(tx, &operator.email)?.is_some() {
        return Err(ApiError::new(Code::EmailTaken, "There is such an operator already.").field("email"));
    }
    tx.execute(
        "INSERT INTO operators (id, email, password, role, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![operator.id, operator.email, password, operator.role.as_str(), now_ms],
    )?;
    Ok(())
}

/// Removes an operator with their sessions; what they did stays in the log.
pub(super) fn remove(tx: &Tx<'_>, email: &str) -> Result<(), ApiError> {
    let Some((operator, _)) = by_email(tx, email)? else {
        return Err(ApiError::new(Code::NotFound, "There is no such operator.").field("email"));
    };
    tx.execute("DELETE FROM operator_sessions WHERE operator = ?1", params![operator.id])?;
    tx.execute("DELETE FROM operators WHERE id = ?1", params![operator.id])?;
    Ok(())
}

fn who(row: &Row<'_>) -> Result<Who, StoreError> {
    Ok(Who { id: row.get(0)?, email: row.get(1)?, role: row.named(2, Role::from_name)? })
}
