use crate::support::{START_MS, World, problem};
use serde_json::Value;

fn amounts(page: &Value) -> Vec<i64> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["cash_minor"].as_i64().unwrap()).collect()
}

/// The opening, then a deposit of 1 and a withdrawal of 2, a minute apart; and so on up to 6.
async fn filled() -> (World, crate::support::Page) {
    let world = World::new();
    let page = world.demo().await;
    for n in 1..=6 {
        world.clock.advance(60_000);
        let what = if n % 2 == 1 { "deposits" } else { "withdrawals" };
        assert_eq!(world.command(&page, what, n, &n.to_string()).await.status, 201);
    }
    (world, page)
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap() {
    let (world, page) = filled().await;
    let first = world.get(&page, "/api/wallet/history?limit=4").await.json();
    assert_eq!(amounts(&first), [-6, 5, -4, 3]);
    // A new line does not move the pages behind it.
    world.command(&page, "deposits", 77, "new").await;
    let before = first["next_before"].as_u64().unwrap();
    let second = world.get(&page, &format!("/api/wallet/history?limit=4&before={before}")).await.json();
    assert_eq!(amounts(&second), [-2, 1, 100_000]);
    assert_eq!(second["next_before"], Value::Null);
    assert_eq!(second["total_in_minor"], 100_000 + 1 + 3 + 5 + 77);
    assert_eq!(second["total_out_minor"], 2 + 4 + 6);
    assert_eq!(second["currency"], "EUR");
}

#[tokio::test]
async fn filters_hold_for_lines_and_totals() {
    let (world, page) = filled().await;
    let withdrawals = world.get(&page, "/api/wallet/history?kind=withdrawal").await.json();
    assert_eq!(amounts(&withdrawals), [-6, -4, -2]);
    assert_eq!((&withdrawals["total_in_minor"], &withdrawals["total_out_minor"]), (&0.into(), &12.into()));
    let (from, to) = (START_MS + 2 * 60_000, START_MS + 4 * 60_000);
    let period = world.get(&page, &format!("/api/wallet/history?from_ms={from}&to_ms={to}")).await.json();
    assert_eq!(amounts(&period), [3, -2], "from counts, to does not");
    let both = world.get(&page, &format!("/api/wallet/history?from_ms={from}&to_ms={to}&kind=deposit")).await.json();
    assert_eq!(amounts(&both), [3]);
    let empty = world.get(&page, "/api/wallet/history?kind=win").await.json();
    assert_eq!(amounts(&empty), [0; 0]);
}

#[tokio::test]
async fn nobody_sees_anothers_lines() {
    let (world, _) = filled().await;
    let another = world.demo().await;
    let history = world.get(&another, "/api/wallet/history").await.json();
    assert_eq!(amounts(&history), [100_000]);
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let world = World::new();
    let page = world.demo().await;
    for (query, field) in [
        ("kind=gift", "kind"),
        ("from_ms=yesterday", "from_ms"),
        ("from_ms=-1", "from_ms"),
        ("from_ms=10&to_ms=10", "to_ms"),
        ("to_ms=1.5", "to_ms"),
        ("before=0", "before"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("page=2", "page"),
        ("limit=1&limit=2", "limit"),
    ] {
        let answer = world.get(&page, &format!("/api/wallet/history?{query}")).await;
        assert_eq!(answer.problem(), problem(400, "invalid-value", Some(field)), "{query}: {}", answer.text);
    }
}
