use crate::support::{Page, World, problem};
use serde_json::{Value, json};

const PATH: &str = "/api/account/password";

fn form(current: &str, new: &str) -> Value {
    json!({ "current_password": current, "new_password": new })
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    let other = Page::of(&world.sign_in("ada@example.org", "correct horse").await);
    let changed = world.post(&page, PATH, &[], form("correct horse", "battery staple")).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let renewed = Page::of(&changed);
    assert_ne!((&renewed.cookie, &renewed.csrf), (&page.cookie, &page.csrf), "a copy of the cookie is no use");
    assert!(!world.knows(&other).await && world.knows(&renewed).await);
    assert!(world.knows(&page).await, "what the page has sent already is answered");
    world.clock.advance(10_000);
    assert!(!world.knows(&page).await && world.knows(&renewed).await);
    assert_eq!(world.get(&renewed, "/api/account/sessions").await.json()["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(world.sign_in("ada@example.org", "correct horse").await.status, 401);
    assert_eq!(world.sign_in("ada@example.org", "battery staple").await.status, 200);
}

#[tokio::test]
async fn a_password_that_is_not_allowed_is_named() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    let long = "x".repeat(201);
    for (current, new, field) in [
        ("", "battery staple", "current_password"),
        (&*long, "battery staple", "current_password"),
        ("correct horse", "1234567", "new_password"),
        ("correct horse", &*long, "new_password"),
        ("correct horse", "correct horse", "new_password"),
    ] {
        let refused = world.post(&page, PATH, &[], form(current, new)).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some(field)), "{current} {new}");
    }
    assert!(world.sign_in("ada@example.org", "correct horse").await.status.is_success());
    let demo = world.demo().await;
    let refused = world.post(&demo, PATH, &[], form("correct horse", "battery staple")).await;
    assert_eq!(refused.problem(), problem(409, "conflict", None));
    let visitor = world.post(&Page::default(), PATH, &[], form("correct horse", "battery staple")).await;
    assert_eq!(visitor.problem(), problem(401, "signed-out", None));
}

#[tokio::test]
async fn guessing_from_an_open_session_is_slowed_down() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    let wrong = problem(403, "wrong-credentials", Some("current_password"));
    for _ in 0..10 {
        assert_eq!(world.post(&page, PATH, &[], form("wrong horse", "battery staple")).await.problem(), wrong);
    }
    let right = form("correct horse", "battery staple");
    let refused = world.post(&page, PATH, &[], &right).await;
    assert_eq!(refused.problem(), problem(429, "too-many-requests", None));
    let world = world.reopened().await;
    assert_eq!(world.post(&page, PATH, &[], &right).await.status, 429, "a restart forgives nothing");
    assert_eq!(world.sign_in("ada@example.org", "correct horse").await.status, 200, "the front door is another one");
    world.clock.advance(15 * 60_000);
    assert_eq!(world.post(&page, PATH, &[], &right).await.status, 200);
}
