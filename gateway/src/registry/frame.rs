//! The page of a fragment's frames: one constant per fragment, with a policy made of what the
//! manifest grants that fragment.
//!
//! A frame's host serves this one page. No call, no file and no cookie of the page's own host is to
//! be had there; what runs in the frame is handed in by the page, and has been verified by then.

use std::io::ErrorKind;
use std::path::Path;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use contract::manifest::{Fragment, Placement};
use contract::problem::Code;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, VARY};
use http::{HeaderMap, HeaderValue, Method};
use release::Frame;
use tokio::sync::OnceCell;

use super::Registry;
use super::encoding::Compressed;
use super::page::PageError;
use super::sites::Sites;
use super::{made, markup};
use crate::problem::ApiError;

/// The script in the shell's folder. Another protocol between page and frame gets another name and
/// another path, so that pages of before and after an update are served side by side.
pub(super) const SCRIPT: &str = "frame.mjs";
/// Where a frame's host serves its page.
const PATH: &str = "/frame";

/// What the pages of all frames have in common.
#[derive(Debug)]
pub(super) struct Template(Frame);

/// The page of one fragment's frames.
#[derive(Debug)]
pub(super) struct FramePage {
    html: Bytes,
    policy: HeaderValue,
    body: OnceCell<Compressed>,
}

impl Template {
    /// Reads the script, and the style sheet that `index` names the tokens. Without the script there are no frames.
    ///
    /// # Errors
    /// One of them can't be read.
    pub(super) fn read(shell: &Path, index: &str) -> Result<Option<Self>, PageError> {
        let read = |name: &str| {
            std::fs::read_to_string(shell.join(name)).map_err(|error| PageError::Read(format!("shell/{name}"), error))
        };
        let script = match read(SCRIPT) {
            Err(PageError::Read(_, error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
            script => script?,
        };
        let elements = markup::elements(index);
        let sheets = elements.iter().filter(|element| element.attribute("rel") == Some("stylesheet"));
        let mut names = sheets.filter_map(|element| element.attribute("href")).map(|href| href.trim_start_matches('/'));
        let tokens = names.find(|name| name.starts_with("tokens") && !name.contains('/'));
        // Everything else of what it looks like comes with the fragment.
        let style = tokens.map(read).transpose()?.unwrap_or_default();
        Ok(Some(Self(Frame { script, style })))
    }

    /// The page for one fragment, with all that any of its releases is granted.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) fn render(&self, name: &str, releases: &[&Fragment], sites: &Sites) -> Result<FramePage, PageError> {
        let Self(frame) = self;
        let policy = HeaderValue::from_str(&frame.policy(releases, sites.pages()))?;
        Ok(FramePage { html: frame.page(name, sites.pages()).into(), policy, body: OnceCell::new() })
    }
}

impl FramePage {
    /// It, compressed.
    ///
    /// # Errors
    /// The compressor's.
    pub(super) async fn body(&self) -> Result<&Compressed, PageError> {
        let html = self.html.clone();
        made::once(&self.body, move || Ok(Compressed::new(html.into())?)).await
    }
}

/// Whether a fragment runs in frames.
pub(super) fn is_framed(fragment: &Fragment) -> bool {
    fragment.placement == Placement::Frame
}

impl Registry {
    /// Answers on the hosts of frames, and lets everything else pass.
    pub async fn by_host(State(registry): State<Self>, request: Request, next: Next) -> Response {
        let host = request.uri().authority().map(http::uri::Authority::as_str);
        let host = host.or_else(|| request.headers().get(HOST)?.to_str().ok()).unwrap_or_default();
        let Some(fragment) = registry.0.sites.fragment_at(host) else { return next.run(request).await };
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        if request.uri().path() != PATH || !is_read {
            let detail = "This host serves the frame of a fragment and nothing else; call the page's own host.";
            return ApiError::new(Code::Forbidden, detail).into_response();
        }
        let edition = registry.current().await;
        let Some(page) = edition.frames.get(&fragment.to_ascii_lowercase()) else {
            return ApiError::new(Code::NotFound, "No fragment of this name runs in a frame.").into_response();
        };
        match page.body().await {
            Ok(body) => respond(body, page.policy.clone(), request.headers()),
            Err(error) => ApiError::internal(&error).into_response(),
        }
    }
}

fn respond(body: &Compressed, policy: HeaderValue, headers: &HeaderMap) -> Response {
    let mut response = body.respond(headers);
    let out = response.headers_mut();
    out.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (VARY, "accept-encoding"),
        // It is there to be shown by another origin.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    response
}
