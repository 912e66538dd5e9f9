//! The tables of standings, and the one way to change a standing.

use std::collections::HashMap;

use contract::event::{Credited, OfferChanged, PromotionsCredited, PromotionsOffer, Topic};
use contract::money::Currency;
use serde::Serialize;

use super::catalogue::HouseOffer;
use super::offer::{self, Effect, Input, Refusal, Rule, Stage, Standing};
use crate::idempotency;
use crate::store::{Row, Sql, StoreError, Tx, outbox, params};

/// The file's schema, step by step; append-only.
pub(super) const MIGRATIONS: &[&str] = &[
    idempotency::SCHEMA,
    "
    CREATE TABLE standings (
        player         TEXT NOT NULL,
        offer          TEXT NOT NULL,
        stage          TEXT NOT NULL,
        matched_minor  INTEGER NOT NULL,
        counted        INTEGER NOT NULL CHECK (counted >= 0),
        settled        INTEGER NOT NULL DEFAULT 0,
        opted_in_at_ms INTEGER NOT NULL,
        expires_at_ms  INTEGER NOT NULL,
        terms_version  INTEGER NOT NULL,
        version        INTEGER NOT NULL,
        PRIMARY KEY (player, offer)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX standings_active ON standings (expires_at_ms) WHERE stage = 'active';
    CREATE INDEX standings_claiming ON standings (player) WHERE stage = 'claiming';
    CREATE TABLE counted_bets (
        player  TEXT NOT NULL,
        offer   TEXT NOT NULL,
        bet     TEXT NOT NULL,
        round   TEXT NOT NULL,
        counted INTEGER NOT NULL CHECK (counted >= 0),
        settled INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (player, offer, bet)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX counted_bets_round ON counted_bets (player, offer, round);
    CREATE TABLE claims (
        player TEXT NOT NULL,
        offer  TEXT NOT NULL,
        key    TEXT NOT NULL,
        PRIMARY KEY (player, offer, key)
    ) STRICT, WITHOUT ROWID;
    -- What a claim is owed, fixed when it was made: the terms may change before it is paid.
    CREATE TABLE owed (
        player        TEXT NOT NULL,
        offer         TEXT NOT NULL,
        amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
        currency      TEXT NOT NULL,
        bonus         INTEGER NOT NULL,
        claimed_at_ms INTEGER NOT NULL,
        PRIMARY KEY (player, offer)
    ) STRICT, WITHOUT ROWID;
    ",
];

/// A bet as it concerns offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bet<'a> {
    pub(super) id: &'a str,
    pub(super) round: &'a str,
}

/// Where a player stands with an offer.
pub(super) fn standing(sql: &Sql, player: &str, offer: &str) -> Result<Standing, StoreError> {
    let found = sql.query_opt(
        "SELECT stage, matched_minor, counted, opted_in_at_ms, expires_at_ms, terms_version, version, settled
             FROM standings WHERE player = ?1 AND offer = ?2",
        params![player, offer],
        read,
    )?;
    Ok(found.unwrap_or(Standing::NEW))
}

/// Where players stand, as this transaction has read or written it: an event that moves nothing is held against
/// every offer.
#[derive(Default)]
struct Known(HashMap<String, HashMap<String, Standing>>);

impl Known {
    fn standing(tx: &Tx<'_>, player: &str, offer: &str) -> Result<Standing, StoreError> {
        let mut known: Self = tx.take_remembered().unwrap_or_default();
        if !known.0.contains_key(player) {
            let all = tx.query_all(
                "SELECT stage, matched_minor, counted, opted_in_at_ms, expires_at_ms, terms_version, version, settled,
                     offer
                 FROM standings WHERE player = ?1",
                params![player],
                |row| Ok((row.get(8)?, read(row)?)),
            )?;
            known.0.insert(player.to_owned(), all.into_iter().collect());
        }
        let standing = known.0.get(player).and_then(|offers| offers.get(offer)).copied();
        tx.remember(known);
        Ok(standing.unwrap_or(Standing::NEW))
    }

    fn note(tx: &Tx<'_>, player: &str, offer: &str, standing: Standing) {
        let mut known: Self = tx.take_remembered().unwrap_or_default();
        if let Some(offers) = known.0.get_mut(player) {
            offers.insert(offer.to_owned(), standing);
        }
        tx.remember(known);
    }
}

fn read(row: &Row<'_>) -> Result<Standing, StoreError> {
    Ok(Standing {
        stage: row.named(0, |name| Stage::ALL.into_iter().find(|stage| stage.as_str() == name))?,
        matched_minor: row.get(1)?,
        counted: row.get(2)?,
        opted_in_at_ms: row.get(3)?,
        expires_at_ms: row.get(4)?,
        terms_version: row.get(5)?,
        version: row.get(6)?,
        settled: row.get(7)?,
    })
}

fn save(tx: &Tx<'_>, player: &str, offer: &str, standing: &Standing) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO standings (player, offer, stage, matched_minor, counted, opted_in_at_ms, expires_at_ms,
             terms_version, version, settled)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (player, offer) DO UPDATE SET stage = excluded.stage, matched_minor = excluded.matched_minor,
             counted = excluded.counted, opted_in_at_ms = excluded.opted_in_at_ms,
             expires_at_ms = excluded.expires_at_ms, terms_version = excluded.terms_version,
             version = excluded.version, settled = excluded.settled",
        params![
            player,
            offer,
            standing.stage.as_str(),
            standing.matched_minor,
            standing.counted,
            standing.opted_in_at_ms,
            standing.expires_at_ms,
            standing.terms_version,
            i64::try_from(standing.version).unwrap_or(i64::MAX),
            standing.settled,
        ],
    )?;
    Ok(())
}

