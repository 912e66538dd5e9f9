//! The routes of a player's account.

use super::{checks, details, export, export::Part, password};
use crate::identity::device::Device;
use crate::identity::session::SignedIn;
use crate::identity::source::Source;
use crate::identity::{Identity, sessions};
use crate::problem::{ApiError, Empty, StrictJson};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::account::{Account, AccountChange, PasswordChange, Sessions};
use contract::identity::Session;
use contract::problem::{Code, Problem};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use utoipa::OpenApi;
use uuid::Uuid;

/// What a browser keeps the document as.
const ATTACHMENT: HeaderValue = HeaderValue::from_static("attachment; filename=\"croupier-data.json\"");

#[derive(OpenApi)]
#[openapi(paths(read, change, change_password, list, end, end_all, document), components(schemas(Problem)))]
struct Api;

/// The description of the routes.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(crate) fn routes(identity: Identity) -> Router {
    Router::new()
        .route("/api/account", get(read).post(change))
        .route("/api/account/password", post(change_password))
        .route("/api/account/sessions", get(list))
        .route("/api/account/sessions/end-all", post(end_all))
        .route("/api/account/sessions/{id}/end", post(end))
        .with_state(identity)
}

pub(crate) fn export_routes(identity: Identity, others: Vec<Part>) -> Router {
    Router::new().route("/api/account/export", get(document)).with_state((identity, others.into()))
}

/// Who the player is and how to reach them.
#[utoipa::path(get, path = "/api/account", tag = "account", responses((status = 200, body = Account)))]
async fn read(State(identity): State<Identity>, caller: SignedIn) -> Result<Json<Account>, ApiError> {
    let id = caller.player.clone();
    let account = identity.0.database.read(move |sql| details::account(sql, &id)).await?;
    Ok(Json(with_export(&identity, &caller, account.ok_or_else(details::gone)?)))
}

/// Changes the details. What is left out is removed; the address to sign in with stays.
#[utoipa::path(post, path = "/api/account", tag = "account", request_body = AccountChange, responses(
    (status = 200, body = Account),
    (status = 400, body = Problem, description = "A value is not allowed; `field` names it"),
    (status = 409, body = Problem, description = "Changed since this version, or a demo player"),
))]
async fn change(
    State(identity): State<Identity>,
    caller: SignedIn,
    StrictJson(form): StrictJson<AccountChange>,
) -> Result<Json<Account>, ApiError> {
    let form = checks::change(form)?;
    let (id, now_ms) = (caller.player.clone(), identity.0.clock.now_ms());
    let account = identity.0.database.write(move |tx| details::change(tx, &id, &form, now_ms)).await?;
    Ok(Json(with_export(&identity, &caller, account)))
}

fn with_export(identity: &Identity, caller: &SignedIn, account: Account) -> Account {
    let inner = &identity.0;
    Account { export_after_ms: inner.exports.after_ms(&caller.player, inner.clock.now_ms()), ..account }
}

/// Sets another password. Every session ends; the one that asks goes on under a new cookie.
#[utoipa::path(post, path = "/api/account/password", tag = "account", request_body = PasswordChange, responses(
    (status = 200, body = Session),
    (status = 400, body = Problem, description = "A password is not allowed; `field` names it"),
    (status = 403, body = Problem, description = "Not the current password, cross-site, or no CSRF token"),
    (status = 409, body = Problem, description = "A demo player"),
    (status = 429, body = Problem, description = "Too many wrong ones"),
))]
async fn change_password(
    State(identity): State<Identity>,
    caller: SignedIn,
    device: Device,
    source: Source,
    StrictJson(form): StrictJson<PasswordChange>,
) -> Result<Response, ApiError> {
    let token = password::change(&identity, &caller, (device, source), form).await?;
    let player = crate::identity::players::by_id(&identity.0.database, caller.player).await?;
    Ok(identity.signed_in(player, &token))
}

/// Where the player is signed in.
#[utoipa::path(get, path = "/api/account/sessions", tag = "account", responses((status = 200, body = Sessions)))]
async fn list(State(identity): State<Identity>, caller: SignedIn) -> Result<Json<Sessions>, ApiError> {
    let now_ms = identity.0.clock.now_ms();
    let sessions = move |sql: &crate::store::Sql| sessions::list(sql, &caller.player, &caller.session, now_ms);
    Ok(Json(identity.0.database.read(sessions).await?))
}

/// Ends one session; what is asked under it from now on is a visitor's. Gives those that are left.
#[utoipa::path(post, path = "/api/account/sessions/{id}/end", tag = "account", request_body = Empty,
    params(("id" = String, Path)), responses(
    (status = 200, body = Sessions),
    (status = 404, body = Problem, description = "There is no such session"),
))]
async fn end(
    State(identity): State<Identity>,
    Path(id): Path<String>,
    caller: SignedIn,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Json<Sessions>, ApiError> {
    let unknown = || ApiError::new(Code::NotFound, "There is no such session.").field("id");
    let session = Uuid::parse_str(&id).map_err(|_| unknown())?;
    let now_ms = identity.0.clock.now_ms();
    let left = identity
        .0
        .database
        .write(move |tx| {
            if !sessions::end(tx, &caller.player, session, now_ms, now_ms)? {
                return Err(unknown());
            }
            Ok(sessions::list(tx, &caller.player, &caller.session, now_ms)?)
        })
        .await?;
    identity.0.ended.add(&[session], now_ms);
    Ok(Json(left))
}

/// Signs out everywhere, here too. Open tables are left; bets that are placed still settle.
#[utoipa::path(post, path = "/api/account/sessions/end-all", tag = "account", request_body = Empty, responses(
    (status = 200, body = Session),
))]
async fn end_all(
    State(identity): State<Identity>,
    caller: SignedIn,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    let now_ms = identity.0.clock.now_ms();
    let gone = identity.0.database.write(move |tx| sessions::end_all(tx, &caller.player, None, now_ms)).await?;
    identity.0.ended.add(&gone, now_ms);
    let nobody = Session { player: None, csrf_token: None };
    Ok(([(SET_COOKIE, identity.0.cookies.clear())], Json(nobody)).into_response())
}

/// Everything that is held on the player, as a file: account, sessions, and each service's part.
#[utoipa::path(get, path = "/api/account/export", tag = "account", responses(
    (status = 200, description = "The document, as an attachment", content_type = "application/json", body = Object),
    (status = 429, body = Problem, description = "One a minute"),
))]
async fn document(
    State((identity, others)): State<(Identity, std::sync::Arc<[Part]>)>,
    caller: SignedIn,
) -> Result<Response, ApiError> {
    let document = export::document(&identity, &others, caller.player, caller.session).await?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/json")), (CONTENT_DISPOSITION, ATTACHMENT)];
    Ok((headers, document).into_response())
}
