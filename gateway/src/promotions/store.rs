//! The tables of standings, and the one way to change a standing.

use contract::event::{Credited, OfferChanged, PromotionsCredited, PromotionsOffer, Topic};
use serde::Serialize;

use super::catalogue::HouseOffer;
use super::offer::{self, Effect, Input, Refusal, Rule, Stage, Standing};
use crate::idempotency;
use crate::store::{Row, Sql, StoreError, Tx, inbox, outbox, params};

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
        PRIMARY KEY (player, offer, bet)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX counted_bets_round ON counted_bets (player, offer, round);
    CREATE TABLE claims (
        player TEXT NOT NULL,
        offer  TEXT NOT NULL,
        key    TEXT NOT NULL,
        PRIMARY KEY (player, offer, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE positions (
        source TEXT PRIMARY KEY,
        seq    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
    inbox::TAKES_OVER_POSITIONS,
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
        "SELECT stage, matched_minor, counted, opted_in_at_ms, expires_at_ms, terms_version, version
             FROM standings WHERE player = ?1 AND offer = ?2",
        params![player, offer],
        read,
    )?;
    Ok(found.unwrap_or(Standing::NEW))
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
    })
}

fn save(tx: &Tx<'_>, player: &str, offer: &str, standing: &Standing) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO standings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (player, offer) DO UPDATE SET stage = excluded.stage, matched_minor = excluded.matched_minor,
             counted = excluded.counted, opted_in_at_ms = excluded.opted_in_at_ms,
             expires_at_ms = excluded.expires_at_ms, terms_version = excluded.terms_version,
             version = excluded.version",
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
    let old = standing(tx, player, &offer.id)?;
    let (new, effects) = match offer::step(&offer.terms, old, input) {
        Ok(stepped) => stepped,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if new != old {
        save(tx, player, &offer.id, &new)?;
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
    let changed = OfferChanged {
        offer: offer.id.clone(),
        state: standing.stage.shown(),
        progress: standing.progress(&offer.terms),
        reward_minor: standing.reward_minor(&offer.terms),
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

/// Forgets a bet that was taken back, and says what of it no longer counts; nothing if it never
/// counted. A round that still has another bet goes on counting through that one.
pub(super) fn forget(tx: &Tx<'_>, player: &str, offer: &HouseOffer, bet: &str) -> Result<Option<i64>, StoreError> {
    let gone: Option<(String, i64)> = tx.query_opt(
        "DELETE FROM counted_bets WHERE player = ?1 AND offer = ?2 AND bet = ?3 RETURNING round, counted",
        params![player, &offer.id, bet],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((round, counted)) = gone else { return Ok(None) };
    if counted > 0 && matches!(offer.terms.rule, Rule::Rounds { .. }) {
        let heirs = tx.execute(
            "UPDATE counted_bets SET counted = ?4 WHERE player = ?1 AND offer = ?2 AND bet =
                    (SELECT min(bet) FROM counted_bets WHERE player = ?1 AND offer = ?2 AND round = ?3)",
            params![player, offer.id, round, counted],
        )?;
        if heirs > 0 {
            return Ok(Some(0));
        }
    }
    Ok(Some(counted))
}

/// Claims whose credit is not confirmed: player and offer.
pub(super) fn claiming(sql: &Sql, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
    let open = "SELECT player, offer FROM standings WHERE stage = 'claiming' LIMIT ?1";
    sql.query_all(open, params![limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Standings whose time is over: player and offer.
pub(super) fn overdue(sql: &Sql, now_ms: i64, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
    let over = "SELECT player, offer FROM standings WHERE stage = 'active' AND expires_at_ms <= ?1 LIMIT ?2";
    sql.query_all(over, params![now_ms, limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Mistake(error.to_string()))
}
