//! Names in a vendor's call: what no vendor's system gives is refused with the member at fault.

use crate::problem::ApiError;
use contract::vendor::{Rollback, Transaction};
use uuid::Uuid;

const MAX_NAME_CHARS: usize = 100;

/// Those of a bet or a win.
pub(super) fn check(call: &Transaction) -> Result<(), ApiError> {
    uuid("transaction", &call.transaction)?;
    for (index, bet) in call.settles.iter().enumerate() {
        uuid(&format!("settles[{index}]"), bet)?;
    }
    names([("player", &call.player), ("table", &call.table), ("round", &call.round)])
}

/// Those of a rollback.
pub(super) fn check_rollback(call: &Rollback) -> Result<(), ApiError> {
    uuid("transaction", &call.transaction)?;
    uuid("bet", &call.bet)?;
    names([("player", &call.player), ("table", &call.table), ("round", &call.round)])
}

pub(super) fn uuid(field: &str, text: &str) -> Result<(), ApiError> {
    Uuid::parse_str(text).map(|_| ()).map_err(|_| ApiError::invalid(field, "A transaction's id is a UUID."))
}

pub(super) fn names<const N: usize>(named: [(&str, &String); N]) -> Result<(), ApiError> {
    match named.into_iter().find(|(_, name)| !(1..=MAX_NAME_CHARS).contains(&name.chars().count())) {
        Some((field, _)) => Err(ApiError::invalid(field, format!("A name has 1 to {MAX_NAME_CHARS} characters."))),
        None => Ok(()),
    }
}
