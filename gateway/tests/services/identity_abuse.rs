use crate::support::{Page, World, problem};
use serde_json::{Value, json};

async fn sign_up(world: &World, body: Value) -> (u16, String, Option<String>) {
    world.post(&Page::default(), "/api/identity/sign-up", &[], body).await.problem()
}

fn form(member: &str, value: Value) -> Value {
    let mut form = json!({ "name": "Ada", "email": "ada@example.org", "password": "correct horse" });
    form[member] = value;
    form
}

#[tokio::test]
async fn a_bad_member_of_a_form_is_named() {
    let world = World::new();
    let long = "x".repeat(255);
    for (member, value) in [
        ("name", ""),
        ("name", "   "),
        ("name", &long[..41]),
        ("name", "a\u{7}b"),
        ("email", ""),
        ("email", "ada"),
        ("email", "@example.org"),
        ("email", "ada@"),
        ("email", "a b@example.org"),
        ("email", &format!("{long}@example.org")),
        ("password", "1234567"),
        ("password", &long[..201]),
    ] {
        let refused = sign_up(&world, form(member, value.into())).await;
        assert_eq!(refused, problem(400, "invalid-value", Some(member)), "{member}: {value}");
    }
    assert_eq!(sign_up(&world, form("admin", true.into())).await, problem(400, "invalid-body", Some("admin")));
    assert_eq!(sign_up(&world, form("name", 5.into())).await, problem(400, "invalid-body", Some("name")));
    assert_eq!(sign_up(&world, json!({})).await, problem(400, "invalid-body", Some("name")));
    let demo = world.post(&Page::default(), "/api/identity/demo", &[], r#"{"rich":true}"#).await;
    assert_eq!(demo.problem(), problem(400, "invalid-body", Some("rich")));
}

#[tokio::test]
async fn an_address_has_one_account() {
    let world = World::new();
    let first = world.post(&Page::default(), "/api/identity/sign-up", &[], form("name", "Ada".into())).await;
    assert_eq!(first.status, 201);
    let again = sign_up(&world, form("email", "ADA@example.org".into())).await;
    assert_eq!(again, problem(409, "email-taken", Some("email")));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let world = World::new();
    world.post(&Page::default(), "/api/identity/sign-up", &[], form("name", "Ada".into())).await;
    let wrong = world.sign_in("ada@example.org", "wrong horse").await;
    let unknown = world.sign_in("eve@example.org", "correct horse").await;
    let nobodys = world.sign_in("eve@example.org", "nobody's").await;
    assert_eq!(wrong.problem(), problem(401, "wrong-credentials", None));
    assert_eq!((&wrong.text, &wrong.text), (&unknown.text, &nobodys.text));
    assert!(!wrong.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::new();
    world.post(&Page::default(), "/api/identity/sign-up", &[], form("name", "Ada".into())).await;
    for _ in 0..10 {
        assert_eq!(world.sign_in("ada@example.org", "wrong horse").await.status, 401);
    }
    let refused = world.sign_in("Ada@example.org", "correct horse").await;
    assert_eq!(refused.problem(), problem(429, "too-many-requests", None));
    assert_eq!(world.sign_in("eve@example.org", "wrong horse").await.status, 401, "others are not concerned");
    let world = world.reopened().await;
    assert_eq!(world.sign_in("ada@example.org", "correct horse").await.status, 429, "a restart forgives nothing");
    world.clock.advance(15 * 60_000);
    assert_eq!(world.sign_in("ada@example.org", "correct horse").await.status, 200);
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let world = World::new();
    for route in ["sign-up", "sign-in", "demo", "sign-out"] {
        let headers = [("origin", "http://evil.example")];
        let answer = world.post(&Page::default(), &format!("/api/identity/{route}"), &headers, "{}").await;
        assert_eq!(answer.problem(), problem(403, "forbidden", Some("origin")), "{route}");
    }
    let page = world.demo().await;
    let headers = [("x-csrf-token", "")];
    let out = world.post(&page, "/api/identity/sign-out", &headers, "{}").await;
    assert_eq!(out.problem(), problem(403, "forbidden", Some("x-csrf-token")));
    assert_eq!(world.get(&page, "/api/wallet/balance").await.status, 200);
}