/// Takes one input: reads the standing, steps, writes what changed and what has to be told. What
/// is owed for a claim is left to the caller: it is the wallet's to credit.
///
/// # Errors
/// The store failed. A refusal is the inner result; then nothing was written.
pub(super) fn apply(
    tx: &Tx<'_>,
    player: &str,
    offer: &HouseOffer,
    input: Input,
    bet: Option<Bet<'_>>,
    now_ms: i64,
) -> Result<Result<Standing, Refusal>, StoreError> {
    let old = Known::standing(tx, player, &offer.id)?;
    let terms = &offer.version_for(&old)?.terms;
    let (new, effects) = match offer::step(terms, old, input) {
        Ok(stepped) => stepped,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if new != old {
        save(tx, player, &offer.id, &new)?;
        Known::note(tx, player, &offer.id, new);
    }
    for effect in effects {
        match effect {
            Effect::Remember { counted } => remember(tx, player, &offer.id, bet, counted)?,
            Effect::Credit { .. } => {}
            Effect::Tell => tell_offer(tx, player, offer, &new, now_ms)?,
            Effect::TellCredited { amount_minor } => {
                let credited = Credited { offer: offer.id.clone(), amount_minor, currency: offer.currency };
                outbox::append(tx, PromotionsCredited::NAME, Some(player), &json(&credited)?, now_ms)?;
            }
        }
    }
    Ok(Ok(new))
}

/// Keeps under which key a reward was claimed.
pub(super) fn note_claim(tx: &Tx<'_>, player: &str, offer: &str, key: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO claims (player, offer, key) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![player, offer, key],
    )?;
    Ok(())
}

/// Whether the reward was claimed under this key.
pub(super) fn has_claimed(sql: &Sql, player: &str, offer: &str, key: &str) -> Result<bool, StoreError> {
    sql.query_one(
        "SELECT EXISTS (SELECT 1 FROM claims WHERE player = ?1 AND offer = ?2 AND key = ?3)",
        params![player, offer, key],
        |row| row.get(0),
    )
}

fn tell_offer(
    tx: &Tx<'_>,
    player: &str,
    offer: &HouseOffer,
    standing: &Standing,
    now_ms: i64,
) -> Result<(), StoreError> {
    let terms = &offer.version_for(standing)?.terms;
    let changed = OfferChanged {
        offer: offer.id.clone(),
        state: standing.stage.shown(),
        progress: standing.progress(terms),
        reward_minor: standing.reward_minor(terms),
        version: standing.version,
    };
    outbox::append(tx, PromotionsOffer::NAME, Some(player), &json(&changed)?, now_ms)?;
    Ok(())
}

