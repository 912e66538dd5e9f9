//! Breaks, as every tab hears of them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::house::{House, json_of, new_key, refused};
use crate::vendor::Seat;

/// What a player may wait for a break to be in force everywhere.
const AT_ONCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn every_tab_hears_of_a_break_within_a_second_and_a_new_one_at_its_start() {
    let house = House::open().await;
    let player = house.player().await;
    let (mut one, mut other) = (player.stream(&house, None).await, player.stream(&house, None).await);
    one.hello().await;
    other.hello().await;
    let began = Instant::now();
    let reply = player.post(&house, "/api/limits/self-exclusion", &json!({ "months": 6 }), Some(&new_key())).await;
    let until_ms = json_of(reply).await["excluded_until_ms"].clone();
    for tab in [&mut one, &mut other] {
        let block = tab.next_of("player.block").await.data;
        assert_eq!((&block["until_ms"], &block["self_excluded"]), (&until_ms, &json!(true)));
    }
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    let mut new = player.stream(&house, None).await;
    assert_eq!(new.next_of("player.block").await.data["until_ms"], until_ms, "it is kept for whoever comes later");
    let body = json!({ "amount_minor": 100, "currency": "EUR" });
    let deposit = player.post(&house, "/api/wallet/deposits", &body, Some(&new_key())).await;
    refused(deposit, 422, "play-blocked").await;
}

#[tokio::test]
async fn a_bet_moves_the_clock_of_the_session_on_the_page() {
    let house = House::open().await;
    let player = house.player().await;
    let seat = Seat::take(&house, &player).await;
    let mut tab = player.stream(&house, None).await;
    tab.hello().await;
    let bet = seat.bet(&house, "a", 300).await;
    let session = tab.next_of("player.session").await.data;
    assert_eq!((&session["net_minor"], &session["open_bets"]), (&json!(-300), &json!(1)));
    seat.roll_back(&house, "a", &bet).await;
    let session = tab.next_of("player.session").await.data;
    assert_eq!((&session["net_minor"], &session["open_bets"]), (&json!(0), &json!(0)));
    let shown = json_of(player.get(&house, "/api/limits/session").await).await;
    assert_eq!((&shown["session"]["version"], &shown["block"]["until_ms"]), (&session["version"], &json!(null)));
    house.check_ledger().await;
}
