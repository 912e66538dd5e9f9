//! Offers: terms, progress, and rewards that are credited exactly once.

use serde_json::{Value, json};

use crate::house::{House, Player, json_of, new_key, refused, until};
use crate::vendor::Seat;

async fn offer(house: &House, player: &Player, id: &str) -> Value {
    let offers = json_of(player.get(house, "/api/promotions/offers").await).await;
    let offers = offers["offers"].as_array().expect("a list").clone();
    offers.into_iter().find(|offer| offer["id"] == id).expect("the offer")
}

pub(crate) async fn opt_in(house: &House, player: &Player, id: &str) {
    let path = format!("/api/promotions/offers/{id}/opt-in");
    let reply = player.post(house, &path, &json!({ "terms_version": 1 }), Some(&new_key())).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(json_of(reply).await["state"], "active");
}

pub(crate) async fn claim(house: &House, player: &Player, id: &str, key: &str) -> reqwest::Response {
    player.post(house, &format!("/api/promotions/offers/{id}/claim"), &json!({}), Some(key)).await
}

/// A player who has earned the mission's reward.
async fn explorer(house: &House) -> Player {
    let player = house.player().await;
    opt_in(house, &player, "explorer").await;
    let seat = Seat::take(house, &player).await;
    for round in ["a", "b", "c"] {
        seat.lose(house, round, 100).await;
    }
    until("the reward is earned", async || offer(house, &player, "explorer").await["state"] == "earned").await;
    player
}

/// How often a reward stands in the player's history.
pub(crate) async fn rewards(house: &House, player: &Player) -> usize {
    let history = json_of(player.get(house, "/api/wallet/history?kind=bonus").await).await;
    history["entries"].as_array().expect("a list").len()
}

#[tokio::test]
async fn visitors_see_every_offer_in_their_language() {
    let house = House::open().await;
    let reply = reqwest::Client::new()
        .get(house.url("/api/promotions/offers"))
        .header("accept-language", "de-AT, en;q=0.5")
        .send()
        .await
        .expect("a reply");
    let offers = json_of(reply).await;
    let offers = offers["offers"].as_array().expect("a list");
    assert_eq!(offers.len(), 3);
    assert!(offers.iter().all(|offer| offer["state"] == "offered" && offer["version"] == 0));
    assert_eq!(offers[2]["title"], "Drei Runden");
    assert_eq!(offers[0]["conditions"]["wagering_multiplier"], 5);
    let body = json!({ "terms_version": 1 });
    let reply = house.visitor().post(&house, "/api/promotions/offers/explorer/opt-in", &body, Some("k")).await;
    refused(reply, 401, "signed-out").await;
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused_and_changes_nothing() {
    let house = House::open().await;
    let player = house.player().await;
    let path = "/api/promotions/offers/explorer/opt-in";
    let reply = player.post(&house, path, &json!({ "terms_version": 9 }), Some("first")).await;
    assert_eq!(refused(reply, 409, "conflict").await["field"], "terms_version");
    let again = player.post(&house, path, &json!({ "terms_version": 9 }), Some("first")).await;
    assert_eq!(again.headers()["idempotency-hit"], "true", "the refusal is kept under its key");
    let other = player.post(&house, path, &json!({ "terms_version": 1 }), Some("first")).await;
    refused(other, 422, "idempotency-key-reused").await;
    let no_key = player.post(&house, path, &json!({ "terms_version": 1 }), None).await;
    assert_eq!(refused(no_key, 400, "idempotency-key-missing").await["field"], "idempotency-key");
    let unknown =
        player.post(&house, "/api/promotions/offers/none/opt-in", &json!({ "terms_version": 1 }), Some("k")).await;
    assert_eq!(refused(unknown, 404, "not-found").await["field"], "id");
    for body in [json!({ "terms_version": -1 }), json!({ "terms_version": "1" })] {
        let reply = player.post(&house, path, &body, Some("k")).await;
        assert_eq!(refused(reply, 400, "invalid-body").await["field"], "terms_version");
    }
    refused(claim(&house, &player, "explorer", "c").await, 409, "conflict").await;
    assert_eq!(offer(&house, &player, "explorer").await["state"], "offered");
    assert_eq!(rewards(&house, &player).await, 0);
}

#[tokio::test]
async fn a_mission_is_played_claimed_and_credited_through_events() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    opt_in(&house, &player, "explorer").await;
    assert_eq!(stream.next_of("promotions.offer").await.data["state"], "active");
    let seat = Seat::take(&house, &player).await;
    for (round, count) in [("a", 1), ("b", 2), ("c", 3)] {
        let bets = [seat.bet(&house, round, 200).await, seat.bet(&house, round, 300).await];
        assert_eq!(stream.next_of("promotions.offer").await.data["progress"]["current"], count);
        seat.settle(&house, round, &[&bets[0], &bets[1]], 100).await;
    }
    assert_eq!(stream.next_of("promotions.offer").await.data["state"], "earned");
    assert_eq!(offer(&house, &player, "explorer").await["state"], "earned");

    let before = player.balance(&house).await;
    let first = claim(&house, &player, "explorer", "claim-1").await;
    assert_eq!(first.status(), 200);
    let first = first.text().await.expect("text");
    assert_eq!(serde_json::from_str::<Value>(&first).expect("JSON")["state"], "claimed");
    assert_eq!(player.balance(&house).await.cash_minor, before.cash_minor + 200);
    assert_eq!(stream.next_of("promotions.credited").await.data["amount_minor"], 200);

    let again = claim(&house, &player, "explorer", "claim-1").await;
    assert_eq!(again.headers()["idempotency-hit"], "true");
    assert_eq!(again.text().await.expect("text"), first, "byte for byte");
    refused(claim(&house, &player, "explorer", "claim-2").await, 409, "conflict").await;
    assert_eq!(rewards(&house, &player).await, 1);
    house.check_ledger().await;
}

