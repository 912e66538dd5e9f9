//! The player's routes, under `/api/limits`.

use super::book::Book;
use super::error::LimitError;
use super::market::Market;
use super::store::Of;
use crate::idempotency::{Fingerprint, Key, Reply, once};
use crate::identity::SignedIn;
use crate::problem::{ApiError, Empty, StrictJson};
use crate::wallet::ledger::Holder;
use crate::wallet::{HOUSE_CURRENCY, Wallet};
use axum::extract::State;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use contract::limits::{Exclude, LimitName, Limits, SetCheck, SetLimit, TakeBreak};
use contract::play::{GamingSession, Play};
use contract::problem::Problem;
use http::StatusCode;
use serde::Serialize;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    paths(limits, set, confirm, cancel, time_out, self_exclusion, set_check, session, acknowledge),
    components(schemas(Problem))
)]
struct Api;

/// The description of the player's routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(in crate::wallet) fn routes(wallet: Wallet) -> Router {
    Router::new()
        .route("/api/limits", get(limits).put(set))
        .route("/api/limits/confirm", post(confirm))
        .route("/api/limits/cancel", post(cancel))
        .route("/api/limits/time-out", post(time_out))
        .route("/api/limits/self-exclusion", post(self_exclusion))
        .route("/api/limits/reality-check", put(set_check))
        .route("/api/limits/reality-check/acknowledge", post(acknowledge))
        .route("/api/limits/session", get(session))
        .with_state(wallet)
}

/// A command on a player's book.
struct Command<'a, B> {
    wallet: Wallet,
    caller: SignedIn,
    key: Key,
    route: &'a str,
    body: &'a B,
}

impl<B: Serialize> Command<'_, B> {
    /// Carries it out once; the answer is `show` of the book after it.
    async fn run<R: Serialize + Send + 'static>(
        self,
        act: impl Fn(&mut Book, &Market, i64) -> Result<(), LimitError> + Send + 'static,
        show: impl Fn(&Of<'_>, &Book) -> R + Send + 'static,
    ) -> Result<Reply, ApiError> {
        let Self { wallet, caller, key, route, body } = self;
        let fingerprint = Fingerprint::of(route, body)?;
        let _entered = wallet.in_flight.enter(&caller.player, &key)?;
        let (market, now_ms) = (wallet.market.clone(), wallet.clock.now_ms());
        wallet
            .database
            .write(move |tx| {
                once(tx, &caller.player, &key, fingerprint, |tx| {
                    let holder = Holder::open(tx, &caller.player, HOUSE_CURRENCY, now_ms)?;
                    let of = Of::holder(&holder, &market, now_ms);
                    of.change(tx, None, |book| act(book, &market, now_ms))??;
                    let book = of.load(tx, None)?;
                    Ok::<_, ApiError>((StatusCode::OK, show(&of, &book)))
                })
            })
            .await
    }

    async fn on_limits(
        self,
        act: impl Fn(&mut Book, &Market, i64) -> Result<(), LimitError> + Send + 'static,
    ) -> Result<Reply, ApiError> {
        self.run(act, |of, book| of.limits(book)).await
    }
}

/// The player's limits and breaks, with what is used of each limit.
#[utoipa::path(get, path = "/api/limits", tag = "limits", responses((status = 200, body = Limits)))]
async fn limits(State(wallet): State<Wallet>, caller: SignedIn) -> Result<Json<Limits>, ApiError> {
    Ok(Json(wallet.limits(&caller.player).await?))
}

/// Sets, lowers, raises or removes a limit. A lower one holds at once; a higher one, or none, waits to be
/// confirmed.
#[utoipa::path(put, path = "/api/limits", tag = "limits", request_body = SetLimit,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 400, body = Problem, description = "The body, the value or the key is not allowed"),
    ))]
async fn set(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<SetLimit>,
) -> Result<Reply, ApiError> {
    let (name, value) = ((body.kind, body.period), body.value);
    let command = Command { wallet, caller, key, route: "limits/set", body: &body };
    command.on_limits(move |book, market, now_ms| book.set(market, name, value, now_ms)).await
}

