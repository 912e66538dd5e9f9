//! The registry's signature under a manifest, and the keys whose signatures a page believes.
//!
//! What is signed is the exact text that is served, inlined into the page and by itself. The key is a file:
//! edges that share it sign alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::Manifest;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use http::HeaderValue;
use http::header::InvalidHeaderValue;
use serde::Serialize;
use thiserror::Error;

use super::page::{PageError, inline_json};
use crate::keys::{self, PublicKeyError};

/// Why nothing can be signed. Each message says what to do.
#[derive(Debug, Error)]
pub enum SealError {
    /// The key's file can't be read or made.
    #[error("--registry-key {}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error(
        "--registry-key {} does not hold a key, which is 32 bytes; put back the right one, or remove it to have a new one made",
        .0.display()
    )]
    NoKey(PathBuf),
    /// The list of other keys can't be read.
    #[error("--registry-trust {}: {source}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line of it is no key.
    #[error("--registry-trust {}, line {line}: {source}", path.display())]
    TrustedKey {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        source: PublicKeyError,
    },
}

/// Signs manifests. It has no `Debug`: its key is never printed.
pub struct Sealer {
    key: SigningKey,
    id: String,
    /// The base64 of each key that a page believes, by id; its own among them.
    trusted: BTreeMap<String, String>,
}

/// A manifest that is signed.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) manifest: Manifest,
    /// JSON that can't end a script element. Exactly this is signed, and served.
    pub(super) text: String,
    /// What stands beside it in the page: the signature, and whose are believed.
    pub(super) beside: String,
    /// The same signature as the header that goes with it where it is served by itself.
    pub(super) header: HeaderValue,
}

/// See `shell/page/manifest.js`, which reads it.
#[derive(Serialize)]
struct Beside<'a> {
    /// The id of the key.
    key: &'a str,
    /// Base64.
    signature: &'a str,
    trusted: &'a BTreeMap<String, String>,
}

impl Sealer {
    /// Reads the key, or makes one, and reads which others pages believe.
    ///
    /// # Errors
    /// A file can't be read, or holds something else.
    pub fn open(key: &Path, trust: Option<&Path>) -> Result<Self, SealError> {
        let failed = |source| SealError::Key { path: key.to_owned(), source };
        let secret = keys::secret(key).map_err(failed)?.ok_or_else(|| SealError::NoKey(key.to_owned()))?;
        let key = SigningKey::from_bytes(&secret);
        let mut trusted = trust.map(read_trusted).transpose()?.unwrap_or_default();
        trusted.push(key.verifying_key());
        let trusted = trusted.iter().map(|key| (keys::id_of(key), STANDARD.encode(key.as_bytes()))).collect();
        Ok(Self { id: keys::id_of(&key.verifying_key()), key, trusted })
    }

    /// The id of the key that signs.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The base64 of the public key.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD.encode(self.key.verifying_key().as_bytes())
    }

    /// How many keys pages believe.
    pub(super) fn trusted(&self) -> usize {
        self.trusted.len()
    }

    /// Writes a manifest down and signs what is written.
    ///
    /// # Errors
    /// It can't be written down.
    pub(super) fn seal(&self, manifest: Manifest) -> Result<Sealed, PageError> {
        let text = inline_json(&manifest)?;
        let signature = STANDARD.encode(self.key.sign(text.as_bytes()).to_bytes());
        let beside = inline_json(&Beside { key: &self.id, signature: &signature, trusted: &self.trusted })?;
        let header = header(&self.id, &signature)?;
        Ok(Sealed { manifest, text, beside, header })
    }
}

/// The value of [`contract::manifest::SEAL`].
fn header(id: &str, signature: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::try_from(format!("{id} {signature}"))
}

/// One key a line; what follows a `#` is for people.
fn read_trusted(path: &Path) -> Result<Vec<VerifyingKey>, SealError> {
    let text = std::fs::read_to_string(path).map_err(|source| SealError::Trust { path: path.to_owned(), source })?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let keys = lines.enumerate().filter(|(_, line)| !line.is_empty()).map(|(index, line)| {
        let failed = |source| SealError::TrustedKey { path: path.to_owned(), line: index + 1, source };
        keys::public_key(line).map_err(failed)
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::Signature;
    use std::fs;

    fn sealer(folder: &Path, key: &str, trust: &str) -> Result<Sealer, SealError> {
        let list = folder.join("registry.trust");
        fs::write(&list, trust).expect("written");
        Sealer::open(&folder.join(key), Some(&list))
    }

    fn manifest() -> Manifest {
        let content = "</script><!--\u{2028}ä".into();
        Manifest { schema: 1, serial: 1, issued_at_ms: 0, expires_at_ms: 0, content, fragments: vec![] }
    }

    #[test]
    fn what_is_signed_is_what_is_served_and_stays_in_its_element() {
        let folder = tempfile::tempdir().expect("a folder");
        let sealer = sealer(folder.path(), "a.key", "").expect("a key");
        let sealed = sealer.seal(manifest()).expect("sealed");
        assert!(!sealed.text.contains('<'), "{}", sealed.text);
        let header = sealed.header.to_str().expect("text");
        let (id, signature) = header.split_once(' ').expect("two words");
        assert_eq!(id, sealer.id());
        let signature = Signature::from_slice(&STANDARD.decode(signature).expect("base64")).expect("64 bytes");
        let key = keys::public_key(&sealer.public_key()).expect("a key");
        key.verify_strict(sealed.text.as_bytes(), &signature).expect("genuine");
        key.verify_strict(sealed.text.replace("\"serial\":1", "\"serial\":2").as_bytes(), &signature).expect_err("not");
    }

    #[test]
    fn a_page_trusts_the_own_key_and_those_of_the_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let next = sealer(folder.path(), "next.key", "").expect("a key");
        let list = format!("# the next one\n\n{} # from June on\n", next.public_key());
        let present = sealer(folder.path(), "present.key", &list).expect("keys");
        let beside = present.seal(manifest()).expect("sealed").beside;
        let beside: serde_json::Value = serde_json::from_str(&beside).expect("JSON");
        assert_eq!(beside["key"], present.id());
        let trusted = beside["trusted"].as_object().expect("an object");
        assert_eq!(trusted.len(), 2);
        for key in [&next, &present] {
            assert_eq!(trusted[key.id()], key.public_key());
        }
    }

    #[test]
    fn files_that_hold_something_else_are_named_with_their_flag() {
        let folder = tempfile::tempdir().expect("a folder");
        let said = |key: &str, trust: &str| sealer(folder.path(), key, trust).err().expect("refused").to_string();
        fs::write(folder.path().join("short.key"), "short").expect("written");
        let short = said("short.key", "");
        assert!(short.starts_with("--registry-key ") && short.contains("short.key"), "{short}");
        let line = said("a.key", "# none\nnonsense");
        assert!(line.starts_with("--registry-trust ") && line.contains("line 2: a public key is the base64"), "{line}");
        let weak = said("a.key", &STANDARD.encode([0; 32]));
        assert!(weak.contains("line 1: this is no usable"), "{weak}");
        let missing = Sealer::open(&folder.path().join("a.key"), Some(&folder.path().join("none"))).err();
        assert!(missing.expect("no list").to_string().starts_with("--registry-trust "));
    }
}
