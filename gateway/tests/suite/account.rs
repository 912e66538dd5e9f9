//! What the whole gateway makes of a player's account: streams that end with their session, the
//! permissions to bet that end with all of them, and everything that is held, from every service.

use std::time::{Duration, Instant};

use contract::identity::Session;
use gateway::app::Gateway;
use reqwest::Response;
use serde_json::{Value, json};

use crate::house::{House, Player, json_of, refused, until};
use crate::vendor::{Seat, launch};

async fn sessions(house: &House, player: &Player) -> Vec<Value> {
    let list = json_of(player.get(house, "/api/account/sessions").await).await;
    list["sessions"].as_array().expect("a list").clone()
}

async fn end_all(house: &House, player: &Player) -> Response {
    player.post(house, "/api/account/sessions/end-all", &json!({}), None).await
}

#[tokio::test]
async fn the_stream_of_a_session_ends_with_it_and_says_so() {
    let house = House::open().await;
    let (ada, bob) = (house.player().await, house.player().await);
    let (mut adas, mut bobs) = (ada.stream(&house, None).await, bob.stream(&house, None).await);
    adas.hello().await;
    bobs.hello().await;
    assert_eq!(end_all(&house, &ada).await.status(), 200);
    adas.next_of("signed-out").await;
    assert_eq!(adas.next().await, None, "nothing comes after it");
    bob.deposit(&house, 500).await;
    bobs.next_of("wallet.entry").await;
    let mut again = ada.stream(&house, None).await;
    again.hello().await;
    bob.deposit(&house, 500).await;
    ada.get(&house, "/api/live/tables").await;
    assert_eq!(again.next_of("live.tables").await.topic, "live.tables", "it comes back as a visitor's");
}

#[tokio::test]
async fn whoever_signs_out_everywhere_bets_no_more() {
    let house = House::open().await;
    let player = house.player().await;
    let seat = Seat::take(&house, &player).await;
    let waiting = launch(&house, &player).await;
    let placed = seat.bet(&house, "round-1", 100).await;
    assert_eq!(end_all(&house, &player).await.status(), 200);
    until("the vendor's session is over", async || seat.try_bet(&house, "round-1", 100).await == "invalid-session")
        .await;
    assert_eq!(house.vendor.authenticate(&house, &waiting).await["status"], "invalid-session");
    seat.roll_back(&house, "round-1", &placed).await;
    house.check_ledger().await;
}

#[tokio::test]
async fn everything_that_is_held_comes_as_one_file() {
    let house = House::open().await;
    let player = house.player().await;
    player.deposit(&house, 500).await;
    let seat = Seat::take(&house, &player).await;
    seat.bet(&house, "round-1", 100).await;
    let reply = player.get(&house, "/api/account/export").await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-disposition"], "attachment; filename=\"croupier-data.json\"");
    assert_eq!(reply.headers()["cache-control"], "no-store");
    let held = json_of(reply).await;
    assert_eq!((&held["player"], &held["account"]["demo"]), (&json!(player.id), &json!(true)));
    assert_eq!(held["sessions"].as_array().map(Vec::len), Some(1));
    let kinds: Vec<&str> = held["wallet"]["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["bet", "deposit", "deposit"]);
    assert_eq!(held["wallet"]["balance"]["cash_minor"], player.balance(&house).await.cash_minor);
    assert_eq!(held["wallet"]["limits"]["limits"].as_array().map(Vec::len), Some(12));
    assert_eq!(held["wallet"]["wagers"].as_array().map(Vec::len), Some(1));
    let wager = &held["wallet"]["wagers"][0];
    assert_eq!(
        (&wager["state"], &wager["cash_minor"], &wager["game"]),
        (&json!("open"), &json!(100), &json!("roulette"))
    );
    assert_eq!(held["live"][0]["table"], "roulette-1");
    assert!(held["promotions"].is_array());

    refused(player.get(&house, "/api/account/export").await, 429, "too-many-requests").await;
    let account = json_of(player.get(&house, "/api/account").await).await;
    assert!(account["export_after_ms"].is_i64(), "the page can say when: {account}");
    refused(house.visitor().get(&house, "/api/account/export").await, 401, "signed-out").await;
    let other = house.player().await;
    let other_file = json_of(other.get(&house, "/api/account/export").await).await;
    assert!(!other_file.to_string().contains(&player.id), "nothing of anybody else");
}

#[tokio::test]
async fn a_file_with_a_part_missing_is_no_file() {
    let house = House::open().await;
    let player = house.player().await;
    house.fault("promotions", "down").await;
    refused(player.get(&house, "/api/account/export").await, 503, "unavailable").await;
    house.fault("promotions", "ok").await;
    assert_eq!(player.get(&house, "/api/account/export").await.status(), 200, "what failed does not count");
}

#[tokio::test]
async fn a_page_hears_of_its_end_from_another_device() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    let own = sessions(&house, &player).await[0]["id"].as_str().expect("an id").to_owned();
    let reply = player.post(&house, &format!("/api/account/sessions/{own}/end"), &json!({}), None).await;
    assert_eq!(reply.status(), 200);
    stream.next_of("signed-out").await;
}

/// Longer than it may take by far, and much shorter than until the cookie is renewed.
const KNOWN_WITHIN: Duration = Duration::from_secs(3);

#[tokio::test]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn what_ends_at_one_gateway_has_ended_at_the_other_on_its_database() {
    let house = House::open().await;
    let other = Gateway::start(&house.config()).await.expect("a second gateway");
    let elsewhere = |path: &str| format!("http://{}{path}", other.listening());
    // A cookie that no answer can take away: it is the gateways that have to know.
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let own_page = |request: reqwest::RequestBuilder| request.header("origin", house.url("")).json(&json!({}));
    let reply = own_page(client.post(house.url("/api/identity/demo"))).send().await.expect("a reply");
    let cookie = reply.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    let session: Session = serde_json::from_value(json_of(reply).await).expect("a session");
    let asked =
        async |url: String| client.get(url).header("cookie", &cookie).send().await.expect("a reply").status().as_u16();
    assert_eq!(asked(elsewhere("/api/wallet/balance")).await, 200);
    let stream = client.get(elsewhere("/api/events")).header("cookie", &cookie).send().await.expect("a stream");

    let end_all = own_page(client.post(house.url("/api/account/sessions/end-all")));
    let token = session.csrf_token.expect("a token");
    let ended = end_all.header("cookie", &cookie).header("x-csrf-token", token).send().await.expect("a reply");
    assert_eq!(ended.status(), 200);
    assert_eq!(asked(house.url("/api/wallet/balance")).await, 401);
    let begun = Instant::now();
    until("the other one knows", async || asked(elsewhere("/api/wallet/balance")).await == 401).await;
    let said = tokio::time::timeout(KNOWN_WITHIN, stream.text()).await.expect("the stream ends").expect("text");
    assert!(said.contains("signed-out") && begun.elapsed() < KNOWN_WITHIN, "{:?}: {said}", begun.elapsed());
}
