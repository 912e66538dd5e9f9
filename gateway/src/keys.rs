//! Keys in files: secret ones, which are made when they are missing, and public ones of others.
//!
//! A secret stays on the disk, so that a restart changes nothing for anybody; processes that share a folder
//! share it.
//!
//! **Architecture invariant:** a secret is never printed, and never replaced once it is there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::signed::hex;

/// How long every secret is.
pub const SECRET_BYTES: usize = 32;
/// How many bytes of a key's SHA-256 are its id: enough to tell keys apart, and no proof of anything.
const ID_BYTES: usize = 8;

/// A text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not base64 of 32 bytes.
    #[error("a public key is the base64 of 32 bytes")]
    NotAKey,
    /// 32 bytes that are no point of the curve, or one of the few that verify anything.
    #[error("this is no usable Ed25519 public key")]
    Unusable,
}

/// The Ed25519 public key that a text is the base64 of.
///
/// # Errors
/// The text is no usable key.
pub fn public_key(text: &str) -> Result<VerifyingKey, PublicKeyError> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| PublicKeyError::NotAKey)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| PublicKeyError::NotAKey)?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| PublicKeyError::Unusable)?;
    if key.is_weak() { Err(PublicKeyError::Unusable) } else { Ok(key) }
}

/// What a key is called: the first bytes of its SHA-256, in hex.
#[must_use]
pub fn id_of(key: &VerifyingKey) -> String {
    hex(&Sha256::digest(key.as_bytes())[..ID_BYTES])
}

/// Reads a secret, or makes one; none where the file holds something else.
///
/// # Errors
/// The file can't be read or made.
pub fn secret(path: &Path) -> io::Result<Option<[u8; SECRET_BYTES]>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
        read => read?,
    };
    Ok(bytes.try_into().ok())
}

/// Writes a new secret beside its place and links it there, so that there is never half of one, and only
/// one where several processes start at once.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let unfinished = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read(path),
        linked => linked.map(|()| bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_another_has_made_meanwhile_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.key");
        let first = make(&path).unwrap();
        assert_eq!(make(&path).unwrap(), first, "whoever comes second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_made_once_for_its_owner_alone_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.key");
        let made = secret(&path).unwrap().expect("a new one");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(secret(&path).unwrap(), Some(made), "it stays");
        fs::write(&path, b"short").unwrap();
        assert_eq!(secret(&path).unwrap(), None);
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }
}
