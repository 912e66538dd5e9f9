//! What is held for inspections, and for how long. Pure: the time and hashes of secrets come in as arguments.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use contract::inspect::{Override, Overrides};
use contract::manifest::Fragment;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::super::desk::Draft;

/// How long an inspection lasts.
pub(super) const LASTS_MS: i64 = 8 * 60 * 60 * 1000;
/// At once; the one that would end first makes room for another.
const MAX_INSPECTIONS: usize = 32;
/// Of an inspection: two releases at their largest.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// Of all of them.
const MAX_ALL_BYTES: usize = 256 * 1024 * 1024;
/// What stands in for fragments at once.
const MAX_BUILDS: usize = 16;
/// What a build's version is marked with on the page: it is on nobody else's.
const MARK: &str = "+local.";

/// The hash of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hashed([u8; 32]);

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
#[derive(Clone, Debug)]
struct Build {
    release: Fragment,
    /// Addresses by name.
    files: BTreeMap<String, String>,
    at_ms: i64,
}

/// What one browser has.
#[derive(Debug)]
struct Inspection {
    ends_ms: i64,
    code: Option<Hashed>,
    /// By address.
    files: BTreeMap<String, Bytes>,
    /// By fragment.
    builds: BTreeMap<String, Build>,
    /// How many builds there have been.
    count: u64,
    changes: watch::Sender<u64>,
}

impl Inspection {
    fn bytes(&self) -> usize {
        self.files.values().map(Bytes::len).sum()
    }

    /// Keeps what stands in for a fragment, and no other file.
    fn prune(&mut self) {
        let used: BTreeSet<&String> = self.builds.values().flat_map(|build| build.files.values()).collect();
        self.files.retain(|address, _| used.contains(address));
    }
}

/// All inspections, by their cookies.
#[derive(Debug, Default)]
pub(super) struct State(BTreeMap<Hashed, Inspection>);

impl State {
    /// Begins one.
    pub(super) fn begin(&mut self, cookie: Hashed, now_ms: i64) {
        self.0.retain(|_, inspection| inspection.ends_ms > now_ms);
        while self.0.len() >= MAX_INSPECTIONS {
            let first = self.0.iter().min_by_key(|(_, inspection)| inspection.ends_ms).map(|(cookie, _)| *cookie);
            first.map(|cookie| self.0.remove(&cookie));
        }
        let inspection = Inspection {
            ends_ms: now_ms.saturating_add(LASTS_MS),
            code: None,
            files: BTreeMap::new(),
            builds: BTreeMap::new(),
            count: 0,
            changes: watch::Sender::new(0),
        };
        self.0.insert(cookie, inspection);
    }

    fn live(&self, cookie: Hashed, now_ms: i64) -> Option<&Inspection> {
        self.0.get(&cookie).filter(|inspection| inspection.ends_ms > now_ms)
    }

    fn live_mut(&mut self, cookie: Hashed, now_ms: i64) -> Result<&mut Inspection, Refusal> {
        self.0.get_mut(&cookie).filter(|inspection| inspection.ends_ms > now_ms).ok_or(Refusal::Ended)
    }

    /// When it ends, if it is under way.
    pub(super) fn expires_ms(&self, cookie: Hashed, now_ms: i64) -> Option<i64> {
        self.live(cookie, now_ms).map(|inspection| inspection.ends_ms)
    }

    /// Gives it another code.
    pub(super) fn set_code(&mut self, cookie: Hashed, code: Hashed, now_ms: i64) -> Result<i64, Refusal> {
        let inspection = self.live_mut(cookie, now_ms)?;
        inspection.code = Some(code);
        Ok(inspection.ends_ms)
    }

    /// Whose code that is.
    pub(super) fn by_code(&self, code: Hashed, now_ms: i64) -> Option<Hashed> {
        let mut live = self.0.iter().filter(|(_, inspection)| inspection.ends_ms > now_ms);
        live.find(|(_, inspection)| inspection.code == Some(code)).map(|(cookie, _)| *cookie)
    }

