//! `/api/operator/*`.

use super::log::{self, Deed};
use super::roles::OnDuty;
use super::{Admin, Developer, Operator, Risk, Support, Viewer, locks, store};
use crate::identity::attempts::{self, Subject};
use crate::identity::source::Source;
use crate::identity::{Identity, account, checks, sessions};
use crate::problem::{ApiError, Empty, StrictJson, StrictQuery};
use crate::store::StoreError;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use contract::identity::SignIn;
use contract::operator::{FoundPlayer, FoundPlayers, LockChange, LogAction, OperatorLog, OperatorSession, PlayerFile};
use contract::problem::{Code, Problem};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::Deserialize;
use utoipa::OpenApi;

/// What a reason may have, as the descriptions of its commands say.
pub const MAX_REASON_CHARS: usize = 300;
/// Lines of a player's history in their file.
const FILE_ENTRIES: u32 = 20;
const LOG_LINES: u32 = 50;
const MAX_LOG_LINES: u32 = 200;

#[derive(OpenApi)]
#[openapi(paths(sign_in, sign_out, session, find, file, lock, unlock, read_log), components(schemas(Problem)))]
struct Api;

/// The description of the routes.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(crate) fn routes(identity: Identity) -> Router {
    let routes = Router::new()
        .route("/api/operator/sign-in", post(sign_in))
        .route("/api/operator/sign-out", post(sign_out))
        .route("/api/operator/session", get(session))
        .route("/api/operator/players", get(find))
        .route("/api/operator/players/{id}", get(file))
        .route("/api/operator/players/{id}/lock", post(lock))
        .route("/api/operator/players/{id}/unlock", post(unlock))
        .route("/api/operator/log", get(read_log))
        .with_state(identity.clone());
    identity.door().operators(routes)
}

/// Signs an operator in.
#[utoipa::path(post, path = "/api/operator/sign-in", tag = "operator", request_body = SignIn, responses(
    (status = 200, body = OperatorSession),
    (status = 401, body = Problem, description = "Wrong address or password"),
    (status = 429, body = Problem, description = "Too many failures for this address or from this place"),
))]
async fn sign_in(
    State(identity): State<Identity>,
    source: Source,
    StrictJson(form): StrictJson<SignIn>,
) -> Result<Response, ApiError> {
    let email = checks::email("email", &form.email)?;
    checks::known_password("password", &form.password)?;
    let inner = &identity.0;
    let subjects = Subject::of_sign_in(&inner.keys, "operator", &email, source);
    let look = async {
        let (operator, stored) = inner.database.read(move |sql| store::by_email(sql, &email)).await?.unzip();
        let matches = inner.passwords.verify(form.password, stored).await?;
        Ok(operator.filter(|_| matches))
    };
    let Some(operator) = identity.attempt(&subjects, look).await? else {
        return Err(ApiError::new(Code::WrongCredentials, "The address or the password is wrong."));
    };
    let secret = store::Secret::new()?;
    let (who, hash, now_ms) = (operator.clone(), secret.hash(), inner.clock.now_ms());
    inner
        .database
        .write(move |tx| {
            attempts::succeeded(tx, &subjects)?;
            store::begin_session(tx, &who.id, hash, now_ms)?;
            let deed = Deed { operator: &who.email, action: LogAction::SignedIn, subject: None, reason: None };
            log::append(tx, deed, now_ms)
        })
        .await
        .map_err(ApiError::from)?;
    let session = OperatorSession { operator, csrf_token: secret.csrf_token(&inner.keys) };
    Ok(([(SET_COOKIE, secret.cookie(inner.cookies.secure))], Json(session)).into_response())
}

/// Signs an operator out. Harmless for everybody else.
#[utoipa::path(post, path = "/api/operator/sign-out", tag = "operator", request_body = Empty, responses(
    (status = 200, body = Empty),
))]
async fn sign_out(
    State(identity): State<Identity>,
    headers: HeaderMap,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Response, ApiError> {
    identity.0.database.write(move |tx| store::end_session(tx, &headers)).await?;
    Ok(([(SET_COOKIE, store::no_cookie(identity.0.cookies.secure))], Json(Empty {})).into_response())
}

/// Who is on duty.
#[utoipa::path(get, path = "/api/operator/session", tag = "operator", responses(
    (status = 200, body = OperatorSession),
))]
async fn session(
    caller: Operator<Developer>,
    Extension(on_duty): Extension<OnDuty>,
) -> Result<Json<OperatorSession>, ApiError> {
    let OnDuty::Operator { csrf_token, .. } = on_duty else {
        return Err(ApiError::internal(&"an operator without a token"));
    };
    Ok(Json(OperatorSession { operator: caller.who, csrf_token }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    id: Option<String>,
    email: Option<String>,
}

/// Finds a player by id or by address.
#[utoipa::path(get, path = "/api/operator/players", tag = "operator",
    params(("id" = Option<String>, Query), ("email" = Option<String>, Query, description = "One of the two")),
    responses((status = 200, body = FoundPlayers)))]
