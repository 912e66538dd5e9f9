//! Signed calls: an Ed25519 signature over method, path, time and the digest of the body. Vendors call so, and
//! the teams whose fragments the registry serves.
//!
//! Must never know who it is that calls: whose key counts, each kind of call says by itself.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::problem::Code;
use contract::signed;
use ed25519_dalek::{Signature, VerifyingKey};
use http::{HeaderMap, StatusCode};

use crate::problem::ApiError;

/// How far the caller's clock may be off, either way.
pub const WINDOW_MS: u64 = 5 * 60 * 1000;

/// The headers that a kind of call is signed with.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    /// When it was signed.
    pub timestamp: &'static str,
    /// The signature.
    pub signature: &'static str,
}

impl Headers {
    /// Refuses what this key did not sign, or not now; gives the signature.
    ///
    /// # Errors
    /// Names the header that is missing or wrong.
    pub fn verify(
        self,
        key: &VerifyingKey,
        (method, path): (&str, &str),
        headers: &HeaderMap,
        body_sha256_hex: &str,
        now_ms: i64,
    ) -> Result<Signature, ApiError> {
        let timestamp_ms = header(headers, self.timestamp)
            .and_then(|text| text.parse::<i64>().ok())
            .filter(|time_ms| time_ms.abs_diff(now_ms) <= WINDOW_MS)
            .ok_or_else(|| refused(self.timestamp, "The time of signing is missing or more than five minutes off."))?;
        let signature = header(headers, self.signature)
            .and_then(|text| STANDARD.decode(text).ok())
            .and_then(|bytes| Signature::from_slice(&bytes).ok());
        let text = signed::text(method, path, timestamp_ms, body_sha256_hex);
        let genuine = signature.filter(|signature| key.verify_strict(text.as_bytes(), signature).is_ok());
        genuine.ok_or_else(|| refused(self.signature, "The signature is missing or wrong."))
    }
}

/// The value of a header that is there once.
#[must_use]
pub fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Nobody who is known has signed this.
#[must_use]
pub fn refused(header: &str, detail: &str) -> ApiError {
    ApiError::new(Code::Forbidden, detail).field(header).status(StatusCode::UNAUTHORIZED)
}

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