#[tokio::test]
async fn the_credit_itself_arrives_as_a_balance() {
    let house = House::open().await;
    let player = explorer(&house).await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    let before = player.balance(&house).await;
    assert_eq!(claim(&house, &player, "explorer", "c").await.status(), 200);
    // A fresh stream begins with the balance of before.
    let mut heard = stream.next_of("wallet.balance").await.data;
    while heard["version"].as_u64() <= Some(before.version) {
        heard = stream.next_of("wallet.balance").await.data;
    }
    assert_eq!(heard["cash_minor"], before.cash_minor + 200);
}

#[tokio::test]
async fn a_bet_that_is_taken_back_takes_its_progress_back() {
    let house = House::open().await;
    let player = house.player().await;
    opt_in(&house, &player, "explorer").await;
    opt_in(&house, &player, "free-bets").await;
    let seat = Seat::take(&house, &player).await;
    let first = seat.bet(&house, "a", 1_500).await;
    let second = seat.bet(&house, "a", 600).await;
    let progress = async |id: &str| offer(&house, &player, id).await["progress"]["current"].as_i64().expect("a number");
    until("both count", async || progress("free-bets").await == 2_000).await;
    assert_eq!(offer(&house, &player, "free-bets").await["state"], "active", "both can still be taken back");
    refused(claim(&house, &player, "free-bets", "early").await, 409, "conflict").await;

    seat.roll_back(&house, "a", &first).await;
    until("one is gone", async || progress("free-bets").await == 600).await;
    assert_eq!(offer(&house, &player, "free-bets").await["state"], "active");
    assert_eq!(progress("explorer").await, 1, "the round still has a bet");
    refused(claim(&house, &player, "free-bets", "c").await, 409, "conflict").await;
    seat.roll_back(&house, "a", &second).await;
    until("both are gone", async || progress("explorer").await == 0).await;
}

#[tokio::test]
async fn a_deposit_is_matched_once_and_has_to_be_wagered() {
    let house = House::open().await;
    let player = house.player().await;
    player.deposit(&house, 5_000).await;
    opt_in(&house, &player, "welcome-match").await;
    player.deposit(&house, 1_000).await;
    player.deposit(&house, 9_000).await;
    until("the deposit is matched", async || offer(&house, &player, "welcome-match").await["reward_minor"] == 1_000)
        .await;
    let seat = Seat::take(&house, &player).await;
    seat.lose(&house, "a", 6_000).await;
    seat.lose(&house, "b", 5_000).await;
    until("it is wagered", async || offer(&house, &player, "welcome-match").await["state"] == "earned").await;
    let before = player.balance(&house).await.cash_minor;
    assert_eq!(claim(&house, &player, "welcome-match", "c").await.status(), 200);
    assert_eq!(player.balance(&house).await.cash_minor, before + 1_000);
    house.check_ledger().await;
}

#[tokio::test]
async fn bonus_money_is_credited_as_bonus_money() {
    let house = House::open().await;
    let player = house.player().await;
    opt_in(&house, &player, "free-bets").await;
    Seat::take(&house, &player).await.lose(&house, "a", 2_000).await;
    until("it is earned", async || offer(&house, &player, "free-bets").await["state"] == "earned").await;
    assert_eq!(claim(&house, &player, "free-bets", "c").await.status(), 200);
    assert_eq!(player.balance(&house).await.bonus_minor, 500);
}

