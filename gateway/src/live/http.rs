//! `/api/live/*`.

use axum::Json;
use axum::extract::State;
use axum::routing::{Router, get, post};
use contract::live::{Launch, LaunchRequest, Tables};
use contract::problem::{Code, Problem};
use http::StatusCode;

use utoipa::OpenApi;

use super::Live;
use crate::identity::SignedIn;
use crate::problem::{ApiError, StrictJson};

#[derive(OpenApi)]
#[openapi(paths(tables, launch))]
struct Api;

/// The description of these routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(super) fn routes(service: Live) -> Router {
    Router::new().route("/api/live/tables", get(tables)).route("/api/live/launch", post(launch)).with_state(service)
}

/// The lobby: the vendor's last good list, with what is online now.
#[utoipa::path(get, path = "/api/live/tables", tag = "live", responses((status = 200, body = Tables)))]
async fn tables(State(live): State<Live>) -> Json<Tables> {
    Json(live.tables())
}

/// A launch token: the permission to bet, to be handed to the vendor once within 60 s.
#[utoipa::path(post, path = "/api/live/launch", tag = "live", request_body = LaunchRequest,
    responses((status = 201, body = Launch),
              (status = 404, body = Problem, description = "There is no such table"),
              (status = 503, body = Problem, description = "Also while the table is offline")))]
async fn launch(
    State(live): State<Live>,
    caller: SignedIn,
    StrictJson(request): StrictJson<LaunchRequest>,
) -> Result<(StatusCode, Json<Launch>), ApiError> {
    let lobby = live.tables();
    let table = lobby.tables.into_iter().find(|table| table.id == request.table);
    let table = table.ok_or_else(|| ApiError::new(Code::NotFound, "There is no such table.").field("table"))?;
    if !table.online {
        return Err(ApiError::new(Code::Unavailable, "The table is offline just now.").field("table"));
    }
    Ok((StatusCode::CREATED, Json(live.launch(caller.player, table).await?)))
}
