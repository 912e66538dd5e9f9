//! The vendor's routes: signature first, then the body, then the answer.

use super::signature::Vendor;
use super::wagers;
use super::{SessionsUnavailable, VendorSessions, ids, promos};
use crate::problem::{ApiError, body, parse, require_json};
use crate::signed::refused;
use crate::wallet::{Wallet, examples};
use axum::extract::{Request, State};
use axum::routing::post;
use axum::{Json, Router};
use contract::problem::{Code, Problem};
use contract::vendor::{
    Authenticate, Authenticated, BalanceQuery, PromoPayout, Reply, Rollback, Status, Transaction, VENDOR,
};
use serde::de::DeserializeOwned;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    paths(authenticate, balance, bet, win, rollback, promo_payout),
    components(schemas(
        Problem,
        Authenticate,
        Authenticated,
        BalanceQuery,
        Transaction,
        Rollback,
        PromoPayout,
        Reply
    ))
)]
struct Api;

/// The description of the vendor's routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// What the vendor's handlers share.
#[derive(Clone)]
struct Desk<S> {
    wallet: Wallet,
    vendor: Option<Vendor>,
    sessions: S,
}

pub(in crate::wallet) fn routes<S: VendorSessions>(wallet: Wallet, vendor: Option<Vendor>, sessions: S) -> Router {
    Router::new()
        .route("/vendor/v1/authenticate", post(authenticate::<S>))
        .route("/vendor/v1/balance", post(balance::<S>))
        .route("/vendor/v1/bet", post(bet::<S>))
        .route("/vendor/v1/win", post(win::<S>))
        .route("/vendor/v1/rollback", post(rollback::<S>))
        .route("/vendor/v1/promo-payout", post(promo_payout::<S>))
        .with_state(Desk { wallet, vendor, sessions })
}

impl<S> Desk<S> {
    /// Reads a call that the vendor signed; gives the vendor's name with it.
    async fn open<T: DeserializeOwned>(&self, request: Request) -> Result<(String, T), ApiError> {
        let vendor = self.vendor.as_ref().ok_or_else(|| refused(VENDOR, "There is no vendor."))?;
        let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
        let bytes = body(request).await?;
        vendor.verify("POST", &path, &headers, &bytes, self.wallet.clock.now_ms())?;
        require_json(&headers)?;
        Ok((vendor.name().to_owned(), parse(&bytes)?))
    }
}

impl From<SessionsUnavailable> for ApiError {
    fn from(error: SessionsUnavailable) -> Self {
        Self::new(Code::Unavailable, format!("Try again: {error}."))
    }
}

/// Exchanges a launch token for a session.
#[utoipa::path(post, path = "/vendor/v1/authenticate", tag = "vendor",
    request_body(content = Authenticate, example = json!(examples::authenticate())), responses(
    (status = 200, body = Authenticated, example = json!(examples::authenticated())),
))]
async fn authenticate<S: VendorSessions>(
    State(desk): State<Desk<S>>,
    request: Request,
) -> Result<Json<Authenticated>, ApiError> {
    let (_, call): (_, Authenticate) = desk.open(request).await?;
    let Some(session) = desk.sessions.redeem(&call.token).await? else {
        return Ok(Json(Authenticated {
            status: Status::InvalidSession,
            session: String::new(),
            player: String::new(),
            table: String::new(),
            currency: None,
            balance_minor: 0,
        }));
    };
    let balance = desk.wallet.ledger_balance(&session.player).await?;
    Ok(Json(Authenticated {
        status: Status::Ok,
        session: session.session,
        player: session.player,
        table: session.table,
        currency: Some(session.currency),
        balance_minor: balance.cash_minor.saturating_add(balance.bonus_minor),
    }))
}

/// What can be staked in a session.
#[utoipa::path(post, path = "/vendor/v1/balance", tag = "vendor",
    request_body(content = BalanceQuery, example = json!(examples::balance_query())), responses(
    (status = 200, body = Reply, example = json!(examples::reply(Status::Ok, "what can be staked"))),
))]
async fn balance<S: VendorSessions>(State(desk): State<Desk<S>>, request: Request) -> Result<Json<Reply>, ApiError> {
    let (_, call): (_, BalanceQuery) = desk.open(request).await?;
    let Some((session, false)) = desk.sessions.session(&call.session).await? else {
        return Ok(Json(wagers::invalid_session("the session is unknown or has ended")));
    };
    let balance = desk.wallet.ledger_balance(&session.player).await?;
    Ok(Json(Reply {
        status: Status::Ok,
        balance_minor: balance.cash_minor.saturating_add(balance.bonus_minor),
        currency: Some(balance.currency),
        detail: "what can be staked".into(),
    }))
}

