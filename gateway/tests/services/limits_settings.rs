//! `/api/limits`: setting, lowering, raising, confirming and cancelling.

use crate::support::{Page, World, limit, problem};
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;
const NAME: &str = r#"{"kind":"deposit","period":"week"}"#;

#[tokio::test]
async fn a_new_player_has_no_limits_but_sees_all_of_them() {
    let world = World::new();
    let page = world.demo().await;
    let limits = world.get(&page, "/api/limits").await.json();
    let all = limits["limits"].as_array().unwrap();
    assert_eq!(all.len(), 12);
    assert!(all.iter().all(|limit| limit["value"].is_null() && limit["used"] == 0 && limit["increase"].is_null()));
    let names: Vec<_> = all.iter().map(|limit| (limit["kind"].clone(), limit["period"].clone())).collect();
    assert_eq!(
        names[..3],
        [("deposit", "day"), ("deposit", "week"), ("deposit", "month")].map(|(k, p)| (json!(k), json!(p)))
    );
    assert_eq!((&limits["check_minutes"], &limits["check_choices"]), (&json!(60), &json!([15, 30, 60])));
    assert_eq!((&limits["currency"], &limits["version"]), (&json!("EUR"), &json!(0)));
    let resets: Vec<i64> = all[..3].iter().map(|limit| limit["resets_at_ms"].as_i64().unwrap()).collect();
    assert!(limits["now_ms"].as_i64().unwrap() < resets[0] && resets.is_sorted());
    assert_eq!(world.get(&Page::default(), "/api/limits").await.problem(), problem(401, "signed-out", None));
}

#[tokio::test]
async fn a_lower_limit_holds_at_once_and_a_higher_one_after_a_day_and_a_second_word() {
    let world = World::new();
    let page = world.demo().await;
    let set = world.set_limit(&page, "deposit", "week", Some(5_000)).await;
    assert_eq!(limit(&set, "deposit", "week")["value"], 5_000);
    let raised = limit(&world.set_limit(&page, "deposit", "week", Some(9_000)).await, "deposit", "week");
    let effective_at_ms = world.clock.now_ms() + 24 * HOUR_MS;
    let pending = json!({ "value": 9_000, "effective_at_ms": effective_at_ms, "awaits_confirmation": false });
    assert_eq!((&raised["value"], &raised["increase"]), (&json!(5_000), &pending));

    let confirm = async || world.limits(&page, "confirm", serde_json::from_str(NAME).unwrap()).await;
    assert_eq!(confirm().await.problem(), problem(409, "conflict", None));
    world.clock.advance(24 * HOUR_MS);
    let ripe = world.limit(&page, "deposit", "week").await;
    assert_eq!((&ripe["value"], &ripe["increase"]["awaits_confirmation"]), (&json!(5_000), &json!(true)));
    let confirmed = limit(&confirm().await.json(), "deposit", "week");
    assert_eq!((&confirmed["value"], &confirmed["increase"]), (&json!(9_000), &Value::Null));
    assert_eq!(confirm().await.problem(), problem(409, "conflict", None), "once");

    let removed = limit(&world.set_limit(&page, "deposit", "week", None).await, "deposit", "week");
    assert_eq!((&removed["value"], &removed["increase"]["value"]), (&json!(9_000), &Value::Null));
    assert_eq!(removed["increase"]["awaits_confirmation"], false, "to have none is higher than any");
}

#[tokio::test]
async fn a_higher_limit_is_cancelled_at_once_and_by_a_lower_one() {
    let world = World::new();
    let page = world.demo().await;
    let name = || serde_json::from_str::<Value>(NAME).unwrap();
    assert_eq!(world.limits(&page, "cancel", name()).await.problem(), problem(409, "conflict", None));
    world.set_limit(&page, "deposit", "week", Some(5_000)).await;
    world.set_limit(&page, "deposit", "week", Some(9_000)).await;
    let cancelled = limit(&world.limits(&page, "cancel", name()).await.json(), "deposit", "week");
    assert_eq!((&cancelled["value"], &cancelled["increase"]), (&json!(5_000), &Value::Null));
    world.set_limit(&page, "deposit", "week", Some(9_000)).await;
    let lowered = limit(&world.set_limit(&page, "deposit", "week", Some(4_000)).await, "deposit", "week");
    assert_eq!((&lowered["value"], &lowered["increase"]), (&json!(4_000), &Value::Null));
    world.clock.advance(48 * HOUR_MS);
    assert_eq!(world.limits(&page, "confirm", name()).await.problem(), problem(409, "conflict", None));
}

