//! Bounds on time and size.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::problem::Code;
use contract::registry::MAX_FILE_BYTES;
use http::header::CONTENT_LENGTH;

use crate::problem::ApiError;

/// How long a reply may take to begin. An event stream begins at once and then lives on.
pub(super) const REPLY_WITHIN: Duration = Duration::from_secs(10);
/// A body that says it is longer is refused before a byte of it is read; routes have tighter
/// bounds of their own.
const MAX_BODY_BYTES: u64 = 256 * 1024;

/// Files that teams ship and developers try are larger, and are sent and compressed before the reply begins.
const FILES: [&str; 2] = ["/api/registry/files/", "/api/inspect/files/"];
const FILE_WITHIN: Duration = Duration::from_secs(120);

/// Refuses what is too large and gives up on what takes too long, be it ourselves or a body that does not end.
pub(super) async fn bound(within: Duration, request: Request, next: Next) -> Response {
    // No name has one in it, and a database server answers with an error of its own.
    if request.uri().path().contains("%00") {
        return ApiError::new(Code::NotFound, "There is nothing at an address with a NUL in it.").into_response();
    }
    let is_file = FILES.iter().any(|space| request.uri().path().starts_with(space));
    let (max_bytes, within) =
        if is_file { (MAX_FILE_BYTES, within.max(FILE_WITHIN)) } else { (MAX_BODY_BYTES, within) };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.is_some_and(|length| length.parse::<u64>().is_ok_and(|length| length > max_bytes)) {
        let detail = format!("The body may have at most {max_bytes} bytes.");
        return ApiError::new(Code::TooLarge, detail).into_response();
    }
    tokio::time::timeout(within, next.run(request)).await.unwrap_or_else(|_| {
        // What waits to be written is written all the same, and not every command carries a key.
        let detail = "This took too long, and may be done all the same. Repeat it with the same idempotency key, if it \
                      carries one.";
        ApiError::new(Code::Unavailable, detail).into_response()
    })
}
