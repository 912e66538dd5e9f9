//! What the wallet's events make of the offers. Each counts exactly once.

use crate::store::outbox::{Event, Page};
use crate::store::{StoreError, Tx};
use crate::wallet::events::{DEPOSIT, Deposit, SETTLED, Settled, WAGER, Wager, WagerKind};

use super::Promotions;
use super::catalogue::HouseOffer;
use super::offer::Input;
use super::store::{self, Bet};
use crate::events::{Subscription, follow};

/// Follows the wallet for as long as it runs.
pub(super) async fn run(promotions: Promotions, wallet: Subscription) {
    let inner = &promotions.0;
    let (offers, clock) = (inner.offers.clone(), inner.clock.clone());
    let effect = move |tx: &Tx<'_>, page: &Page| {
        page.events.iter().try_for_each(|event| take(tx, offers.all(), event, clock.now_ms()))
    };
    let concerns = |event: &Event| [WAGER, SETTLED, DEPOSIT].contains(&event.topic.as_str());
    follow(&inner.database, &wallet, concerns, effect, |()| {}).await;
}

fn take(tx: &Tx<'_>, offers: &[HouseOffer], event: &Event, now_ms: i64) -> Result<(), StoreError> {
    match event.topic.as_str() {
        WAGER => match serde_json::from_str::<Wager>(&event.payload) {
            Ok(wager) => take_wager(tx, offers, &wager, now_ms),
            Err(error) => unreadable(event, &error),
        },
        SETTLED => match serde_json::from_str::<Settled>(&event.payload) {
            Ok(settled) => take_settled(tx, offers, &settled, now_ms),
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
                if let Some(input) = store::forget(tx, &wager.player, offer, &wager.transaction)? {
                    happened(tx, &wager.player, offer, input, None, now_ms)?;
                }
            }
            WagerKind::Win => {}
        }
    }
    Ok(())
}

fn take_settled(tx: &Tx<'_>, offers: &[HouseOffer], settled: &Settled, now_ms: i64) -> Result<(), StoreError> {
    for offer in offers {
        let mut counted = 0;
        for bet in &settled.bets {
            counted += store::settle(tx, &settled.player, &offer.id, bet)?.unwrap_or(0);
        }
        if counted > 0 {
            happened(tx, &settled.player, offer, Input::Settled { counted }, None, now_ms)?;
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