/// Confirms a higher limit whose time has come: it holds at once.
#[utoipa::path(post, path = "/api/limits/confirm", tag = "limits", request_body = LimitName,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 409, body = Problem, description = "Nothing waits to be confirmed, or it is too early"),
    ))]
async fn confirm(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<LimitName>,
) -> Result<Reply, ApiError> {
    let name = (body.kind, body.period);
    let command = Command { wallet, caller, key, route: "limits/confirm", body: &body };
    command.on_limits(move |book, _, now_ms| book.confirm(name, now_ms)).await
}

/// Forgets a higher limit that waits, at once.
#[utoipa::path(post, path = "/api/limits/cancel", tag = "limits", request_body = LimitName,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 409, body = Problem, description = "No higher limit waits"),
    ))]
async fn cancel(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<LimitName>,
) -> Result<Reply, ApiError> {
    let name = (body.kind, body.period);
    let command = Command { wallet, caller, key, route: "limits/cancel", body: &body };
    command.on_limits(move |book, _, _| book.cancel(name)).await
}

/// Begins a time-out: bets, deposits and promotions are refused from now on until it ends.
#[utoipa::path(post, path = "/api/limits/time-out", tag = "limits", request_body = TakeBreak,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 409, body = Problem, description = "A break that lasts as long is in force"),
    ))]
async fn time_out(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<TakeBreak>,
) -> Result<Reply, ApiError> {
    let length = body.length;
    let command = Command { wallet, caller, key, route: "limits/time-out", body: &body };
    command.on_limits(move |book, market, now_ms| book.time_out(market, length, now_ms)).await
}

/// Begins a self-exclusion: as a time-out, for months.
#[utoipa::path(post, path = "/api/limits/self-exclusion", tag = "limits", request_body = Exclude,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 400, body = Problem, description = "The body, the months or the key is not allowed"),
        (status = 409, body = Problem, description = "A break that lasts as long is in force"),
    ))]
async fn self_exclusion(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<Exclude>,
) -> Result<Reply, ApiError> {
    let months = body.months;
    let command = Command { wallet, caller, key, route: "limits/self-exclusion", body: &body };
    command.on_limits(move |book, market, now_ms| book.exclude(market, months, now_ms)).await
}

/// Chooses the time between reality checks.
#[utoipa::path(put, path = "/api/limits/reality-check", tag = "limits", request_body = SetCheck,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses(
        (status = 200, body = Limits),
        (status = 400, body = Problem, description = "The body, the minutes or the key is not allowed"),
    ))]
async fn set_check(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<SetCheck>,
) -> Result<Reply, ApiError> {
    let minutes = body.minutes;
    let command = Command { wallet, caller, key, route: "limits/reality-check", body: &body };
    command.on_limits(move |book, market, now_ms| book.set_check(market, minutes, now_ms)).await
}

/// The clock and net position of the gaming session, whether a break is in force, and what can be
/// deposited.
#[utoipa::path(get, path = "/api/limits/session", tag = "limits", responses((status = 200, body = Play)))]
async fn session(State(wallet): State<Wallet>, caller: SignedIn) -> Result<Json<Play>, ApiError> {
    Ok(Json(wallet.play(&caller.player).await?))
}

/// Acknowledges the reality check that is due; if none is, nothing changes.
#[utoipa::path(post, path = "/api/limits/reality-check/acknowledge", tag = "limits", request_body = Empty,
    params(("idempotency-key" = String, Header, description = "Made by the client; one key has one effect")),
    responses((status = 200, body = GamingSession)))]
async fn acknowledge(
    State(wallet): State<Wallet>,
    caller: SignedIn,
    key: Key,
    StrictJson(body): StrictJson<Empty>,
) -> Result<Reply, ApiError> {
    let act = |book: &mut Book, market: &Market, now_ms: i64| {
        book.acknowledge(market, now_ms);
        Ok(())
    };
    let command = Command { wallet, caller, key, route: "limits/reality-check/acknowledge", body: &body };
    command.run(act, |of, book| of.session(book)).await
}
