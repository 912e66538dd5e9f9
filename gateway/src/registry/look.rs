//! Looks at the floor and at what was shipped, and makes the next edition of them.
//!
//! **Architecture invariant:** nothing that is broken on the floor or on the disk keeps back what was shipped: a switch
//! that was answered is shown. What was good at the last look stands in for what can't be read now.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use contract::manifest::Fragment;

use super::desk::Shown;
use super::download::Downloads;
use super::edition::{Brought, Edition};
use super::page::{PageError, Shell};
use super::scan::{self, Scan, Stamp};
use super::seal::Sealer;
use super::serial::{self, Serials};
use super::sites::Sites;
use super::{Inner, RegistryError};
use crate::clock::Clock;
use crate::config::VendorOrigins;

/// The folder is not looked at more often than this, however many requests come.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How old it gets before the same content is issued afresh. For so long at most a page that has seen one of a
/// later date is kept out by an edge that was changed later than another.
const REISSUE_AFTER_MS: u64 = 3600 * 1000;

/// What was seen at the last look.
pub(super) struct Seen {
    stamp: Option<Stamp>,
    looked_at: Instant,
    /// What of the desk was laid over it.
    shipped: u64,
    /// The number of what was shipped; nothing before the first look.
    number: Option<u64>,
    /// Which pack pages were offered.
    packed: u64,
    /// The last good releases that the floor itself brings.
    floor: BTreeMap<String, Fragment>,
    /// The last good release of each fragment that has a folder.
    good: BTreeMap<String, Fragment>,
    serials: Serials,
}

/// What an edition is made of.
pub(super) struct Ground<'g> {
    pub(super) floor: &'g Path,
    pub(super) vendor: &'g VendorOrigins,
    pub(super) sites: &'g Sites,
    pub(super) sealer: &'g Sealer,
    pub(super) shown: &'g Arc<Shown>,
    pub(super) downloads: &'g Downloads,
    pub(super) clock: &'g Clock,
}

impl Seen {
    /// Before the first look.
    pub(super) fn nothing(serials: Serials) -> Self {
        let (floor, good) = (BTreeMap::new(), BTreeMap::new());
        Self { stamp: None, looked_at: Instant::now(), shipped: 0, number: None, packed: 0, floor, good, serials }
    }

    fn keep_serial(&mut self) {
        if let Err(error) = self.serials.keep() {
            tracing::warn!(%error, "the manifest's serial can't be written; until it can, it is counted in memory");
        }
    }
}

impl Inner {
    /// Nobody is looking just now, and the last look is some time ago, or something was shipped or packed since.
    pub(super) fn is_due(&self) -> bool {
        let now = (self.desk.shown().revision(), self.downloads.revision());
        let is_new = |seen: &Seen| (seen.shipped, seen.packed) != now;
        self.seen.try_lock().is_ok_and(|seen| is_new(&seen) || seen.looked_at.elapsed() >= LOOK_EVERY)
    }

    pub(super) fn look(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (shown, last) = (self.desk.shown(), self.edition());
        let now = (shown.revision(), self.downloads.revision());
        let is_new = (seen.shipped, seen.packed) != now;
        if !is_new && seen.looked_at.elapsed() < LOOK_EVERY {
            return;
        }
        seen.looked_at = Instant::now();
        seen.keep_serial();
        let stamp = Stamp::of(&self.floor);
        let stamp = stamp.inspect_err(|error| tracing::warn!(%error, "the floor folder can't be read")).ok();
        // Either way: a clock that was ahead must not make one that stays for years.
        let aged = self.clock.now_ms().abs_diff(last.issued_at_ms()) > REISSUE_AFTER_MS;
        if !aged && !is_new && stamp.is_some() && seen.stamp == stamp {
            return;
        }
        // Until it is made, nothing of this was seen: whatever fails, the next look tries again.
        seen.stamp = None;
        (seen.shipped, seen.packed) = now;
        // What was shipped waits for nobody who has to mend the floor.
        let is_urgent = aged || last.shown().revision() != shown.revision();
        let instead = is_urgent.then(|| last.shell());
        match self.ground(&shown).edition(&mut seen, instead) {
            Ok((edition, is_whole)) => {
                seen.stamp = stamp.filter(|_| is_whole);
                // It is on disk before anybody sees it.
                seen.keep_serial();
                let (news, edition) = (edition.news(), Arc::new(edition));
                tracing::info!(serial = news.serial, broken = edition.brought.broken, "the manifest is made anew");
                self.current.send_replace(Arc::clone(&edition));
                // What pages can't tell is no news: it has the same number.
                self.news.send_if_modified(|told| std::mem::replace(told, news).serial != news.serial);
                self.downloads.follow(&self.floor, &edition, &shown);
            }
            Err(error) => tracing::warn!(%error, "the last good edition stays"),
        }
    }

