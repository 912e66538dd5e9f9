//! Errors over HTTP: the contract's problem details.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::problem::{Code, Problem};

/// An answer that says what went wrong, and at which member.
pub fn problem(status: StatusCode, code: Code, detail: &str, field: Option<&str>) -> Response {
    let body = Problem {
        r#type: format!("/problems/{}", code.as_str()),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        field: field.map(str::to_owned),
    };
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
