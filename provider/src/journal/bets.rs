//! Bets: `placing → placed → paying → paid`, or `lost`; `refused`; `rolling-back → rolled-back`.
//!
//! A bet is written before the operator is asked for its money. It counts if the operator agreed
//! before the outcome was drawn; any other answer, or none, ends in a rollback.

use contract::feed::{Bet, Bets, RefusalCode, Refused, Stake};
use contract::live::Game;
use contract::vendor;
use rusqlite::{OptionalExtension, Transaction, params};

use super::calls::{self, Call, Kind};
use super::{JournalError, from_text, to_text};
use crate::bets::{Limits, MAX_BETS_IN_ROUND, check};
use crate::refusal::Refusal;

/// A bet that a player wants to place.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The transaction id that it will have at the operator.
    pub id: String,
    /// Whose it is.
    pub player: String,
    /// The operator's session that pays for it.
    pub session: String,
    /// The key that the client made.
    pub key: String,
    /// Which table.
    pub table: String,
    /// Which round.
    pub round: String,
    /// Which game.
    pub game: Game,
    /// The table's limits; their currency is the session's.
    pub limits: Limits,
    /// What is staked where.
    pub stakes: Vec<Stake>,
    /// When it arrived.
    pub taken_ms: i64,
}

/// What becomes of a wish.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is in the books; ask the operator for its money.
    New(vendor::Transaction),
    /// The key was used for the same bet before, which is open or stands.
    Repeated,
    /// No, and nothing changed. For a repeated key: the first refusal again.
    Refused(Refused),
}

/// Takes a bet into the books, in an open round and within all limits.
///
/// # Errors
/// The database's.
pub fn take(db: &Transaction<'_>, wish: &Wish) -> Result<Taken, JournalError> {
    let refused = |refusal: Refusal| Ok(Taken::Refused(refusal.about(Some(&wish.key))));
    if let Some(before) = repeated(db, wish)? {
        return Ok(before);
    }
    let open: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM rounds WHERE id = ? AND table_id = ? AND state = 'open')")?
        .query_row([&wish.round, &wish.table], |row| row.get(0))?;
    if !open {
        return refused(Refusal::new(RefusalCode::RoundClosed, "the round takes no more bets").at("round"));
    }
    let (bets, standing) = on_the_table(db, &wish.player, &wish.round)?;
    if bets >= MAX_BETS_IN_ROUND {
        let detail = format!("at most {MAX_BETS_IN_ROUND} bets a round");
        return refused(Refusal::new(RefusalCode::TableLimit, detail));
    }
    let staked_minor = match check(wish.game, wish.limits, &standing, &wish.stakes) {
        Ok(staked_minor) => staked_minor,
        Err(refusal) => return refused(refusal),
    };
    db.prepare_cached(
        "INSERT INTO bets (id, player, key, session, currency, table_id, round, game, stakes, staked_minor, state,
                           taken_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'placing', ?)",
    )?
    .execute(params![
        wish.id,
        wish.player,
        wish.key,
        wish.session,
        wish.limits.currency.as_str(),
        wish.table,
        wish.round,
        wish.game.as_str(),
        to_text(&wish.stakes)?,
        staked_minor,
        wish.taken_ms,
    ])?;
    Ok(Taken::New(vendor::Transaction {
        transaction: wish.id.clone(),
        session: wish.session.clone(),
        player: wish.player.clone(),
        table: wish.table.clone(),
        round: wish.round.clone(),
        amount_minor: staked_minor,
        currency: wish.limits.currency,
        game: wish.game,
        settles: Vec::new(),
        stakes: Some(wish.stakes.clone()),
    }))
}

