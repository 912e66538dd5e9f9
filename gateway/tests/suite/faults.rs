//! The switches of the control port, as an operator flips them.

use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused};

async fn post(house: &House, path: &str, body: Value) -> reqwest::Response {
    client().post(house.control(path)).json(&body).send().await.expect("a reply")
}

#[tokio::test]
async fn a_setting_that_cannot_work_names_its_member() {
    let house = House::open().await;
    for (path, body, field) in [
        ("/faults", json!({ "service": "wallet", "mode": "cut", "ms": 100 }), "mode"),
        ("/faults", json!({ "service": "events", "mode": "cut", "ms": 60_001 }), "ms"),
        ("/clock", json!({ "ahead_ms": i64::MAX }), "ahead_ms"),
        ("/clock", json!({ "ahead_ms": "tomorrow" }), "ahead_ms"),
    ] {
        let problem = json_of(post(&house, path, body.clone()).await).await;
        assert_eq!((&problem["status"], &problem["field"]), (&json!(400), &json!(field)), "{body}");
    }
    let clock: Value = json_of(client().get(house.control("/clock")).send().await.expect("a reply")).await;
    assert_eq!(clock, json!({ "ahead_ms": 0 }));
}

#[tokio::test]
async fn a_stream_that_is_cut_goes_on_where_it_was() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    assert_eq!(post(&house, "/faults", json!({ "service": "events", "mode": "cut", "ms": 0 })).await.status(), 200);
    while stream.next().await.is_some() {}
    house.fault("events", "ok").await;
    player.deposit(&house, 300).await;
    let cash_minor = player.balance(&house).await.cash_minor;
    let mut resumed = player.stream(&house, Some(&stream.last_id)).await;
    while resumed.next_of("wallet.balance").await.data["cash_minor"] != json!(cash_minor) {}
}

#[tokio::test]
async fn a_burst_of_errors_is_over_by_itself() {
    let house = House::open().await;
    let player = house.player().await;
    let burst = json!({ "service": "wallet", "mode": "errors", "ms": 300 });
    assert_eq!(post(&house, "/faults", burst).await.status(), 200);
    refused(player.get(&house, "/api/wallet/balance").await, 500, "internal").await;
    crate::house::until("the burst is over", async || player.get(&house, "/api/wallet/balance").await.status() == 200)
        .await;
    let shown: Value = json_of(client().get(house.control("/faults")).send().await.expect("a reply")).await;
    let all_well = shown["faults"].as_array().expect("a list").iter().all(|fault| fault["mode"] == "ok");
    assert!(all_well, "{shown}");
}

#[tokio::test]
async fn a_clock_that_jumps_ends_no_session_and_doubles_no_entry() {
    let house = House::open().await;
    let player = house.player().await;
    for ahead_ms in [3_600_000, -3_600_000, 0] {
        assert_eq!(post(&house, "/clock", json!({ "ahead_ms": ahead_ms })).await.status(), 200);
        let before = player.balance(&house).await.cash_minor;
        player.deposit(&house, 100).await;
        assert_eq!(player.balance(&house).await.cash_minor, before + 100);
    }
    house.check_ledger().await;
}
