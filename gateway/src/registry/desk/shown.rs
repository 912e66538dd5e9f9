//! What the log comes to: the live release of each fragment with its files, read and checked, the one that it
//! falls back to, the one that a part of the audience sees, the one that may be next, and what is switched off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::manifest::{Channel, Fragment};
use contract::registry::{Audience, Standing};
use release::Release;

use super::super::audience::Canary;
use super::super::encoding::Compressed;
use super::super::scan::{self, Scan};
use super::super::sites::Sites;
use super::Desk;
use super::files::FilesError;
use super::reading::Reading;
use super::record;
use super::rules::{Shelf, Shelves};
use crate::config::VendorOrigins;
use crate::store::StoreError;

/// A release with its files, by their names.
#[derive(Debug)]
struct Loaded {
    release: Fragment,
    files: BTreeMap<String, Compressed>,
}

impl Loaded {
    fn version(&self) -> &str {
        &self.release.version
    }
}

/// What lies over the floor's release of a fragment.
#[derive(Clone, Debug, Default)]
struct Laid {
    live: Option<Arc<Loaded>>,
    previous: Option<Arc<Loaded>>,
    canary: Option<(Arc<Loaded>, Audience)>,
    /// What may be live next: nobody sees it, and pages are told nothing of it.
    next: Option<Arc<Loaded>>,
    killed: bool,
}

/// What there is of it: whether it is off, which releases pages may get, who sees the canary, and what may be next.
type Outline<'l> = (bool, Vec<&'l str>, Option<&'l Audience>, Option<&'l str>);

impl Laid {
    fn seen(&self) -> impl Iterator<Item = &Arc<Loaded>> {
        self.live.iter().chain(&self.previous).chain(self.canary.iter().map(|(loaded, _)| loaded))
    }

    fn loaded(&self) -> impl Iterator<Item = &Arc<Loaded>> {
        self.seen().chain(&self.next)
    }

    fn outline(&self) -> Outline<'_> {
        let versions = self.seen().map(|loaded| loaded.version()).collect();
        let audience = self.canary.as_ref().map(|(_, audience)| audience);
        (self.killed, versions, audience, self.next.as_deref().map(Loaded::version))
    }
}

/// One state of it.
#[derive(Debug, Default)]
pub(in crate::registry) struct Shown {
    /// Rises with each change of what is here.
    revision: u64,
    shelves: Shelves,
    by_name: BTreeMap<String, Laid>,
    /// Something that should be here could not be read.
    lacks: bool,
}

impl Shown {
    pub(in crate::registry) fn revision(&self) -> u64 {
        self.revision
    }

    /// How far the log is known.
    pub(in crate::registry) fn seq(&self) -> u64 {
        self.shelves.seq()
    }

    /// See [`Shelves::number`].
    pub(in crate::registry) fn number(&self) -> u64 {
        self.shelves.number()
    }

    pub(super) fn shelves(&self) -> &Shelves {
        &self.shelves
    }

    pub(super) fn is_whole(&self) -> bool {
        !self.lacks
    }

    /// The state that follows from these shelves.
    pub(super) async fn next(&self, shelves: Shelves, desk: &Desk, reading: &mut Reading) -> Result<Self, StoreError> {
        let (nothing, mut by_name) = (Laid::default(), BTreeMap::new());
        let before = |name: &str| self.by_name.get(name).unwrap_or(&nothing);
        let shelves_in_turn = reading.in_turn(shelves.iter());
        let mut loader = Loader { desk, reading, is_away: false, lacks: false };
        for &(name, shelf) in &shelves_in_turn {
            by_name.insert(name.to_owned(), loader.lay(name, shelf, before(name)).await?);
        }
        // What nobody sees yet waits for everything that somebody does.
        for &(name, shelf) in &shelves_in_turn {
            let next = loader.next(name, shelf, before(name)).await?;
            by_name.entry(name.to_owned()).or_default().next = next;
        }
        let lacks = loader.lacks;
        let is_same = by_name.len() == self.by_name.len()
            && by_name
                .iter()
                .all(|(name, laid)| self.by_name.get(name).is_some_and(|it| it.outline() == laid.outline()));
        Ok(Self { revision: self.revision + u64::from(!is_same), shelves, by_name, lacks })
    }

    /// The releases that may be live next.
    pub(in crate::registry) fn upcoming(&self) -> impl Iterator<Item = &Fragment> {
        self.by_name.values().filter_map(|laid| laid.next.as_ref()).map(|loaded| &loaded.release)
    }

    /// A file of what is live, of what that falls back to, of the canary, or of what may be next.
    pub(in crate::registry) fn file(&self, fragment: &str, name: &str) -> Option<&Compressed> {
        self.by_name.get(fragment)?.loaded().find_map(|loaded| loaded.files.get(name))
    }

    pub(in crate::registry) fn is_killed(&self, fragment: &str) -> bool {
        self.by_name.get(fragment).is_some_and(|laid| laid.killed)
    }

    /// Whether a release was published.
    pub(in crate::registry) fn has(&self, fragment: &str, version: &str) -> bool {
        self.shelves.has(fragment, version)
    }

    /// How every fragment stands, by name; `floor` has the versions of the floor's own releases.
    pub(in crate::registry) fn standings(&self, floor: &BTreeMap<String, String>) -> Vec<Standing> {
        let names = floor.keys().map(String::as_str).chain(self.shelves.iter().map(|(name, _)| name));
        let names: BTreeSet<&str> = names.collect();
        names.into_iter().map(|name| self.shelves.standing(name, floor.get(name).map(String::as_str))).collect()
    }

