//! What stands in front of every service: request ids, logs, metrics, limits, security headers,
//! and one form for every error; and the way to a service that runs in another process.
//!
//! **Architecture invariant:** nothing here looks into a body or changes it, and nothing of a cookie, a
//! token, a query or a body is logged.

mod forward;
mod headers;
mod health;
mod limits;
mod watch;

use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse;
use contract::problem::Code;
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::ApiError;
pub(crate) use forward::FORWARDED_FOR;
pub use forward::forward;
pub use health::{Health, Probe};
pub(crate) use watch::current;

/// Puts the edge in front of all routes of the public port.
pub fn front(routes: Router) -> Router {
    front_within(limits::REPLY_WITHIN, routes)
}

fn front_within(reply_within: Duration, routes: Router) -> Router {
    routes
        .layer(axum::middleware::from_fn(move |request, next| limits::bound(reply_within, request, next)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::from_fn(headers::shape))
        .layer(axum::middleware::from_fn(watch::observe))
}

fn panicked(cause: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    let message = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    tracing::error!(panic = message, "a handler panicked");
    ApiError::new(Code::Internal, "Something went wrong on our side.").into_response()
}

#[cfg(test)]
mod tests;
