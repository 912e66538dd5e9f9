//! The routes of sign-up, sign-in and the session.

use super::attempts::{self, Subject};
use super::device::Device;
use super::known::Marks;
use super::players::{self, NewPlayer};
use super::session::{Caller, MaybeSignedIn};
use super::sessions::{self, NewSession, REPLACED_MS};
use super::source::Source;
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
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
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
    (status = 201, body = Session),
    (status = 409, body = Problem, description = "The address has an account"),
    (status = 429, body = Problem, description = "Too many new players from this place"),
))]
async fn sign_up(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    source: Source,
    device: Device,
    StrictJson(form): StrictJson<SignUp>,
) -> Result<Response, ApiError> {
    let name = checks::name(&form.name)?;
    let email = checks::email("email", &form.email)?;
    checks::password("password", &form.password)?;
    identity.admit(source).await?;
    let inner = &identity.0;
    let password = inner.passwords.hash(form.password).await?;
    let player = NewPlayer { id: Uuid::new_v4(), name, credentials: Some((email, password)) };
    let shown = Player { id: player.id.to_string(), name: player.name.clone(), demo: false };
    let now_ms = inner.clock.now_ms();
    inner.database.write(move |tx| players::add(tx, &player, now_ms)).await?;
    begin(&identity, shown, (&caller, device, source), Vec::new(), StatusCode::CREATED).await
}

/// Signs in. An unknown address and a wrong password are refused alike.
#[utoipa::path(post, path = "/api/identity/sign-in", tag = "identity", request_body = SignIn, responses(
    (status = 200, body = Session),
    (status = 401, body = Problem, description = "Wrong address or password"),
    (status = 403, body = Problem, description = "Cross-site, or the account is locked"),
    (status = 429, body = Problem, description = "Too many failures for this address or from this place"),
))]
async fn sign_in(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    source: Source,
    device: Device,
    StrictJson(form): StrictJson<SignIn>,
) -> Result<Response, ApiError> {
    let email = checks::email("email", &form.email)?;
    checks::known_password("password", &form.password)?;
    let inner = &identity.0;
    let subjects = Subject::of_sign_in(&inner.keys, "address", &email, source);
    let look = async {
        let (player, stored) = players::by_email(&inner.database, email).await?.unzip();
        let matches = inner.passwords.verify(form.password, stored).await?;
        Ok(player.filter(|_| matches))
    };
    let Some(player) = identity.attempt(&subjects, look).await? else {
        return Err(ApiError::new(Code::WrongCredentials, "The address or the password is wrong."));
    };
    begin(&identity, player, (&caller, device, source), subjects, StatusCode::OK).await
}

/// Makes a player with play money, who lasts as long as the session.
#[utoipa::path(post, path = "/api/identity/demo", tag = "identity", request_body = Empty, responses(
    (status = 201, body = Session),
    (status = 429, body = Problem, description = "Too many new players from this place"),
    (status = 503, body = Problem, description = "Also while the wallet is down"),
))]
async fn demo(
    State(identity): State<Identity>,
    Extension(caller): Extension<Caller>,
    source: Source,
    device: Device,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    identity.admit(source).await?;
    let inner = &identity.0;
    let player = NewPlayer { id: Uuid::new_v4(), name: DEMO_NAME.to_owned(), credentials: None };
    let shown = Player { id: player.id.to_string(), name: player.name.clone(), demo: true };
    let now_ms = inner.clock.now_ms();
    inner.database.write(move |tx| players::add(tx, &player, now_ms)).await?;
    // Nobody gets to be a demo player without money; one who got no session owns nothing.
    inner.wallet.grant_opening(shown.id.clone()).await?;
    begin(&identity, shown, (&caller, device, source), Vec::new(), StatusCode::CREATED).await
}

/// Signs out. Harmless for a visitor.
#[utoipa::path(post, path = "/api/identity/sign-out", tag = "identity", request_body = Empty, responses(
    (status = 200, body = Session),
    (status = 403, body = Problem, description = "Cross-site, or signed in and no CSRF token"),
))]
async fn sign_out(
    State(identity): State<Identity>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    if let Some(signed_in) = signed_in {
        let now_ms = identity.0.clock.now_ms();
        let session = Uuid::parse_str(&signed_in.session).map_err(|error| ApiError::internal(&error))?;
        identity.0.database.write(move |tx| sessions::end(tx, &signed_in.player, session, now_ms, now_ms)).await?;
        identity.0.ended.add(&[session], now_ms);
    }
    let nobody = Session { player: None, csrf_token: None };
    Ok(([(SET_COOKIE, identity.0.cookies.clear())], Json(nobody)).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/identity/session", tag = "identity", responses((status = 200, body = Session)))]
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

/// Begins a session under a new id, in place of the one that the browser may have, and takes back
/// what was counted as a failure.
async fn begin(
    identity: &Identity,
    player: Player,
    (caller, device, source): (&Caller, Device, Source),
    subjects: Vec<Subject>,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let inner = &identity.0;
    let id = Uuid::parse_str(&player.id).map_err(|error| ApiError::internal(&error))?;
    let marks = Marks::of(&inner.keys, id, device, source);
    let session = NewSession { id: Uuid::new_v4(), player: id, device, marks };
    let before = match caller {
        Caller::Player { signed_in, .. } => Some(signed_in.clone()),
        Caller::Visitor | Caller::Unknown => None,
    };
    let now_ms = inner.clock.now_ms();
    let replaced_ms = now_ms.saturating_add(REPLACED_MS);
    let replaced = inner
        .database
        .write(move |tx| {
            attempts::succeeded(tx, &subjects)?;
            sessions::begin(tx, &session, now_ms)?;
            let Some(before) = &before else { return Ok(None) };
            let replaced = Uuid::parse_str(&before.session).map_err(|error| ApiError::internal(&error))?;
            let had = sessions::end(tx, &before.player, replaced, replaced_ms, now_ms)?;
            Ok::<_, ApiError>(had.then_some(replaced))
        })
        .await?;
    inner.ended.add(replaced.as_slice(), replaced_ms);
    Ok((status, identity.signed_in(Some(player), &Token::issue(id, session.id, now_ms))).into_response())
}
