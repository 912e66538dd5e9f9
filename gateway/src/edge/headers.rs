//! Security headers on every reply, and one form for every error.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::problem::Code;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::problem::ApiError;

/// Everything but the page itself may run and load nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Set on every reply unless a handler has set it.
const DEFAULTS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CONTENT_SECURITY_POLICY, NOTHING),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Shapes every reply on its way out.
pub(super) async fn shape(request: Request, next: Next) -> Response {
    let is_call = ["/api/", "/vendor/"].iter().any(|space| request.uri().path().starts_with(space));
    let mut response = as_problem(next.run(request).await);
    for (name, value) in DEFAULTS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    let policy = response.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    if policy.is_some_and(|policy| policy.contains("frame-ancestors 'none'")) {
        // The same for old browsers.
        response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if is_call {
        // An answer belongs to one player and to one moment.
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The framework's own refusals become problems too; a problem and a page stay as they are.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_shaped(response.headers()) {
        return response;
    }
    let (code, detail) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (Code::NotFound, "There is no such method here."),
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "The body is too large."),
        StatusCode::NOT_FOUND => (Code::NotFound, "There is nothing here."),
        status if status.is_server_error() => (Code::Internal, "Something went wrong on our side."),
        _ => (Code::InvalidValue, "The request can't be read."),
    };
    let allow = response.headers().get(ALLOW).cloned();
    let mut problem = ApiError::new(code, detail).status(status).into_response();
    if let Some(allow) = allow {
        problem.headers_mut().insert(ALLOW, allow);
    }
    problem
}

fn is_shaped(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/problem+json")
        || kind.starts_with("application/json")
        || kind.starts_with("text/html")
}
