//! The control port, for operators and tests. Loopback only, never for pages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use contract::problem::Code;

use crate::faults::Setting;
use crate::floor::Floor;
use crate::journal::report;
use crate::problem::problem;

/// The routes of the control port.
pub fn router(floor: Arc<Floor>) -> Router {
    Router::new()
        .route("/faults", get(faults).post(set_fault))
        .route("/rounds", get(rounds))
        .route("/healthz", get(crate::public::health))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing here", None) })
        .with_state(floor)
}

async fn faults(State(floor): State<Arc<Floor>>) -> Json<Setting> {
    Json(floor.faults.get())
}

async fn set_fault(State(floor): State<Arc<Floor>>, body: Bytes) -> Response {
    let deserializer = &mut serde_json::Deserializer::from_slice(&body);
    let setting: Setting = match serde_path_to_error::deserialize(deserializer) {
        Ok(setting) => setting,
        Err(error) => {
            let path = error.path().to_string();
            let field = Some(path.as_str()).filter(|path| *path != ".");
            return problem(StatusCode::BAD_REQUEST, Code::InvalidBody, &error.into_inner().to_string(), field);
        }
    };
    match floor.faults.set(setting) {
        Ok(()) => Json(floor.faults.get()).into_response(),
        Err(bad) => problem(StatusCode::BAD_REQUEST, Code::InvalidValue, &bad.to_string(), Some(bad.field)),
    }
}

async fn rounds(State(floor): State<Arc<Floor>>) -> Response {
    match floor.journal.write(report::open_books).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, &error.to_string(), None),
    }
}
