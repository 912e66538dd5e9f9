//! The routes of sign-up, sign-in and the session.

use super::players::{self, NewPlayer};
use super::session::{Caller, MaybeSignedIn};
use super::token::Token;
use super::{Identity, checks};
use crate::problem::{ApiError, Empty, StrictJson};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use contract::identity::{Player, Session, SignIn, SignUp};
use contract::problem::{Code, Problem};
use http::StatusCode;
use http::header::SET_COOKIE;
use utoipa::OpenApi;
use uuid::Uuid;

const DEMO_NAME: &str = "Demo player";

#[derive(OpenApi)]
#[openapi(paths(sign_up, sign_in, demo, sign_out, session), components(schemas(Problem)))]
struct Api;

/// The description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(super) fn routes(identity: Identity) -> Router {
    Router::new()
        .route("/api/identity/sign-up", post(sign_up))
        .route("/api/identity/sign-in", post(sign_in))
        .route("/api/identity/demo", post(demo))
        .route("/api/identity/sign-out", post(sign_out))
        .route("/api/identity/session", get(session))
        .with_state(identity)
}

/// Makes an account and signs in.
#[utoipa::path(post, path = "/api/identity/sign-up", tag = "identity", request_body = SignUp, responses(
    (status = 201, body = Session), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem, description = "The address has an account"), (status = 503, body = Problem),
))]
async fn sign_up(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    StrictJson(form): StrictJson<SignUp>,
) -> Result<Response, ApiError> {
    let name = checks::name(&form.name)?;
    let email = checks::email(&form.email)?;
    checks::password(&form.password)?;
    let inner = &identity.0;
    let password = inner.passwords.hash(form.password).await?;
    let player = NewPlayer { id: Uuid::new_v4(), name, credentials: Some((email, password)) };
    let shown = Player { id: player.id.to_string(), name: player.name.clone(), demo: false };
    let now_ms = inner.clock.now_ms();
    inner.database.write(move |tx| players::add(tx, &player, now_ms)).await?;
    begin(&identity, shown, &caller, StatusCode::CREATED).await
}

/// Signs in. An unknown address and a wrong password are refused alike.
#[utoipa::path(post, path = "/api/identity/sign-in", tag = "identity", request_body = SignIn, responses(
    (status = 200, body = Session), (status = 400, body = Problem),
    (status = 401, body = Problem, description = "Wrong address or password"), (status = 403, body = Problem),
    (status = 429, body = Problem, description = "Too many failures for this address"), (status = 503, body = Problem),
))]
async fn sign_in(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    StrictJson(form): StrictJson<SignIn>,
) -> Result<Response, ApiError> {
    let email = checks::email(&form.email)?;
    checks::known_password(&form.password)?;
    let inner = &identity.0;
    if !inner.attempts.begin(&email, inner.clock.now_ms()) {
        return Err(ApiError::new(
            Code::TooMany,
            "Too many failed sign-ins for this address; wait a quarter of an hour.",
        ));
    }
    let (player, stored) = players::by_email(&inner.database, email.clone()).await?.unzip();
    let matches = inner.passwords.verify(form.password, stored).await?;
    let Some(player) = player.filter(|_| matches) else {
        return Err(ApiError::new(Code::WrongCredentials, "The address or the password is wrong."));
    };
    inner.attempts.succeeded(&email);
    begin(&identity, player, &caller, StatusCode::OK).await
}

/// Makes a player with play money, who lasts as long as the session.
#[utoipa::path(post, path = "/api/identity/demo", tag = "identity", request_body = Empty, responses(
    (status = 201, body = Session), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 503, body = Problem, description = "Also while the wallet is down"),
))]
async fn demo(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    let inner = &identity.0;
    let player = NewPlayer { id: Uuid::new_v4(), name: DEMO_NAME.to_owned(), credentials: None };
    let shown = Player { id: player.id.to_string(), name: player.name.clone(), demo: true };
    let now_ms = inner.clock.now_ms();
    inner.database.write(move |tx| players::add(tx, &player, now_ms)).await?;
    // Nobody gets to be a demo player without money; one who got no session owns nothing.
    inner.wallet.grant_opening(&shown.id).await?;
    begin(&identity, shown, &caller, StatusCode::CREATED).await
}

/// Signs out. Harmless for a visitor.
#[utoipa::path(post, path = "/api/identity/sign-out", tag = "identity", request_body = Empty, responses(
    (status = 200, body = Session), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 503, body = Problem),
))]
async fn sign_out(
    State(identity): State<Identity>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    if let Some(signed_in) = signed_in {
        identity.0.database.write(move |tx| players::end_session(tx, &signed_in.session)).await?;
    }
    let nobody = Session { player: None, csrf_token: None };
    Ok(([(SET_COOKIE, identity.0.cookies.clear())], Json(nobody)).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/identity/session", tag = "identity", responses(
    (status = 200, body = Session), (status = 503, body = Problem),
))]
async fn session(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
) -> Result<Json<Session>, ApiError> {
    let (Some(signed_in), Caller::Player { csrf_token, .. }) = (signed_in, caller) else {
        return Ok(Json(Session { player: None, csrf_token: None }));
    };
    let player = players::by_id(&identity.0.database, signed_in.player).await?;
    let csrf_token = player.is_some().then_some(csrf_token);
    Ok(Json(Session { player, csrf_token }))
}

/// Begins a session under a new id, in place of the one that the browser may have.
async fn begin(identity: &Identity, player: Player, caller: &Caller, status: StatusCode) -> Result<Response, ApiError> {
    let inner = &identity.0;
    let id = Uuid::parse_str(&player.id).map_err(|error| ApiError::internal(&error))?;
    let now_ms = inner.clock.now_ms();
    let token = Token::issue(id, Uuid::new_v4(), now_ms);
    let before = match caller {
        Caller::Player { signed_in, .. } => Some(signed_in.session.clone()),
        Caller::Visitor | Caller::Unknown => None,
    };
    inner
        .database
        .write(move |tx| players::begin_session(tx, token.player, token.session, before.as_deref(), now_ms))
        .await?;
    let session = Session { player: Some(player), csrf_token: Some(token.csrf_token(&inner.keys)) };
    Ok((status, [(SET_COOKIE, inner.cookies.set(&token, &inner.keys))], Json(session)).into_response())
}