async fn find(
    State(identity): State<Identity>,
    _caller: Operator<Viewer>,
    StrictQuery(wanted): StrictQuery<Wanted>,
) -> Result<Json<FoundPlayers>, ApiError> {
    let email = wanted.email.map(|email| checks::email("email", &email)).transpose()?;
    let found = identity.0.database.read(move |sql| match (wanted.id, email) {
        (Some(id), None) => Ok(locks::by_id(sql, &id)?),
        (None, Some(email)) => Ok(locks::by_email(sql, &email)?),
        _ => Err(ApiError::invalid("id", "Name a player by id or by email, and by one of them.")),
    });
    Ok(Json(FoundPlayers { players: found.await?.into_iter().collect() }))
}

/// A player's account and money.
#[utoipa::path(get, path = "/api/operator/players/{id}", tag = "operator", params(("id" = String, Path)),
    responses((status = 200, body = PlayerFile),
              (status = 404, body = Problem, description = "There is no such player")))]
async fn file(
    State(identity): State<Identity>,
    Path(id): Path<String>,
    _caller: Operator<Support>,
) -> Result<Json<PlayerFile>, ApiError> {
    let inner = &identity.0;
    let (player, now_ms) = (id.clone(), inner.clock.now_ms());
    let (found, account, sessions) = inner
        .database
        .read(move |sql| {
            let sessions = sessions::list(sql, &player, "", now_ms)?.sessions.len();
            Ok::<_, StoreError>((locks::by_id(sql, &player)?, account::details_of(sql, &player)?, sessions))
        })
        .await?;
    let (Some(found), Some(account)) = (found, account) else { return Err(locks::unknown()) };
    let balance = inner.wallet.balance(id.clone()).await?;
    let entries = inner.wallet.latest(id, FILE_ENTRIES).await?;
    let sessions = u32::try_from(sessions).unwrap_or(u32::MAX);
    Ok(Json(PlayerFile { player: found, account, sessions, balance, entries }))
}

/// Locks an account: nobody can sign in, and every session ends at once.
#[utoipa::path(post, path = "/api/operator/players/{id}/lock", tag = "operator", request_body = LockChange,
    params(("id" = String, Path)),
    responses((status = 200, body = FoundPlayer),
              (status = 404, body = Problem, description = "There is no such player"),
              (status = 409, body = Problem, description = "Locked already")))]
async fn lock(
    State(identity): State<Identity>,
    Path(player): Path<String>,
    caller: Operator<Support>,
    StrictJson(form): StrictJson<LockChange>,
) -> Result<Json<FoundPlayer>, ApiError> {
    let reason = checked_reason(&form.reason)?;
    change(&identity, locks::Change { player, lock: true, operator: caller.who.email, reason }).await
}

/// Unlocks an account. The player signs in again.
#[utoipa::path(post, path = "/api/operator/players/{id}/unlock", tag = "operator", request_body = LockChange,
    params(("id" = String, Path)),
    responses((status = 200, body = FoundPlayer),
              (status = 404, body = Problem, description = "There is no such player"),
              (status = 409, body = Problem, description = "Not locked")))]
async fn unlock(
    State(identity): State<Identity>,
    Path(player): Path<String>,
    caller: Operator<Risk>,
    StrictJson(form): StrictJson<LockChange>,
) -> Result<Json<FoundPlayer>, ApiError> {
    let reason = checked_reason(&form.reason)?;
    change(&identity, locks::Change { player, lock: false, operator: caller.who.email, reason }).await
}

async fn change(identity: &Identity, change: locks::Change) -> Result<Json<FoundPlayer>, ApiError> {
    let now_ms = identity.0.clock.now_ms();
    let (player, ended) = identity.0.database.write(move |tx| locks::change(tx, &change, now_ms)).await?;
    identity.0.ended.add(&ended, now_ms);
    Ok(Json(player))
}

/// A reason that an operator or a team gives, as it is written down.
///
/// # Errors
/// It is empty, too long, or not one line.
pub fn checked_reason(text: &str) -> Result<String, ApiError> {
    let reason = text.trim();
    // As it was sent: that is what the description bounds.
    let is_short = text.chars().count() <= MAX_REASON_CHARS;
    if is_short && !reason.is_empty() && !reason.chars().any(char::is_control) {
        return Ok(reason.to_owned());
    }
    let detail = format!("Say why in 1 to {MAX_REASON_CHARS} characters, without line breaks.");
    Err(ApiError::invalid("reason", detail))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    before: Option<i64>,
    limit: Option<u32>,
}

/// What operators did, newest first.
#[utoipa::path(get, path = "/api/operator/log", tag = "operator",
    params(("before" = Option<i64>, Query, minimum = 1, description = "`next_before` of the page before"),
           ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Lines on the page, 1 to 200; 50 if absent")),
    responses((status = 200, body = OperatorLog)))]
async fn read_log(
    State(identity): State<Identity>,
    _caller: Operator<Admin>,
    StrictQuery(query): StrictQuery<LogQuery>,
) -> Result<Json<OperatorLog>, ApiError> {
    let (before, limit) = (query.before.unwrap_or(i64::MAX), query.limit.unwrap_or(LOG_LINES));
    if before < 1 {
        return Err(ApiError::invalid("before", "A place in the log is 1 or more."));
    }
    if !(1..=MAX_LOG_LINES).contains(&limit) {
        return Err(ApiError::invalid("limit", format!("A page has 1 to {MAX_LOG_LINES} lines.")));
    }
    Ok(Json(identity.0.database.read(move |sql| log::page(sql, before, limit)).await?))
}
