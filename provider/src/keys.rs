//! The vendor's key pair: `vendor.key` signs every call to the operator, `vendor.pub` is what the
//! operator checks by.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;

/// The name of the private key's file.
pub const PRIVATE: &str = "vendor.key";
/// The name of the public key's file: base64 of its 32 bytes, one line.
pub const PUBLIC: &str = "vendor.pub";

/// Why there is no key pair.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The private key's file holds something else.
    #[error("{0}: not the base64 of a 32-byte Ed25519 key; remove it to have a new pair made")]
    Malformed(PathBuf),
    /// The operating system gave no random bytes.
    #[error("no randomness for a key: {0}")]
    Randomness(String),
}

/// Reads the key pair of a data folder, or makes one. The public half is written again if it is
/// missing or differs.
///
/// # Errors
/// A file cannot be read or written, or holds no key.
pub fn load_or_make(data: &Path) -> Result<SigningKey, KeyError> {
    let path = data.join(PRIVATE);
    let key = match fs::read_to_string(&path) {
        Ok(text) => read(&text).ok_or_else(|| KeyError::Malformed(path.clone()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(data, &path)?,
        Err(source) => return Err(KeyError::File { path, source }),
    };
    let public = data.join(PUBLIC);
    let text = format!("{}\n", STANDARD.encode(key.verifying_key().as_bytes()));
    if fs::read_to_string(&public).ok().as_ref() != Some(&text) {
        fs::write(&public, text).map_err(|source| KeyError::File { path: public, source })?;
    }
    Ok(key)
}

fn read(text: &str) -> Option<SigningKey> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    Some(SigningKey::from_bytes(&bytes.try_into().ok()?))
}

fn make(data: &Path, path: &Path) -> Result<SigningKey, KeyError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| KeyError::Randomness(error.to_string()))?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| KeyError::File { path, source }
    };
    fs::create_dir_all(data).map_err(failed(data))?;
    // `create_new`: never over a key that another process has just made.
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed(path))?;
    writeln!(file, "{}", STANDARD.encode(secret)).and_then(|()| file.sync_all()).map_err(failed(path))?;
    Ok(SigningKey::from_bytes(&secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_pair_is_made_once_and_kept() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("new");
        let first = load_or_make(&folder).unwrap();
        assert_eq!(fs::metadata(folder.join(PRIVATE)).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(folder.join(PUBLIC)).unwrap();
        let second = load_or_make(&folder).unwrap();
        assert_eq!(first.to_bytes(), second.to_bytes());
        let public = fs::read_to_string(folder.join(PUBLIC)).unwrap();
        assert_eq!(STANDARD.decode(public.trim_end()).unwrap(), first.verifying_key().as_bytes());
    }

    #[test]
    fn a_broken_key_is_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(PRIVATE), "c2hvcnQ=\n").unwrap();
        assert!(matches!(load_or_make(data.path()), Err(KeyError::Malformed(_))));
        assert_eq!(fs::read_to_string(data.path().join(PRIVATE)).unwrap(), "c2hvcnQ=\n");
    }
}
