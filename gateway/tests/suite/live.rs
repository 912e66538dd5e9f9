//! The lobby while the vendor comes and goes, and the permissions to bet.

use std::time::{Duration, Instant};

use gateway::clock::Clock;
use serde_json::json;

use crate::house::{House, json_of, refused};
use crate::vendor::{Manner, launch, wait_for_lobby};

#[tokio::test]
async fn the_lobby_follows_the_vendor_and_tells_visitors() {
    let mut house = House::open().await;
    wait_for_lobby(&house, true).await;
    let mut stream = house.visitor().stream(&house, None).await;
    let retained = stream.next_of("live.tables").await;
    assert_eq!(retained.data["tables"][0]["id"], "roulette-1", "a new stream begins with the lobby as it is");

    house.vendor.kill().await;
    let killed = Instant::now();
    let gone = stream.next_of("live.tables").await;
    assert!(killed.elapsed() < Duration::from_secs(3), "{:?}", killed.elapsed());
    assert_eq!((gone.data["offline_since_ms"].is_i64(), &gone.data["tables"][0]["online"]), (true, &json!(false)));
    assert_eq!(gone.data["tables"][0]["name"], "Azure Roulette", "the last good list stays");

    house.vendor.revive().await;
    let back = stream.next_of("live.tables").await;
    assert_eq!((&back.data["offline_since_ms"], &back.data["tables"][0]["online"]), (&json!(null), &json!(true)));
}

#[tokio::test]
async fn a_vendor_that_hangs_or_talks_nonsense_is_offline() {
    let house = House::open().await;
    for manner in [Manner::Garbage, Manner::Hangs] {
        house.vendor.behave(Manner::Well);
        wait_for_lobby(&house, true).await;
        house.vendor.behave(manner);
        let begun = Instant::now();
        wait_for_lobby(&house, false).await;
        assert!(begun.elapsed() < Duration::from_secs(3), "{manner:?}: {:?}", begun.elapsed());
        let player = house.player().await;
        let reply = player.post(&house, "/api/live/launch", &json!({ "table": "roulette-1" }), None).await;
        refused(reply, 503, "unavailable").await;
    }
}

#[tokio::test]
async fn the_last_good_list_survives_a_restart() {
    let mut house = House::open().await;
    wait_for_lobby(&house, true).await;
    house.vendor.kill().await;
    house.restart().await;
    let lobby = json_of(house.visitor().get(&house, "/api/live/tables").await).await;
    assert_eq!((lobby["offline_since_ms"].is_i64(), &lobby["tables"][0]["id"]), (true, &json!("roulette-1")));
}

#[tokio::test]
async fn a_launch_needs_a_player_a_token_and_a_table() {
    let house = House::open().await;
    wait_for_lobby(&house, true).await;
    let body = json!({ "table": "roulette-1" });
    refused(house.visitor().post(&house, "/api/live/launch", &body, None).await, 401, "signed-out").await;
    let player = house.player().await;
    let reply = player.post(&house, "/api/live/launch", &json!({ "table": "poker-1" }), None).await;
    assert_eq!(refused(reply, 404, "not-found").await["field"], "table");
    let reply = player.post(&house, "/api/live/launch", &json!({ "table": "roulette-1", "seat": 4 }), None).await;
    assert_eq!(refused(reply, 400, "invalid-body").await["field"], "seat");
}

#[tokio::test]
async fn a_launch_token_works_once_and_only_in_its_time() {
    let clock = Clock::standing_at(1_800_000_000_000);
    let house = House::open_with(clock.clone()).await;
    let player = house.player().await;
    let token = launch(&house, &player).await;
    let first = house.vendor.authenticate(&house, &token).await;
    assert_eq!(
        (&first["status"], &first["player"], &first["table"]),
        (&json!("ok"), &json!(player.id), &json!("roulette-1"))
    );
    assert_eq!(first["balance_minor"], player.balance(&house).await.cash_minor);
    assert_eq!(house.vendor.authenticate(&house, &token).await["status"], "invalid-session", "used");

    let late = launch(&house, &player).await;
    clock.advance(60_000);
    assert_eq!(house.vendor.authenticate(&house, &late).await["status"], "invalid-session", "expired");

    for forged in ["", "x", &"A".repeat(43), &format!("{token}A")] {
        let answer = house.vendor.authenticate(&house, forged).await;
        assert_eq!(answer["status"], "invalid-session", "{forged}");
        assert_eq!((&answer["session"], &answer["player"]), (&json!(""), &json!("")));
    }
}

#[tokio::test]
async fn tokens_that_wait_are_bounded() {
    let clock = Clock::standing_at(1_800_000_000_000);
    let house = House::open_with(clock.clone()).await;
    let player = house.player().await;
    for _ in 0..32 {
        launch(&house, &player).await;
    }
    let body = json!({ "table": "roulette-1" });
    refused(player.post(&house, "/api/live/launch", &body, None).await, 429, "too-many-requests").await;
    clock.advance(60_000);
    launch(&house, &player).await;
}
