//! Bets that the vendor has forgotten: an open round is finished or cancelled within 48 hours, or the
//! stake goes back without it.
//!
//! The vendor's late win is then refused as `rolled-back`, and its people have to look; its late rollback
//! finds what it wants. `gateway reconcile` names each such bet. After an outage of ours the vendor comes first:
//! [`HEARD_FIRST_MS`].

use super::bets::{Bet, State};
use super::moves::MoveKind;
use super::wagers;
use crate::store::{Sql, Tx, params};
use crate::wallet::WalletError;
use crate::wallet::limits::Market;
use uuid::Uuid;

/// How long a bet may be open.
pub const OPEN_FOR_MS: i64 = 48 * 3600 * 1000;
/// For how long after its start, and after its database is back, the wallet gives no stake back. That nobody has ended a
/// bet may have been our doing: while we could not take it, the wins and rollbacks of all that time were waiting. The vendor repeats each of them
/// every few seconds, so within this all of them have come.
pub const HEARD_FIRST_MS: i64 = 15 * 60 * 1000;
/// How many are ended in one transaction: others wait for it.
const BATCH: u32 = 100;

/// Whether any bet has been open for too long.
pub(in crate::wallet) fn is_any_overdue(sql: &Sql, now_ms: i64) -> Result<bool, WalletError> {
    let overdue = "SELECT EXISTS (SELECT 1 FROM bets WHERE state = 'open' AND placed_ms <= ?1)";
    Ok(sql.query_one(overdue, params![now_ms - OPEN_FOR_MS], |row| row.get(0))?)
}

/// Gives the stakes of those back that have been open the longest; tells how many.
pub(in crate::wallet) fn give_back_overdue(tx: &Tx<'_>, market: &Market, now_ms: i64) -> Result<usize, WalletError> {
    let overdue: Vec<(String, String)> = tx.query_all(
        "SELECT vendor, id FROM bets WHERE state = 'open' AND placed_ms <= ?1 ORDER BY placed_ms LIMIT ?2",
        params![now_ms - OPEN_FOR_MS, BATCH],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (vendor, id) in &overdue {
        let Some(bet) = Bet::find(tx, vendor, id)? else { continue };
        assert_eq!(bet.state, State::Open, "it was read in this transaction");
        tracing::warn!(vendor, bet = id, round = bet.round, "a bet was open for 48 hours: its stake goes back");
        let own = Uuid::new_v4().to_string();
        wagers::give_back(tx, market, vendor, &bet, (&own, MoveKind::Overdue), now_ms)?;
    }
    Ok(overdue.len())
}
