//! What one browser has of an inspection, and for how long. Pure: the time and hashes of secrets come in as arguments.

use std::collections::{BTreeMap, BTreeSet};

use contract::inspect::{Override, Overrides};
use contract::manifest::Fragment;
use release::Release;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::desk::Draft;

/// How long an inspection lasts.
pub(super) const LASTS_MS: i64 = 8 * 60 * 60 * 1000;
/// At once; the one that would end first makes room for another.
pub(super) const MAX_INSPECTIONS: u32 = 32;
/// Of an inspection: two releases at their largest.
const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// Of all of them.
const MAX_ALL_BYTES: u64 = 256 * 1024 * 1024;
/// What stands in for fragments at once.
const MAX_BUILDS: usize = 16;
/// What a build's version is marked with on the page: it is on nobody else's.
const MARK: &str = "+local.";

/// The hash of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) struct Hashed(pub(super) [u8; 32]);

impl Hashed {
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// Why something is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The inspection has ended.
    Ended,
    /// There is no room.
    Full,
    /// Files that were not sent.
    Missing,
}

/// A build that stands in for a fragment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Build {
    release: Fragment,
    /// Addresses by name.
    files: BTreeMap<String, String>,
    at_ms: i64,
}

/// A file of an inspection, but for its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) bytes: u64,
    /// Its last part is here; until then it only has its room.
    pub(super) is_whole: bool,
}

/// What one browser has, but for the content of its files.
#[derive(Debug)]
pub(super) struct Inspection {
    pub(super) ends_ms: i64,
    /// How often another build has stood in for a fragment, or none any more.
    pub(super) changes: u32,
    /// By address.
    pub(super) files: BTreeMap<String, Held>,
    /// By fragment.
    pub(super) builds: BTreeMap<String, Build>,
}

impl Inspection {
    fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }

    /// Keeps what stands in for a fragment, and no other file.
    fn prune(&mut self) {
        let used: BTreeSet<&String> = self.builds.values().flat_map(|build| build.files.values()).collect();
        self.files.retain(|address, _| used.contains(address));
    }

    /// Makes room for a file whose content has this address. `others` is what all other inspections hold.
    pub(super) fn make_room(&mut self, address: &str, bytes: u64, others: u64) -> Result<(), Refusal> {
        if self.files.contains_key(address) {
            return Ok(());
        }
        let fits = |held: u64| {
            let bytes = held.saturating_add(bytes);
            bytes <= MAX_BYTES && bytes.saturating_add(others) <= MAX_ALL_BYTES
        };
        if !fits(self.bytes()) {
            self.prune();
        }
        if !fits(self.bytes()) {
            return Err(Refusal::Full);
        }
        self.files.insert(address.to_owned(), Held { bytes, is_whole: false });
        Ok(())
    }

    /// Lets a build stand in for its fragment from now on.
    pub(super) fn put_build(&mut self, draft: Draft, now_ms: i64) -> Result<Override, Refusal> {
        let Draft { release: Release { fragment: mut release, .. }, files } = draft;
        let is_here = |address: &String, bytes: u64| self.files.get(address) == Some(&Held { bytes, is_whole: true });
        if !files.iter().all(|file| is_here(&file.address, file.bytes)) {
            return Err(Refusal::Missing);
        }
        if self.builds.len() >= MAX_BUILDS && !self.builds.contains_key(&release.name) {
            return Err(Refusal::Full);
        }
        self.changes += 1;
        // Each is another release to the page, also where nothing but a file has changed.
        release.version = format!("{}{MARK}{}", release.version, self.changes);
        let told = Override { fragment: release.name.clone(), version: release.version.clone(), at_ms: now_ms };
        let files = files.into_iter().map(|file| (file.name, file.address)).collect();
        self.builds.insert(release.name.clone(), Build { release, files, at_ms: now_ms });
        Ok(told)
    }

    /// Takes one away; nothing changes where there is none.
    pub(super) fn remove(&mut self, fragment: &str) {
        if self.builds.remove(fragment).is_some() {
            self.changes += 1;
            self.prune();
        }
    }

    /// What stands in for fragments.
    pub(super) fn overrides(&self) -> Overrides {
        let told = |(fragment, build): (&String, &Build)| Override {
            fragment: fragment.clone(),
            version: build.release.version.clone(),
            at_ms: build.at_ms,
        };
        Overrides { overrides: self.builds.iter().map(told).collect(), expires_at_ms: self.ends_ms }
    }

    /// The releases that stand in.
    pub(super) fn builds(&self) -> Vec<Fragment> {
        self.builds.values().map(|build| build.release.clone()).collect()
    }

    /// The address of a file of one of them.
    pub(super) fn address_of(&self, fragment: &str, name: &str) -> Option<&String> {
        self.builds.get(fragment)?.files.get(name)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::registry::testing;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::json;
    use sha2::Sha384;

    /// A build of one file.
    pub(in super::super) fn draft(name: &str, content: &[u8]) -> Draft {
        let mut release = testing::release(name);
        release["version"] = "1.0.0-abc".into();
        release["entry"] =
            json!({ "url": "/a.js", "sha384": STANDARD.encode(Sha384::digest(content)), "size": content.len() });
        Draft::read(release).expect("a release")
    }

    pub(in super::super) fn address(content: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(Sha384::digest(content))
    }

    fn begun() -> Inspection {
        Inspection { ends_ms: LASTS_MS, changes: 0, files: BTreeMap::new(), builds: BTreeMap::new() }
    }

    #[test]
    fn each_build_is_another_release() {
        let mut inspection = begun();
        assert_eq!(inspection.put_build(draft("wallet", b"one"), 1), Err(Refusal::Missing));
        inspection.make_room(&address(b"one"), 3, 0).expect("room");
        assert_eq!(inspection.put_build(draft("wallet", b"one"), 1), Err(Refusal::Missing), "it is still to come");
        inspection.files.insert(address(b"one"), Held { bytes: 3, is_whole: true });
        let first = inspection.put_build(draft("wallet", b"one"), 1).expect("taken in");
        assert_eq!(first.version, "1.0.0-abc+local.1");
        assert_eq!(inspection.put_build(draft("wallet", b"one"), 2).expect("again").version, "1.0.0-abc+local.2");
        let name = inspection.builds()[0].entry.url.rsplit('/').next().expect("a name").to_owned();
        assert_eq!(inspection.address_of("wallet", &name), Some(&address(b"one")));
        assert_eq!(inspection.address_of("promotions", &name), None);
        inspection.remove("wallet");
        inspection.remove("wallet");
        assert!(inspection.builds().is_empty() && inspection.files.is_empty());
        assert_eq!(inspection.changes, 3, "nothing was there to be taken away");
    }

    #[test]
    fn what_is_held_has_bounds() {
        let mut inspection = begun();
        inspection.make_room("1", MAX_BYTES / 2, 0).expect("room");
        inspection.make_room("2", MAX_BYTES / 2, 0).expect("room");
        // Nothing uses them: they make room.
        inspection.make_room("3", MAX_BYTES / 2, 0).expect("room");
        assert_eq!(inspection.files.keys().collect::<Vec<_>>(), ["3"]);
        inspection.make_room("3", MAX_BYTES / 2, MAX_ALL_BYTES).expect("it has its room");
        assert_eq!(inspection.make_room("4", MAX_BYTES + 1, 0), Err(Refusal::Full));
        assert_eq!(inspection.make_room("5", 1, MAX_ALL_BYTES), Err(Refusal::Full), "the others have it all");
        inspection.make_room("6", 1, MAX_ALL_BYTES - 1).expect("room");
    }
}