    fn ground<'g>(&'g self, shown: &'g Arc<Shown>) -> Ground<'g> {
        let Self { floor, vendor, sites, sealer, downloads, clock, .. } = self;
        Ground { floor, vendor, sites, sealer, shown, downloads, clock }
    }
}

impl Ground<'_> {
    /// The first edition, whose serial is on disk.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub(super) fn first(&self, seen: &mut Seen) -> Result<Edition, RegistryError> {
        let stamp = Stamp::of(self.floor)?;
        (seen.shipped, seen.packed) = (self.shown.revision(), self.downloads.revision());
        let (edition, _) = self.edition(seen, None)?;
        seen.serials.keep()?;
        seen.stamp = Some(stamp);
        Ok(edition)
    }

    /// The next edition, and whether all of the floor could be read. Of less it is made only where there is the last good
    /// shell to be taken `instead`.
    fn edition(&self, seen: &mut Seen, instead: Option<&Arc<Shell>>) -> Result<(Edition, bool), RegistryError> {
        let (mut scan, is_scanned) = self.scan(seen, instead.is_some())?;
        self.shown.lay_over(&mut scan, self.vendor, self.sites);
        scan.share_slots(&seen.good);
        for (name, error) in &scan.broken {
            tracing::warn!(fragment = name, %error, "broken release.json; the last good release stays");
            if let Some(good) = seen.good.remove(name) {
                scan.fragments.insert(name.clone(), good);
            }
        }
        seen.good = scan.fragments;
        let canaries = self.shown.canaries(&seen.good, self.vendor, self.sites);
        let mut fragments: Vec<Fragment> = seen.good.values().cloned().collect();
        for fragment in &mut fragments {
            // Switched off on the floor, by its document, or at the desk.
            fragment.killed |= self.shown.is_killed(&fragment.name);
        }
        metrics::gauge!("gateway_manifest_fragments").set(u32::try_from(seen.good.len()).unwrap_or(u32::MAX));
        let all = || fragments.iter().chain(canaries.iter().map(|canary| &canary.fragment));
        let read = Shell::read(self.floor).and_then(|shell| {
            let frames = shell.frames(all(), self.sites)?;
            Ok::<_, PageError>((Arc::new(shell), frames))
        });
        let is_whole = is_scanned && read.is_ok();
        let page = match (read, instead) {
            (Err(error), Some(last)) => {
                tracing::warn!(%error, "the shell can't be read; pages are made of the last good one");
                (Arc::clone(last), last.frames(all(), self.sites)?)
            }
            (read, _) => read?,
        };
        let now_ms = self.clock.now_ms();
        // What was shipped since has a number of its own, the same at every edge; all else is numbered by the time.
        let is_shipped = seen.number.is_some_and(|before| before < self.shown.number());
        let least = if is_shipped { self.shown.number() } else { u64::try_from(now_ms).unwrap_or_default() };
        let serial = seen.serials.of(serial::state_of(&fragments, &canaries)?, least);
        let versions = seen.floor.iter().map(|(name, release)| (name.clone(), release.version.clone())).collect();
        let brought = Brought { versions, broken: scan.broken.len() };
        let offer = self.downloads.offer(&fragments);
        let (laid, issued) = ((Arc::clone(self.shown), brought), (serial, now_ms));
        let edition = Edition::new(page, (fragments, canaries), laid, offer, issued, self.sealer)?;
        seen.number = Some(self.shown.number());
        Ok((edition, is_whole))
    }

    /// What the floor itself brings, and whether that could be read. If not, it is what it was, where that is better
    /// than nothing.
    fn scan(&self, seen: &mut Seen, may_be_the_last: bool) -> Result<(Scan, bool), RegistryError> {
        match scan::releases(self.floor, self.vendor, self.sites) {
            Ok(scan) => {
                seen.floor.retain(|name, _| scan.broken.contains_key(name));
                seen.floor.extend(scan.fragments.clone());
                Ok((scan, true))
            }
            Err(error) if may_be_the_last => {
                tracing::warn!(%error, "the floor's releases can't be read; the last good ones stay");
                Ok((Scan { fragments: seen.floor.clone(), ..Scan::default() }, false))
            }
            Err(error) => Err(error.into()),
        }
    }
}