    /// Whether a file is here.
    pub(super) fn holds(&self, cookie: Hashed, address: &str, now_ms: i64) -> bool {
        self.live(cookie, now_ms).is_some_and(|inspection| inspection.files.contains_key(address))
    }

    /// Takes in a file whose content has this address.
    pub(super) fn put_file(
        &mut self,
        cookie: Hashed,
        address: String,
        content: Bytes,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let others: usize =
            self.0.iter().filter(|(other, _)| **other != cookie).map(|(_, inspection)| inspection.bytes()).sum();
        let inspection = self.live_mut(cookie, now_ms)?;
        let fits = |held: usize| {
            let bytes = held.saturating_add(content.len());
            bytes <= MAX_BYTES && bytes.saturating_add(others) <= MAX_ALL_BYTES
        };
        if !fits(inspection.bytes()) {
            inspection.prune();
        }
        if !fits(inspection.bytes()) {
            return Err(Refusal::Full);
        }
        inspection.files.insert(address, content);
        Ok(())
    }

    /// Lets a build stand in for its fragment from now on.
    pub(super) fn put_build(&mut self, cookie: Hashed, draft: Draft, now_ms: i64) -> Result<Override, Refusal> {
        let inspection = self.live_mut(cookie, now_ms)?;
        let Draft { mut release, files } = draft;
        let is_here = |address: &String, bytes: u64| {
            inspection.files.get(address).is_some_and(|content| content.len() as u64 == bytes)
        };
        if !files.iter().all(|file| is_here(&file.address, file.bytes)) {
            return Err(Refusal::Missing);
        }
        if inspection.builds.len() >= MAX_BUILDS && !inspection.builds.contains_key(&release.name) {
            return Err(Refusal::Full);
        }
        inspection.count += 1;
        // Each is another release to the page, also where nothing but a file has changed.
        release.version = format!("{}{MARK}{}", release.version, inspection.count);
        let told = Override { fragment: release.name.clone(), version: release.version.clone(), at_ms: now_ms };
        let files = files.into_iter().map(|file| (file.name, file.address)).collect();
        inspection.builds.insert(release.name.clone(), Build { release, files, at_ms: now_ms });
        inspection.changes.send_replace(inspection.count);
        Ok(told)
    }

    /// Takes one away; nothing changes where there is none.
    pub(super) fn remove(&mut self, cookie: Hashed, fragment: &str, now_ms: i64) {
        let Ok(inspection) = self.live_mut(cookie, now_ms) else { return };
        if inspection.builds.remove(fragment).is_some() {
            inspection.count += 1;
            inspection.changes.send_replace(inspection.count);
            inspection.prune();
        }
    }

    /// What stands in for fragments.
    pub(super) fn overrides(&self, cookie: Hashed, now_ms: i64) -> Option<Overrides> {
        let inspection = self.live(cookie, now_ms)?;
        let told = |(fragment, build): (&String, &Build)| Override {
            fragment: fragment.clone(),
            version: build.release.version.clone(),
            at_ms: build.at_ms,
        };
        Some(Overrides { overrides: inspection.builds.iter().map(told).collect(), expires_at_ms: inspection.ends_ms })
    }

    /// The releases that stand in.
    pub(super) fn builds(&self, cookie: Hashed, now_ms: i64) -> Vec<Fragment> {
        let builds = self.live(cookie, now_ms).into_iter().flat_map(|inspection| inspection.builds.values());
        builds.map(|build| build.release.clone()).collect()
    }

    /// A file of one of them.
    pub(super) fn file(&self, cookie: Hashed, (fragment, name): (&str, &str), now_ms: i64) -> Option<Bytes> {
        let inspection = self.live(cookie, now_ms)?;
        inspection.files.get(inspection.builds.get(fragment)?.files.get(name)?).cloned()
    }