#[tokio::test]
async fn a_claim_that_the_wallet_could_not_pay_is_paid_once_it_can() {
    let mut house = House::open().await;
    let player = explorer(&house).await;
    let before = player.balance(&house).await.cash_minor;
    house.fault("wallet", "down").await;
    refused(claim(&house, &player, "explorer", "c").await, 503, "unavailable").await;
    assert_eq!(offer(&house, &player, "explorer").await["state"], "earned");
    // The fault ends with the process; the claim does not.
    house.restart().await;
    until("the claim is paid", async || offer(&house, &player, "explorer").await["state"] == "claimed").await;
    assert_eq!(player.balance(&house).await.cash_minor, before + 200);
    let again = claim(&house, &player, "explorer", "c").await;
    assert_eq!(again.status(), 200, "the key's own claim succeeded");
    refused(claim(&house, &player, "explorer", "d").await, 409, "conflict").await;
    assert_eq!(rewards(&house, &player).await, 1);
}

#[tokio::test]
async fn many_claims_at_once_pay_once() {
    let house = House::open().await;
    let player = explorer(&house).await;
    let before = player.balance(&house).await.cash_minor;
    let keys: Vec<String> = (0..20).map(|number| format!("key-{}", number / 2)).collect();
    let replies = futures::future::join_all(keys.iter().map(|key| claim(&house, &player, "explorer", key))).await;
    for reply in replies {
        assert!(matches!(reply.status().as_u16(), 200 | 409), "{}", reply.status());
    }
    assert_eq!(player.balance(&house).await.cash_minor, before + 200);
    assert_eq!(rewards(&house, &player).await, 1);
    house.check_ledger().await;
}

#[tokio::test]
async fn a_player_who_takes_a_break_takes_no_part() {
    let house = House::open().await;
    let player = explorer(&house).await;
    let begun = player.post(&house, "/api/limits/time-out", &json!({ "length": "24h" }), Some(&new_key())).await;
    assert_eq!(begun.status(), 200);
    refused(claim(&house, &player, "explorer", "c").await, 422, "play-blocked").await;
    let again = claim(&house, &player, "explorer", "c").await;
    assert_eq!(again.headers()["idempotency-hit"], "true", "the refusal is kept under its key");
    let path = "/api/promotions/offers/free-bets/opt-in";
    let opt_in = player.post(&house, path, &json!({ "terms_version": 1 }), Some("o")).await;
    refused(opt_in, 422, "play-blocked").await;
    assert_eq!(offer(&house, &player, "explorer").await["state"], "earned");
    assert_eq!(offer(&house, &player, "free-bets").await["state"], "offered");
    assert_eq!(rewards(&house, &player).await, 0);
}

#[tokio::test]
async fn a_reward_that_was_claimed_before_a_break_is_paid() {
    let house = House::open().await;
    let player = explorer(&house).await;
    house.fault("wallet", "down").await;
    refused(claim(&house, &player, "explorer", "c").await, 503, "unavailable").await;
    house.fault("wallet", "ok").await;
    let begun = player.post(&house, "/api/limits/time-out", &json!({ "length": "24h" }), Some(&new_key())).await;
    assert_eq!(begun.status(), 200);
    assert_eq!(claim(&house, &player, "explorer", "c").await.status(), 200);
    assert_eq!(rewards(&house, &player).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_claim_is_paid_also_where_its_offer_is_gone() {
    let house = House::open().await;
    let player = house.player().await;
    let standing = |offer: &str, stage: &str| {
        format!(
            "INSERT INTO standings (player, offer, stage, matched_minor, counted, settled, opted_in_at_ms, expires_at_ms,
                 terms_version, version) VALUES ('{}', '{offer}', '{stage}', 0, 0, 0, 1, 2, 1, 1);",
            player.id
        )
    };
    let owed = format!(
        "INSERT INTO owed (player, offer, amount_minor, currency, bonus, claimed_at_ms)
             VALUES ('{}', 'gone', 700, 'EUR', 0, 1);",
        player.id
    );
    let all = [standing("gone", "claiming"), owed, standing("gone-too", "active")].concat();
    house.tamper("promotions", &all).await;
    until("the reward is paid", async || rewards(&house, &player).await == 1).await;
    let history = json_of(player.get(&house, "/api/wallet/history?kind=bonus").await).await;
    assert_eq!(history["entries"][0]["cash_minor"], 700);
    house.check_ledger().await;
}
