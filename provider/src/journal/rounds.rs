//! Rounds: each is opened once and ends once, settled or cancelled, with all of its bets.

use std::collections::BTreeMap;

use contract::feed::{HISTORY, Outcome, RefusalCode, Refused, Stake};
use contract::live::Game;
use contract::money::Currency;
use contract::vendor;
use rusqlite::{OptionalExtension, Transaction, params};

use super::bets::take_back;
use super::calls::{self, Call, Kind};
use super::{JournalError, from_name, from_text, to_text};
use crate::game;
use crate::refusal::Refusal;

/// Reserves sequence numbers of a table: everything above the returned number, `count` of them,
/// has never been given out, and never will be by a later run.
///
/// # Errors
/// The database's.
pub fn reserve_sequence(db: &Transaction<'_>, table: &str, count: u64) -> Result<u64, JournalError> {
    let reserved: Option<i64> =
        db.query_row("SELECT reserved FROM sequences WHERE table_id = ?", [table], |row| row.get(0)).optional()?;
    let used = u64::try_from(reserved.unwrap_or(0)).unwrap_or(0);
    let reserved = i64::try_from(used + count)
        .map_err(|error| JournalError::Corrupt { what: "sequence number", reason: error.to_string() })?;
    db.execute(
        "INSERT INTO sequences (table_id, reserved) VALUES (?1, ?2)
         ON CONFLICT (table_id) DO UPDATE SET reserved = ?2",
        params![table, reserved],
    )?;
    Ok(used)
}

/// A round takes bets from now on.
///
/// # Errors
/// The database's.
pub fn open(db: &Transaction<'_>, round: &str, table: &str, game: Game, now_ms: i64) -> Result<(), JournalError> {
    db.execute(
        "INSERT INTO rounds (id, table_id, game, state, opened_ms) VALUES (?, ?, ?, 'open', ?)",
        params![round, table, game.as_str(), now_ms],
    )?;
    Ok(())
}

/// Writes the outcome. From here on no bet is added to the round, and none is left undecided: a
/// bet that the operator has not answered by now is taken back.
///
/// # Errors
/// The round is not open, or the database's.
pub fn draw(db: &Transaction<'_>, round: &str, outcome: &Outcome, now_ms: i64) -> Result<Vec<Call>, JournalError> {
    let changed = db.execute(
        "UPDATE rounds SET state = 'drawn', outcome = ? WHERE id = ? AND state = 'open'",
        params![to_text(outcome)?, round],
    )?;
    if changed != 1 {
        return Err(JournalError::WrongState { round: round.to_owned(), step: "drawn" });
    }
    take_undecided_back(db, round, now_ms)
}

