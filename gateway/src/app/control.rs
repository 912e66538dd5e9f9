//! The control port: for operators and tests, on a loopback address only.

use axum::Json;
use axum::extract::{Path, State};
use axum::routing::{Router, get};

use crate::faults::Faults;
use crate::problem::ApiError;
use crate::wallet::{Audit, PlayerTruth, Wallet};

/// Faults, and the ledger as its transfers tell it.
pub(super) fn routes(faults: &Faults, wallet: Wallet) -> Router {
    Router::new()
        .route("/ledger/check", get(check))
        .route("/ledger/players/{id}", get(player))
        .with_state(wallet)
        .merge(faults.control())
}

async fn check(State(wallet): State<Wallet>) -> Result<Json<Audit>, ApiError> {
    Ok(Json(wallet.check().await?))
}

async fn player(State(wallet): State<Wallet>, Path(id): Path<String>) -> Result<Json<PlayerTruth>, ApiError> {
    Ok(Json(wallet.player_truth(&id).await?))
}
