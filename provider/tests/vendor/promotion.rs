//! The lucky seat: drawn once, paid once, whatever the operator's wallet does meanwhile.

use serde_json::{Value, json};

use crate::support::Operator;
use crate::support::{Floor, Mode, Process, http, until};

async fn ask(url: &str, wish: &Value) -> (u16, Value) {
    let answer = http().post(url).json(wish).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn draw(floor: &Floor, wish: &Value) -> (u16, Value) {
    ask(&floor.control_url("/promotions/lucky-seat"), wish).await
}

fn wish(promotion: &str, amount_minor: i64) -> Value {
    json!({ "promotion": promotion, "table": "roulette-1", "amount_minor": amount_minor })
}

#[tokio::test]
async fn somebody_who_is_seated_wins_once() {
    let floor = Floor::open().await;
    let _ada = floor.player("ada", "roulette-1").await;
    let _elsewhere = floor.player("bob", "baccarat-1").await;
    let (status, drawn) = draw(&floor, &wish("friday", 500)).await;
    assert_eq!((status, &drawn["player"], &drawn["amount_minor"]), (201, &json!("ada"), &json!(500)));
    floor.operator.wait("the prize", |operator| operator.balance("ada") == 10_500).await;
    assert_eq!(draw(&floor, &wish("friday", 500)).await, (201, drawn.clone()), "who asks again is told who won");
    let (status, other) = draw(&floor, &wish("friday", 600)).await;
    assert_eq!((status, &other["field"]), (409, &json!("promotion")));
    let [payout] = floor.operator.payouts().try_into().unwrap();
    assert_eq!((payout.promotion.as_str(), payout.player.as_str(), payout.amount_minor), ("friday", "ada", 500));
    assert_eq!(drawn["transaction"], payout.transaction.as_str());
    assert_eq!((floor.operator.calls("promo-payout"), floor.operator.bad_signatures()), (1, 0));
    until("the books are closed", || async { floor.report().await["calls"] == json!([]) }).await;
    draw(&floor, &wish("saturday", 500)).await;
    floor.operator.wait("another prize", |operator| operator.balance("ada") == 11_000).await;
    assert_eq!(floor.operator.balance("bob"), 10_000);
}

#[tokio::test]
async fn a_prize_is_repeated_until_the_operator_takes_it_once() {
    let floor = Floor::open().await;
    let _ada = floor.player("ada", "roulette-1").await;
    floor.operator.answers("promo-payout", Mode::DoneButFails);
    let (status, _) = draw(&floor, &wish("friday", 500)).await;
    assert_eq!(status, 201);
    floor.operator.wait("repetitions", |operator| operator.calls("promo-payout") >= 3).await;
    let report = floor.report().await;
    assert_eq!((&report["calls"][0]["kind"], &report["calls"][0]["round"]), (&json!("promo-payout"), &Value::Null));
    floor.operator.answers("promo-payout", Mode::Well);
    until("the books are closed", || async { floor.report().await["calls"] == json!([]) }).await;
    assert_eq!((floor.operator.balance("ada"), floor.operator.payouts().len()), (10_500, 1));
}

#[tokio::test]
async fn a_prize_outlives_a_crash() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 600).await;
    let _ada = process.player(&operator, "ada", "roulette-1").await;
    operator.answers("promo-payout", Mode::Down);
    let (status, _) = ask(&process.control_url("/promotions/lucky-seat"), &wish("friday", 500)).await;
    assert_eq!(status, 201);
    process.kill().await;
    operator.answers("promo-payout", Mode::Well);
    let _process = Process::start(data.path(), &operator, 600).await;
    operator.wait("the prize", |operator| operator.balance("ada") == 10_500).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_named() {
    let floor = Floor::open().await;
    let (status, nobody) = draw(&floor, &wish("friday", 500)).await;
    assert_eq!((status, &nobody["field"]), (409, &json!("table")));
    let _ada = floor.player("ada", "roulette-1").await;
    for (wish, field) in [
        (wish("", 500), "promotion"),
        (wish(&"x".repeat(101), 500), "promotion"),
        (wish("friday", 0), "amount_minor"),
        (wish("friday", 50_001), "amount_minor"),
        (json!({ "promotion": "friday", "table": "nowhere", "amount_minor": 1 }), "table"),
        (json!({ "promotion": "friday", "table": "roulette-1", "amount_minor": "1" }), "amount_minor"),
    ] {
        let (status, problem) = draw(&floor, &wish).await;
        assert_eq!((status, &problem["field"]), (400, &json!(field)), "{wish}");
    }
    assert_eq!(floor.operator.calls("promo-payout"), 0);
}