/// Takes a stake.
#[utoipa::path(post, path = "/vendor/v1/bet", tag = "vendor",
    request_body(content = Transaction, example = json!(examples::bet())), responses(
    (status = 200, body = Reply, example = json!(examples::reply(Status::Ok, "the stake was taken"))),
))]
async fn bet<S: VendorSessions>(State(desk): State<Desk<S>>, request: Request) -> Result<Json<Reply>, ApiError> {
    let (vendor, call): (_, Transaction) = desk.open(request).await?;
    if !call.settles.is_empty() {
        return Err(ApiError::invalid("settles", "A bet settles nothing."));
    }
    ids::check(&call)?;
    ids::check_stakes(&call)?;
    let session = desk.sessions.session(&call.session).await?;
    let (market, now_ms) = (desk.wallet.market.clone(), desk.wallet.clock.now_ms());
    let reply =
        desk.wallet.database.write(move |tx| wagers::bet(tx, &market, &vendor, &call, session.clone(), now_ms)).await;
    Ok(Json(reply.map_err(ApiError::from)?))
}

/// Pays a win and settles its bets; with an amount of 0 it settles lost ones.
#[utoipa::path(post, path = "/vendor/v1/win", tag = "vendor",
    request_body(content = Transaction, example = json!(examples::win())), responses(
    (status = 200, body = Reply, example = json!(examples::reply(Status::Ok, "the win was paid"))),
))]
async fn win<S: VendorSessions>(State(desk): State<Desk<S>>, request: Request) -> Result<Json<Reply>, ApiError> {
    let (vendor, call): (_, Transaction) = desk.open(request).await?;
    if call.stakes.is_some() {
        return Err(ApiError::invalid("stakes", "A win stakes nothing."));
    }
    ids::check(&call)?;
    let session = desk.sessions.session(&call.session).await?;
    let (market, now_ms) = (desk.wallet.market.clone(), desk.wallet.clock.now_ms());
    let reply =
        desk.wallet.database.write(move |tx| wagers::win(tx, &market, &vendor, &call, session.clone(), now_ms)).await;
    Ok(Json(reply.map_err(ApiError::from)?))
}

/// Takes a bet back.
#[utoipa::path(post, path = "/vendor/v1/rollback", tag = "vendor",
    request_body(content = Rollback, example = json!(examples::rollback())), responses(
    (status = 200, body = Reply, example = json!(examples::reply(Status::Ok, "the stake was given back"))),
))]
async fn rollback<S: VendorSessions>(State(desk): State<Desk<S>>, request: Request) -> Result<Json<Reply>, ApiError> {
    let (vendor, call): (_, Rollback) = desk.open(request).await?;
    ids::check_rollback(&call)?;
    let (market, now_ms) = (desk.wallet.market.clone(), desk.wallet.clock.now_ms());
    let reply = desk.wallet.database.write(move |tx| wagers::rollback(tx, &market, &vendor, &call, now_ms)).await;
    Ok(Json(reply.map_err(ApiError::from)?))
}

/// Credits what the vendor's own promotion pays.
#[utoipa::path(post, path = "/vendor/v1/promo-payout", tag = "vendor",
    request_body(content = PromoPayout, example = json!(examples::promo_payout())),
    responses(
        (status = 200, body = Reply, example = json!(examples::reply(Status::Ok, "the payout was credited"))),
    ))]
async fn promo_payout<S: VendorSessions>(
    State(desk): State<Desk<S>>,
    request: Request,
) -> Result<Json<Reply>, ApiError> {
    let (vendor, call): (_, PromoPayout) = desk.open(request).await?;
    promos::check_ids(&call)?;
    let session = desk.sessions.session(&call.session).await?;
    let (market, now_ms) = (desk.wallet.market.clone(), desk.wallet.clock.now_ms());
    let reply =
        desk.wallet.database.write(move |tx| promos::pay(tx, &market, &vendor, &call, session.clone(), now_ms)).await;
    Ok(Json(reply.map_err(ApiError::from)?))
}
