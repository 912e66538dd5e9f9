//! How the processes of a house know each other: a header made of a secret that all of them have.
//!
//! What is sent is made of the secret for one purpose. Whoever may pass on a player's request can't
//! therefore put a question of a service's, and a request that is passed on is no question, whatever its
//! path.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;

/// The header. One that comes from outside is dropped by the edge.
pub const PEER: HeaderName = HeaderName::from_static("x-croupier-peer");
/// A shorter one could be guessed.
const MIN_CHARS: usize = 32;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file can't be read.
    #[error("--peer-secret {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It could be guessed.
    #[error("--peer-secret {} holds fewer than {MIN_CHARS} characters", .0.display())]
    TooShort(PathBuf),
}

/// What a request between processes is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The edge passes on what a player or a vendor sent.
    Forward,
    /// A service asks another.
    Question,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Forward => b"forward",
            Self::Question => b"question",
        }
    }
}

/// What all processes of a house share. It has no `Debug`: it is never printed.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// Reads it.
    ///
    /// # Errors
    /// The file can't be read, or holds too little.
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SecretError::File { path: path.to_owned(), source })?;
        let text = text.trim();
        let mac = Hmac::new_from_slice(text.as_bytes()).ok().filter(|_| text.chars().count() >= MIN_CHARS);
        mac.map(Self).ok_or_else(|| SecretError::TooShort(path.to_owned()))
    }

    /// The header's value for a purpose; hidden from logs.
    #[must_use]
    pub fn credential(&self, purpose: Purpose) -> HeaderValue {
        let tag = URL_SAFE_NO_PAD.encode(self.mac(purpose).finalize().into_bytes());
        // Base64 is always a valid header.
        let mut value = HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// Whether the request comes from a process of the house, and for this purpose. Takes a time that does
    /// not depend on where a wrong one differs.
    #[must_use]
    pub fn admits(&self, headers: &HeaderMap, purpose: Purpose) -> bool {
        let given = headers.get(PEER).and_then(|value| URL_SAFE_NO_PAD.decode(value.as_bytes()).ok());
        given.is_some_and(|tag| self.mac(purpose).verify_slice(&tag).is_ok())
    }

    fn mac(&self, purpose: Purpose) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose.label());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Result<Secret, SecretError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Secret::open(file.path())
    }

    fn headers(value: HeaderValue) -> HeaderMap {
        [(PEER, value)].into_iter().collect()
    }

    #[test]
    fn a_credential_is_good_for_its_purpose_and_its_house() {
        let ours = secret(&"a".repeat(32)).ok().unwrap();
        let theirs = secret(&"b".repeat(32)).ok().unwrap();
        let sent = headers(ours.credential(Purpose::Forward));
        assert!(ours.admits(&sent, Purpose::Forward));
        assert!(!ours.admits(&sent, Purpose::Question), "a request that is passed on is no question");
        assert!(!theirs.admits(&sent, Purpose::Forward));
        assert!(!ours.admits(&HeaderMap::new(), Purpose::Forward));
        for forged in ["", "nonsense", &"a".repeat(32)] {
            assert!(!ours.admits(&headers(HeaderValue::try_from(forged).unwrap()), Purpose::Forward), "{forged}");
        }
    }

    #[test]
    fn it_is_neither_shown_nor_short() {
        let text = "a secret that nobody must ever see";
        let credential = secret(text).ok().unwrap().credential(Purpose::Question);
        assert!(!format!("{credential:?}").contains(credential.to_str().unwrap()));
        assert!(!credential.to_str().unwrap().contains(text));
        assert!(secret("short\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n").is_err());
        assert_eq!(
            secret(&format!("{text}\n")).ok().unwrap().credential(Purpose::Question),
            credential,
            "an editor's newline is not part of it"
        );
    }
}
