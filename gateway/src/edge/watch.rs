//! One log line and two metrics per request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use contract::FRAGMENT;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use tracing::Instrument;
use uuid::Uuid;

/// The header that names a request in our log; a client may bring one.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    /// The id of the request that is being answered.
    static CURRENT: Option<HeaderValue>;
}

/// The header that tells another process which request it is asked for, if for any.
pub(crate) fn current() -> Option<(HeaderName, HeaderValue)> {
    CURRENT.try_with(Clone::clone).ok().flatten().map(|id| (REQUEST_ID, id))
}

/// Names, times and logs the request.
pub(super) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = plain(request.headers(), &REQUEST_ID).unwrap_or_else(|| Uuid::now_v7().to_string());
    let fragment = plain(request.headers(), &HeaderName::from_static(FRAGMENT)).unwrap_or_default();
    let method = request.method().clone();
    let path = request.uri().path().chars().take(200).collect::<String>();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let header = HeaderValue::from_str(&id).ok();
    if let Some(header) = &header {
        request.headers_mut().insert(REQUEST_ID, header.clone());
    }

    let span = tracing::info_span!("request", %id, fragment);
    let answered = CURRENT.scope(header.clone(), next.run(request));
    let mut response = answered.instrument(span.clone()).await;

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", label(&method)), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(%method, path, status, micros, "replied"));
    if let Some(header) = header {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

/// A method as a label. Clients may invent methods; labels must stay few.
fn label(method: &http::Method) -> String {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    }
}

/// A header that is short and plain enough for a log line.
fn plain(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}
