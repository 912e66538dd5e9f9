//! What an operator sees of the ledger and decides about it. On the control port only.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /ledger/check` | – | [`super::Audit`] |
//! | `GET /ledger/players/{id}` | – | [`super::PlayerTruth`] |
//! | `PUT /ledger/players/{id}/withdrawals` | `{"held": true}` | 204 |
//! | `GET /ledger/reservations` | – | a list of [`Reservation`]s |
//! | `POST /ledger/reservations/{id}/post` | `{"amount_minor": 5}` or `{}` for all, idempotency key | 201 receipt |
//! | `POST /ledger/reservations/{id}/void` | `{}`, idempotency key | 201 receipt |

use super::ledger::HOUSE;
use super::reservations::{self, End, Reservation};
use super::{Audit, PlayerTruth, Wallet};
use crate::idempotency::{Fingerprint, Key, Reply, once};
use crate::problem::{ApiError, Empty, StrictJson};
use axum::extract::{Path, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use serde::{Deserialize, Serialize};

pub(super) fn routes(wallet: Wallet) -> Router {
    Router::new()
        .route("/ledger/check", get(check))
        .route("/ledger/players/{id}", get(player))
        .route("/ledger/players/{id}/withdrawals", put(withdrawals))
        .route("/ledger/reservations", get(open))
        .route("/ledger/reservations/{id}/post", post(pay))
        .route("/ledger/reservations/{id}/void", post(give_back))
        .with_state(wallet)
}

async fn check(State(wallet): State<Wallet>) -> Result<Json<Audit>, ApiError> {
    Ok(Json(wallet.check().await?))
}

async fn player(State(wallet): State<Wallet>, Path(id): Path<String>) -> Result<Json<PlayerTruth>, ApiError> {
    Ok(Json(wallet.player_truth(&id).await?))
}

/// Whether a player's withdrawals wait for an operator.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawals {
    held: bool,
}

async fn withdrawals(
    State(wallet): State<Wallet>,
    Path(id): Path<String>,
    StrictJson(wish): StrictJson<Withdrawals>,
) -> Result<StatusCode, ApiError> {
    wallet.hold_withdrawals(&id, wish.held).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn open(State(wallet): State<Wallet>) -> Result<Json<Vec<Reservation>>, ApiError> {
    Ok(Json(wallet.reservations().await?))
}

/// How much of a reservation is paid; all of it if nothing is said.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    amount_minor: Option<i64>,
}

async fn pay(
    State(wallet): State<Wallet>,
    Path(id): Path<String>,
    key: Key,
    StrictJson(payment): StrictJson<Payment>,
) -> Result<Reply, ApiError> {
    end(wallet, id, key, End::Post(payment.amount_minor)).await
}

async fn give_back(
    State(wallet): State<Wallet>,
    Path(id): Path<String>,
    key: Key,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Reply, ApiError> {
    end(wallet, id, key, End::Void).await
}

async fn end(wallet: Wallet, id: String, key: Key, how: End) -> Result<Reply, ApiError> {
    let fingerprint = Fingerprint::of("ledger/reservations", &(&id, how))?;
    let _entered = wallet.in_flight.enter(HOUSE, &key)?;
    let now_ms = wallet.clock.now_ms();
    wallet
        .database
        .write(move |tx| {
            once(tx, HOUSE, &key, fingerprint, |tx| {
                let receipt = reservations::end(tx, &id, how, now_ms)?;
                Ok::<_, ApiError>((StatusCode::CREATED, receipt))
            })
        })
        .await
}
