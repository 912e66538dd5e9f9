//! One state of the floor, ready to serve: the manifest and the page as everybody gets them, and as those do who
//! see a canary.
//!
//! A manifest is there before its pages: whoever is told of it asks for nothing else, and may be one whose fragment is
//! switched off. Pages are made from it when they are first asked for, and everybody's as soon as there is time. What
//! those see who see a canary is made when the first of them comes, once for every combination of canaries. There are
//! few: the desk bounds how many fragments have one.
//!
//! **Architecture invariant:** a page has the manifest of its edition in it, never that of the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::manifest::{Fragment, Manifest, SCHEMA};
use http::{HeaderMap, HeaderValue};
use tokio::sync::OnceCell;

use super::audience::Canary;
use super::desk::Shown;
use super::download::Offer;
use super::encoding::Compressed;
use super::frame::FramePage;
use super::news::News;
use super::page::{Content, Page, PageError, Shell};
use super::preload::{self, Routed};
use super::seal::{Sealed, Sealer};
use super::{RegistryError, made, own, serial};
use crate::language;

/// How long a manifest is good for.
const LIFETIME_MS: i64 = 7 * 24 * 3600 * 1000;

/// Which page: by the fragment whose page it is only, which is none for everybody's, and by language.
type Place = (String, String);

/// What one part of the audience gets.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) manifest_json: Compressed,
    /// What is asked for on some routes only; by language.
    routed: BTreeMap<String, Vec<Routed>>,
    pages: BTreeMap<Place, OnceCell<Page>>,
    makings: Arc<Makings>,
}

/// What its pages are made of.
#[derive(Debug)]
struct Makings {
    sealed: Sealed,
    shell: Arc<Shell>,
    /// The same for everybody: what a canary has of its own is in no pack.
    offer: Option<Offer>,
    /// What of the desk was laid over the floor.
    shown: Arc<Shown>,
}

/// One state of the floor.
#[derive(Debug)]
pub(super) struct Edition {
    pub(super) everybodys: Arc<Variant>,
    pub(super) canaries: Vec<Canary>,
    /// With at least one canary, by which: a bit each. The first is the one with the first canary alone.
    others: Vec<OnceCell<Arc<Variant>>>,
    /// By fragment.
    pub(super) frames: BTreeMap<String, FramePage>,
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
    /// Makes what everybody sees, with the pages of frames.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub(super) fn new(
        (shell, frames): (Arc<Shell>, BTreeMap<String, FramePage>),
        (fragments, canaries): (Vec<Fragment>, Vec<Canary>),
        (shown, brought): (Arc<Shown>, Brought),
        offer: Option<Offer>,
        issued: (u64, i64),
        sealer: &Sealer,
    ) -> Result<Self, RegistryError> {
        let offer = offer.filter(|_| shell.offers_packs());
        let everybodys = Arc::new(Variant::new((shell, offer, shown), fragments, issued, sealer)?);
        let others = (1..1_usize << canaries.len()).map(|_| OnceCell::new()).collect();
        Ok(Self { everybodys, canaries, others, frames, brought })
    }

    /// What its pages are made of.
    pub(super) fn shell(&self) -> &Arc<Shell> {
        &self.everybodys.makings.shell
    }

    /// What of the desk was laid over the floor.
    pub(super) fn shown(&self) -> &Shown {
        &self.everybodys.makings.shown
    }

    pub(super) fn serial(&self) -> u64 {
        self.everybodys.manifest().serial
    }

    /// How much of what was shipped is in it: a place in the desk's log.
    pub(super) fn seq(&self) -> u64 {
        self.shown().seq()
    }

    /// What open pages are told of it.
    pub(super) fn news(&self) -> News {
        News { serial: self.serial(), after: self.seq() }
    }

    pub(super) fn issued_at_ms(&self) -> i64 {
        self.everybodys.manifest().issued_at_ms
    }

    /// Every release that somebody sees.
    pub(super) fn fragments(&self) -> impl Iterator<Item = &Fragment> {
        self.everybodys.manifest().fragments.iter().chain(self.canaries.iter().map(|canary| &canary.fragment))
    }

    /// What those see who see these canaries; what everybody does while it can't be made.
    pub(super) async fn variant(self: &Arc<Self>, combination: usize, sealer: &Arc<Sealer>) -> Arc<Variant> {
        let cell = combination.checked_sub(1).and_then(|place| self.others.get(place));
        let Some(cell) = cell else { return Arc::clone(&self.everybodys) };
        let made = cell.get_or_try_init(async || {
            let (edition, sealer) = (Arc::clone(self), Arc::clone(sealer));
            tokio::task::spawn_blocking(move || edition.make(combination, &sealer).map(Arc::new))
                .await
                .unwrap_or_else(|error| Err(PageError::Making(error).into()))
        });
        made.await.map_or_else(
            |error| {
                tracing::error!(%error, "a manifest with a canary can't be made; everybody's is shown");
                Arc::clone(&self.everybodys)
            },
            Arc::clone,
        )
    }

    fn make(&self, combination: usize, sealer: &Sealer) -> Result<Variant, RegistryError> {
        let everybodys = self.everybodys.manifest().fragments.iter().map(|fragment| (&fragment.name, fragment));
        let seen = self.canaries.iter().enumerate().filter(|(index, _)| combination >> index & 1 == 1);
        let seen = seen.map(|(_, canary)| (&canary.fragment.name, &canary.fragment));
        let by_name: BTreeMap<&String, &Fragment> = everybodys.chain(seen).collect();
        let fragments = by_name.into_values().cloned().collect();
        let Makings { shell, offer, shown, .. } = self.everybodys.makings.as_ref();
        let made_of = (Arc::clone(shell), offer.clone(), Arc::clone(shown));
        Variant::new(made_of, fragments, (self.serial(), self.issued_at_ms()), sealer)
    }

    /// Makes all that everybody may ask for.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) async fn prepare(&self) -> Result<(), PageError> {
        for place in self.everybodys.pages.keys() {
            self.everybodys.page_at(place).await?;
        }
        for page in self.frames.values() {
            page.body().await?;
        }
        Ok(())
    }
}

