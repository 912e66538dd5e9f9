//! `GET /api/events`.

use axum::extract::State;
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::{Router, get};
use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use utoipa::OpenApi;

use super::Events;
use super::stream::{self, Start};
use crate::identity::{MaybeSignedIn, SessionEnd};
use crate::problem::{ApiError, StrictQuery};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[derive(OpenApi)]
#[openapi(paths(events))]
struct Api;

/// The description of these routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    after: Option<i64>,
}

pub(super) fn routes(service: Events) -> Router {
    Router::new().route("/api/events", get(events)).with_state(service)
}

/// Server-sent events: `event` is the topic, `id` the position, `data` the payload.
///
/// Visitors get the topics that are for everybody. `reset` means that the position is too old or
/// unknown: read everything again. `signed-out` is the last event of a session that has ended. `manifest` comes
/// at the beginning and whenever there is a newer one, with its `serial`: get `/manifest.json?after=` and what it says
/// under `after`, so that another edge than the one that told of it knows as much.
#[utoipa::path(get, path = "/api/events", tag = "events",
    params(("after" = Option<i64>, Query, description = "Resume after this id; the header last-event-id has precedence")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = String)))]
async fn events(
    State(service): State<Events>,
    MaybeSignedIn(caller): MaybeSignedIn,
    end: SessionEnd,
    StrictQuery(query): StrictQuery<Query>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let start = match (headers.get(LAST_EVENT_ID), query.after) {
        (Some(id), _) => id.to_str().ok().and_then(|id| id.parse().ok()).map_or(Start::Unknown, Start::After),
        (None, Some(id)) => Start::After(id),
        (None, None) => Start::Now,
    };
    let player = caller.as_ref().map(|signed_in| signed_in.player.as_str());
    let seat = service.0.seats.take(player)?;
    let mut response = Sse::new(stream::open(service, (seat, end), start).await?).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    // A proxy in front must pass events on at once.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}