fn remember(tx: &Tx<'_>, player: &str, offer: &str, bet: Option<Bet<'_>>, counted: i64) -> Result<(), StoreError> {
    let bet = bet.ok_or_else(|| StoreError::Mistake("a bet counted that has no id".to_owned()))?;
    tx.execute(
        "INSERT INTO counted_bets (player, offer, bet, round, counted) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![player, offer, bet.id, bet.round, counted],
    )?;
    Ok(())
}

/// Whether a bet of this round counts already.
pub(super) fn round_counts(sql: &Sql, player: &str, offer: &str, round: &str) -> Result<bool, StoreError> {
    sql.query_one(
        "SELECT EXISTS (SELECT 1 FROM counted_bets WHERE player = ?1 AND offer = ?2 AND round = ?3)",
        params![player, offer, round],
        |row| row.get(0),
    )
}

/// A bet that counted was settled: says what it counts, or nothing if it never did or was settled before.
pub(super) fn settle(tx: &Tx<'_>, player: &str, offer: &str, bet: &str) -> Result<Option<i64>, StoreError> {
    tx.query_opt(
        "UPDATE counted_bets SET settled = 1 WHERE player = ?1 AND offer = ?2 AND bet = ?3 AND settled = 0
         RETURNING counted",
        params![player, offer, bet],
        |row| row.get(0),
    )
}

/// Forgets a bet that was taken back, and says what follows; nothing if it never counted. A round that
/// still has another bet goes on counting through that one.
pub(super) fn forget(tx: &Tx<'_>, player: &str, offer: &HouseOffer, bet: &str) -> Result<Option<Input>, StoreError> {
    let gone: Option<(String, i64, bool)> = tx.query_opt(
        "DELETE FROM counted_bets WHERE player = ?1 AND offer = ?2 AND bet = ?3 RETURNING round, counted, settled",
        params![player, &offer.id, bet],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let Some((round, counted, settled)) = gone else { return Ok(None) };
    let settled = if settled { counted } else { 0 };
    let terms = &offer.version_for(&Known::standing(tx, player, &offer.id)?)?.terms;
    if counted > 0 && matches!(terms.rule, Rule::Rounds { .. }) {
        let heir: Option<bool> = tx.query_opt(
            "UPDATE counted_bets SET counted = ?4 WHERE player = ?1 AND offer = ?2 AND bet =
                    (SELECT bet FROM counted_bets WHERE player = ?1 AND offer = ?2 AND round = ?3
                     ORDER BY settled DESC, bet LIMIT 1)
             RETURNING settled",
            params![player, offer.id, round, counted],
            |row| row.get(0),
        )?;
        match heir {
            Some(true) if settled == 0 => return Ok(Some(Input::Settled { counted })),
            Some(true) => return Ok(Some(Input::TakenBack { counted: 0, settled: 0 })),
            Some(false) => return Ok(Some(Input::TakenBack { counted: 0, settled })),
            None => {}
        }
    }
    Ok(Some(Input::TakenBack { counted, settled }))
}

/// From when on standings are read; Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// Those of offers that end at this time or later.
    pub ends_ms: i64,
    /// Those whose reward was claimed at this time or later, whenever the offer has ended: an earned one can be
    /// claimed for ever. What is claimed and not paid is read however old.
    pub claimed_ms: i64,
}

/// Standings of players who have opted in: player, offer, standing.
pub(super) fn taken(sql: &Sql, since: Since) -> Result<Vec<(String, String, Standing)>, StoreError> {
    sql.query_all(
        "SELECT stage, matched_minor, counted, opted_in_at_ms, expires_at_ms, terms_version, version, settled,
                player, offer
         FROM standings
         WHERE opted_in_at_ms > 0 AND (
             expires_at_ms >= ?1 OR stage = 'claiming' OR EXISTS (
                 SELECT 1 FROM owed
                 WHERE owed.player = standings.player AND owed.offer = standings.offer AND owed.claimed_at_ms >= ?2))
         ORDER BY player, offer",
        params![since.ends_ms, since.claimed_ms],
        |row| Ok((row.get(8)?, row.get(9)?, read(row)?)),
    )
}

