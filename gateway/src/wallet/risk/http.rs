//! The operators' routes, under `/api/operator/`. They need [`crate::identity::Door::operators`] before them.

use super::review::{self, By};
use crate::idempotency::{Fingerprint, Key, Reply, once};
use crate::identity::operator::{Operator, Risk, Support, Viewer, checked_reason};
use crate::problem::{ApiError, StrictJson, StrictQuery};
use crate::wallet::Wallet;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::operator::LockChange;
use contract::problem::{Code, Problem};
use contract::risk::{OpenWithdrawals, Review, ReviewRequest, Verdict, WithdrawalsLock};
use http::StatusCode;
use serde::Deserialize;
use utoipa::OpenApi;

/// Withdrawals on a page unless asked otherwise.
const LISTED: u32 = 50;
/// Withdrawals on a page at most.
const MOST_LISTED: u32 = 200;

#[derive(OpenApi)]
#[openapi(
    paths(open_withdrawals, release_withdrawal, refuse_withdrawal, lock_withdrawals, unlock_withdrawals),
    components(schemas(Problem))
)]
struct Api;

/// The description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(in crate::wallet) fn routes(wallet: Wallet) -> Router {
    Router::new()
        .route("/api/operator/withdrawals", get(open_withdrawals))
        .route("/api/operator/withdrawals/{id}/release", post(release_withdrawal))
        .route("/api/operator/withdrawals/{id}/refuse", post(refuse_withdrawal))
        .route("/api/operator/players/{id}/withdrawals/lock", post(lock_withdrawals))
        .route("/api/operator/players/{id}/withdrawals/unlock", post(unlock_withdrawals))
        .with_state(wallet)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    after: Option<i64>,
    limit: Option<u32>,
}

/// Withdrawals that wait for an operator, oldest first, with what was decided about each and why.
#[utoipa::path(get, path = "/api/operator/withdrawals", tag = "operator",
    params(("after" = Option<i64>, Query, description = "`next_after` of the page before"),
           ("limit" = Option<u32>, Query, description = "Withdrawals on the page, 1 to 200; 50 if absent")),
    responses((status = 200, body = OpenWithdrawals)))]
async fn open_withdrawals(
    State(wallet): State<Wallet>,
    _caller: Operator<Viewer>,
    StrictQuery(listing): StrictQuery<Listing>,
) -> Result<Json<OpenWithdrawals>, ApiError> {
    let (after, limit) = (listing.after.unwrap_or(0), listing.limit.unwrap_or(LISTED));
    if after < 0 {
        return Err(ApiError::invalid("after", "A ledger position is 0 or more."));
    }
    if !(1..=MOST_LISTED).contains(&limit) {
        return Err(ApiError::invalid("limit", format!("A page has 1 to {MOST_LISTED} withdrawals.")));
    }
    Ok(Json(wallet.database.read(move |sql| review::open(sql, after, limit)).await?))
}

/// Pays a withdrawal that waits, in full.
#[utoipa::path(post, path = "/api/operator/withdrawals/{id}/release", tag = "operator", request_body = ReviewRequest,
    params(("id" = String, Path),
           ("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses((status = 201, body = Review),
              (status = 404, body = Problem, description = "There is no such withdrawal"),
              (status = 409, body = Problem,
               description = "Decided already, or a command with this key is being carried out")))]
async fn release_withdrawal(
    state: State<Wallet>,
    id: Path<String>,
    caller: Operator<Risk>,
    key: Key,
    form: StrictJson<ReviewRequest>,
) -> Result<Reply, ApiError> {
    end(state, id, caller, key, form, Verdict::Released).await
}

/// Gives a withdrawal that waits back to the player.
#[utoipa::path(post, path = "/api/operator/withdrawals/{id}/refuse", tag = "operator", request_body = ReviewRequest,
    params(("id" = String, Path),
           ("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses((status = 201, body = Review),
              (status = 404, body = Problem, description = "There is no such withdrawal"),
              (status = 409, body = Problem,
               description = "Decided already, or a command with this key is being carried out")))]
async fn refuse_withdrawal(
    state: State<Wallet>,
    id: Path<String>,
    caller: Operator<Risk>,
    key: Key,
    form: StrictJson<ReviewRequest>,
) -> Result<Reply, ApiError> {
    end(state, id, caller, key, form, Verdict::Refused).await
}

async fn end(
    State(wallet): State<Wallet>,
    Path(id): Path<String>,
    caller: Operator<Risk>,
    key: Key,
    StrictJson(form): StrictJson<ReviewRequest>,
    verdict: Verdict,
) -> Result<Reply, ApiError> {
    let by = By { operator: caller.who.email, reason: checked_reason(&form.reason)? };
    let fingerprint = Fingerprint::of("operator/withdrawals", &(&id, verdict, &by.reason))?;
    // No player's id looks like this, so the keys of players and operators don't meet.
    let scope = format!("operator {}", caller.who.id);
    let _entered = wallet.in_flight.enter(&scope, &key)?;
    let now_ms = wallet.clock.now_ms();
    wallet
        .database
        .write(move |tx| {
            once(tx, &scope, &key, fingerprint, |tx| {
                let review = review::end(tx, &id, verdict, &by, now_ms)?;
                Ok::<_, ApiError>((StatusCode::CREATED, review))
            })
        })
        .await
}

/// From now on all withdrawals of a player wait for an operator.
#[utoipa::path(post, path = "/api/operator/players/{id}/withdrawals/lock", tag = "operator", request_body = LockChange,
    params(("id" = String, Path)),
    responses((status = 200, body = WithdrawalsLock),
              (status = 404, body = Problem, description = "The player has no account"),
              (status = 409, body = Problem, description = "Locked already")))]
async fn lock_withdrawals(
    State(wallet): State<Wallet>,
    Path(player): Path<String>,
    caller: Operator<Support>,
    StrictJson(form): StrictJson<LockChange>,
) -> Result<Json<WithdrawalsLock>, ApiError> {
    let by = By { operator: caller.who.email, reason: checked_reason(&form.reason)? };
    change_lock(wallet, player, true, by).await
}

/// No longer: the rules alone decide again. What waits goes on waiting.
#[utoipa::path(post, path = "/api/operator/players/{id}/withdrawals/unlock", tag = "operator", request_body = LockChange,
    params(("id" = String, Path)),
    responses((status = 200, body = WithdrawalsLock),
              (status = 404, body = Problem, description = "The player has no account"),
              (status = 409, body = Problem, description = "Not locked")))]
async fn unlock_withdrawals(
    State(wallet): State<Wallet>,
    Path(player): Path<String>,
    caller: Operator<Risk>,
    StrictJson(form): StrictJson<LockChange>,
) -> Result<Json<WithdrawalsLock>, ApiError> {
    let by = By { operator: caller.who.email, reason: checked_reason(&form.reason)? };
    change_lock(wallet, player, false, by).await
}

async fn change_lock(wallet: Wallet, player: String, locked: bool, by: By) -> Result<Json<WithdrawalsLock>, ApiError> {
    let now_ms = wallet.clock.now_ms();
    let changed = wallet.database.write(move |tx| review::lock(tx, &player, locked, &by, now_ms)).await?;
    let detail = if locked { "The withdrawals are locked already." } else { "The withdrawals are not locked." };
    changed.map(Json).ok_or_else(|| ApiError::new(Code::Conflict, detail))
}
