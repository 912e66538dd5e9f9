//! Signatures over what leaves this vendor: its calls to the operator, and the pages of its statement.
//!
//! **Architecture invariant:** the private key is held here and nowhere else, and is in no log.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::vendor;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};

use crate::clock;

/// The name that operators know this vendor by.
const VENDOR: &str = "studio";

/// Who signs.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl Signer {
    /// One who signs with this key.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        Self(key)
    }

    /// The headers that go with a body: who, when, and the signature. `path` has the query, if there is one.
    #[must_use]
    pub fn headers(&self, method: &str, path: &str, body: &[u8]) -> [(&'static str, String); 3] {
        let timestamp_ms = clock::system_ms();
        let text = contract::signed::text(method, path, timestamp_ms, &hex(&Sha256::digest(body)));
        let signature = STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes());
        [
            (vendor::VENDOR, VENDOR.to_owned()),
            (vendor::TIMESTAMP, timestamp_ms.to_string()),
            (vendor::SIGNATURE, signature),
        ]
    }
}

/// Bytes in hexadecimal digits, in lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_digest_is_written_in_lower_case() {
        assert_eq!(super::hex(&[0, 10, 255]), "000aff");
    }
}
