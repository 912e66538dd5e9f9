//! Who calls: an Ed25519 signature over the exact bytes of the request.

use crate::keys::{PublicKeyError, public_key};
use crate::problem::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::problem::Code;
use contract::vendor::{SIGNATURE, TIMESTAMP, VENDOR, signed_text};
use ed25519_dalek::{Signature, VerifyingKey};
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How far the vendor's clock may be off, either way.
const WINDOW_MS: u64 = 5 * 60 * 1000;

/// A vendor that may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    name: String,
    key: VerifyingKey,
}

impl Vendor {
    /// A vendor by its name and the base64 of its Ed25519 public key.
    ///
    /// # Errors
    /// The text is no usable key.
    pub fn new(name: &str, key_base64: &str) -> Result<Self, PublicKeyError> {
        Ok(Self { name: name.to_owned(), key: public_key(key_base64)? })
    }

    /// The vendor's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Refuses a request, or an answer, that this vendor did not sign, or not now.
    ///
    /// # Errors
    /// Names the header that is missing or wrong.
    pub fn verify(
        &self,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
        now_ms: i64,
    ) -> Result<(), ApiError> {
        if header(headers, VENDOR) != Some(&self.name) {
            return Err(refused(VENDOR, "The vendor is not known."));
        }
        let timestamp_ms = header(headers, TIMESTAMP)
            .and_then(|text| text.parse::<i64>().ok())
            .filter(|time_ms| time_ms.abs_diff(now_ms) <= WINDOW_MS)
            .ok_or_else(|| refused(TIMESTAMP, "The time of signing is missing or more than five minutes off."))?;
        let signature = header(headers, SIGNATURE)
            .and_then(|text| STANDARD.decode(text).ok())
            .and_then(|bytes| Signature::from_slice(&bytes).ok());
        let text = signed_text(method, path, timestamp_ms, &hex(&Sha256::digest(body)));
        match signature {
            Some(signature) if self.key.verify_strict(text.as_bytes(), &signature).is_ok() => Ok(()),
            _ => Err(refused(SIGNATURE, "The signature is missing or wrong.")),
        }
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

pub(super) fn refused(header: &str, detail: &str) -> ApiError {
    ApiError::new(Code::Forbidden, detail).field(header).status(StatusCode::UNAUTHORIZED)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
