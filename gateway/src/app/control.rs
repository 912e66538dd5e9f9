//! The control port: for operators and tests, on a loopback address only.

use axum::routing::Router;

use crate::faults::Faults;
use crate::wallet::Wallet;

/// Faults, and the ledger as its transfers tell it.
pub(super) fn routes(faults: &Faults, wallet: &Wallet) -> Router {
    wallet.operator_routes().merge(faults.control())
}
