//! The player's routes.

use super::commands::{self, Direction};
use super::examples;
use super::history::{self, Filter, HistoryQuery};
use super::house::check_amount;
use super::{Wallet, WalletError};
use crate::idempotency::{Fingerprint, Key, Reply, once};
use crate::identity::SignedIn;
use crate::problem::{ApiError, StrictJson, StrictQuery};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::problem::Problem;
use contract::wallet::{Balance, History, MoneyCommand, Receipt};
use http::StatusCode;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(balance, deposit, withdraw, page), components(schemas(Problem)))]
struct Api;

/// The description of the player's routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(super) fn routes(wallet: Wallet) -> Router {
    Router::new()
        .route("/api/wallet/balance", get(balance))
        .route("/api/wallet/deposits", post(deposit))
        .route("/api/wallet/withdrawals", post(withdraw))
        .route("/api/wallet/history", get(page))
        .with_state(wallet)
}

/// What the player holds.
#[utoipa::path(get, path = "/api/wallet/balance", tag = "wallet", responses(
    (status = 200, body = Balance, example = json!(examples::balance())),
    (status = 401, body = Problem, description = "Nobody is signed in"),
    (status = 503, body = Problem),
))]
async fn balance(State(wallet): State<Wallet>, caller: SignedIn) -> Result<Json<Balance>, ApiError> {
    Ok(Json(wallet.balance(&caller.player).await?))
}

/// Pays play money in.
#[utoipa::path(post, path = "/api/wallet/deposits", tag = "wallet",
    request_body(content = MoneyCommand, example = json!(examples::command())),
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 201, body = Receipt, example = json!(examples::deposited())),
        (status = 400, body = Problem, description = "The body, the amount, the currency or the key is not allowed"),
        (status = 401, body = Problem), (status = 403, body = Problem, description = "Cross-site, or no CSRF token"),
        (status = 409, body = Problem, description = "A command with this key is still being carried out"),
        (status = 422, body = Problem, description = "No room in a limit, a break in force, or another command's key"),
        (status = 503, body = Problem),
    ))]
async fn deposit(
    state: State<Wallet>,
    caller: SignedIn,
    key: Key,
    body: StrictJson<MoneyCommand>,
) -> Result<Reply, ApiError> {
    move_money(state, caller, key, body, Direction::In).await
}

/// Pays play money out.
#[utoipa::path(post, path = "/api/wallet/withdrawals", tag = "wallet",
    request_body(content = MoneyCommand, example = json!(examples::command())),
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 201, body = Receipt, description = "Paid out, or set aside: then `held_minor` says how much",
            example = json!(examples::withdrawn())),
        (status = 400, body = Problem, description = "The body, the amount, the currency or the key is not allowed"),
        (status = 401, body = Problem), (status = 403, body = Problem, description = "Cross-site, or no CSRF token"),
        (status = 409, body = Problem, description = "A command with this key is still being carried out"),
        (status = 422, body = Problem, description = "Not enough cash, or the key belongs to another command"),
        (status = 503, body = Problem),
    ))]
async fn withdraw(
    state: State<Wallet>,
    caller: SignedIn,
    key: Key,
    body: StrictJson<MoneyCommand>,
) -> Result<Reply, ApiError> {
    move_money(state, caller, key, body, Direction::Out).await
}

async fn move_money(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(command): StrictJson<MoneyCommand>,
    direction: Direction,
) -> Result<Reply, ApiError> {
    check_amount(command.amount_minor, command.currency)?;
    let route = match direction {
        Direction::In => "wallet/deposits",
        Direction::Out => "wallet/withdrawals",
    };
    let fingerprint = Fingerprint::of(route, &command)?;
    let _entered = wallet.in_flight.enter(&caller.player, &key)?;
    let (market, rules, now_ms) = (wallet.market.clone(), wallet.rules.clone(), wallet.clock.now_ms());
    wallet
        .database
        .write(move |tx| {
            once(tx, &caller.player, &key, fingerprint, |tx| {
                let receipt = commands::move_money(tx, (&market, &rules), &caller.player, direction, &command, now_ms)?;
                Ok::<_, ApiError>((StatusCode::CREATED, receipt))
            })
        })
        .await
}

/// The player's history, newest first, with the totals of the filtered period.
#[utoipa::path(get, path = "/api/wallet/history", tag = "wallet", params(HistoryQuery), responses(
    (status = 200, body = History, example = json!(examples::history())),
    (status = 400, body = Problem, description = "A parameter is not allowed; `field` names it"),
    (status = 401, body = Problem), (status = 503, body = Problem),
))]
async fn page(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Json<History>, ApiError> {
    let filter = Filter::try_from(query)?;
    let history = wallet.database.read(move |sql| history::page(sql, &caller.player, filter)).await;
    Ok(Json(history.map_err(|error: WalletError| ApiError::from(error))?))
}
