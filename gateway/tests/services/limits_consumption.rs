//! Deposits and stakes against the limits: what counts, when, and what comes back.

use crate::support::{Page, World, bet, limit, problem, rollback, win};
use contract::vendor::Transaction;
use futures::future::join_all;
use gateway::wallet::vendor::VendorSession;
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

struct Table {
    world: World,
    page: Page,
    session: VendorSession,
}

impl Table {
    async fn new() -> Self {
        Self::of(World::new()).await
    }

    async fn of(world: World) -> Self {
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        Self { world, page, session }
    }

    async fn bets(&self, amount_minor: i64) -> (Transaction, String) {
        let bet = bet(&self.session, "r1", amount_minor);
        let (status, _) = self.world.wager("bet", &bet).await;
        (bet, status)
    }

    async fn used(&self, kind: &str, period: &str) -> Value {
        self.world.limit(&self.page, kind, period).await["used"].clone()
    }
}

#[tokio::test]
async fn deposits_count_in_full_until_the_period_is_over() {
    let world = World::new();
    let page = world.demo().await;
    world.set_limit(&page, "deposit", "day", Some(10_000)).await;
    world.set_limit(&page, "deposit", "week", Some(15_000)).await;
    assert_eq!(world.command(&page, "deposits", 10_000, "a").await.status, 201, "the opening deposit does not count");
    let entries = world.audited().await;
    let refused = world.command(&page, "deposits", 1, "b").await;
    assert_eq!(refused.problem(), problem(422, "limit-reached", Some("amount_minor")));
    assert!(
        refused.json()["detail"].as_str().unwrap().contains("deposit limit of the day leaves 0"),
        "{}",
        refused.text
    );
    assert_eq!(world.command(&page, "withdrawals", 10_000, "w").await.status, 201, "gross: a withdrawal gives no room");
    let allowance = world.play(&page).await["deposit"].clone();
    assert_eq!(
        (&allowance["period"], &allowance["limit_minor"], &allowance["left_minor"]),
        (&json!("day"), &json!(10_000), &json!(0))
    );

    world.clock.advance(DAY_MS);
    let again = world.command(&page, "deposits", 1, "b").await;
    assert_eq!((again.status.as_u16(), again.headers["idempotency-hit"].to_str().unwrap()), (422, "true"));
    let refused = world.command(&page, "deposits", 5_001, "c").await;
    assert!(refused.json()["detail"].as_str().unwrap().contains("of the week leaves 5000"), "{}", refused.text);
    assert_eq!(world.command(&page, "deposits", 5_000, "d").await.status, 201, "to the last cent");
    let week = world.limit(&page, "deposit", "week").await;
    assert_eq!((&week["used"], &week["value"]), (&json!(15_000), &json!(15_000)));
    assert_eq!(world.audited().await, entries + 2, "what was refused left no entry");
    assert!(world.told(&page, "player.limit-reached").await.is_empty(), "a deposit tells in its own answer");

    let resets_at_ms = week["resets_at_ms"].as_i64().unwrap();
    world.clock.advance(resets_at_ms - world.clock.now_ms());
    assert_eq!(world.limit(&page, "deposit", "week").await["used"], 0);
    assert_eq!(world.command(&page, "deposits", 10_000, "e").await.status, 201);
}

#[tokio::test]
async fn a_stake_above_the_limit_is_refused_for_good_and_told() {
    let table = Table::new().await;
    table.world.set_limit(&table.page, "stake", "day", Some(1_000)).await;
    assert_eq!(table.bets(600).await.1, "ok");
    let too_much = bet(&table.session, "r1", 401);
    let answer = table.world.vendor("bet", &too_much).await.json();
    assert_eq!(
        (&answer["status"], &answer["detail"]),
        (&json!("limit-reached"), &json!("the player's stake limit of the day"))
    );
    assert_eq!(answer["balance_minor"], 99_400);
    let resets_at_ms = table.world.limit(&table.page, "stake", "day").await["resets_at_ms"].clone();
    let told = json!({
        "reason": "stake", "period": "day", "limit": 1_000, "left": 400, "until_ms": resets_at_ms,
        "currency": "EUR", "at_ms": table.world.clock.now_ms(),
    });
    assert_eq!(table.world.told(&table.page, "player.limit-reached").await, [told]);
    table.world.clock.advance(DAY_MS);
    assert_eq!(table.world.wager("bet", &too_much).await.0, "limit-reached", "the first answer stands");
    assert_eq!(table.world.told(&table.page, "player.limit-reached").await.len(), 1);
    assert_eq!(table.bets(1_000).await.1, "ok", "another day, another bet");
    assert_eq!(table.world.audited().await, 3);
}

