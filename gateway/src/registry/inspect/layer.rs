//! Puts what is one browser's into the answers that are everybody's: its page, and the files of its builds.

use std::path::Path;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::manifest::{Fragment, Manifest};
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, SET_COOKIE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::super::page::{Content, PageError, Shell};
use super::super::seal::Sealed;
use super::super::{Registry, files, own, preload};
use super::access::{self, Secret};
use super::state::{Hashed, Inspection};
use super::{overlay, parts};
use crate::problem::ApiError;

/// In the address: the page comes with the inspector, and opens it.
const ASKED: &str = "inspect";
/// The script in the shell's folder that becomes part of an inspected page.
pub(in crate::registry) const SCRIPT: &str = "inspect.mjs";
/// Where the address of the inspector itself goes in it.
const INSPECTOR: &str = "{{inspector}}";

/// What was made for one browser.
struct Own {
    html: String,
    policy: HeaderValue,
    links: Vec<HeaderValue>,
    has_own_page: bool,
}

/// A layer over the routes of the registry.
pub(in crate::registry) async fn inspected(
    State(registry): State<Registry>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if !matches!(*request.method(), Method::GET | Method::HEAD) || path.starts_with("/api/") {
        return next.run(request).await;
    }
    // Where nobody knows what the browser has, it gets what everybody gets, and nothing is begun in the place of that.
    let Ok(held) = registry.held(request.headers()).await else { return next.run(request).await };
    if let Some((cookie, inspection)) = &held
        && let Some(file) = registry.own_file(*cookie, inspection, &path).await
    {
        return file;
    }
    let asks = request.uri().query().is_some_and(|query| query.split('&').any(|one| one == ASKED));
    let may_begin = held.is_none() && asks && access::is_local(&registry.0.sites, &request);
    if held.is_none() && !may_begin {
        return next.run(request).await;
    }
    // Another page than everybody's is none that the browser could have.
    request.headers_mut().remove(IF_NONE_MATCH);
    let headers = request.headers().clone();
    let reply = next.run(request).await;
    let is_page = reply.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return reply;
    }
    let begun = if held.is_none() { Some(Secret::of_cookie()) } else { None };
    let builds = held.map_or_else(Vec::new, |(_, inspection)| inspection.builds());
    match begun.transpose() {
        Ok(begun) => registry.answer((builds, begun), reply, &headers, path).await,
        Err(error) => error.into_response(),
    }
}

impl Registry {
    /// What the browser of a request has.
    ///
    /// # Errors
    /// The database is away or hangs.
    async fn held(&self, headers: &HeaderMap) -> Result<Option<(Hashed, Inspection)>, ApiError> {
        let Some(cookie) = access::cookie(headers) else { return Ok(None) };
        let found = self.0.inspections.at_hand(cookie, self.0.clock.now_ms()).await?;
        Ok(found.map(|inspection| (cookie, inspection)))
    }

    /// A file of a build, for the browser that it is in.
    async fn own_file(&self, cookie: Hashed, inspection: &Inspection, path: &str) -> Option<Response> {
        let (fragment, name) = path.strip_prefix("/fragments/")?.split_once('/')?;
        let address = inspection.address_of(fragment, name)?.clone();
        let content = match self.0.inspections.read(move |sql| parts::content(sql, cookie, &address)).await {
            Ok(content) => content?,
            Err(error) => return Some(error.into_response()),
        };
        let mut response = Body::from(content).into_response();
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, HeaderValue::from_static(files::content_type(name)));
        // Its name follows its content; it is nobody else's.
        out.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
        Some(response)
    }

    /// The page of an inspection, in the place of everybody's.
    async fn answer(
        &self,
        (builds, begun): (Vec<Fragment>, Option<Secret>),
        mut reply: Response,
        headers: &HeaderMap,
        path: String,
    ) -> Response {
        if let Some(secret) = &begun
            && let Err(error) = self.begin_inspection(secret.hash()).await
        {
            return error.into_response();
        }
        let own = match self.own_page(builds, headers, path).await {
            Ok(own) => own,
            Err(error) => return error.into_response(),
        };
        if own.has_own_page {
            *reply.status_mut() = StatusCode::OK;
        }
        let out = reply.headers_mut();
        for everybodys in [ETAG, CONTENT_ENCODING, LINK] {
            out.remove(everybodys);
        }
        out.insert(CONTENT_SECURITY_POLICY, own.policy);
        out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for link in own.links {
            out.append(LINK, link);
        }
        if let Some(secret) = begun {
            out.append(SET_COOKIE, secret.cookie(self.0.sites.is_https()));
        }
        reply.map(|_| Body::from(own.html))
    }

    async fn own_page(&self, builds: Vec<Fragment>, headers: &HeaderMap, path: String) -> Result<Own, ApiError> {
        let variant = self.visit(headers).await.variant;
        let locale = variant.language(headers).to_owned();
        let registry = self.clone();
        let render = move || registry.render_own(variant.manifest(), builds, &locale, &path);
        let rendering = tokio::task::spawn_blocking(render);
        let rendered = rendering.await.map_err(|error| ApiError::internal(&error))?;
        rendered.map_err(|error| ApiError::internal(&error))
    }

    /// The manifest of an inspection, signed.
    pub(super) fn own_manifest(&self, everybodys: &Manifest, builds: Vec<Fragment>) -> Result<Sealed, PageError> {
        let inner = &self.0;
        inner.sealer.seal(overlay::lay_over(everybodys, builds, (&inner.vendor, &inner.sites)))
    }

    fn render_own(
        &self,
        everybodys: &Manifest,
        builds: Vec<Fragment>,
        locale: &str,
        path: &str,
    ) -> Result<Own, PageError> {
        let floor = &self.0.floor;
        let sealed = self.own_manifest(everybodys, builds)?;
        let script = script(&floor.join("shell"))?;
        let unlisted = own::unlisted(&sealed.manifest).find(|fragment| fragment.name == own::name_of(path));
        let shown = self.0.desk.shown();
        let content = Content { sealed: &sealed, offer: None, shown: &shown, unlisted };
        let (html, policy) = Shell::read(floor)?.render_with(locale, content, &script)?;
        let routed = preload::routed(&sealed.manifest, locale)?;
        let links = routed.into_iter().filter(|routed| routed.is_on(path)).map(|routed| routed.link).collect();
        Ok(Own { html, policy, links, has_own_page: own::is_page(&sealed.manifest, path) })
    }
}

/// The script of an inspected page, with the address of the inspector.
fn script(shell: &Path) -> Result<String, PageError> {
    let failed = |error| PageError::Read(format!("shell/{SCRIPT}"), error);
    let script = std::fs::read_to_string(shell.join(SCRIPT)).map_err(failed)?;
    let mut inspector = None;
    for entry in std::fs::read_dir(shell).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.starts_with("inspector-") && name.ends_with(".mjs") {
            inspector = Some(name);
        }
    }
    let missing = || failed(std::io::Error::other("there is no inspector beside it"));
    Ok(script.replace(INSPECTOR, &format!("/{}", inspector.ok_or_else(missing)?)))
}
