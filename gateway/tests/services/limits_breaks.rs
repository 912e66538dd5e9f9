//! Time-outs and self-exclusions: what they stop, and what they let through.

use crate::support::{Page, World, bet, problem, rollback, win};
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

async fn takes(world: &World, page: &Page, length: &str) -> Value {
    let answer = world.limits(page, "time-out", json!({ "length": length })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_break_stops_play_at_once_and_lets_money_out() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (open, other) = (bet(&session, "r1", 500), bet(&session, "r1", 300));
    assert_eq!(world.wager("bet", &open).await.0, "ok");
    assert_eq!(world.wager("bet", &other).await.0, "ok");
    let until_ms = world.clock.now_ms() + DAY_MS;
    assert_eq!(takes(&world, &page, "24h").await["time_out_until_ms"], until_ms);

    let refused = world.vendor("bet", &bet(&session, "r2", 100)).await.json();
    assert_eq!(
        (&refused["status"], &refused["detail"]),
        (&json!("limit-reached"), &json!("the player takes a time-out"))
    );
    let told = world.told(&page, "player.limit-reached").await;
    assert_eq!((&told[0]["reason"], &told[0]["until_ms"]), (&json!("time-out"), &json!(until_ms)));
    assert_eq!(world.command(&page, "deposits", 100, "d").await.problem(), problem(422, "play-blocked", None));

    assert_eq!(world.command(&page, "withdrawals", 100, "w").await.status, 201);
    assert_eq!(world.wager("win", &win(&[&open], 1_000)).await, ("ok".into(), 100_100));
    assert_eq!(world.wager("rollback", &rollback(&other)).await, ("ok".into(), 100_400));
    let blocks = world.told(&page, "player.block").await;
    assert_eq!(
        (blocks.len(), &blocks[0]["until_ms"], &blocks[0]["self_excluded"]),
        (1, &json!(until_ms), &json!(false))
    );
    assert_eq!(world.play(&page).await["block"]["until_ms"], until_ms);

    world.clock.advance(DAY_MS - 1);
    assert_eq!(world.command(&page, "deposits", 100, "e").await.status, 422);
    world.clock.advance(1);
    assert_eq!(world.command(&page, "deposits", 100, "f").await.status, 201);
    assert_eq!(world.wager("bet", &bet(&session, "r3", 100)).await.0, "ok");
    assert_eq!(world.play(&page).await["block"]["until_ms"], Value::Null);
    world.audited().await;
}

#[tokio::test]
async fn a_break_is_never_shortened() {
    let world = World::new();
    let page = world.demo().await;
    takes(&world, &page, "1w").await;
    let shorter = world.limits(&page, "time-out", json!({ "length": "24h" })).await;
    assert_eq!(shorter.problem(), problem(409, "conflict", None));
    let longer = takes(&world, &page, "6w").await["time_out_until_ms"].as_i64().unwrap();
    assert!(longer >= world.clock.now_ms() + 42 * DAY_MS - HOUR_MS);
    let answer = world.limits(&page, "self-exclusion", json!({ "months": 6 })).await.json();
    let excluded_until_ms = answer["excluded_until_ms"].as_i64().unwrap();
    assert!((181..=184).contains(&((excluded_until_ms - world.clock.now_ms() + HOUR_MS) / DAY_MS)));
    for (what, body) in [("time-out", json!({ "length": "1m" })), ("self-exclusion", json!({ "months": 6 }))] {
        let answer = world.limits(&page, what, body).await;
        assert_eq!(answer.problem(), problem(409, "conflict", None), "{what}");
    }
    let world = world.reopened().await;
    assert_eq!(world.limits(&page, "self-exclusion", json!({ "months": 12 })).await.status, 200, "longer is allowed");
    let session = world.sessions.start(&page.player);
    let refused = world.vendor("bet", &bet(&session, "r1", 100)).await.json();
    assert_eq!(
        (&refused["status"], &refused["detail"]),
        (&json!("limit-reached"), &json!("the player is self-excluded"))
    );
    assert_eq!(world.told(&page, "player.block").await.last().unwrap()["self_excluded"], true);
}

#[tokio::test]
async fn the_page_is_told_when_a_break_ends_although_nobody_asks() {
    let world = World::new();
    let page = world.demo().await;
    let telling = tokio::spawn(world.wallet.clone().tell_time());
    takes(&world, &page, "24h").await;
    world.clock.advance(DAY_MS);
    let mut committed = world.wallet.database().committed();
    let ended = async {
        while world.told(&page, "player.block").await.len() < 2 {
            committed.changed().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), ended).await.expect("it is told");
    let blocks = world.told(&page, "player.block").await;
    assert_eq!(blocks[1]["until_ms"], Value::Null);
    assert!(blocks[1]["version"].as_u64() > blocks[0]["version"].as_u64());
    telling.abort();
}
