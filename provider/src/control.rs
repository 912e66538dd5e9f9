//! The control port, for operators and tests. Loopback only, never for pages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::problem::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::faults::Setting;
use crate::floor::Floor;
use crate::journal::report;
use crate::journal::statement::{self, Cursor};
use crate::problem::problem;
use crate::promotion::{self, LuckySeat};

/// Ten years: more is a slip of the finger.
const MAX_JUMP_MS: i64 = 10 * 366 * 24 * 3600 * 1000;

/// How far ahead of the true time the clock of the signatures is; negative if it is behind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ahead {
    ahead_ms: i64,
}

/// The routes of the control port.
pub fn router(floor: Arc<Floor>) -> Router {
    Router::new()
        .route("/faults", get(faults).post(set_fault))
        .route("/clock", get(show_clock).post(set_clock))
        .route("/rounds", get(rounds))
        .route("/statement", get(statement_page))
        .route("/promotions/lucky-seat", post(lucky_seat))
        .route("/healthz", get(crate::public::health))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing here", None) })
        .with_state(floor)
}

async fn faults(State(floor): State<Arc<Floor>>) -> Json<Setting> {
    Json(floor.faults.get())
}

async fn set_fault(State(floor): State<Arc<Floor>>, body: Bytes) -> Response {
    let setting: Setting = match read(&body) {
        Ok(setting) => setting,
        Err(refusal) => return refusal.into(),
    };
    match floor.faults.set(setting) {
        Ok(()) => Json(floor.faults.get()).into_response(),
        Err(bad) => problem(StatusCode::BAD_REQUEST, Code::InvalidValue, &bad.to_string(), Some(bad.field)),
    }
}

async fn lucky_seat(State(floor): State<Arc<Floor>>, body: Bytes) -> Response {
    let wish: LuckySeat = match read(&body) {
        Ok(wish) => wish,
        Err(refusal) => return refusal.into(),
    };
    match promotion::draw(&floor, wish).await {
        Ok(payout) => (StatusCode::CREATED, Json(payout)).into_response(),
        Err(none) => {
            let (code, field) = none.code();
            let status = match code {
                Code::InvalidValue => StatusCode::BAD_REQUEST,
                Code::Conflict => StatusCode::CONFLICT,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            problem(status, code, &none.to_string(), field)
        }
    }
}

async fn show_clock() -> Json<Ahead> {
    Json(Ahead { ahead_ms: clock::ahead_ms() })
}

async fn set_clock(body: Bytes) -> Response {
    match read::<Ahead>(&body) {
        Ok(Ahead { ahead_ms }) if (-MAX_JUMP_MS..=MAX_JUMP_MS).contains(&ahead_ms) => {
            tracing::warn!(ahead_ms, "the clock of the signatures jumps");
            clock::set_ahead(ahead_ms);
            show_clock().await.into_response()
        }
        Ok(_) => {
            let bounds = format!("from {} to {MAX_JUMP_MS}", -MAX_JUMP_MS);
            problem(StatusCode::BAD_REQUEST, Code::InvalidValue, &bounds, Some("ahead_ms"))
        }
        Err(refusal) => refusal.into(),
    }
}

/// A body that can't be read: what is wrong, and at which member.
struct Unreadable(String, Option<String>);

impl From<Unreadable> for Response {
    fn from(Unreadable(detail, field): Unreadable) -> Self {
        problem(StatusCode::BAD_REQUEST, Code::InvalidBody, &detail, field.as_deref())
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    let deserializer = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        Unreadable(error.into_inner().to_string(), Some(path).filter(|path| path != "."))
    })
}

async fn rounds(State(floor): State<Arc<Floor>>) -> Response {
    match floor.journal.write(report::open_books).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => unavailable(&error),
    }
}

/// Which page of the statement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Lines from this time on, Unix milliseconds; all if absent.
    since_ms: Option<i64>,
    /// `next` of the page before, in the place of `since_ms`.
    after: Option<String>,
}

/// A page, signed: whoever reads it elsewhere knows that it is this vendor's, and the page that was asked for.
async fn statement_page(
    State(floor): State<Arc<Floor>>,
    uri: Uri,
    which: Result<Query<Which>, QueryRejection>,
) -> Response {
    let refused = |field, detail| problem(StatusCode::BAD_REQUEST, Code::InvalidValue, detail, Some(field));
    let Ok(Query(which)) = which else {
        return refused("since_ms", "a query has since_ms, a number of milliseconds since 1970, or after");
    };
    let cursor = match which.after.as_deref().map(Cursor::read) {
        Some(Some(cursor)) => cursor,
        Some(None) => return refused("after", "not the `next` of a page"),
        None => Cursor::from(which.since_ms.unwrap_or(0)),
    };
    let page = floor.journal.write(move |db| statement::page(db, &cursor)).await;
    let body = match page.map(|page| serde_json::to_vec(&page)) {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return unavailable(&error),
        Err(error) => return unavailable(&error),
    };
    let path = uri.path_and_query().map_or_else(|| uri.path(), |whole| whole.as_str());
    let mut response = Response::builder().header(CONTENT_TYPE, "application/json");
    for (name, value) in floor.signer.headers("GET", path, &body) {
        response = response.header(name, value);
    }
    response.body(body.into()).unwrap_or_else(|error| unavailable(&error))
}

fn unavailable(error: &dyn std::fmt::Display) -> Response {
    problem(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, &error.to_string(), None)
}
