//! What others' events leave here: identity's, of changes to an account; the wallet's own, of what was staked
//! where. Each event counts once.

use super::patterns::{are_hedged, are_opposed};
use super::store::DAY_MS;
use crate::events::{Subscription, follow};
use crate::identity::changes::{ACCOUNT_CHANGED, AccountChange, AccountChanged};
use crate::store::outbox::{Event, Page};
use crate::store::{Sql, StoreError, Tx, params};
use crate::wallet::Wallet;
use crate::wallet::events::{WAGER, Wager, WagerKind};
use contract::feed::Stake;
use contract::live::Game;
use std::collections::BTreeMap;

/// Longer than any round is open: then its stakes have told what they have to tell.
const STAKES_KEPT_DAYS: i64 = 2;
/// A little longer than any rule looks back.
const ROUNDS_KEPT_DAYS: i64 = 32;
/// Stakes of one round that are held against each other.
const MOST_STAKES: u32 = 2_000;

/// Whose events are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// Identity's.
    Identity,
    /// The wallet's own.
    Wallet,
}

impl Followed {
    /// The one topic that tells something.
    fn topic(self) -> &'static str {
        match self {
            Self::Identity => ACCOUNT_CHANGED,
            Self::Wallet => WAGER,
        }
    }
}

/// Follows a source for as long as it runs.
pub(in crate::wallet) async fn run(wallet: Wallet, source: Followed, events: Subscription) {
    let clock = wallet.clock.clone();
    let effect = move |tx: &Tx<'_>, page: &Page| {
        let mut told = page.events.iter().filter(|event| event.topic == source.topic());
        told.try_for_each(|event| take(tx, source, event))?;
        if source == Followed::Wallet { forget(tx, clock.now_ms()) } else { Ok(()) }
    };
    follow(&wallet.database, &events, |event| event.topic == source.topic(), effect, |()| {}).await;
}

fn take(tx: &Tx<'_>, source: Followed, event: &Event) -> Result<(), StoreError> {
    let read = match source {
        Followed::Identity => serde_json::from_str(&event.payload).map(|it| account_changed(tx, &it, event.at_ms)),
        Followed::Wallet => serde_json::from_str(&event.payload).map(|it| wagered(tx, &it)),
    };
    read.unwrap_or_else(|error| {
        // An event of another version must not stop all that come after it.
        tracing::error!(topic = event.topic, seq = event.seq, %error, "an event can't be read and is skipped");
        Ok(())
    })
}

fn account_changed(tx: &Tx<'_>, changed: &AccountChanged, at_ms: i64) -> Result<(), StoreError> {
    let column = match changed.change {
        AccountChange::Opened => "opened_ms",
        AccountChange::NewDevice => "device_ms",
        AccountChange::NewPlace => "place_ms",
        AccountChange::Password => "password_ms",
        AccountChange::Contact => "contact_ms",
    };
    tx.execute(
        &format!(
            "INSERT INTO risk_players (player, {column}) VALUES (?1, ?2)
             ON CONFLICT (player) DO UPDATE SET {column} = excluded.{column}"
        ),
        params![changed.player, at_ms],
    )?;
    Ok(())
}

fn wagered(tx: &Tx<'_>, wager: &Wager) -> Result<(), StoreError> {
    match (wager.kind, &wager.stakes) {
        (WagerKind::Bet, Some(stakes)) => {
            for stake in stakes {
                // A spot that is named twice is one place on the table.
                tx.execute(
                    "INSERT INTO risk_stakes (bet, spot, player, table_id, round, stake_minor, at_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT (bet, spot) DO UPDATE SET stake_minor = risk_stakes.stake_minor + excluded.stake_minor",
                    params![
                        wager.transaction,
                        stake.spot,
                        wager.player,
                        wager.table,
                        wager.round,
                        stake.stake_minor,
                        wager.at_ms
                    ],
                )?;
            }
            look_at_round(tx, wager)
        }
        (WagerKind::Rollback, _) => {
            match tx.execute("DELETE FROM risk_stakes WHERE bet = ?1", params![wager.transaction])? {
                0 => Ok(()),
                _ => look_at_round(tx, wager),
            }
        }
        (WagerKind::Bet | WagerKind::Win, _) => Ok(()),
    }
}

/// Looks anew at what a player's stakes in a round are, alone and with those of each other player.
fn look_at_round(tx: &Tx<'_>, wager: &Wager) -> Result<(), StoreError> {
    let Wager { player, table, round, game, at_ms, .. } = wager;
    let mut on_the_table = stakes(tx, table, round)?;
    tx.execute(
        "DELETE FROM risk_rounds WHERE player = ?1 AND table_id = ?2 AND round = ?3",
        params![player, table, round],
    )?;
    tx.execute(
        "DELETE FROM risk_opposed WHERE table_id = ?2 AND round = ?3 AND (player = ?1 OR other = ?1)",
        params![player, table, round],
    )?;
    let Some(own) = on_the_table.remove(player) else { return Ok(()) };
    let staked_minor = own.iter().fold(0_i64, |sum, stake| sum.saturating_add(stake.stake_minor));
    tx.execute(
        "INSERT INTO risk_rounds (player, table_id, round, staked_minor, hedged, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![player, table, round, staked_minor, are_hedged(*game, own.iter()), at_ms],
    )?;
    for other in opposed(*game, &own, &on_the_table) {
        for (one, other) in [(player, other), (other, player)] {
            tx.execute(
                "INSERT INTO risk_opposed (player, other, table_id, round, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![one, other, table, round, at_ms],
            )?;
        }
    }
    Ok(())
}

fn opposed<'a>(
    game: Game,
    own: &'a [Stake],
    others: &'a BTreeMap<String, Vec<Stake>>,
) -> impl Iterator<Item = &'a String> {
    others.iter().filter(move |(_, theirs)| are_opposed(game, own, theirs)).map(|(other, _)| other)
}

/// What lies on a table, by player.
fn stakes(sql: &Sql, table: &str, round: &str) -> Result<BTreeMap<String, Vec<Stake>>, StoreError> {
    let rows: Vec<(String, Stake)> = sql.query_all(
        "SELECT player, spot, stake_minor FROM risk_stakes WHERE table_id = ?1 AND round = ?2
         ORDER BY bet, spot LIMIT ?3",
        params![table, round, MOST_STAKES],
        |row| Ok((row.get(0)?, Stake { spot: row.get(1)?, stake_minor: row.get(2)? })),
    )?;
    let mut of: BTreeMap<String, Vec<Stake>> = BTreeMap::new();
    for (player, stake) in rows {
        of.entry(player).or_default().push(stake);
    }
    Ok(of)
}

/// Forgets what no rule asks for any more.
fn forget(tx: &Tx<'_>, now_ms: i64) -> Result<(), StoreError> {
    let before = |days: i64| now_ms.saturating_sub(days * DAY_MS);
    tx.execute("DELETE FROM risk_stakes WHERE at_ms < ?1", params![before(STAKES_KEPT_DAYS)])?;
    tx.execute("DELETE FROM risk_rounds WHERE at_ms < ?1", params![before(ROUNDS_KEPT_DAYS)])?;
    tx.execute("DELETE FROM risk_opposed WHERE at_ms < ?1", params![before(ROUNDS_KEPT_DAYS)])?;
    Ok(())
}