/// Settles a round whose outcome is written: each bet wins or loses. Returns one call for each session
/// with bets. One that has won nothing gets one as well, with an amount of 0: until it comes, the
/// operator has to hold its bets for open.
///
/// # Errors
/// The round has no outcome or has ended, or the database's.
pub fn settle(db: &Transaction<'_>, round: &str, now_ms: i64) -> Result<Vec<Call>, JournalError> {
    let wrong_state = || JournalError::WrongState { round: round.to_owned(), step: "settled" };
    let (table, game, outcome): (String, String, String) = db
        .query_row("SELECT table_id, game, outcome FROM rounds WHERE id = ? AND state = 'drawn'", [round], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?
        .ok_or_else(wrong_state)?;
    let game = from_name("game", &game, Game::from_name)?;
    let outcome: Outcome = from_text("outcome", &outcome)?;
    end(db, round, "settled", now_ms)?;

    let mut due = Vec::new();
    for ((player, session), bets) in standing_by_session(db, round)? {
        let settled = settle_session(db, &bets, game, &outcome)?;
        let transaction = uuid::Uuid::new_v4().to_string();
        let body = to_text(&vendor::Transaction {
            transaction: transaction.clone(),
            session,
            player: player.clone(),
            table: table.clone(),
            round: round.to_owned(),
            amount_minor: settled.won_minor,
            currency: settled.currency,
            game,
            settles: bets.iter().map(|bet| bet.id.clone()).collect(),
            stakes: None,
        })?;
        let call = Call { id: transaction, kind: Kind::Win, body, player, round: Some(round.to_owned()) };
        owe(db, &call, &bets, now_ms)?;
        due.push(call);
    }
    Ok(due)
}

/// Cancels a round that has no outcome: every bet goes back, by the calls that are returned.
///
/// # Errors
/// The round has an outcome or has ended, or the database's.
pub fn cancel(db: &Transaction<'_>, round: &str, now_ms: i64) -> Result<Vec<Call>, JournalError> {
    let open: bool =
        db.query_row("SELECT EXISTS (SELECT 1 FROM rounds WHERE id = ? AND state = 'open')", [round], |row| {
            row.get(0)
        })?;
    if !open {
        return Err(JournalError::WrongState { round: round.to_owned(), step: "cancelled" });
    }
    end(db, round, "cancelled", now_ms)?;
    let mut calls = take_undecided_back(db, round, now_ms)?;
    let placed: Vec<String> = db
        .prepare("SELECT id FROM bets WHERE round = ? AND state = 'placed' ORDER BY rowid")?
        .query_map([round], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for bet in placed {
        db.execute("UPDATE bets SET won_minor = staked_minor WHERE id = ?", [&bet])?;
        calls.push(take_back(db, &bet, None, now_ms)?);
    }
    Ok(calls)
}

/// The rounds of a table that have not ended, with the outcome of those that were drawn.
///
/// # Errors
/// The database's.
pub fn unfinished(db: &Transaction<'_>, table: &str) -> Result<Vec<(String, Option<Outcome>)>, JournalError> {
    let rounds: Vec<(String, Option<String>)> = db
        .prepare("SELECT id, outcome FROM rounds WHERE table_id = ? AND state IN ('open', 'drawn') ORDER BY opened_ms")?
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let read = |(round, outcome): (String, Option<String>)| {
        Ok((round, outcome.map(|outcome| from_text("outcome", &outcome)).transpose()?))
    };
    rounds.into_iter().map(read).collect()
}

/// The last outcomes of a table, newest first.
///
/// # Errors
/// The database's.
pub fn history(db: &Transaction<'_>, table: &str) -> Result<Vec<Outcome>, JournalError> {
    let outcomes: Vec<String> = db
        .prepare(
            "SELECT outcome FROM rounds WHERE table_id = ? AND state = 'settled' ORDER BY opened_ms DESC, rowid DESC
             LIMIT ?",
        )?
        .query_map(params![table, i64::try_from(HISTORY).unwrap_or(i64::MAX)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    outcomes.iter().map(|outcome| from_text("outcome", outcome)).collect()
}

fn end(db: &Transaction<'_>, round: &str, state: &str, now_ms: i64) -> Result<(), JournalError> {
    let changed =
        db.execute("UPDATE rounds SET state = ?, ended_ms = ? WHERE id = ?", params![state, now_ms, round])?;
    assert_eq!(changed, 1, "the round was there in this transaction");
    Ok(())
}

fn take_undecided_back(db: &Transaction<'_>, round: &str, now_ms: i64) -> Result<Vec<Call>, JournalError> {
    let undecided: Vec<(String, String)> = db
        .prepare_cached("SELECT id, key FROM bets WHERE round = ? AND state = 'placing' ORDER BY rowid")?
        .query_map([round], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut calls = Vec::with_capacity(undecided.len());
    for (bet, key) in undecided {
        let detail = "the operator's wallet had not answered when betting closed; the bet is taken back";
        let refused: Refused = Refusal::new(RefusalCode::WalletUnavailable, detail).about(Some(&key));
        calls.push(take_back(db, &bet, Some(&refused), now_ms)?);
    }
    Ok(calls)
}

struct Standing {
    id: String,
    currency: Currency,
    stakes: Vec<Stake>,
}

fn standing_by_session(
    db: &Transaction<'_>,
    round: &str,
) -> Result<BTreeMap<(String, String), Vec<Standing>>, JournalError> {
    let mut statement = db.prepare_cached(
        "SELECT player, session, id, currency, stakes FROM bets WHERE round = ? AND state = 'placed' ORDER BY rowid",
    )?;
    let mut rows = statement.query([round])?;
    let mut sessions: BTreeMap<(String, String), Vec<Standing>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let currency = from_name("currency", &row.get::<_, String>(3)?, Currency::from_name)?;
        let stakes = from_text("stakes", &row.get::<_, String>(4)?)?;
        let bet = Standing { id: row.get(2)?, currency, stakes };
        sessions.entry((row.get(0)?, row.get(1)?)).or_default().push(bet);
    }
    Ok(sessions)
}

struct SessionSettled {
    won_minor: i64,
    currency: Currency,
}

fn settle_session(
    db: &Transaction<'_>,
    bets: &[Standing],
    game: Game,
    outcome: &Outcome,
) -> Result<SessionSettled, JournalError> {
    let mut settled = SessionSettled { won_minor: 0, currency: bets[0].currency };
    for bet in bets {
        assert_eq!(bet.currency, settled.currency, "a session has one currency");
        let won_minor = game::settle(game, &bet.stakes, outcome)
            .map_err(|error| JournalError::Corrupt { what: "stake", reason: error.to_string() })?;
        db.prepare_cached("UPDATE bets SET state = 'lost', won_minor = ? WHERE id = ?")?
            .execute(params![won_minor, bet.id])?;
        settled.won_minor += won_minor;
    }
    Ok(settled)
}

/// Books a win. The losing bets of the session are settled by the same call.
fn owe(db: &Transaction<'_>, call: &Call, bets: &[Standing], now_ms: i64) -> Result<(), JournalError> {
    calls::insert(db, call, now_ms)?;
    for bet in bets {
        db.prepare_cached("UPDATE bets SET state = 'paying', call = ? WHERE id = ?")?
            .execute(params![call.id, bet.id])?;
    }
    Ok(())
}
