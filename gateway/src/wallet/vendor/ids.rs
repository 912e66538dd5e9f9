//! Names in a vendor's call: what no vendor's system gives is refused with the member at fault.

use crate::problem::ApiError;
use contract::feed::Stake;
use contract::vendor::{Rollback, Transaction};
use uuid::Uuid;

const MAX_NAME_CHARS: usize = 100;
/// Stakes of one bet.
const MAX_STAKES: usize = 100;

/// Those of a bet or a win.
pub(super) fn check(call: &Transaction) -> Result<(), ApiError> {
    uuid("transaction", &call.transaction)?;
    for (index, bet) in call.settles.iter().enumerate() {
        uuid(&format!("settles[{index}]"), bet)?;
    }
    names([("player", &call.player), ("table", &call.table), ("round", &call.round)])
}

/// What a bet stakes where, if the vendor tells: it has to come to what the bet takes.
pub(super) fn check_stakes(call: &Transaction) -> Result<(), ApiError> {
    let Some(stakes) = &call.stakes else { return Ok(()) };
    let is_one = |stake: &Stake| stake.stake_minor > 0 && is_name(&stake.spot);
    let sum = stakes.iter().try_fold(0_i64, |sum, stake| sum.checked_add(stake.stake_minor));
    if stakes.len() <= MAX_STAKES && stakes.iter().all(is_one) && sum == Some(call.amount_minor) {
        return Ok(());
    }
    let detail = format!("At most {MAX_STAKES} stakes, each on a spot with a name and more than 0, in sum the amount.");
    Err(ApiError::invalid("stakes", detail))
}

/// Those of a rollback.
pub(super) fn check_rollback(call: &Rollback) -> Result<(), ApiError> {
    uuid("transaction", &call.transaction)?;
    uuid("bet", &call.bet)?;
    names([("player", &call.player), ("table", &call.table), ("round", &call.round)])
}

/// In one spelling only: ids are compared as texts, and a bet that comes again under another would be another bet.
pub(super) fn uuid(field: &str, text: &str) -> Result<(), ApiError> {
    if Uuid::parse_str(text).is_ok_and(|id| id.to_string() == text) {
        return Ok(());
    }
    Err(ApiError::invalid(field, "A transaction's id is a UUID in lower case with hyphens."))
}

pub(super) fn names<const N: usize>(named: [(&str, &String); N]) -> Result<(), ApiError> {
    let wrong = format!("A name has 1 to {MAX_NAME_CHARS} characters, none of them a control character.");
    match named.into_iter().find(|(_, name)| !is_name(name)) {
        Some((field, _)) => Err(ApiError::invalid(field, wrong)),
        None => Ok(()),
    }
}

/// A database server keeps no NUL, and a log no line's end.
fn is_name(text: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
