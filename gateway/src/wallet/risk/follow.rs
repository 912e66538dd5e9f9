//! What others' events leave here: identity's, of changes to an account; the wallet's own, of what was staked
//! where.
//!
//! The position in each source is kept in the transaction of the effects, and asked there as well, so that
//! each event counts once, however often a process dies and however many follow the same source.

use super::patterns::{are_hedged, are_opposed};
use super::store::DAY_MS;
use crate::events::Subscription;
use crate::identity::changes::{ACCOUNT_CHANGED, AccountChange, AccountChanged};
use crate::store::outbox::Event;
use crate::store::{Sql, StoreError, Tx, params};
use crate::wallet::Wallet;
use crate::wallet::events::{WAGER, Wager, WagerKind};
use contract::feed::Stake;
use contract::live::Game;
use std::collections::BTreeMap;
use std::time::Duration;

/// Longer than any round is open: then its stakes have told what they have to tell.
const STAKES_KEPT_DAYS: i64 = 2;
/// A little longer than any rule looks back.
const ROUNDS_KEPT_DAYS: i64 = 32;
/// Stakes of one round that are held against each other.
const MOST_STAKES: u32 = 2_000;

/// How long it waits when a database does not answer.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// Whose events are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// Identity's.
    Identity,
    /// The wallet's own.
    Wallet,
}

impl Followed {
    /// The name under which the position is kept.
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Wallet => "wallet",
        }
    }

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
    loop {
        if let Err(error) = follow_until_error(&wallet, source, &events).await {
            tracing::warn!(%error, source = source.name(), "facts for the rules of risk come late");
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn follow_until_error(wallet: &Wallet, source: Followed, events: &Subscription) -> Result<(), StoreError> {
    let mut reached = wallet.database.read(move |sql| position(sql, source)).await?;
    loop {
        let page = events.after(reached).await;
        let Some(last) = page.last().map(|event| event.seq) else { continue };
        // A page that tells nothing is not worth a write: it is read once more after a restart.
        if page.iter().any(|event| event.topic == source.topic()) {
            wallet.hear(source, page).await?;
        }
        reached = last;
    }
}

/// How far a source has been followed.
fn position(sql: &Sql, source: Followed) -> Result<i64, StoreError> {
    let read = "SELECT seq FROM risk_positions WHERE source = ?1";
    Ok(sql.query_opt(read, params![source.name()], |row| row.get(0))?.unwrap_or(0))
}

/// Takes those events of a page that are new, by the position that stands in the database, and moves it.
pub(in crate::wallet) fn take(tx: &Tx<'_>, source: Followed, page: &[Event], now_ms: i64) -> Result<(), StoreError> {
    let before = position(tx, source)?;
    let Some(last) = page.last().map(|event| event.seq).filter(|last| *last > before) else { return Ok(()) };
    for event in page.iter().filter(|event| event.seq > before && event.topic == source.topic()) {
        let read = match source {
            Followed::Identity => match serde_json::from_str(&event.payload) {
                Ok(changed) => Ok(account_changed(tx, &changed, event.at_ms)?),
                Err(error) => Err(error),
            },
            Followed::Wallet => match serde_json::from_str(&event.payload) {
                Ok(wager) => Ok(wagered(tx, &wager)?),
                Err(error) => Err(error),
            },
        };
        if let Err(error) = read {
            // An event of another version must not stop all that come after it.
            tracing::error!(topic = event.topic, seq = event.seq, %error, "an event can't be read and is skipped");
        }
    }
    if source == Followed::Wallet {
        forget(tx, now_ms)?;
    }
    tx.execute(
        "INSERT INTO risk_positions (source, seq) VALUES (?1, ?2)
         ON CONFLICT (source) DO UPDATE SET seq = excluded.seq",
        params![source.name(), last],
    )?;
    Ok(())
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
