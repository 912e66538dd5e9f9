//! What the wallet's events make of the offers.
//!
//! The position in the wallet's outbox is kept in the transaction of the effects: each event
//! counts exactly once, however often the process dies.

use crate::store::outbox::Event;
use crate::store::{StoreError, Tx};
use crate::wallet::events::{DEPOSIT, Deposit, WAGER, Wager, WagerKind};

use super::Promotions;
use super::catalogue::HouseOffer;
use super::offer::Input;
use super::store::{self, Bet};
use crate::events::Subscription;

/// The name under which the position is kept.
const SOURCE: &str = "wallet";

/// Follows the wallet for as long as it runs.
pub(super) async fn run(promotions: Promotions, wallet: Subscription) {
    loop {
        if let Err(error) = follow_until_error(&promotions, &wallet).await {
            tracing::warn!(%error, "the offers pause");
        }
        tokio::time::sleep(super::PAUSE_AFTER_ERROR).await;
    }
}

async fn follow_until_error(promotions: &Promotions, wallet: &Subscription) -> Result<(), StoreError> {
    let inner = &promotions.0;
    let mut position = inner.database.read(|sql| store::position(sql, SOURCE)).await?;
    loop {
        let page = wallet.after(position).await;
        let Some(last) = page.last().map(|event| event.seq) else { continue };
        let (offers, clock) = (promotions.0.offers.clone(), inner.clock.clone());
        inner
            .database
            .write(move |tx| {
                // Another process may follow as well, and have taken some of these.
                let taken = store::position(tx, SOURCE)?;
                for event in page.iter().filter(|event| event.seq > taken) {
                    take(tx, &offers, event, clock.now_ms())?;
                }
                store::set_position(tx, SOURCE, last.max(taken))
            })
            .await?;
        position = last;
    }
}

fn take(tx: &Tx<'_>, offers: &[HouseOffer], event: &Event, now_ms: i64) -> Result<(), StoreError> {
    match event.topic.as_str() {
        WAGER => match serde_json::from_str::<Wager>(&event.payload) {
            Ok(wager) => take_wager(tx, offers, &wager, now_ms),
            Err(error) => unreadable(event, &error),
        },
        DEPOSIT => match serde_json::from_str::<Deposit>(&event.payload) {
            Ok(deposit) => take_deposit(tx, offers, &deposit, now_ms),
            Err(error) => unreadable(event, &error),
        },
        _ => Ok(()),
    }
}

/// An event of another version must not stop all that come after it.
fn unreadable(event: &Event, error: &serde_json::Error) -> Result<(), StoreError> {
    tracing::error!(topic = event.topic, seq = event.seq, %error, "an event of the wallet can't be read and is skipped");
    Ok(())
}

fn take_deposit(tx: &Tx<'_>, offers: &[HouseOffer], deposit: &Deposit, now_ms: i64) -> Result<(), StoreError> {
    for offer in offers.iter().filter(|offer| offer.currency == deposit.currency) {
        let input = Input::Deposit { amount_minor: deposit.amount_minor, at_ms: deposit.at_ms };
        happened(tx, &deposit.player, offer, input, None, now_ms)?;
    }
    Ok(())
}

fn take_wager(tx: &Tx<'_>, offers: &[HouseOffer], wager: &Wager, now_ms: i64) -> Result<(), StoreError> {
    for offer in offers.iter().filter(|offer| offer.currency == wager.currency) {
        match wager.kind {
            WagerKind::Bet => {
                let bet = Bet { id: &wager.transaction, round: &wager.round };
                let input = Input::Bet {
                    game: wager.game,
                    stake_minor: wager.amount_minor,
                    first_in_round: !store::round_counts(tx, &wager.player, &offer.id, &wager.round)?,
                    at_ms: wager.at_ms,
                };
                happened(tx, &wager.player, offer, input, Some(bet), now_ms)?;
            }
            WagerKind::Rollback => {
                if let Some(counted) = store::forget(tx, &wager.player, offer, &wager.transaction)? {
                    happened(tx, &wager.player, offer, Input::TakenBack { counted }, None, now_ms)?;
                }
            }
            WagerKind::Win => {}
        }
    }
    Ok(())
}

/// Takes what has happened elsewhere, which can't be refused.
pub(super) fn happened(
    tx: &Tx<'_>,
    player: &str,
    offer: &HouseOffer,
    input: Input,
    bet: Option<Bet<'_>>,
    now_ms: i64,
) -> Result<(), StoreError> {
    match store::apply(tx, player, offer, input, bet, now_ms)? {
        Ok(_) => Ok(()),
        Err(refusal) => Err(StoreError::Mistake(format!("an event was refused: {refusal}"))),
    }
}