#[tokio::test]
async fn one_key_has_one_effect_and_the_page_hears_of_it() {
    let world = World::new();
    let page = world.demo().await;
    let body = json!({ "kind": "stake", "period": "day", "value": 700 });
    let first = world.put(&page, "/api/limits", &[("idempotency-key", "k")], &body).await;
    world.clock.advance(HOUR_MS);
    let again = world.put(&page, "/api/limits", &[("idempotency-key", "k")], &body).await;
    assert_eq!((&first.text, again.headers["idempotency-hit"].to_str().unwrap()), (&again.text, "true"));
    let other = json!({ "kind": "stake", "period": "day", "value": 600 });
    let reused = world.put(&page, "/api/limits", &[("idempotency-key", "k")], &other).await;
    assert_eq!(reused.problem(), problem(422, "idempotency-key-reused", Some("idempotency-key")));
    assert_eq!(world.told(&page, "player.limits").await, [json!({ "version": 1 })]);
    let world = world.reopened().await;
    assert_eq!(world.limit(&page, "stake", "day").await["value"], 700, "it is on the disk");
}

#[tokio::test]
async fn what_nobody_can_mean_is_refused_by_name_and_changes_nothing() {
    let world = World::new();
    let page = world.demo().await;
    let key = &[("idempotency-key", "k")];
    let set = async |body: Value| world.put(&page, "/api/limits", key, body).await.problem();
    let value = |kind: &str, value: Value| json!({ "kind": kind, "period": "day", "value": value });
    assert_eq!(set(value("stake", json!(-1))).await, problem(400, "invalid-value", Some("value")));
    assert_eq!(set(value("time", json!(100_000))).await, problem(400, "invalid-value", Some("value")));
    assert_eq!(
        set(value("stake", json!(9_007_199_254_740_992_i64))).await,
        problem(400, "invalid-value", Some("value"))
    );
    assert_eq!(set(value("stake", json!(1.5))).await, problem(400, "invalid-body", Some("value")));
    assert_eq!(set(value("drink", json!(1))).await, problem(400, "invalid-body", Some("kind")));
    assert_eq!(set(json!({ "kind": "stake", "value": 1 })).await, problem(400, "invalid-body", Some("period")));
    let more = json!({ "kind": "stake", "period": "day", "value": 1, "currency": "EUR" });
    assert_eq!(set(more).await, problem(400, "invalid-body", Some("currency")));
    let no_key = world.put(&page, "/api/limits", &[], value("stake", json!(1))).await.problem();
    assert_eq!(no_key, problem(400, "idempotency-key-missing", Some("idempotency-key")));
    for months in [0, 5, 61, u32::MAX] {
        let answer = world.limits(&page, "self-exclusion", json!({ "months": months })).await;
        assert_eq!(answer.problem(), problem(400, "invalid-value", Some("months")));
    }
    let answer = world.limits(&page, "time-out", json!({ "length": "1h" })).await;
    assert_eq!(answer.problem(), problem(400, "invalid-body", Some("length")));
    let answer = world.put(&page, "/api/limits/reality-check", key, json!({ "minutes": 61 })).await;
    assert_eq!(answer.problem(), problem(400, "invalid-value", Some("minutes")));
    let forged = Page { csrf: String::new(), ..page.clone() };
    let answer = world.put(&forged, "/api/limits", key, value("stake", json!(1))).await;
    assert_eq!(answer.problem().0, 403);
    assert_eq!(world.get(&page, "/api/limits").await.json()["version"], 0);
    assert!(world.told(&page, "player.limits").await.is_empty());
}
