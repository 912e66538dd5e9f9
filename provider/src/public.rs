//! What everybody may reach: the list of tables, the feed, the video.

use std::sync::Arc;

use axum::extract::{Request, State, WebSocketUpgrade};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    CACHE_CONTROL,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use contract::feed::MAX_FRAME_BYTES;
use contract::live::{Table, Tables};
use contract::problem::Code;

use crate::feed;
use crate::floor::Floor;
use crate::problem::problem;
use crate::video;

/// The public routes. `video` are the video's own.
pub fn router(floor: Arc<Floor>, video: Router) -> Router {
    let vendor = Router::new()
        .route("/tables", get(tables))
        .route("/feed", get(open_feed))
        .with_state(Arc::clone(&floor))
        .merge(video)
        .layer(from_fn_with_state(Arc::clone(&floor), misbehave));
    Router::new()
        .route("/healthz", get(health))
        .with_state(floor)
        .merge(vendor)
        .fallback(|| async { problem(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing here", None) })
        .layer(from_fn(open_to_all))
}

async fn tables(State(floor): State<Arc<Floor>>) -> Response {
    let tables = floor.order.iter().filter_map(|id| floor.board(id)).map(|board| {
        let spec = &board.spec;
        Table {
            id: spec.id.to_owned(),
            game: spec.game,
            name: spec.name.to_owned(),
            dealer: spec.dealer.to_owned(),
            min_minor: spec.limits.min_minor,
            max_minor: spec.limits.max_minor,
            currency: spec.limits.currency,
            seated: board.followers(),
            online: true,
            feed_url: format!("{}/feed", floor.public_url.replacen("http", "ws", 1)),
            video_url: format!("{}/video/{}/index.m3u8", floor.public_url, spec.id),
            still_url: format!("{}{}", floor.public_url, video::still_path(spec.id)),
        }
    });
    let tables = Tables { tables: tables.collect(), offline_since_ms: None };
    ([(CACHE_CONTROL, "no-store")], Json(tables)).into_response()
}

async fn open_feed(State(floor): State<Arc<Floor>>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(room) = Arc::clone(&floor.connections).try_acquire_owned() else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, "the feed is full", None);
    };
    upgrade.max_frame_size(MAX_FRAME_BYTES).max_message_size(MAX_FRAME_BYTES).on_upgrade(move |socket| async move {
        feed::serve(socket, floor).await;
        drop(room);
    })
}

/// Healthy is a vendor whose books can be written.
pub(crate) async fn health(State(floor): State<Arc<Floor>>) -> Response {
    match floor.journal.write(|_| Ok(())).await {
        Ok(()) => Json(serde_json::json!({ "status": "ok" })).into_response(),
        Err(error) => {
            tracing::error!(%error, "unhealthy");
            problem(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, "the journal cannot be written", None)
        }
    }
}

async fn misbehave(State(floor): State<Arc<Floor>>, request: Request, next: Next) -> Response {
    floor.faults.hung().await;
    if floor.faults.is_stopped() {
        return problem(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, "the vendor is stopped", None);
    }
    next.run(request).await
}

/// The vendor's pages are other people's: any origin may read what is public, without credentials.
async fn open_to_all(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("range, cache-control"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}
