//! Reality checks, the session clock and the net position.

use crate::support::{Page, World, bet, rollback, win};
use contract::vendor::Transaction;
use gateway::wallet::vendor::VendorSession;
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;

struct Table {
    world: World,
    page: Page,
    session: VendorSession,
}

impl Table {
    async fn new() -> Self {
        let world = World::new();
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        Self { world, page, session }
    }

    fn pass(&self, minutes: i64) {
        self.world.clock.advance(minutes * MINUTE_MS);
    }

    async fn bets(&self, amount_minor: i64) -> (Transaction, String) {
        let bet = bet(&self.session, "r1", amount_minor);
        let (status, _) = self.world.wager("bet", &bet).await;
        (bet, status)
    }

    async fn checks_each(&self, minutes: Option<i64>) -> Value {
        let key = uuid::Uuid::new_v4().to_string();
        let body = json!({ "minutes": minutes });
        let answer = self.world.put(&self.page, "/api/limits/reality-check", &[("idempotency-key", &key)], body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["check_minutes"].clone()
    }

    async fn acknowledges(&self) -> Value {
        let answer = self.world.limits(&self.page, "reality-check/acknowledge", json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    async fn session(&self) -> Value {
        self.world.play(&self.page).await["session"].clone()
    }
}

#[tokio::test]
async fn the_bet_after_a_due_check_waits_for_the_acknowledgement() {
    let table = Table::new().await;
    assert_eq!(table.session().await["started_at_ms"], Value::Null, "nobody plays yet");
    assert_eq!(table.checks_each(Some(15)).await, 15);
    let began_ms = table.world.clock.now_ms();
    let (open, _) = table.bets(1_000).await;
    table.pass(14);
    assert_eq!(table.bets(500).await.1, "ok");
    table.pass(1);
    let session = table.session().await;
    let expected = (json!(began_ms), json!(began_ms + 15 * MINUTE_MS), json!(true));
    assert_eq!(
        (session["started_at_ms"].clone(), session["check_at_ms"].clone(), session["check_due"].clone()),
        expected
    );
    let refused = table.world.vendor("bet", &bet(&table.session, "r1", 100)).await.json();
    assert_eq!(
        (&refused["status"], &refused["detail"]),
        (&json!("limit-reached"), &json!("a reality check has to be acknowledged first"))
    );
    assert_eq!(table.world.told(&table.page, "player.limit-reached").await[0]["reason"], "reality-check");
    assert_eq!(table.world.wager("win", &win(&[&open], 700)).await.0, "ok", "open bets are settled meanwhile");
    assert_eq!(table.bets(100).await.1, "limit-reached", "nothing but the acknowledgement helps");

    let session = table.acknowledges().await;
    assert_eq!((&session["check_due"], &session["net_minor"]), (&json!(false), &json!(-800)));
    assert_eq!(session["check_at_ms"], began_ms + 30 * MINUTE_MS);
    assert_eq!(table.acknowledges().await, session, "in a second tab: nothing changes");
    assert_eq!(table.bets(100).await.1, "ok");
}

#[tokio::test]
async fn another_interval_does_not_take_a_due_check_away() {
    let table = Table::new().await;
    table.checks_each(Some(15)).await;
    table.bets(100).await;
    table.pass(20);
    assert_eq!(table.checks_each(None).await, 60);
    assert_eq!(table.bets(100).await.1, "limit-reached");
    table.acknowledges().await;
    assert_eq!(table.bets(100).await.1, "ok");
    table.pass(20);
    assert_eq!(table.bets(100).await.1, "ok");
    table.checks_each(Some(15)).await;
    assert_eq!(table.bets(100).await.1, "limit-reached", "a shorter one counts from the last check");
}

#[tokio::test]
async fn a_pause_ends_the_session_and_its_net_position() {
    let table = Table::new().await;
    let (first, _) = table.bets(1_000).await;
    table.pass(29);
    assert_eq!(table.session().await["net_minor"], -1_000);
    table.pass(1);
    let session = table.session().await;
    assert_eq!(
        (&session["started_at_ms"], &session["net_minor"], &session["open_bets"]),
        (&Value::Null, &json!(0), &json!(1))
    );
    let (second, status) = table.bets(200).await;
    assert_eq!(status, "ok");
    assert_eq!(table.world.wager("rollback", &rollback(&second)).await.0, "ok");
    assert_eq!(table.world.wager("win", &win(&[&first], 1_500)).await.0, "ok");
    let session = table.session().await;
    assert_eq!((&session["net_minor"], &session["open_bets"]), (&json!(1_500), &json!(0)));
}

#[tokio::test]
async fn the_net_position_is_what_the_ledger_says_and_every_change_is_told() {
    let table = Table::new().await;
    let began_ms = table.world.clock.now_ms();
    let (a, _) = table.bets(1_000).await;
    table.pass(1);
    let (b, _) = table.bets(700).await;
    let (c, _) = table.bets(300).await;
    table.world.command(&table.page, "deposits", 9_000, "d").await;
    table.world.wager("win", &win(&[&a], 2_500)).await;
    table.pass(1);
    table.world.wager("rollback", &rollback(&b)).await;
    table.world.wager("win", &win(&[&c], 0)).await;
    let truth = table.world.wallet.player_truth(&table.page.player).await.unwrap();
    let games = truth.entries.iter().filter(|entry| matches!(entry.kind.as_str(), "bet" | "win" | "rollback"));
    let net_minor: i64 =
        games.filter(|entry| entry.at_ms >= began_ms).map(|entry| entry.cash_minor + entry.bonus_minor).sum();
    assert_eq!(table.session().await["net_minor"], net_minor);
    let told = table.world.told(&table.page, "player.session").await;
    let nets: Vec<i64> = told.iter().map(|session| session["net_minor"].as_i64().unwrap()).collect();
    assert_eq!(nets, [-1_000, -1_700, -2_000, 500, 1_200, 1_200]);
    let open: Vec<u64> = told.iter().map(|session| session["open_bets"].as_u64().unwrap()).collect();
    assert_eq!(open, [1, 2, 3, 2, 1, 0], "a lost bet is told as well");
    assert!(told.is_sorted_by_key(|session| session["version"].as_u64()));
}

#[tokio::test]
async fn a_check_that_falls_due_is_told_and_stays_due_whatever_the_clock_does() {
    let table = Table::new().await;
    table.checks_each(Some(15)).await;
    table.bets(100).await;
    let telling = tokio::spawn(table.world.wallet.clone().tell_time());
    let mut committed = table.world.wallet.database().committed();
    table.pass(16);
    let due = async {
        while table.world.told(&table.page, "player.session").await.last().unwrap()["check_due"] != true {
            committed.changed().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), due).await.expect("it is told");
    telling.abort();
    table.pass(-16);
    assert_eq!(table.bets(100).await.1, "limit-reached");
    table.acknowledges().await;
    assert_eq!(table.bets(100).await.1, "ok");
}