impl Variant {
    fn new(
        (shell, offer, shown): (Arc<Shell>, Option<Offer>, Arc<Shown>),
        fragments: Vec<Fragment>,
        (serial, issued_at_ms): (u64, i64),
        sealer: &Sealer,
    ) -> Result<Self, RegistryError> {
        let content = serial::content_of(&fragments)?;
        let expires_at_ms = issued_at_ms + LIFETIME_MS;
        let sealed =
            sealer.seal(Manifest { schema: SCHEMA, serial, content, issued_at_ms, expires_at_ms, fragments })?;
        // Pages are told of it only then: a switch waits for it.
        let manifest_json = Compressed::quickly(sealed.text.clone().into_bytes()).map_err(PageError::Compress)?;
        let routed = |locale: &String| Ok((locale.clone(), preload::routed(&sealed.manifest, locale)?));
        let routed = shell.locales().map(routed).collect::<Result<_, PageError>>()?;
        let names = own::unlisted(&sealed.manifest).map(|fragment| fragment.name.as_str());
        let names = std::iter::once("").chain(names);
        let places = names.flat_map(|name| shell.locales().map(move |locale| (name.to_owned(), locale.clone())));
        let pages = places.map(|place| (place, OnceCell::new())).collect();
        let makings = Arc::new(Makings { sealed, shell, offer, shown });
        Ok(Self { manifest_json, routed, pages, makings })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.makings.sealed.manifest
    }

    /// The signature under it, as a header.
    pub(super) fn seal(&self) -> &HeaderValue {
        &self.makings.sealed.header
    }

    /// The language of the page that a request gets.
    pub(super) fn language(&self, headers: &HeaderMap) -> &str {
        language::of_page(headers, &self.routed)
    }

    /// What is asked for on the page of a path, and not on each.
    pub(super) fn links(&self, path: &str, locale: &str) -> impl Iterator<Item = &HeaderValue> {
        let routed = self.routed.get(locale).into_iter().flatten();
        routed.filter(move |routed| routed.is_on(path)).map(|routed| &routed.link)
    }

    /// The page of a path, in a language that there is; made now, if nobody has asked for it yet.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) async fn page(&self, path: &str, locale: &str) -> Result<&Page, PageError> {
        let own = (own::name_of(path).to_owned(), locale.to_owned());
        let place = if self.pages.contains_key(&own) { own } else { (String::new(), own.1) };
        self.page_at(&place).await
    }

    async fn page_at(&self, place: &Place) -> Result<&Page, PageError> {
        let cell = self.pages.get(place).ok_or_else(|| PageError::Missing(place.1.clone()))?;
        let (makings, (name, locale)) = (Arc::clone(&self.makings), place.clone());
        made::once(cell, move || makings.page(&name, &locale)).await
    }
}

impl Makings {
    fn page(&self, name: &str, locale: &str) -> Result<Page, PageError> {
        let Self { sealed, shell, offer, shown } = self;
        let unlisted = own::unlisted(&sealed.manifest).find(|fragment| fragment.name == name);
        shell.render(locale, Content { sealed, offer: offer.as_ref(), shown: shown.as_ref(), unlisted })
    }
}
