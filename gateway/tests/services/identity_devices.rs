use crate::support::{Page, World, cookie, problem};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PATH: &str = "/api/account/sessions";
const MINUTE_MS: i64 = 60_000;
const FIREFOX: &str = "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0";

/// The same player on another device.
async fn another(world: &World, user_agent: &str) -> Page {
    let body = json!({ "email": "ada@example.org", "password": "correct horse" });
    let answer = world.post(&Page::default(), "/api/identity/sign-in", &[("user-agent", user_agent)], body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    Page::of(&answer)
}

async fn sessions(world: &World, page: &Page) -> Vec<Value> {
    let answer = world.get(page, PATH).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["sessions"].as_array().unwrap().clone()
}

async fn end(world: &World, page: &Page, id: &str) -> crate::support::Answer {
    world.post(page, &format!("{PATH}/{id}/end"), &[], "{}").await
}

#[tokio::test]
async fn a_player_sees_where_they_are_signed_in() {
    let world = World::new();
    let first = world.sign_up("ada@example.org").await;
    world.clock.advance(MINUTE_MS);
    let second = another(&world, FIREFOX).await;
    let seen = sessions(&world, &second).await;
    assert_eq!(seen.len(), 2);
    let words = |session: &Value| (session["browser"].clone(), session["system"].clone(), session["current"].clone());
    assert_eq!(words(&seen[0]), (json!("Firefox"), json!("Android"), json!(true)));
    assert_eq!(words(&seen[1]), (Value::Null, Value::Null, json!(false)));
    assert_eq!(seen[1]["created_at_ms"], crate::support::START_MS);
    assert_eq!(sessions(&world, &first).await[0]["id"], seen[1]["id"], "whoever asks comes first");
    let kept: BTreeSet<&str> = seen[0].as_object().unwrap().keys().map(String::as_str).collect();
    let told = BTreeSet::from(["browser", "created_at_ms", "current", "id", "seen_at_ms", "system"]);
    assert_eq!(kept, told, "and nothing of a network");
}

#[tokio::test]
async fn a_session_that_is_used_is_seen_again() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    world.clock.advance(8 * MINUTE_MS);
    let answer = world.get(&page, "/api/wallet/balance").await;
    let renewed = Page { cookie: cookie(&answer), ..page };
    let moved = async { while sessions(&world, &renewed).await[0]["seen_at_ms"] != world.clock.now_ms() {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), moved).await.expect("noted beside the answer");
}

#[tokio::test]
async fn another_device_is_out_from_its_next_request() {
    let world = World::new();
    let first = world.sign_up("ada@example.org").await;
    let second = another(&world, FIREFOX).await;
    let id = sessions(&world, &first).await[1]["id"].as_str().unwrap().to_owned();
    let left = end(&world, &first, &id).await;
    assert_eq!(left.json()["sessions"].as_array().unwrap().len(), 1);
    assert!(!world.knows(&second).await);
    assert!(world.knows(&first).await);
    assert_eq!(end(&world, &first, &id).await.problem(), problem(404, "not-found", Some("id")), "it is gone");
    let world = world.reopened().await;
    assert!(!world.knows(&second).await, "after a restart as well");
}

#[tokio::test]
async fn a_session_is_ended_by_its_player_alone() {
    let world = World::new();
    let ada = world.sign_up("ada@example.org").await;
    let eve = world.sign_up("eve@example.org").await;
    let id = sessions(&world, &ada).await[0]["id"].as_str().unwrap().to_owned();
    for strange in [id.as_str(), "nonsense", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(end(&world, &eve, strange).await.problem(), problem(404, "not-found", Some("id")), "{strange}");
    }
    let forged = world.post(&ada, &format!("{PATH}/{id}/end"), &[("x-csrf-token", "x")], "{}").await;
    assert_eq!(forged.problem(), problem(403, "forbidden", Some("x-csrf-token")));
    assert_eq!(world.get(&Page::default(), PATH).await.problem(), problem(401, "signed-out", None));
    assert!(world.knows(&ada).await);
}

#[tokio::test]
async fn signing_out_everywhere_is_everywhere_and_at_once() {
    let world = World::new();
    let mut pages = vec![world.sign_up("ada@example.org").await];
    let eve = world.sign_up("eve@example.org").await;
    for _ in 0..3 {
        pages.push(another(&world, FIREFOX).await);
    }
    let answer = world.post(&pages[2], &format!("{PATH}/end-all"), &[], "{}").await;
    assert_eq!(answer.json(), json!({ "player": null, "csrf_token": null }));
    assert_eq!(cookie(&answer), "croupier_session=");
    for page in &pages {
        assert!(!world.knows(page).await);
        assert_eq!(world.command(page, "deposits", 5, "k").await.problem(), problem(401, "signed-out", None));
    }
    assert!(world.knows(&eve).await, "nobody else is");
    let world = world.reopened().await;
    for page in &pages {
        world.clock.advance(2 * MINUTE_MS);
        assert!(!world.knows(page).await);
    }
    assert_eq!(sessions(&world, &another(&world, FIREFOX).await).await.len(), 1);
}
