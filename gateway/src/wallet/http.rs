//! The player's routes.

use super::Wallet;
use super::commands::{self, Direction};
use super::examples;
use super::history::{Filter, HistoryQuery};
use super::house::check_amount;
use super::views::Seen;
use crate::idempotency::{Fingerprint, Key, Reply, once};
use crate::identity::SignedIn;
use crate::problem::{ApiError, StrictJson, StrictQuery};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use contract::limits::Period;
use contract::problem::Problem;
use contract::wallet::{Balance, History, MoneyCommand, Receipt, Summary};
use http::StatusCode;
use serde::Deserialize;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(balance, deposit, withdraw, page, summary), components(schemas(Problem)))]
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
        .route("/api/wallet/summary", get(summary))
        .with_state(wallet)
}

/// What the player holds.
#[utoipa::path(get, path = "/api/wallet/balance", tag = "wallet", responses(
    (status = 200, body = Balance,
        headers(("x-entries-behind" = u64, description = "The read models lack so many entries at most")),
        example = json!(examples::balance())),
))]
async fn balance(State(wallet): State<Wallet>, caller: SignedIn) -> Result<Seen<Balance>, ApiError> {
    Ok(wallet.views.balance(&caller.player, wallet.clock.now_ms()).await?)
}

/// Pays play money in.
#[utoipa::path(post, path = "/api/wallet/deposits", tag = "wallet",
    request_body(content = MoneyCommand, example = json!(examples::command())),
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 201, body = Receipt, example = json!(examples::deposited())),
        (status = 400, body = Problem, description = "The body, the amount, the currency or the key is not allowed"),
        (status = 422, body = Problem, description = "No room in a limit, a break in force, or another command's key"),
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
        (status = 422, body = Problem, description = "Not enough cash, or the key belongs to another command"),
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
            commands::foresee(tx, &market, &caller.player, (&key, direction), now_ms)?;
            once(tx, &caller.player, &key, fingerprint, |tx| {
                let receipt = commands::move_money(tx, (&market, &rules), &caller.player, direction, &command, now_ms)?;
                Ok::<_, ApiError>((StatusCode::CREATED, receipt))
            })
        })
        .await
}

/// The player's history, newest first, with the totals of the filtered period.
#[utoipa::path(get, path = "/api/wallet/history", tag = "wallet", params(HistoryQuery), responses(
    (status = 200, body = History,
        headers(("x-entries-behind" = u64, description = "The read models lack so many entries at most")),
        example = json!(examples::history())),
))]
async fn page(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Seen<History>, ApiError> {
    let filter = Filter::try_from(query)?;
    Ok(wallet.views.history(&caller.player, filter, wallet.clock.now_ms()).await?)
}

/// The query of `GET /api/wallet/summary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SummaryQuery {
    /// How long; a month if absent.
    period: Option<Period>,
    /// The period around this time, Unix milliseconds; now if absent.
    at_ms: Option<i64>,
}

/// What a day, week or month came to: net deposits and the net position of the games.
#[utoipa::path(get, path = "/api/wallet/summary", tag = "wallet", params(SummaryQuery), responses(
    (status = 200, body = Summary,
        headers(("x-entries-behind" = u64, description = "The read models lack so many entries at most")),
        example = json!(examples::summary())),
))]
async fn summary(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    StrictQuery(query): StrictQuery<SummaryQuery>,
) -> Result<Seen<Summary>, ApiError> {
    let at_ms = query.at_ms.unwrap_or_else(|| wallet.clock.now_ms());
    if at_ms < 0 {
        return Err(ApiError::invalid("at_ms", "A time is a number of milliseconds since 1970."));
    }
    Ok(wallet.views.summary(&caller.player, query.period.unwrap_or(Period::Month), at_ms).await?)
}
