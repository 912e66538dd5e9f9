//! What the page may load: the manifest, the page itself and the files of the floor.
//!
//! Looks at the floor folder again when something in it has changed, and at what was shipped over the [`desk`],
//! which lies over it. A broken release keeps the last good one of its fragment in place; a broken page keeps the
//! last good page, and keeps back nothing that was shipped.
//!
//! **Architecture invariant:** knows nothing of players, their sessions or services. What it serves to pages is
//! the same for everybody who reads the same language, but for the canaries of the [`audience`] and for developers who
//! [`inspect`] a page.

mod audience;
mod desk;
mod download;
mod edition;
mod encoding;
mod files;
mod fit;
mod frame;
mod inspect;
mod judge;
mod look;
mod made;
mod markup;
mod news;
mod offer;
mod own;
mod page;
mod preload;
mod scan;
mod seal;
mod serial;
mod sites;
mod telemetry;
#[cfg(test)]
mod testing;
mod visit;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get};
use contract::manifest::{Manifest, SEAL};
use contract::problem::Code;
use http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LINK};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use ipnet::IpNet;
use serde::Deserialize;
use thiserror::Error;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::VendorOrigins;
use crate::problem::{ApiError, StrictQuery};
use audience::Audiences;
pub use desk::{Desk, DeskError, Files, Outcome, PlaceError, TeamsError};
use download::Downloads;
use edition::Edition;
use inspect::Inspections;
use look::{Ground, Seen};
use news::News;
pub use seal::{SealError, Sealer};
use serial::Serials;
pub use sites::{Sites, SitesError};
pub use telemetry::openapi as telemetry_openapi;
use telemetry::{Reception, Telemetry};
use visit::Visit;

/// The description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    desk::openapi().merge_from(inspect::openapi())
}

