//! The stream's files over HTTP, open to every page: an operator's page is of another origin.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

use super::stream::{Stream, StreamError};

/// Never kept: the next second has another playlist.
const NEVER: &str = "no-store";
/// Kept as long as a playlist may name it; numbers are never used twice.
const SHORTLY: &str = "public, max-age=10";
/// A still is drawn once a second.
const A_SECOND: &str = "public, max-age=1";

type Streams = Arc<BTreeMap<String, Stream>>;

/// Serves `/video/{table}/index.m3u8`, `init.mp4`, `{number}.m4s` and `still.png`.
pub fn router(streams: Vec<(String, Stream)>) -> Router {
    let streams: Streams = Arc::new(streams.into_iter().collect());
    Router::new().route("/video/{table}/{file}", get(serve)).with_state(streams).layer(map_response(open_to_all))
}

/// Where a table's still picture is.
#[must_use]
pub fn still_path(table: &str) -> String {
    format!("/video/{table}/still.png")
}

async fn serve(State(streams): State<Streams>, Path((table, file)): Path<(String, String)>) -> Response {
    let Some(stream) = streams.get(&table) else {
        return not_found("no such table");
    };
    match file.as_str() {
        "index.m3u8" => answer(stream.playlist().await.map(Bytes::from), "application/vnd.apple.mpegurl", NEVER),
        "init.mp4" => answer(stream.init().await, "video/mp4", SHORTLY),
        "still.png" => answer(stream.still().await, "image/png", A_SECOND),
        _ => match number(&file).and_then(|number| stream.segment(number)) {
            Some(bytes) => answer(Ok(bytes), "video/mp4", SHORTLY),
            None => not_found("no such file, or a segment that is over"),
        },
    }
}

/// The number of a segment's file, in its one spelling.
fn number(file: &str) -> Option<u64> {
    let digits = file.strip_suffix(".m4s")?;
    let number = digits.parse().ok()?;
    (format!("{number}") == digits).then_some(number)
}

fn answer(body: Result<Bytes, StreamError>, kind: &'static str, keep: &'static str) -> Response {
    match body {
        Ok(bytes) => ([(CONTENT_TYPE, kind), (CACHE_CONTROL, keep)], bytes).into_response(),
        Err(error) => {
            let headers = [(RETRY_AFTER, "1"), (CACHE_CONTROL, NEVER)];
            (StatusCode::SERVICE_UNAVAILABLE, headers, error.to_string()).into_response()
        }
    }
}

fn not_found(detail: &'static str) -> Response {
    (StatusCode::NOT_FOUND, [(CACHE_CONTROL, NEVER)], detail).into_response()
}

async fn open_to_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("timing-allow-origin"), HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}
