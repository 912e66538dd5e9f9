//! One state of the floor, ready to serve: the page and the manifest as everybody gets them, and as those do who
//! see a canary.
//!
//! What those see is made when the first of them comes, once for every combination of canaries. There are few: the
//! desk bounds how many fragments have one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use contract::manifest::{Fragment, Manifest, SCHEMA};
use http::HeaderValue;
use tokio::sync::{Mutex, OnceCell};

use super::audience::Canary;
use super::desk::Shown;
use super::download::Offer;
use super::encoding::Compressed;
use super::news::News;
use super::page::{Page, PageError, Shell};
use super::preload::{self, Routed};
use super::seal::{Sealed, Sealer};
use super::sites::Sites;
use super::{RegistryError, own, serial};

/// How long a manifest is good for.
const LIFETIME_MS: i64 = 7 * 24 * 3600 * 1000;

/// What one part of the audience gets.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) manifest: Manifest,
    pub(super) manifest_json: Compressed,
    /// The signature under it, as a header.
    pub(super) seal: HeaderValue,
    /// By language.
    pub(super) pages: BTreeMap<String, Page>,
    /// Pages for operators: by fragment and language.
    unlisted: BTreeMap<(String, String), Page>,
    /// What is asked for on some routes only; by language.
    pub(super) routed: BTreeMap<String, Vec<Routed>>,
}

/// One state of the floor.
#[derive(Debug)]
pub(super) struct Edition {
    shell: Shell,
    /// The same for everybody: what a canary has of its own is in no pack.
    offer: Option<Offer>,
    pub(super) everybodys: Arc<Variant>,
    /// What of the desk was laid over the floor.
    pub(super) shown: Arc<Shown>,
    pub(super) canaries: Vec<Canary>,
    /// With at least one canary, by which: a bit each. The first is the one with the first canary alone.
    others: Vec<OnceCell<Arc<Variant>>>,
    /// One is made at a time, so that a core is left for everybody else.
    making: Mutex<()>,
    /// By fragment.
    pub(super) frames: BTreeMap<String, Page>,
    pub(super) brought: Brought,
}

/// What the floor itself has, whatever lies over it.
#[derive(Clone, Debug, Default)]
pub(super) struct Brought {
    /// The version of each fragment.
    pub(super) versions: BTreeMap<String, String>,
    /// How many releases are broken.
    pub(super) broken: usize,
}

impl Edition {
    /// Makes what everybody sees. A new serial is at least `least`, and in it is what was shipped as it is shown.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub(super) fn new(
        (floor, brought): (&Path, Brought),
        (fragments, canaries): (Vec<Fragment>, Vec<Canary>),
        (serial_file, sealer): (&Path, &Sealer),
        (sites, offer): (&Sites, Option<Offer>),
        (least, shown): (u64, Arc<Shown>),
        issued_at_ms: i64,
    ) -> Result<Self, RegistryError> {
        let serial = serial::serial_of(serial::state_of(&fragments, &canaries)?, serial_file, least)?;
        let shell = Shell::read(floor, Arc::clone(&shown))?;
        let offer = offer.filter(|_| shell.offers_packs());
        let frames = shell.frames(fragments.iter().chain(canaries.iter().map(|canary| &canary.fragment)), sites)?;
        let everybodys = Arc::new(Variant::new((&shell, offer.as_ref()), fragments, (serial, issued_at_ms), sealer)?);
        let others = (1..1_usize << canaries.len()).map(|_| OnceCell::new()).collect();
        Ok(Self { shell, offer, everybodys, shown, canaries, others, making: Mutex::default(), frames, brought })
    }

    pub(super) fn serial(&self) -> u64 {
        self.everybodys.manifest.serial
    }

    /// How much of what was shipped is in it: a place in the desk's log.
    pub(super) fn seq(&self) -> u64 {
        self.shown.seq()
    }

    /// What open pages are told of it.
    pub(super) fn news(&self) -> News {
        News { serial: self.serial(), after: self.seq() }
    }

    pub(super) fn issued_at_ms(&self) -> i64 {
        self.everybodys.manifest.issued_at_ms
    }

    /// Every release that somebody sees.
    pub(super) fn fragments(&self) -> impl Iterator<Item = &Fragment> {
        self.everybodys.manifest.fragments.iter().chain(self.canaries.iter().map(|canary| &canary.fragment))
    }

    /// What those see who see these canaries; what everybody does while it can't be made.
    pub(super) async fn variant(self: &Arc<Self>, combination: usize, sealer: &Arc<Sealer>) -> Arc<Variant> {
        let cell = combination.checked_sub(1).and_then(|place| self.others.get(place));
        let Some(cell) = cell else { return Arc::clone(&self.everybodys) };
        let made = cell.get_or_try_init(async || {
            let _one = self.making.lock().await;
            let (edition, sealer) = (Arc::clone(self), Arc::clone(sealer));
            tokio::task::spawn_blocking(move || edition.make(combination, &sealer).map(Arc::new))
                .await
                .unwrap_or_else(|error| Err(RegistryError::Making(error)))
        });
        made.await.map_or_else(
            |error| {
                tracing::error!(%error, "a page with a canary can't be made; everybody's is shown");
                Arc::clone(&self.everybodys)
            },
            Arc::clone,
        )
    }

    fn make(&self, combination: usize, sealer: &Sealer) -> Result<Variant, RegistryError> {
        let everybodys = self.everybodys.manifest.fragments.iter().map(|fragment| (&fragment.name, fragment));
        let seen = self.canaries.iter().enumerate().filter(|(index, _)| combination >> index & 1 == 1);
        let seen = seen.map(|(_, canary)| (&canary.fragment.name, &canary.fragment));
        let by_name: BTreeMap<&String, &Fragment> = everybodys.chain(seen).collect();
        let fragments = by_name.into_values().cloned().collect();
        Variant::new((&self.shell, self.offer.as_ref()), fragments, (self.serial(), self.issued_at_ms()), sealer)
    }
}

impl Variant {
    fn new(
        (shell, offer): (&Shell, Option<&Offer>),
        fragments: Vec<Fragment>,
        (serial, issued_at_ms): (u64, i64),
        sealer: &Sealer,
    ) -> Result<Self, RegistryError> {
        let content = serial::content_of(&fragments)?;
        let expires_at_ms = issued_at_ms + LIFETIME_MS;
        let sealed =
            sealer.seal(Manifest { schema: SCHEMA, serial, content, issued_at_ms, expires_at_ms, fragments })?;
        let (pages, unlisted) = (shell.render(&sealed, offer)?, shell.unlisted(&sealed, offer)?);
        let Sealed { manifest, text, header: seal, .. } = sealed;
        let routed = |locale: &String| Ok((locale.clone(), preload::routed(&manifest, locale)?));
        let routed = pages.keys().map(routed).collect::<Result<_, PageError>>()?;
        let manifest_json = Compressed::new(text.into_bytes()).map_err(PageError::Compress)?;
        Ok(Self { manifest, manifest_json, seal, pages, unlisted, routed })
    }

    /// The page of a path, in a language that there is.
    pub(super) fn page(&self, path: &str, locale: &str) -> Option<&Page> {
        let key = (own::name_of(path).to_owned(), locale.to_owned());
        self.unlisted.get(&key).or_else(|| self.pages.get(locale))
    }
}