#[tokio::test]
async fn a_rollback_gives_its_stake_back_to_the_day_that_it_was_taken_on() {
    let table = Table::new().await;
    table.world.set_limit(&table.page, "stake", "day", Some(1_000)).await;
    table.world.set_limit(&table.page, "stake", "month", Some(1_500)).await;
    let (first, _) = table.bets(1_000).await;
    assert_eq!(table.bets(1).await.1, "limit-reached");
    table.world.clock.advance(DAY_MS);
    assert_eq!(table.bets(500).await.1, "ok");
    assert_eq!((table.used("stake", "day").await, table.used("stake", "month").await), (json!(500), json!(1_500)));
    assert_eq!(table.bets(1).await.1, "limit-reached", "the month is full");
    assert_eq!(table.world.wager("rollback", &rollback(&first)).await.0, "ok");
    assert_eq!((table.used("stake", "day").await, table.used("stake", "month").await), (json!(500), json!(500)));
    assert_eq!(table.world.wager("rollback", &rollback(&first)).await.0, "rolled-back");
    assert_eq!(table.bets(501).await.1, "limit-reached", "yesterday's stake gives no room today");
    assert_eq!(table.bets(500).await.1, "ok");
    table.world.audited().await;
}

#[tokio::test]
async fn a_loss_is_what_was_staked_and_not_won() {
    let table = Table::new().await;
    table.world.set_limit(&table.page, "loss", "day", Some(1_000)).await;
    let (first, _) = table.bets(800).await;
    assert_eq!(table.bets(201).await.1, "limit-reached", "an open bet counts as lost");
    assert_eq!(table.world.wager("win", &win(&[&first], 0)).await.0, "ok");
    assert_eq!(table.used("loss", "day").await, 800);
    let (second, status) = table.bets(200).await;
    assert_eq!(status, "ok");
    assert_eq!(table.bets(1).await.1, "limit-reached");
    assert_eq!(table.world.wager("win", &win(&[&second], 1_500)).await.0, "ok");
    assert_eq!(table.used("loss", "day").await, -500, "won more than lost");
    assert_eq!(table.bets(1_501).await.1, "limit-reached");
    assert_eq!(table.bets(1_500).await.1, "ok");
    assert_eq!(table.used("stake", "day").await, 2_500);
}

#[tokio::test]
async fn time_is_played_for_some_minutes_after_each_stake() {
    let table = Table::new().await;
    table.world.set_limit(&table.page, "time", "day", Some(7)).await;
    assert_eq!(table.bets(100).await.1, "ok");
    table.world.clock.advance(3 * MINUTE_MS);
    assert_eq!(table.used("time", "day").await, 3, "counted while it passes");
    assert_eq!(table.bets(100).await.1, "ok");
    table.world.clock.advance(20 * MINUTE_MS);
    assert_eq!(table.used("time", "day").await, 8, "three minutes and five");
    let answer = table.world.vendor("bet", &bet(&table.session, "r1", 100)).await.json();
    assert_eq!(answer["detail"], "the player's time limit of the day");
    let told = table.world.told(&table.page, "player.limit-reached").await;
    assert_eq!((&told[0]["reason"], &told[0]["limit"], &told[0]["left"]), (&json!("time"), &json!(7), &json!(0)));
    table.world.clock.advance(DAY_MS);
    assert_eq!(table.bets(100).await.1, "ok");
}

#[tokio::test]
async fn the_houses_limit_applies_where_it_is_lower() {
    let rules = include_str!("../../src/wallet/limits/market.toml").to_owned()
        + "\n[[house_limit]]\nkind = 'stake'\nperiod = 'day'\ncurrency = 'EUR'\nvalue = 500\n";
    let table = Table::of(World::in_market(&rules)).await;
    assert_eq!(table.bets(501).await.1, "limit-reached");
    let limits = table.world.set_limit(&table.page, "stake", "day", Some(900)).await;
    let stake = limit(&limits, "stake", "day");
    assert_eq!((&stake["value"], &stake["house"]), (&json!(900), &json!(500)));
    assert_eq!(table.bets(501).await.1, "limit-reached");
    table.world.set_limit(&table.page, "stake", "day", Some(300)).await;
    assert_eq!(table.bets(301).await.1, "limit-reached");
    assert_eq!(table.bets(300).await.1, "ok");
}

#[tokio::test]
async fn bets_at_once_do_not_slip_past_a_limit_together() {
    let table = Table::new().await;
    table.world.set_limit(&table.page, "loss", "week", Some(1_000)).await;
    let answers = join_all((0..32).map(|_| table.bets(90))).await;
    let taken = answers.iter().filter(|(_, status)| status == "ok").count();
    assert_eq!(taken, 11);
    assert!(answers.iter().all(|(_, status)| status == "ok" || status == "limit-reached"));
    assert_eq!(table.used("loss", "week").await, 990);
    let play = table.world.play(&table.page).await;
    assert_eq!((&play["session"]["open_bets"], &play["session"]["net_minor"]), (&json!(11), &json!(-990)));
    assert_eq!(table.world.audited().await, 12);
}