/// Why there is no edition of the page.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// The floor folder can't be read.
    #[error("the floor folder can't be read: {0}")]
    Floor(#[from] std::io::Error),
    /// The shell's page can't be made.
    #[error("the shell's page can't be made: {0}")]
    Page(#[from] page::PageError),
    /// The manifest has no serial.
    #[error("the manifest has no serial: {0}")]
    Serial(#[from] serial::SerialError),
}

struct Inner {
    floor: PathBuf,
    vendor: VendorOrigins,
    sites: Sites,
    sealer: Arc<Sealer>,
    desk: Desk,
    telemetry: Telemetry,
    audiences: Audiences,
    inspections: Inspections,
    downloads: Downloads,
    clock: Clock,
    /// Held for as long as somebody looks, so no code that others wait for takes it.
    seen: Mutex<Seen>,
    current: watch::Sender<Arc<Edition>>,
    /// Of the current manifest, for those who wait for another one.
    news: watch::Sender<News>,
}

/// The registry. A clone is another handle on it.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

impl Registry {
    /// Reads the floor for the first time.
    ///
    /// # Errors
    /// There is no page to serve. Broken fragments are not that: they are left out.
    pub fn open(
        floor: PathBuf,
        vendor: VendorOrigins,
        sites: Sites,
        serial_file: PathBuf,
        sealer: Sealer,
        (desk, market_header): (Desk, Option<HeaderName>),
        clock: Clock,
    ) -> Result<Self, RegistryError> {
        let mut seen = Seen::nothing(Serials::open(serial_file)?);
        let (shown, downloads) = (desk.shown(), Downloads::default());
        let ground = Ground {
            floor: &floor,
            vendor: &vendor,
            sites: &sites,
            sealer: &sealer,
            shown: &shown,
            downloads: &downloads,
            clock: &clock,
        };
        let edition = ground.first(&mut seen)?;
        downloads.follow(&floor, &edition, &shown);
        tracing::info!(
            key = sealer.id(),
            public = sealer.public_key(),
            trusted = sealer.trusted(),
            "manifests are signed"
        );
        let news = watch::Sender::new(edition.news());
        let (seen, current) = (Mutex::new(seen), watch::Sender::new(Arc::new(edition)));
        let inspections = Inspections::new(desk.database().clone());
        let audiences = Audiences { market_header, https: sites.is_https() };
        let sealer = Arc::new(sealer);
        let telemetry = Telemetry::new(desk.database().clone());
        let inner = Inner {
            floor,
            vendor,
            sites,
            sealer,
            desk,
            telemetry,
            audiences,
            inspections,
            downloads,
            clock,
            seen,
            current,
            news,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The manifest as it stands for everybody who sees no canary.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        self.0.edition().everybodys.manifest().clone()
    }

    /// How many releases of the floor are broken.
    #[must_use]
    pub fn broken(&self) -> usize {
        self.0.edition().brought.broken
    }

    /// Whether there is such a release: published, of the floor, or on somebody's page by now.
    fn has_release(&self, fragment: &str, version: &str) -> bool {
        let edition = self.0.edition();
        let mut seen = edition.fragments().filter(|seen| seen.name == fragment);
        let is_seen = seen.any(|seen| {
            seen.version == version || seen.previous.as_ref().is_some_and(|earlier| earlier.version == version)
        });
        is_seen
            || self.0.desk.shown().has(fragment, version)
            || edition.brought.versions.get(fragment).is_some_and(|floor| floor == version)
    }

    /// The manifest, the page on each of its routes, the files of the floor, and where pages tell of them. A trusted
    /// proxy says whose request it is.
    pub fn routes(&self, trusted_proxies: &[IpNet]) -> Router {
        let mut router = Router::new().route("/manifest.json", get(manifest));
        for route in ["/", "/wallet", "/promotions", "/account", "/limits", "/live", "/live/", "/live/{*rest}"] {
            router = router.route(route, get(html));
        }
        let inspected = axum::middleware::from_fn_with_state(self.clone(), inspect::inspected);
        let reception = Reception { registry: self.clone(), trusted_proxies: trusted_proxies.into() };
        let telemetry = telemetry::routes().with_state(reception);
        let router = router.merge(desk::routes()).merge(inspect::routes()).fallback(file).layer(inspected);
        router.with_state(self.clone()).merge(telemetry)
    }

    /// What operators see of what was shipped and do about it, and where they begin to inspect pages. It needs
    /// [`crate::identity::Door::operators`] before it.
    pub fn operators_routes(&self) -> Router {
        desk::operators_routes(self.clone()).merge(inspect::operators_routes(self.clone()))
    }

    /// Where teams ship.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// The version that the floor itself brings of each fragment.
    fn floor(&self) -> BTreeMap<String, String> {
        self.0.edition().brought.versions.clone()
    }

    /// The newest edition, after a look at the folder if the last one is some time ago.
    async fn current(&self) -> Arc<Edition> {
        if self.0.is_due() {
            self.look().await;
        }
        self.0.edition()
    }

    /// Shows as much as the page that asks was told of, maybe at another edge.
    ///
    /// # Errors
    /// See [`Self::show_up_to`].
    async fn show_what_was_told(&self, asked: &ManifestQuery) -> Result<(), ApiError> {
        match asked.after.filter(|seq| *seq > self.0.edition().seq()) {
            Some(seq) => self.show_up_to(seq).await,
            None => Ok(()),
        }
    }

    /// Shows what was shipped up to a place of the log, if it does not yet.
    ///
    /// # Errors
    /// That is not known here, or can't be shown now: whoever was told of it must not get what was before.
    async fn show_up_to(&self, seq: u64) -> Result<(), ApiError> {
        self.desk().catch_up_to(seq).await?;
        self.show_what_is_known().await.map_err(|error| error.field("after"))
    }

    /// Shows what is known here of what was shipped.
    ///
    /// # Errors
    /// It can't be shown now.
    async fn show_what_is_known(&self) -> Result<(), ApiError> {
        // Not the place in the log: of what pages can't tell no edition is made.
        let revision = self.desk().shown().revision();
        self.look().await;
        if self.0.edition().shown().revision() < revision {
            let detail = "What was shipped last can't be shown yet. Ask again.";
            return Err(ApiError::new(Code::Unavailable, detail));
        }
        Ok(())
    }

    /// Makes the pages of each edition, so that nobody waits for them, for as long as it runs.
    pub async fn keep_pages_ready(self) {
        let mut editions = self.0.current.subscribe();
        loop {
            let edition = Arc::clone(&editions.borrow_and_update());
            tokio::select! {
                biased;
                // Of one that is not the newest nobody asks for a page any more.
                _ = editions.changed() => continue,
                prepared = edition.prepare() => {
                    if let Err(error) = prepared {
                        tracing::error!(%error, "a page can't be made");
                    }
                }
            }
            if editions.changed().await.is_err() {
                return;
            }
        }
    }

    /// Looks, after whoever is looking just now: what was shipped before is in the edition afterwards.
    async fn look(&self) {
        let inner = Arc::clone(&self.0);
        if tokio::task::spawn_blocking(move || inner.look()).await.is_err() {
            tracing::error!("the look at the floor folder panicked; the last good edition stays");
        }
    }
}

impl Inner {
    fn edition(&self) -> Arc<Edition> {
        Arc::clone(&self.current.borrow())
    }
}

/// What a page that was told of news asks for.
#[derive(Deserialize)]
struct ManifestQuery {
    /// A place in the log of what was shipped: older than that, the page has one already.
    after: Option<u64>,
}

async fn manifest(
    State(registry): State<Registry>,
    StrictQuery(asked): StrictQuery<ManifestQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    registry.show_what_was_told(&asked).await?;
    let visit = registry.visit(&headers).await;
    let mut response = visit.variant.manifest_json.respond(&headers);
    let out = response.headers_mut();
    out.insert(HeaderName::from_static(SEAL), visit.variant.seal().clone());
    out.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    visit.mark("accept-encoding", out);
    Ok(response)
}

async fn html(State(registry): State<Registry>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = registry.visit(&headers).await;
    page(visit, uri.path(), &headers).await
}

async fn page(visit: Visit, path: &str, headers: &HeaderMap) -> Response {
    let variant = &visit.variant;
    let locale = variant.language(headers);
    let page = match variant.page(path, locale).await {
        Ok(page) => page,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let mut response = page.body.respond(headers);
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    out.insert(CONTENT_SECURITY_POLICY, page.policy.clone());
    for link in variant.links(path, locale) {
        out.append(LINK, link.clone());
    }
    visit.mark("accept-language, cookie, accept-encoding", out);
    response
}

/// A file of the shell or of a fragment; else the page, for a person, or a problem, for a program.
async fn file(State(registry): State<Registry>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let headers = request.headers();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(Code::NotFound, "There is nothing here.").into_response();
    }
    let Inner { floor, downloads, .. } = &*registry.0;
    if let Some(pack) = downloads.pack(request.uri().path(), headers) {
        return pack;
    }
    let served = match path.strip_prefix("fragments/") {
        Some(path) => of_fragment(&registry, path, request.uri().path(), headers).await,
        // The template of the page is not the page.
        None if path == "index.html" => Ok(None),
        None => files::serve(&floor.join("shell"), &path, headers).await,
    };
    match served {
        Ok(Some(response)) => response,
        Ok(None) => not_found(&registry, &path, request.uri(), headers).await,
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

/// A file of a fragment: what differs from what the browser holds, of a published release, or of the floor's own.
async fn of_fragment(
    registry: &Registry,
    path: &str,
    url: &str,
    headers: &HeaderMap,
) -> std::io::Result<Option<Response>> {
    let Inner { floor, desk, downloads, .. } = &*registry.0;
    let mut served = downloads.serve(url, headers);
    if served.is_none() {
        served = desk.serve(path, headers).await;
    }
    if served.is_none() {
        served = files::serve(&floor.join("fragments"), path, headers).await?;
    }
    Ok(served.map(|mut response| {
        download::mark(url, response.headers_mut());
        response
    }))
}

async fn not_found(registry: &Registry, path: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let wants_page =
        headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|it| it.contains("text/html"));
    let is_call = ["api/", "vendor/", "fragments/"].iter().any(|space| path.starts_with(space));
    if wants_page && !is_call {
        let visit = registry.visit(headers).await;
        let is_own = own::is_page(visit.variant.manifest(), uri.path());
        let mut response = page(visit, uri.path(), headers).await;
        if response.status() == StatusCode::OK && !is_own {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        return response;
    }
    ApiError::new(Code::NotFound, "There is nothing here.").into_response()
}
