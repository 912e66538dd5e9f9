//! What others' events leave here: identity's, of changes to an account; the wallet's own, of what was staked
//! where. Each event counts once.

use super::patterns::Cover;
use super::store::DAY_MS;
use crate::events::{Subscription, follow};
use crate::identity::changes::{ACCOUNT_CHANGED, AccountChange, AccountChanged};
use crate::store::outbox::{Event, Page};
use crate::store::{Sql, StoreError, Tx, params};
use crate::wallet::Wallet;
use crate::wallet::events::{WAGER, Wager, WagerKind};
use contract::feed::Stake;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Longer than any round is open: then its stakes have told what they have to tell.
const STAKES_KEPT_DAYS: i64 = 2;
/// A little longer than any rule looks back.
const ROUNDS_KEPT_DAYS: i64 = 32;
/// Spots of one round that are held against each other: all of the player's, then those of others.
const MOST_SPOTS: u32 = 2_000;

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
        let told = page.events.iter().filter(|event| event.topic == source.topic());
        match source {
            Followed::Identity => told.filter_map(read).try_for_each(|(at_ms, it)| account_changed(tx, &it, at_ms)),
            Followed::Wallet => {
                wagered(tx, told.filter_map(read).map(|(_, it)| it))?;
                forget(tx, clock.now_ms())
            }
        }
    };
    follow(&wallet.database, &events, |event| event.topic == source.topic(), effect, |()| {}).await;
}

/// What an event says, and when.
fn read<T: DeserializeOwned>(event: &Event) -> Option<(i64, T)> {
    match serde_json::from_str(&event.payload) {
        Ok(said) => Some((event.at_ms, said)),
        Err(error) => {
            // An event of another version must not stop all that come after it.
            tracing::error!(topic = event.topic, seq = event.seq, %error, "an event can't be read and is skipped");
            None
        }
    }
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

/// Takes what was staked and what was taken back. Each player's part of a round is looked at once, after all of it.
fn wagered(tx: &Tx<'_>, wagers: impl Iterator<Item = Wager>) -> Result<(), StoreError> {
    let mut changed = BTreeMap::new();
    for wager in wagers {
        if moved(tx, &wager)? {
            changed.insert((wager.player.clone(), wager.table.clone(), wager.round.clone()), wager);
        }
    }
    changed.values().try_for_each(|last| look_at_round(tx, last))
}

/// Whether it has changed what lies on a table.
fn moved(tx: &Tx<'_>, wager: &Wager) -> Result<bool, StoreError> {
    let Wager { transaction, player, table, round, at_ms, .. } = wager;
    match (wager.kind, &wager.stakes) {
        (WagerKind::Bet, Some(stakes)) => {
            for Stake { spot, stake_minor } in stakes {
                // A spot that is named twice is one place on the table.
                tx.execute(
                    "INSERT INTO risk_stakes (bet, spot, player, table_id, round, stake_minor, at_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT (bet, spot) DO UPDATE SET stake_minor = risk_stakes.stake_minor + excluded.stake_minor",
                    params![transaction, spot, player, table, round, stake_minor, at_ms],
                )?;
            }
            Ok(true)
        }
        (WagerKind::Rollback, _) => Ok(tx.execute("DELETE FROM risk_stakes WHERE bet = ?1", params![transaction])? > 0),
        (WagerKind::Bet | WagerKind::Win, _) => Ok(false),
    }
}

/// Looks anew at what a player's stakes in a round are, alone and with those of each other player.
fn look_at_round(tx: &Tx<'_>, wager: &Wager) -> Result<(), StoreError> {
    let Wager { player, table, round, game, at_ms, .. } = wager;
    let mut on_the_table = stakes(tx, player, table, round)?;
    tx.execute(
        "DELETE FROM risk_rounds WHERE player = ?1 AND table_id = ?2 AND round = ?3",
        params![player, table, round],
    )?;
    tx.execute(
        "DELETE FROM risk_opposed WHERE table_id = ?2 AND round = ?3 AND (player = ?1 OR other = ?1)",
        params![player, table, round],
    )?;
    let Some(own) = on_the_table.remove(player) else { return Ok(()) };
    let own = Cover::of(*game, &own);
    tx.execute(
        "INSERT INTO risk_rounds (player, table_id, round, staked_minor, hedged, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![player, table, round, own.staked_minor, own.is_hedged(), at_ms],
    )?;
    let opposed = on_the_table.iter().filter(|(_, stakes)| own.is_opposed_to(&Cover::of(*game, *stakes)));
    for (other, _) in opposed {
        for (one, other) in [(player, other), (other, player)] {
            tx.execute(
                "INSERT INTO risk_opposed (player, other, table_id, round, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![one, other, table, round, at_ms],
            )?;
        }
    }
    Ok(())
}

/// What lies on a table, by player: all of this one's, and of the others as much as there is room for.
fn stakes(sql: &Sql, player: &str, table: &str, round: &str) -> Result<BTreeMap<String, Vec<Stake>>, StoreError> {
    let rows: Vec<(String, Stake)> = sql.query_all(
        "SELECT player, spot, CAST(sum(stake_minor) AS BIGINT) FROM risk_stakes WHERE table_id = ?2 AND round = ?3
         GROUP BY player, spot ORDER BY CASE WHEN player = ?1 THEN 0 ELSE 1 END, player, spot LIMIT ?4",
        params![player, table, round, MOST_SPOTS],
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