    /// Lays what is live over what the floor has. What the floor has comes next where nothing older is published.
    pub(in crate::registry) fn lay_over(&self, scan: &mut Scan, vendor: &VendorOrigins, sites: &Sites) {
        for (name, laid) in &self.by_name {
            let Some(live) = &laid.live else { continue };
            let floors = scan.fragments.remove(name);
            match scan::resolve(live.release.clone(), vendor, sites) {
                Ok(mut fragment) => {
                    fragment.channel = Channel::Stable;
                    let earlier =
                        laid.previous.as_ref().map(|earlier| scan::resolve(earlier.release.clone(), vendor, sites));
                    let earlier = earlier.and_then(Result::ok).or(floors);
                    fragment.previous = earlier.and_then(|earlier| scan::way_back(&fragment, earlier));
                    scan.broken.remove(name);
                    scan.fragments.insert(name.clone(), fragment);
                }
                Err(error) => {
                    scan.broken.insert(name.clone(), error);
                    scan.fragments.extend(floors.map(|floors| (name.clone(), floors)));
                }
            }
        }
    }
}

impl Shown {
    /// The canaries beside what everybody sees, by name. What everybody sees is what a canary falls back to. Left out
    /// is one that can't be shown: it is no other release, or its slot has become another fragment's.
    pub(in crate::registry) fn canaries(
        &self,
        live: &BTreeMap<String, Fragment>,
        vendor: &VendorOrigins,
        sites: &Sites,
    ) -> Vec<Canary> {
        let mut canaries: Vec<Canary> = Vec::new();
        for (name, laid) in &self.by_name {
            let Some((loaded, audience)) = &laid.canary else { continue };
            let everybodys = live.get(name);
            if everybodys.is_some_and(|live| live.version == loaded.release.version) {
                continue;
            }
            let Ok(mut fragment) = scan::resolve(loaded.release.clone(), vendor, sites) else {
                tracing::warn!(fragment = name, "the canary can't be used; everybody sees the live release");
                continue;
            };
            let others = live.values().chain(canaries.iter().map(|canary| &canary.fragment));
            let mut others = others.filter(|other| other.name != *name);
            if others.any(|other| fragment.slots.iter().any(|slot| scan::has(other, &slot.name))) {
                tracing::warn!(fragment = name, "a slot of the canary is another fragment's; it is not shown");
                continue;
            }
            fragment.channel = Channel::Canary;
            fragment.killed = laid.killed || everybodys.is_some_and(|live| live.killed);
            fragment.previous = everybodys.and_then(|live| scan::way_back(&fragment, live.clone()));
            canaries.push(Canary { fragment, audience: audience.clone() });
        }
        canaries
    }
}

/// Reads what is not held yet.
struct Loader<'d> {
    desk: &'d Desk,
    reading: &'d mut Reading,
    /// The store of files did not answer, or not yet: it is not asked for more.
    is_away: bool,
    lacks: bool,
}

impl Loader<'_> {
    /// The newest release that can be read of those that were live, and the next older one.
    async fn lay(&mut self, name: &str, shelf: &Shelf, before: &Laid) -> Result<Laid, StoreError> {
        let mut found: Vec<Arc<Loaded>> = Vec::new();
        for version in shelf.candidates() {
            if found.iter().any(|loaded| loaded.release.version == version) {
                continue;
            }
            found.extend(self.held(name, version, before).await?);
            if found.len() == 2 {
                break;
            }
        }
        let canary = match shelf.canary() {
            None => None,
            Some(note) => {
                let loaded = self.held(name, &note.version, before).await?;
                loaded.map(|loaded| (loaded, note.audience.clone()))
            }
        };
        let mut found = found.into_iter();
        Ok(Laid { live: found.next(), previous: found.next(), canary, next: None, killed: shelf.is_killed() })
    }

    /// The release that may be live next.
    async fn next(&mut self, name: &str, shelf: &Shelf, before: &Laid) -> Result<Option<Arc<Loaded>>, StoreError> {
        match shelf.next() {
            Some(version) => self.held(name, version, before).await,
            None => Ok(None),
        }
    }

    /// A release that was held before, else as it is read now.
    async fn held(&mut self, name: &str, version: &str, before: &Laid) -> Result<Option<Arc<Loaded>>, StoreError> {
        match before.loaded().find(|loaded| loaded.release.version == version) {
            Some(held) => Ok(Some(Arc::clone(held))),
            None => Ok(self.load(name, version).await?.map(Arc::new)),
        }
    }

    /// A release with its files; nothing while the store of files can't give them.
    async fn load(&mut self, name: &str, version: &str) -> Result<Option<Loaded>, StoreError> {
        self.lacks |= self.is_away;
        if self.is_away {
            return Ok(None);
        }
        let key = (name.to_owned(), version.to_owned());
        let document = self.desk.0.database.read(move |sql| record::document(sql, &key.0, &key.1)).await?;
        let Some(Release { fragment: release, .. }) = document else {
            return Err(StoreError::Mistake(format!("release {version} of {name} has no document")));
        };
        match self.reading.read(&self.desk.0.files, &release).await {
            Some(Ok(files)) => {
                if files.is_none() {
                    tracing::error!(fragment = name, version, "a file of a release is missing or damaged");
                }
                self.lacks |= files.is_none();
                Ok(files.map(|files| Loaded { release, files }))
            }
            Some(Err(error)) => {
                tracing::warn!(fragment = name, version, %error, "a release can't be read now");
                // Where it answers, the next file may be one that it gives.
                (self.is_away, self.lacks) = (matches!(error, FilesError::Away(_)), true);
                Ok(None)
            }
            None => {
                tracing::warn!(fragment = name, version, "a release is still being read");
                (self.is_away, self.lacks) = (true, true);
                Ok(None)
            }
        }
    }
}
