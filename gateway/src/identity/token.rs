//! The session cookie: who, until when, and a tag over both. Whoever holds the key can verify it
//! without a look-up; that is why it lives for minutes and is renewed from the database.

use super::keys::Keys;
use super::session::SignedIn;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use uuid::Uuid;

use crate::cookie;

/// The cookie's name.
pub const NAME: &str = "croupier_session";
/// How long a token is good without asking the database.
pub(super) const LIFE_MS: i64 = 15 * 60 * 1000;
/// How long a session can be renewed.
pub(super) const SESSION_MS: i64 = 30 * 24 * 60 * 60 * 1000;

const SESSION: &[u8] = b"session";
const CSRF: &[u8] = b"csrf";
/// Player, session, issued, expiry.
const CONTENT_BYTES: usize = 16 + 16 + 8 + 8;

/// What a good cookie says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) player: Uuid,
    pub(super) session: Uuid,
    pub(super) issued_ms: i64,
    pub(super) expires_ms: i64,
}

impl Token {
    pub(super) fn issue(player: Uuid, session: Uuid, now_ms: i64) -> Self {
        Self { player, session, issued_ms: now_ms, expires_ms: now_ms.saturating_add(LIFE_MS) }
    }

    /// The first cookie of our name whose tag is right, expired or not.
    pub(super) fn find(keys: &Keys, headers: &HeaderMap) -> Option<Self> {
        cookie::values(headers, NAME).find_map(|value| Self::read(keys, value))
    }

    fn read(keys: &Keys, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (content, tag) = bytes.split_at_checked(CONTENT_BYTES)?;
        if !keys.verify(SESSION, content, tag) {
            return None;
        }
        let (player, rest) = content.split_first_chunk::<16>()?;
        let (session, rest) = rest.split_first_chunk::<16>()?;
        let (issued, rest) = rest.split_first_chunk::<8>()?;
        Some(Self {
            player: Uuid::from_bytes(*player),
            session: Uuid::from_bytes(*session),
            issued_ms: i64::from_be_bytes(*issued),
            expires_ms: i64::from_be_bytes(rest.try_into().ok()?),
        })
    }

    /// As the cookie's value.
    fn text(&self, keys: &Keys) -> String {
        let mut bytes = Vec::with_capacity(CONTENT_BYTES + 32);
        bytes.extend_from_slice(self.player.as_bytes());
        bytes.extend_from_slice(self.session.as_bytes());
        bytes.extend_from_slice(&self.issued_ms.to_be_bytes());
        bytes.extend_from_slice(&self.expires_ms.to_be_bytes());
        let tag = keys.tag(SESSION, &bytes);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Too old to be taken without asking.
    pub(super) fn is_expired(&self, now_ms: i64) -> bool {
        now_ms >= self.expires_ms || now_ms < self.issued_ms.saturating_sub(LIFE_MS)
    }

    /// Past half of its life: to be renewed while it is still good.
    pub(super) fn is_old(&self, now_ms: i64) -> bool {
        self.is_expired(now_ms) || now_ms - self.issued_ms >= LIFE_MS / 2
    }

    pub(super) fn signed_in(&self) -> SignedIn {
        SignedIn { player: self.player.to_string(), session: self.session.to_string() }
    }

    /// What a page of this session sends with state-changing requests.
    pub(super) fn csrf_token(&self, keys: &Keys) -> String {
        URL_SAFE_NO_PAD.encode(keys.tag(CSRF, self.session.as_bytes()))
    }
}

/// How cookies are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookies {
    /// Players come over HTTPS: the cookie must never travel without it.
    pub(super) secure: bool,
}

impl Cookies {
    /// The header that sets a token's cookie.
    pub(super) fn set(self, token: &Token, keys: &Keys) -> HeaderValue {
        self.header(&token.text(keys), SESSION_MS / 1000)
    }

    /// The header that removes it.
    pub(super) fn clear(self) -> HeaderValue {
        self.header("", 0)
    }

    fn header(self, value: &str, max_age_s: i64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!("{NAME}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
        // Base64 and digits: always a valid header.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Compares in a time that does not depend on where the texts differ.
pub(super) fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_a_cookie_never_travels_without_it() {
        let text = |secure| Cookies { secure }.clear().to_str().unwrap().to_owned();
        assert_eq!(text(false), "croupier_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert_eq!(text(true), "croupier_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }
}
