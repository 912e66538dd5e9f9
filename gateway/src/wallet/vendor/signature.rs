//! Who calls: a vendor, by its key.

use crate::keys::{PublicKeyError, public_key};
use crate::problem::ApiError;
use crate::signed::{self, header, hex, refused};
use contract::vendor::{SIGNATURE, TIMESTAMP, VENDOR};
use ed25519_dalek::VerifyingKey;
use http::HeaderMap;
use sha2::{Digest, Sha256};

const HEADERS: signed::Headers = signed::Headers { timestamp: TIMESTAMP, signature: SIGNATURE };

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
        let digest = hex(&Sha256::digest(body));
        HEADERS.verify(&self.key, (method, path), headers, &digest, now_ms).map(|_| ())
    }
}
