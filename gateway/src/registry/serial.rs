//! The manifest's serial: rises with every change of its content and never goes back, also not
//! across restarts.

use std::io::Write;
use std::path::{Path, PathBuf};

use contract::manifest::Fragment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::audience::Canary;
use crate::signed::hex;

/// Why there is no serial.
#[derive(Debug, Error)]
pub enum SerialError {
    /// The file can't be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The content can't be written down.
    #[error("the manifest can't be written: {0}")]
    Content(#[from] serde_json::Error),
}

/// How much of the content's SHA-256 names it, in bytes.
const CONTENT_BYTES: usize = 16;

/// A state and its number.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Issued {
    serial: u64,
    /// Hexadecimal.
    content: String,
}

/// What names these fragments.
///
/// # Errors
/// They can't be written down.
pub(super) fn content_of(fragments: &[Fragment]) -> Result<String, SerialError> {
    Ok(named(&serde_json::to_vec(fragments)?))
}

/// What names a state: what everybody sees, and what a part of the audience does.
///
/// # Errors
/// It can't be written down.
pub(super) fn state_of(fragments: &[Fragment], canaries: &[Canary]) -> Result<String, SerialError> {
    if canaries.is_empty() {
        return content_of(fragments);
    }
    let canaries: Vec<_> = canaries.iter().map(|canary| (&canary.fragment, &canary.audience)).collect();
    Ok(named(&serde_json::to_vec(&(fragments, canaries))?))
}

fn named(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..CONTENT_BYTES])
}

/// The serials that one edge gives, in a file of its own.
#[derive(Debug)]
pub(super) struct Serials {
    file: PathBuf,
    last: Issued,
    /// Whether the last one is in the file.
    is_kept: bool,
}

impl Serials {
    /// Goes on from the last one that is in the file.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn open(file: PathBuf) -> Result<Self, SerialError> {
        let last = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(file = %file.display(), %error, "the last serial is unreadable; a higher one is issued");
                Issued::default()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Issued::default(),
            Err(source) => return Err(SerialError::File { path: file, source }),
        };
        Ok(Self { file, last, is_kept: true })
    }

    /// The serial of this state: the one it was given before, or a new and higher one, to be kept before anybody
    /// sees it.
    ///
    /// A new serial is at least `least`. For what the floor brings that is the time in milliseconds, so that a lost
    /// data folder does not take it back below what pages have seen, nor a restart after it could not be kept; for what
    /// was shipped, a number that all edges draw from the log alike.
    pub(super) fn of(&mut self, content: String, least: u64) -> u64 {
        if self.last.content != content {
            self.last = Issued { serial: least.max(self.last.serial + 1), content };
            self.is_kept = false;
        }
        self.last.serial
    }

    /// Writes the last one down, if it is not yet.
    ///
    /// # Errors
    /// The file can't be written.
    pub(super) fn keep(&mut self) -> Result<(), SerialError> {
        if !self.is_kept {
            let written = write_whole(&self.file, &serde_json::to_vec(&self.last)?);
            written.map_err(|source| SerialError::File { path: self.file.clone(), source })?;
            self.is_kept = true;
        }
        Ok(())
    }
}

/// Either the old content or the new stands in the file, whatever happens meanwhile.
fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = file.with_extension("draft");
    let mut handle = std::fs::File::create(&draft)?;
    handle.write_all(bytes)?;
    handle.sync_all()?;
    std::fs::rename(&draft, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::manifest::{Capabilities, Channel, File, Limits, Placement, Slot};

    fn fragment(version: &str) -> Fragment {
        Fragment {
            name: "wallet".into(),
            version: version.into(),
            channel: Channel::Stable,
            slots: vec![Slot { name: "wallet".into(), routes: vec![] }],
            placement: Placement::Document,
            site: None,
            entry: File { url: "/fragments/wallet/a.js".into(), sha384: "A".repeat(64), size: 1 },
            wasm: None,
            style: None,
            messages: vec![],
            publishes: vec![],
            subscribes: vec![],
            limits: Limits {
                memory_mib: 1,
                fuel_millions: 1,
                mount_ms: 1,
                load_ms: 1,
                payload_kib: 1,
                events_per_second: 1,
                heartbeat_ms: 1,
            },
            capabilities: Capabilities { requests: vec![], origins: vec![] },
            critical: false,
            killed: false,
            previous: None,
            contracts: vec![],
        }
    }

    #[test]
    fn it_rises_with_the_content_and_never_goes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("manifest-serial.json");
        let content = |version: &str| content_of(&[fragment(version)]).expect("JSON");
        let serial = |version: &str, least| {
            let mut serials = Serials::open(file.clone()).expect("read");
            let serial = serials.of(content(version), least);
            serials.keep().expect("written");
            serial
        };
        let first = serial("1", 5_000);
        assert_eq!(first, 5_000);
        assert_eq!(serial("1", 9_000), first);
        assert_eq!(serial("2", 0), first + 1, "a clock that went back does not take the serial back");
        assert_eq!(serial("1", 0), first + 2, "a roll-back is a change too");
        assert_eq!(content("1"), content("1"));
        assert_ne!(content("1"), content("2"));
        std::fs::write(&file, b"{").expect("written");
        assert!(serial("1", 9_000) > first + 2);
    }

    #[test]
    fn it_rises_also_while_it_can_not_be_written_and_is_written_once_it_can() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("manifest-serial.json");
        let draft = file.with_extension("draft");
        std::fs::create_dir(&draft).expect("in the way");
        let mut serials = Serials::open(file.clone()).expect("nothing yet");
        let given = [("a", 7), ("a", 9), ("b", 9), ("a", 0)].map(|(state, least)| serials.of(state.into(), least));
        assert_eq!(given, [7, 7, 9, 10]);
        serials.keep().expect_err("something is in the way");
        std::fs::remove_dir(&draft).expect("out of the way");
        serials.keep().expect("written");
        assert_eq!(Serials::open(file).expect("read").of("a".into(), 0), 10);
    }

    #[test]
    fn a_change_of_who_sees_what_is_another_state_and_none_is_what_it_was() {
        let live = [fragment("1")];
        let state = |share_permille, markets: &[&str]| {
            let markets = markets.iter().map(|&market| market.to_owned()).collect();
            let audience = contract::registry::Audience { share_permille, markets };
            state_of(&live, &[Canary { fragment: fragment("2"), audience }]).expect("JSON")
        };
        assert_eq!(state_of(&live, &[]).expect("JSON"), content_of(&live).expect("JSON"));
        let states = [state(100, &[]), state(101, &[]), state(100, &["de"]), content_of(&live).expect("JSON")];
        assert_eq!(states.iter().collect::<std::collections::BTreeSet<_>>().len(), states.len());
    }
}
