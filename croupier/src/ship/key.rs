//! A team's key: made once, kept in a file that only its owner can read, and named to the operator by its public
//! half.
//!
//! **Architecture invariant:** the secret is never printed, and never replaced once it is there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::floor::hex;

/// How many bytes of the public key's SHA-256 are its id.
const ID_BYTES: usize = 8;

/// The key.
pub(super) struct Key(SigningKey);

impl Key {
    /// Reads it.
    ///
    /// # Errors
    /// There is none, or the file holds something else.
    pub(super) fn read(path: &Path) -> Result<Self> {
        must_name_a_file(path)?;
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let remedy = "`cargo croupier up` makes one for this machine; for another gateway make one with \
                              `cargo croupier key --key FILE` and give the operator what it prints.";
                return Err(Failure::new(format!("there is no key at {}", path.display()), remedy).into());
            }
            read => read.with_context(|| format!("reading --key {}", path.display()))?,
        };
        let secret = secret(&text).ok_or_else(|| {
            let what = format!("--key {} does not hold a key", path.display());
            Failure::new(
                what,
                "it is the base64 of 32 bytes; put back the right file, or make a key with another name.",
            )
        })?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// Reads it, or makes one.
    ///
    /// # Errors
    /// See [`Self::read`], and the file can't be written.
    pub(super) fn ready(path: &Path) -> Result<Self> {
        must_name_a_file(path)?;
        if !path.exists() {
            make(path).with_context(|| format!("making --key {}", path.display()))?;
        }
        Self::read(path)
    }

    /// What the registry calls it.
    pub(super) fn id(&self) -> String {
        hex(&Sha256::digest(self.0.verifying_key().as_bytes())[..ID_BYTES])
    }

    /// The base64 of the signature over a text.
    pub(super) fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes())
    }

    /// As it stands in an operator's list of teams.
    pub(super) fn entry(&self, team: &str, fragments: &str) -> String {
        let public = STANDARD.encode(self.0.verifying_key().as_bytes());
        format!(
            "[[team]]\nname = \"{team}\"\nkey = \"{public}\" # {}\nfragments = [\"{fragments}\"]\n\
             rights = [\"publish\", \"promote\", \"kill\"]\n",
            self.id()
        )
    }
}

fn secret(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}

/// Refuses the key itself in the place of its file's name, before that is told or written anywhere.
fn must_name_a_file(path: &Path) -> Result<(), Failure> {
    if path.to_str().and_then(secret).is_none() {
        return Ok(());
    }
    let what = "CROUPIER_KEY (or --key) names the file of the key, not the key itself";
    Err(Failure::new(what, "put the key into a file that only its owner can read, and name that file."))
}

fn make(path: &Path) -> io::Result<()> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all((STANDARD.encode(secret) + "\n").as_bytes())?;
    file.sync_all()
}

/// What `up` ships with: a key in the data folder, and beside it a list of teams in which it may do everything.
/// Gives the list. Both stay as they are once they are there.
///
/// # Errors
/// They can't be written.
pub(crate) fn for_this_machine(data: &Path) -> Result<PathBuf> {
    let key = Key::ready(&data.join("team.key"))?;
    let list = data.join("teams.toml");
    if !list.exists() {
        let entry = key.entry("this machine", "*") + "placements = [\"frame\", \"document\"]\nrequests = [\"*\"]\n";
        fs::write(&list, entry).with_context(|| format!("writing {}", list.display()))?;
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let list = for_this_machine(folder.path()).unwrap();
        let path = folder.path().join("team.key");
        let secret = fs::read_to_string(&path).unwrap();
        let entry = fs::read_to_string(list).unwrap();
        assert!(entry.contains(&Key::read(&path).unwrap().id()) && !entry.contains(secret.trim()), "{entry}");
        assert!(entry.ends_with("\nrequests = [\"*\"]\n"), "all that stands in apps can be shipped: {entry}");
        for_this_machine(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), secret, "it stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_that_is_none_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("team.key");
        let missing = crate::failure::explain(&Key::read(&path).err().unwrap());
        assert!(missing.contains("cargo croupier key"), "{missing}");
        fs::write(&path, "short").unwrap();
        let wrong = crate::failure::explain(&Key::read(&path).err().unwrap());
        assert!(wrong.contains("base64 of 32 bytes"), "{wrong}");
    }

    #[test]
    fn a_key_in_the_place_of_its_files_name_is_neither_told_nor_written() {
        let secret = STANDARD.encode([7; 32]);
        for used in [Key::read, Key::ready] {
            for typed in [secret.clone(), format!("{secret}\n")] {
                let said = crate::failure::explain(&used(Path::new(&typed)).err().unwrap());
                assert!(said.contains("names the file of the key, not the key itself"), "{said}");
                assert!(!said.contains(&secret) && !Path::new(&typed).exists(), "{said}");
            }
        }
    }
}
