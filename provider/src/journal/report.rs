//! What is open in the books, for operators.

use rusqlite::Transaction;
use serde::Serialize;

use super::JournalError;

/// The most entries of a kind in a report.
const MAX_ENTRIES: u32 = 1_000;

/// Everything that has not ended.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Rounds that are open, or drawn and not settled.
    pub rounds: Vec<OpenRound>,
    /// Bets without a final end.
    pub bets: Vec<OpenBet>,
    /// Calls without a final answer, and those that a person has to look at.
    pub calls: Vec<OpenCall>,
}

/// A round that has not ended.
#[derive(Debug, Serialize)]
pub struct OpenRound {
    /// Its id.
    pub round: String,
    /// Which table.
    pub table: String,
    /// `open` or `drawn`.
    pub state: String,
    /// Since when.
    pub opened_ms: i64,
}

/// A bet that has not ended.
#[derive(Debug, Serialize)]
pub struct OpenBet {
    /// Its transaction id at the operator.
    pub transaction: String,
    /// The client's key.
    pub key: String,
    /// Whose it is.
    pub player: String,
    /// Which round.
    pub round: String,
    /// How much.
    pub staked_minor: i64,
    /// How far it is.
    pub state: String,
}

/// A call that has not ended well.
#[derive(Debug, Serialize)]
pub struct OpenCall {
    /// Its transaction id.
    pub transaction: String,
    /// `win`, `rollback` or `promo-payout`.
    pub kind: String,
    /// For whom.
    pub player: String,
    /// Which round; none for a promotion.
    pub round: Option<String>,
    /// `pending` or `review`.
    pub state: String,
    /// The operator's last word, once there is one.
    pub answer: Option<String>,
}

/// Reads what is open.
///
/// # Errors
/// The database's.
pub fn open_books(db: &Transaction<'_>) -> Result<Report, JournalError> {
    let rounds = db
        .prepare_cached("SELECT id, table_id, state, opened_ms FROM rounds WHERE state IN ('open', 'drawn') LIMIT ?")?
        .query_map([MAX_ENTRIES], |row| {
            Ok(OpenRound { round: row.get(0)?, table: row.get(1)?, state: row.get(2)?, opened_ms: row.get(3)? })
        })?
        .collect::<Result<_, _>>()?;
    let bets = db
        .prepare_cached(
            "SELECT id, key, player, round, staked_minor, state FROM bets
             WHERE state IN ('placing', 'placed', 'rolling-back', 'paying', 'review') ORDER BY taken_ms LIMIT ?",
        )?
        .query_map([MAX_ENTRIES], |row| {
            Ok(OpenBet {
                transaction: row.get(0)?,
                key: row.get(1)?,
                player: row.get(2)?,
                round: row.get(3)?,
                staked_minor: row.get(4)?,
                state: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let calls = db
        .prepare_cached(
            "SELECT id, kind, player, round, state, answer FROM calls WHERE state <> 'done' ORDER BY created_ms LIMIT ?",
        )?
        .query_map([MAX_ENTRIES], |row| {
            Ok(OpenCall {
                transaction: row.get(0)?,
                kind: row.get(1)?,
                player: row.get(2)?,
                round: row.get(3)?,
                state: row.get(4)?,
                answer: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Report { rounds, bets, calls })
}