fn repeated(db: &Transaction<'_>, wish: &Wish) -> Result<Option<Taken>, JournalError> {
    let before: Option<(String, String, String, String, Option<String>)> = db
        .prepare_cached("SELECT table_id, round, stakes, state, refusal FROM bets WHERE player = ? AND key = ?")?
        .query_row([&wish.player, &wish.key], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((table, round, stakes, state, refusal)) = before else { return Ok(None) };
    let reused = |detail| Taken::Refused(Refusal::new(RefusalCode::KeyReused, detail).at("key").about(Some(&wish.key)));
    let same = table == wish.table && round == wish.round && stakes == to_text(&wish.stakes)?;
    Ok(Some(match (same, refusal, state.as_str()) {
        (false, ..) => reused("the key was used for another bet"),
        (true, Some(refusal), _) => Taken::Refused(from_text("refusal", &refusal)?),
        (true, None, "rolling-back" | "rolled-back") => reused("the bet of this key was taken back"),
        (true, None, _) => Taken::Repeated,
    }))
}

/// How many bets a player has in a round, and their stakes; those that wait for the operator
/// count as well.
fn on_the_table(db: &Transaction<'_>, player: &str, round: &str) -> Result<(usize, Vec<Stake>), JournalError> {
    let bets: Vec<String> = db
        .prepare_cached("SELECT stakes FROM bets WHERE round = ? AND player = ? AND state IN ('placing', 'placed')")?
        .query_map([round, player], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut stakes = Vec::new();
    for bet in &bets {
        stakes.extend(from_text::<Vec<Stake>>("stakes", bet)?);
    }
    Ok((bets.len(), stakes))
}

/// The operator has paid for the bet: it stands, unless it was taken back meanwhile. Returns
/// whether it stands.
///
/// # Errors
/// The database's.
pub fn stand(db: &Transaction<'_>, bet: &str) -> Result<bool, JournalError> {
    let changed =
        db.prepare_cached("UPDATE bets SET state = 'placed' WHERE id = ? AND state = 'placing'")?.execute([bet])?;
    Ok(changed == 1)
}

/// The operator has refused the bet, and no money has moved. Returns whether that was news: a bet
/// that was taken back meanwhile keeps its end.
///
/// # Errors
/// The database's.
pub fn refuse(db: &Transaction<'_>, bet: &str, refused: &Refused) -> Result<bool, JournalError> {
    let changed = db
        .prepare_cached("UPDATE bets SET state = 'refused', refusal = ? WHERE id = ? AND state = 'placing'")?
        .execute(params![to_text(refused)?, bet])?;
    Ok(changed == 1)
}

/// Nobody knows whether the operator took the money: the bet is taken back. `None` if it was
/// already.
///
/// # Errors
/// The database's.
pub fn abandon(db: &Transaction<'_>, bet: &str, refused: &Refused, now_ms: i64) -> Result<Option<Call>, JournalError> {
    let placing: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM bets WHERE id = ? AND state = 'placing')")?
        .query_row([bet], |row| row.get(0))?;
    if placing { take_back(db, bet, Some(refused), now_ms).map(Some) } else { Ok(None) }
}

/// Why a bet was taken back, if it was the vendor's doing and not the player's wish.
///
/// # Errors
/// The database's.
pub fn refusal(db: &Transaction<'_>, bet: &str) -> Result<Option<Refused>, JournalError> {
    let refusal: Option<Option<String>> =
        db.prepare_cached("SELECT refusal FROM bets WHERE id = ?")?.query_row([bet], |row| row.get(0)).optional()?;
    refusal.flatten().map(|refusal| from_text("refusal", &refusal)).transpose()
}

/// What became of a wish to take bets back.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// The bets that are taken back: the index of the key in the wish (for all: in the order of
    /// the bets), the key, the call to make.
    pub calls: Vec<(usize, String, Call)>,
    /// The keys that name no bet that stands, with their index.
    pub unknown: Vec<(usize, String)>,
    /// The round takes no more bets, and gives none back.
    pub closed: bool,
}

/// Takes bets of an open round back: those named, or all.
///
/// # Errors
/// The database's.
pub fn clear(
    db: &Transaction<'_>,
    player: &str,
    round: &str,
    keys: &[String],
    now_ms: i64,
) -> Result<Cleared, JournalError> {
    let mut cleared = Cleared::default();
    let open: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM rounds WHERE id = ? AND state = 'open')")?
        .query_row([round], |row| row.get(0))?;
    if !open {
        cleared.closed = true;
        return Ok(cleared);
    }
    let standing: Vec<(String, String)> = db
        .prepare_cached(
            "SELECT key, id FROM bets WHERE round = ? AND player = ? AND state IN ('placing', 'placed')
             ORDER BY rowid",
        )?
        .query_map([round, player], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    if keys.is_empty() {
        for (index, (key, bet)) in standing.into_iter().enumerate() {
            cleared.calls.push((index, key, take_back(db, &bet, None, now_ms)?));
        }
        return Ok(cleared);
    }
    for (index, key) in keys.iter().enumerate() {
        let twice = keys[..index].contains(key);
        match standing.iter().find(|(standing, _)| standing == key) {
            Some((key, bet)) if !twice => {
                cleared.calls.push((index, key.clone(), take_back(db, bet, None, now_ms)?));
            }
            _ => cleared.unknown.push((index, key.clone())),
        }
    }
    Ok(cleared)
}

/// Books the rollback of a bet that is placed or about to be.
pub(super) fn take_back(
    db: &Transaction<'_>,
    bet: &str,
    refused: Option<&Refused>,
    now_ms: i64,
) -> Result<Call, JournalError> {
    let (player, table, round): (String, String, String) = db
        .prepare_cached("SELECT player, table_id, round FROM bets WHERE id = ? AND state IN ('placing', 'placed')")?
        .query_row([bet], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let id = uuid::Uuid::new_v4().to_string();
    let body = to_text(&vendor::Rollback {
        transaction: id.clone(),
        bet: bet.to_owned(),
        player: player.clone(),
        table,
        round: round.clone(),
    })?;
    let call = Call { id, kind: Kind::Rollback, body, player, round: Some(round) };
    calls::insert(db, &call, now_ms)?;
    let refusal = refused.map(to_text).transpose()?;
    db.prepare_cached("UPDATE bets SET state = 'rolling-back', refusal = ?, call = ? WHERE id = ?")?
        .execute(params![refusal, call.id, bet])?;
    Ok(call)
}

/// The bets of a player that count in a round.
///
/// # Errors
/// The database's.
pub fn standing(db: &Transaction<'_>, player: &str, table: &str, round: &str) -> Result<Bets, JournalError> {
    let mut statement = db.prepare_cached(
        "SELECT key, stakes, staked_minor FROM bets
         WHERE round = ? AND player = ? AND state IN ('placed', 'paying', 'paid', 'lost') ORDER BY rowid",
    )?;
    let mut rows = statement.query([round, player])?;
    let mut bets = Bets { table: table.to_owned(), round: round.to_owned(), bets: Vec::new(), staked_minor: 0 };
    while let Some(row) = rows.next()? {
        let stakes = from_text("stakes", &row.get::<_, String>(1)?)?;
        bets.bets.push(Bet { key: row.get(0)?, stakes });
        bets.staked_minor += row.get::<_, i64>(2)?;
    }
    Ok(bets)
}
