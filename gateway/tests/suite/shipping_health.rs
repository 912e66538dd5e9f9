//! How a fragment has done over time, as operators are shown it.

use gateway::clock::Clock;
use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused, until};
use crate::operators::{OnDuty, PASSWORD, add};
use crate::team::Team;

const EMAIL: &str = "dev@house.example";

/// A page of a device tells of one mount of the one fragment.
async fn tell(house: &House, device: u64, version: &str, crashes: &[&str]) {
    let told = json!({ "fragments": [{
        "fragment": "wallet", "version": version, "mounts_ms": [20], "crashes": crashes,
        "degraded": 1, "degraded_ms": 5, "failed": 1, "swaps": 0,
    }] });
    let report = client().post(house.url("/api/telemetry")).header("origin", house.url("")).json(&told);
    let report = report.header("cookie", format!("croupier_device={device:016x}"));
    assert_eq!(report.send().await.expect("a reply").status(), 204);
}

async fn health(operator: &OnDuty, house: &House, query: &str) -> Value {
    let reply = operator.get(house, &format!("/health?fragment=wallet{query}")).await;
    assert_eq!(reply.status(), 200, "{query}");
    json_of(reply).await
}

/// The steps of an answer in which something was told, with their places.
fn told(health: &Value) -> Vec<(usize, u64, u64)> {
    let steps = health["steps"].as_array().expect("steps").iter().enumerate();
    let counts = steps.map(|(place, step)| (place, step["mounts"].as_u64(), step["crashes"].as_u64()));
    let counts = counts.map(|(place, mounts, crashes)| (place, mounts.expect("mounts"), crashes.expect("crashes")));
    counts.filter(|(_, mounts, _)| *mounts > 0).collect()
}

#[tokio::test]
async fn what_pages_told_is_added_up_step_by_step_with_the_changes_of_the_release() {
    let clock = Clock::standing_at(Team::now_ms());
    let house = House::open_with(clock.clone()).await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    assert_eq!(team.publish(&house, "2").await.status(), 201);
    assert!(add(&house, EMAIL, "admin").status.success());
    let operator = OnDuty::sign_in(&house, EMAIL, PASSWORD).await;
    let nothing = health(&operator, &house, "").await;
    assert_eq!((told(&nothing), &nothing["whole"]["mount_ms"]), (vec![], &json!(0)));

    tell(&house, 1, "1", &[]).await;
    tell(&house, 2, "1", &["panic"]).await;
    until("it is written", || async { health(&operator, &house, "").await["whole"]["mounts"] == 2 }).await;
    let before = health(&operator, &house, "").await;
    let expected = json!({
        "mounts": 2, "crashes": 1, "degraded": 2, "failed": 2, "median_ms": 24, "mount_ms": 24, "pages": 0, "poor": 0,
    });
    assert_eq!((&before["steps"][23], &before["whole"]), (&expected, &expected), "the present hour is the last one");
    assert_eq!(before["step_ms"], 3_600_000);
    let ends_ms = before["from_ms"].as_i64().expect("a time") + 24 * 3_600_000;
    assert!((1..=3_600_000).contains(&(ends_ms - clock.now_ms())), "{ends_ms}");

    clock.advance(3 * 3_600_000);
    let promoted = operator.post(&house, "promote", &json!({ "fragment": "wallet", "version": "2" })).await;
    assert_eq!(promoted.status(), 200);
    tell(&house, 3, "2", &[]).await;
    until("it is written", || async { health(&operator, &house, "").await["whole"]["mounts"] == 3 }).await;
    let day = health(&operator, &house, "&span=day").await;
    assert_eq!(told(&day), [(20, 2, 1), (23, 1, 0)], "all releases together, each in its hour");
    let changes: Vec<_> = day["changes"].as_array().expect("changes").iter().map(|it| &it["version"]).collect();
    assert_eq!(changes, ["1", "2"], "the oldest first");
    assert_eq!(day["changes"][1]["at_ms"], clock.now_ms());
    for (span, steps) in [("week", 28), ("month", 30)] {
        let longer = health(&operator, &house, &format!("&span={span}")).await;
        assert_eq!(longer["steps"].as_array().expect("steps").len(), steps, "{span}");
        assert_eq!(told(&longer), [(steps - 1, 3, 1)], "{span}: the last step has them all");
    }
}

#[tokio::test]
async fn how_a_fragment_stands_has_the_last_day_of_its_live_release() {
    let clock = Clock::standing_at(Team::now_ms());
    let house = House::open_with(clock.clone()).await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    team.ship(&house, "2").await;
    assert!(add(&house, EMAIL, "developer").status.success());
    tell(&house, 1, "1", &["panic"]).await;
    tell(&house, 2, "2", &[]).await;
    let told = async |operator: &OnDuty| {
        let status = json_of(operator.get(&house, "").await).await;
        let health = &status["fragments"][0]["health"];
        (health["mounts"].as_u64().expect("mounts"), health["crashes"].as_u64().expect("crashes"))
    };
    let operator = OnDuty::sign_in(&house, EMAIL, PASSWORD).await;
    until("it is written", || async { told(&operator).await.0 > 0 }).await;
    assert_eq!(told(&operator).await, (1, 0), "not of the release before it");
    clock.advance(24 * 3_600_000);
    let next_day = OnDuty::sign_in(&house, EMAIL, PASSWORD).await;
    assert_eq!(told(&next_day).await, (0, 0));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_named_and_only_operators_may_ask() {
    let house = House::open().await;
    assert!(add(&house, EMAIL, "developer").status.success());
    let operator = OnDuty::sign_in(&house, EMAIL, PASSWORD).await;
    assert_eq!(health(&operator, &house, "").await["changes"], json!([]), "the floor's own is known as well");
    for (query, status, code, field) in [
        ("?fragment=nobodys", 404, "not-found", "fragment"),
        ("?fragment=wallet&span=year", 400, "invalid-value", "span"),
        ("?span=day", 400, "invalid-value", "fragment"),
        ("?fragment=wallet&more=1", 400, "invalid-value", "more"),
    ] {
        let problem = refused(operator.get(&house, &format!("/health{query}")).await, status, code).await;
        assert_eq!(problem["field"], field, "{query}");
    }
    let player = house.player().await;
    refused(player.get(&house, "/api/operator/releases/health?fragment=wallet").await, 401, "signed-out").await;
}
