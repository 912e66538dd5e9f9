//! The secret that signs sessions. It stays on the disk, so that a restart signs nobody out; processes that
//! share a folder share it.

use super::IdentityError;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

const KEY_BYTES: usize = 32;

/// The signing key. It has no `Debug`: it is never printed.
pub(super) struct Keys(Hmac<Sha256>);

impl Keys {
    /// Reads the key, or makes one.
    pub(super) fn open(path: &Path) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::Key { path: path.display().to_string(), source };
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path).map_err(failed)?,
            read => read.map_err(failed)?,
        };
        if bytes.len() != KEY_BYTES {
            return Err(IdentityError::DamagedKey { path: path.display().to_string() });
        }
        Hmac::new_from_slice(&bytes)
            .map(Self)
            .map_err(|_| IdentityError::DamagedKey { path: path.display().to_string() })
    }

    /// The tag of a content; `purpose` keeps a tag made for one thing from passing for another.
    pub(super) fn tag(&self, purpose: &[u8], content: &[u8]) -> [u8; 32] {
        self.mac(purpose, content).finalize().into_bytes().into()
    }

    /// Whether the tag is that of the content, in a time that does not depend on where it differs.
    pub(super) fn verify(&self, purpose: &[u8], content: &[u8], tag: &[u8]) -> bool {
        self.mac(purpose, content).verify_slice(tag).is_ok()
    }

    fn mac(&self, purpose: &[u8], content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(content);
        mac
    }
}

/// Writes a new key beside its place and links it there, so that there is never half a key, and only
/// one where several processes start at once.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; KEY_BYTES];
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
    fn a_key_that_another_has_made_meanwhile_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.key");
        let first = make(&path).unwrap();
        assert_eq!(make(&path).unwrap(), first, "whoever comes second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