/// Which terms players have accepted: offer and version.
pub(super) fn accepted(sql: &Sql) -> Result<Vec<(String, u32)>, StoreError> {
    sql.query_all(
        "SELECT DISTINCT offer, terms_version FROM standings WHERE terms_version > 0 ORDER BY offer, terms_version",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A bet that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedBet {
    /// The vendor's id.
    pub id: String,
    /// Which round.
    pub round: String,
    /// What it counts.
    pub counted: i64,
    /// It was heard that it was won or lost.
    pub settled: bool,
}

/// The bets that count for a player's offer.
pub(super) fn counted_bets(sql: &Sql, player: &str, offer: &str) -> Result<Vec<CountedBet>, StoreError> {
    sql.query_all(
        "SELECT bet, round, counted, settled FROM counted_bets WHERE player = ?1 AND offer = ?2 ORDER BY bet",
        params![player, offer],
        |row| Ok(CountedBet { id: row.get(0)?, round: row.get(1)?, counted: row.get(2)?, settled: row.get(3)? }),
    )
}

/// What a claim is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// Bonus money (true) or cash (false).
    pub bonus: bool,
    /// When the reward was claimed.
    pub claimed_at_ms: i64,
}

/// Fixes what a claim is owed. One that is carried on keeps what it was owed.
pub(super) fn owe(tx: &Tx<'_>, player: &str, offer: &str, owed: &Owed) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO owed (player, offer, amount_minor, currency, bonus, claimed_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        params![player, offer, owed.amount_minor, owed.currency.as_str(), owed.bonus, owed.claimed_at_ms],
    )?;
    Ok(())
}

/// What the claim of a reward is owed; nothing if there is none.
pub(super) fn owed(sql: &Sql, player: &str, offer: &str) -> Result<Option<Owed>, StoreError> {
    sql.query_opt(
        "SELECT amount_minor, currency, bonus, claimed_at_ms FROM owed WHERE player = ?1 AND offer = ?2",
        params![player, offer],
        |row| {
            let currency = row.named(1, Currency::from_name)?;
            Ok(Owed { amount_minor: row.get(0)?, currency, bonus: row.get(2)?, claimed_at_ms: row.get(3)? })
        },
    )
}

/// The claim is over without a credit: it is as if it was never made.
pub(super) fn forget_claim(tx: &Tx<'_>, player: &str, offer: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM owed WHERE player = ?1 AND offer = ?2", params![player, offer])?;
    tx.execute("DELETE FROM claims WHERE player = ?1 AND offer = ?2", params![player, offer])?;
    Ok(())
}

/// Claims whose credit is not confirmed: player and offer.
pub(super) fn claiming(sql: &Sql, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
    let open = "SELECT player, offer FROM standings WHERE stage = 'claiming' ORDER BY player, offer LIMIT ?1";
    sql.query_all(open, params![limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Standings whose time is over, and that no open bet can change: player and offer.
pub(super) fn overdue(sql: &Sql, now_ms: i64, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
    let over = "SELECT player, offer FROM standings WHERE stage = 'active' AND expires_at_ms <= ?1 \
                AND settled = counted ORDER BY expires_at_ms LIMIT ?2";
    sql.query_all(over, params![now_ms, limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Ends what a player has of an offer that is none any more: nobody is shown it, so nobody is told.
pub(super) fn end(tx: &Tx<'_>, player: &str, offer: &str, stage: Stage) -> Result<(), StoreError> {
    let end = "UPDATE standings SET stage = ?3, version = version + 1 WHERE player = ?1 AND offer = ?2";
    tx.execute(end, params![player, offer, stage.as_str()])?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Mistake(error.to_string()))
}
