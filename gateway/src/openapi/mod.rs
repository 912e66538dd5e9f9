//! The description of the whole API: every service's own, put together, with what is true of all of them.

mod everywhere;

use axum::response::IntoResponse;
use axum::routing::{Router, get};
use http::header::CONTENT_TYPE;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

use crate::{events, identity, live, promotions, registry, wallet};

/// The description.
#[must_use]
pub fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Croupier")
        .version("1")
        .description(Some("Errors are problem details (RFC 9457) with a stable type and the member at fault."))
        .build();
    let empty = OpenApiBuilder::new().info(info).build();
    let services = [
        identity::openapi(),
        wallet::openapi(),
        wallet::limits::openapi(),
        wallet::risk::openapi(),
        wallet::vendor::openapi(),
        promotions::openapi(),
        live::openapi(),
        events::openapi(),
        registry::openapi(),
        registry::telemetry_openapi(),
    ];
    everywhere::describe(services.into_iter().fold(empty, OpenApi::merge_from))
}

/// `GET /api/openapi.json`.
pub fn routes() -> Router {
    Router::new().route("/api/openapi.json", get(show))
}

async fn show() -> impl IntoResponse {
    // Only a description that can't be written at all would be empty; the snapshot test sees it.
    ([(CONTENT_TYPE, "application/json")], document().to_json().unwrap_or_default())
}