    /// Says when something changes; nothing that is so already.
    pub(super) fn changes(&self, cookie: Hashed, now_ms: i64) -> Option<watch::Receiver<u64>> {
        self.live(cookie, now_ms).map(|inspection| inspection.changes.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::json;
    use sha2::Sha384;

    fn draft(name: &str, content: &[u8]) -> Draft {
        let entry =
            json!({ "url": "/a.js", "sha384": STANDARD.encode(Sha384::digest(content)), "size": content.len() });
        let release = json!({
            "name": name, "version": "1.0.0-abc", "channel": "stable", "slots": [{ "name": name, "routes": [] }],
            "placement": "document", "site": null, "entry": entry, "wasm": null, "style": null, "messages": [],
            "publishes": [], "subscribes": [],
            "limits": { "memory_mib": 1, "fuel_millions": 1, "mount_ms": 1, "load_ms": 1, "payload_kib": 1,
                        "events_per_second": 1, "heartbeat_ms": 1 },
            "capabilities": { "requests": [], "origins": [] }, "critical": false, "killed": false, "previous": null,
        });
        Draft::read(release).expect("a release")
    }

    fn address(content: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(Sha384::digest(content))
    }

    fn begun(cookie: &str) -> (State, Hashed) {
        let mut state = State::default();
        state.begin(Hashed::of(cookie), 0);
        (state, Hashed::of(cookie))
    }

    #[test]
    fn a_build_is_in_the_one_inspection_and_each_is_another_release() {
        let (mut state, cookie) = begun("a");
        state.begin(Hashed::of("b"), 0);
        assert_eq!(state.put_build(cookie, draft("wallet", b"one"), 1), Err(Refusal::Missing));
        let changes = state.changes(cookie, 1).expect("live");
        state.put_file(cookie, address(b"one"), Bytes::from_static(b"one"), 1).expect("room");
        let first = state.put_build(cookie, draft("wallet", b"one"), 1).expect("taken in");
        assert_eq!(first.version, "1.0.0-abc+local.1");
        assert!(changes.has_changed().expect("live"));
        assert_eq!(state.put_build(cookie, draft("wallet", b"one"), 2).expect("again").version, "1.0.0-abc+local.2");
        let name = state.builds(cookie, 2)[0].entry.url.rsplit('/').next().expect("a name").to_owned();
        assert_eq!(state.file(cookie, ("wallet", &name), 2).as_deref(), Some(&b"one"[..]));
        assert_eq!(state.file(Hashed::of("b"), ("wallet", &name), 2), None, "another browser");
        assert!(state.builds(Hashed::of("b"), 2).is_empty());
        state.remove(cookie, "wallet", 3);
        assert!(state.builds(cookie, 3).is_empty() && !state.holds(cookie, &address(b"one"), 3));
    }

    #[test]
    fn a_code_is_good_until_there_is_another_one_or_the_end() {
        let (mut state, cookie) = begun("a");
        state.set_code(cookie, Hashed::of("first"), 0).expect("live");
        assert_eq!(state.by_code(Hashed::of("first"), 1), Some(cookie));
        state.set_code(cookie, Hashed::of("second"), 1).expect("live");
        assert_eq!(state.by_code(Hashed::of("first"), 1), None);
        assert_eq!(state.by_code(Hashed::of("second"), LASTS_MS), None, "it has ended");
        assert_eq!(state.set_code(cookie, Hashed::of("third"), LASTS_MS), Err(Refusal::Ended));
        assert_eq!(state.by_code(Hashed::of(""), 1), None, "who has no code has no inspection");
    }

    #[test]
    fn what_is_held_has_bounds() {
        let (mut state, cookie) = begun("a");
        let large = |letter: u8| Bytes::from(vec![letter; MAX_BYTES / 2]);
        state.put_file(cookie, "1".into(), large(1), 0).expect("room");
        state.put_file(cookie, "2".into(), large(2), 0).expect("room");
        // Nothing uses them: they make room.
        state.put_file(cookie, "3".into(), large(3), 0).expect("room");
        assert!(!state.holds(cookie, "1", 0) && state.holds(cookie, "3", 0));
        assert_eq!(state.put_file(cookie, "4".into(), Bytes::from(vec![0; MAX_BYTES + 1]), 0), Err(Refusal::Full));
        for number in 0..MAX_INSPECTIONS {
            state.begin(Hashed::of(&number.to_string()), 1);
        }
        assert_eq!(state.expires_ms(cookie, 1), None, "the oldest has made room");
        assert_eq!(state.0.len(), MAX_INSPECTIONS);
    }
}
