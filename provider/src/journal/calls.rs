//! What the vendor owes the operator: wins, rollbacks and promotions' payouts, each kept until its final
//! answer.

use contract::feed::Paid;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{JournalError, from_name};

/// Which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Credits what bets returned.
    Win,
    /// Takes a bet back.
    Rollback,
    /// Credits what a promotion pays.
    PromoPayout,
}

impl Kind {
    /// Its name: the last part of the operator's path as well.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Rollback => "rollback",
            Self::PromoPayout => "promo-payout",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Win, Self::Rollback, Self::PromoPayout].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A call that has to be made. Its body never changes: a repetition is the same to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The transaction id.
    pub id: String,
    /// Which call.
    pub kind: Kind,
    /// The body, JSON of [`contract::vendor`].
    pub body: String,
    /// Whose money it is.
    pub player: String,
    /// Which round; none for a promotion.
    pub round: Option<String>,
}

/// A final answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Done,
    /// The operator refused for good what it should not: a person has to look.
    Review,
}

pub(super) fn insert(db: &Transaction<'_>, call: &Call, now_ms: i64) -> Result<(), JournalError> {
    db.prepare_cached(
        "INSERT INTO calls (id, kind, body, player, round, state, created_ms) VALUES (?, ?, ?, ?, ?, 'pending', ?)",
    )?
    .execute(params![call.id, call.kind.as_str(), call.body, call.player, call.round, now_ms])?;
    Ok(())
}

/// All calls that have no final answer yet, oldest first.
///
/// # Errors
/// The database's.
pub fn pending(db: &Transaction<'_>) -> Result<Vec<Call>, JournalError> {
    let mut statement = db.prepare(
        "SELECT id, kind, body, player, round FROM calls WHERE state = 'pending' ORDER BY created_ms, rowid",
    )?;
    let mut rows = statement.query([])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = from_name("kind of call", &row.get::<_, String>(1)?, Kind::from_name)?;
        calls.push(Call { id: row.get(0)?, kind, body: row.get(2)?, player: row.get(3)?, round: row.get(4)? });
    }
    Ok(calls)
}

/// Writes the final answer to a call and ends its bets. Returns what the player is to be told, if
/// that was the last thing open for them in the round. A second answer changes nothing.
///
/// # Errors
/// The database's.
pub fn finish(
    db: &Transaction<'_>,
    call: &Call,
    verdict: Verdict,
    answer: &str,
    now_ms: i64,
) -> Result<Option<Paid>, JournalError> {
    let (call_state, bet_state) = match (verdict, call.kind) {
        (Verdict::Done, Kind::Win) => ("done", "paid"),
        (Verdict::Done, Kind::Rollback) => ("done", "rolled-back"),
        // No bet hangs on it.
        (Verdict::Done, Kind::PromoPayout) => ("done", "paid"),
        (Verdict::Review, _) => ("review", "review"),
    };
    let changed = db
        .prepare_cached("UPDATE calls SET state = ?, answer = ?, finished_ms = ? WHERE id = ? AND state = 'pending'")?
        .execute(params![call_state, answer, now_ms, call.id])?;
    if changed == 0 {
        return Ok(None);
    }
    let Some(round) = &call.round else { return Ok(None) };
    db.prepare_cached("UPDATE bets SET state = ? WHERE call = ? AND state IN ('paying', 'rolling-back')")?
        .execute(params![bet_state, call.id])?;
    let counts: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM bets WHERE call = ? AND won_minor IS NOT NULL)")?
        .query_row([&call.id], |row| row.get(0))?;
    if counts { paid(db, &call.player, round) } else { Ok(None) }
}

/// What a player got in a round, once nothing of it is open any more; `None` before that, and if
/// no bet of theirs counted.
pub(super) fn paid(db: &Transaction<'_>, player: &str, round: &str) -> Result<Option<Paid>, JournalError> {
    let paid = db
        .prepare_cached(
            "SELECT r.table_id, r.state = 'cancelled', SUM(b.staked_minor), SUM(b.won_minor)
             FROM bets b JOIN rounds r ON r.id = b.round
             WHERE b.round = ? AND b.player = ? AND b.won_minor IS NOT NULL
             GROUP BY r.id HAVING SUM(b.state NOT IN ('paid', 'lost', 'rolled-back')) = 0",
        )?
        .query_row([round, player], |row| {
            Ok(Paid {
                table: row.get(0)?,
                round: round.to_owned(),
                cancelled: row.get(1)?,
                staked_minor: row.get(2)?,
                won_minor: row.get(3)?,
            })
        })
        .optional()?;
    Ok(paid)
}
