//! Bets that nobody ends: when their stakes go back by themselves.

use crate::support::{World, bet, rollback, win};
use contract::money::Currency;
use gateway::wallet::Reserve;
use gateway::wallet::vendor::{HEARD_FIRST_MS, OPEN_FOR_MS};
use std::time::Duration;

/// Waits until something is so, as long as a test may.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), waited).await.is_ok(), "in vain: {what}");
}

/// Waits until all that is overdue was looked for once at the least. Reservations come first each time, and the second
/// one is made when the first has gone: by another time than that, which is over by then.
async fn looked_through(world: &World, player: &str) {
    for key in ["first", "second"] {
        let (key, player) = (key.to_owned(), player.to_owned());
        let wish = Reserve { key, player, amount_minor: 100, currency: Currency::Eur, timeout_ms: Some(1) };
        world.wallet.reserve(wish).await.unwrap();
        world.clock.advance(1);
        until("it is given back", async || world.wallet.reservations().await.unwrap().is_empty()).await;
    }
}

#[tokio::test]
async fn a_bet_is_open_for_48_hours_and_no_longer() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (forgotten, settled) = (bet(&session, "r1", 500), bet(&session, "r1", 300));
    assert_eq!(world.wager("bet", &forgotten).await, ("ok".into(), 99_500));
    assert_eq!(world.wager("bet", &settled).await, ("ok".into(), 99_200));
    assert_eq!(world.wager("win", &win(&[&settled], 0)).await, ("ok".into(), 99_200));
    world.clock.advance(OPEN_FOR_MS - 1);
    assert_eq!(world.wallet.give_back_overdue().await, Ok(0));
    world.clock.advance(1);
    assert_eq!(world.wallet.give_back_overdue().await, Ok(1));
    assert_eq!(world.wallet.give_back_overdue().await, Ok(0));
    assert_eq!(world.balance(&page).await, (99_700, 0));
    assert_eq!(world.wager("win", &win(&[&forgotten], 5_000)).await, ("rolled-back".into(), 99_700));
    assert_eq!(world.wager("rollback", &rollback(&forgotten)).await, ("rolled-back".into(), 99_700));
    assert_eq!(world.audited().await, 4);
}

#[tokio::test]
async fn after_an_outage_of_ours_the_vendor_ends_its_bets_before_stakes_go_back() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (won, forgotten) = (bet(&session, "r1", 500), bet(&session, "r2", 300));
    assert_eq!(world.wager("bet", &won).await.0, "ok");
    assert_eq!(world.wager("bet", &forgotten).await.0, "ok");
    let world = world.reopened().await;
    world.clock.advance(OPEN_FOR_MS + 3_600_000);
    let expiring = tokio::spawn(world.wallet.clone().expire());
    looked_through(&world, &page.player).await;
    assert_eq!(world.wager("win", &win(&[&won], 1_000)).await, ("ok".into(), 100_200));
    assert_eq!(world.balance(&page).await, (100_200, 0));
    world.clock.advance(HEARD_FIRST_MS);
    until("what nobody ended is back", async || world.balance(&page).await == (100_500, 0)).await;
    expiring.abort();
    world.audited().await;
}
