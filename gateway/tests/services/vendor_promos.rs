//! What a vendor's own promotion pays.

use crate::support::{Page, World, bet, problem, promo, rollback};
use contract::money::Currency;
use contract::vendor::PromoPayout;
use gateway::wallet::vendor::VendorSession;
use serde_json::json;

async fn seated() -> (World, Page, VendorSession) {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    (world, page, session)
}

async fn says(world: &World, call: &PromoPayout, status: &str, balance_minor: i64) {
    assert_eq!(world.wager("promo-payout", call).await, (status.to_owned(), balance_minor));
}

#[tokio::test]
async fn it_is_cash_once_with_a_line_of_its_own() {
    let (world, page, session) = seated().await;
    let payout = promo(&session, 500);
    says(&world, &payout, "ok", 100_500).await;
    let world = world.reopened().await;
    says(&world, &payout, "ok", 100_500).await;
    let line = &world.get(&page, "/api/wallet/history?kind=promo-payout").await.json()["entries"][0];
    assert_eq!((&line["cash_minor"], &line["reference"]), (&json!(500), &json!("lucky-seat")));
    says(&world, &PromoPayout { amount_minor: 501, ..payout.clone() }, "transaction-differs", 100_500).await;
    says(&world, &PromoPayout { promotion: "other".into(), ..payout.clone() }, "transaction-differs", 100_500).await;
    let renewed = PromoPayout { session: world.sessions.start(&page.player).session, ..payout.clone() };
    says(&world, &renewed, "ok", 100_500).await;
    let taken_back = contract::vendor::Rollback { bet: payout.transaction, ..rollback(&bet(&session, "r1", 1)) };
    assert_eq!(world.wager("rollback", &taken_back).await.0, "unknown-bet", "a payout is no bet");
    assert_eq!(world.audited().await, 2);
}

#[tokio::test]
async fn an_ended_session_is_no_obstacle_and_somebody_elses_is() {
    let (world, _, session) = seated().await;
    let another = world.demo().await;
    world.sessions.end(&session);
    says(&world, &promo(&session, 500), "ok", 100_500).await;
    says(&world, &PromoPayout { player: another.player, ..promo(&session, 500) }, "invalid-session", 0).await;
    says(&world, &PromoPayout { session: "forged".into(), ..promo(&session, 500) }, "invalid-session", 0).await;
    assert_eq!(world.audited().await, 3);
}

#[tokio::test]
async fn amounts_currencies_and_names_are_checked() {
    let (world, _, session) = seated().await;
    for amount in [0, -1, i64::MIN] {
        says(&world, &promo(&session, amount), "invalid-amount", 100_000).await;
    }
    says(&world, &PromoPayout { currency: Currency::Jpy, ..promo(&session, 5) }, "invalid-amount", 100_000).await;
    says(&world, &promo(&session, 100_000_001), "limit-reached", 100_000).await;
    for (call, field) in [
        (PromoPayout { transaction: "1".into(), ..promo(&session, 5) }, "transaction"),
        (PromoPayout { promotion: String::new(), ..promo(&session, 5) }, "promotion"),
        (PromoPayout { promotion: "x".repeat(101), ..promo(&session, 5) }, "promotion"),
        (PromoPayout { player: String::new(), ..promo(&session, 5) }, "player"),
    ] {
        let answer = world.vendor("promo-payout", &call).await;
        assert_eq!(answer.problem(), problem(400, "invalid-value", Some(field)), "{}", answer.text);
    }
    assert_eq!(world.audited().await, 1);
}

#[tokio::test]
async fn nothing_is_paid_to_whoever_takes_a_break() {
    let (world, page, session) = seated().await;
    let (before, within) = (promo(&session, 500), promo(&session, 700));
    says(&world, &before, "ok", 100_500).await;
    let answer = world.limits(&page, "self-exclusion", json!({ "months": 6 })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let refused = world.vendor("promo-payout", &within).await.json();
    assert_eq!(
        (&refused["status"], &refused["detail"]),
        (&json!("limit-reached"), &json!("the player is self-excluded"))
    );
    says(&world, &before, "ok", 100_500).await;
    assert_eq!(world.balance(&page).await, (100_500, 0));
    // It is over by then; what was answered stays answered.
    world.clock.advance(200 * 24 * 3_600_000);
    says(&world, &within, "limit-reached", 100_500).await;
    says(&world, &promo(&session, 700), "ok", 101_200).await;
    assert_eq!(world.audited().await, 3);
}
