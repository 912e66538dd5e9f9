//! `/api/releases`: what a new release would live with, for teams' tools that check one before anything is sent. Open to
//! everybody, as the manifest is: it says no more than how each was packed.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use release::Neighbours;
use utoipa::OpenApi;

use super::super::Registry;
use crate::problem::ApiError;

#[derive(OpenApi)]
#[openapi(paths(neighbours))]
struct Api;

/// The description of the route.
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(super) fn routes() -> Router<Registry> {
    Router::new().route("/api/releases", get(neighbours))
}

/// Shows the releases that somebody is shown, canaries as well, each with the schemas that it was built with.
#[utoipa::path(get, path = "/api/releases", tag = "registry", responses(
    (status = 200, body = std::collections::BTreeMap<String, serde_json::Value>, description = "Their documents, as `releases`"),
))]
async fn neighbours(State(registry): State<Registry>) -> Result<Json<Neighbours>, ApiError> {
    Ok(Json(Neighbours { releases: registry.around().await?.into_releases() }))
}
