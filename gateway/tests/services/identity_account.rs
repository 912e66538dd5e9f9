use crate::support::{Page, World, problem};
use serde_json::{Value, json};

const PATH: &str = "/api/account";

fn form(version: u64) -> Value {
    json!({
        "version": version, "name": " Ada L ", "contact_email": " Ada@Mail.example ", "phone": "+49 (30) 123-456",
        "address": "Ada L\n Street 1 \n\n12345 City", "language": "de",
    })
}

fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut form = form(1);
    form[member] = value.into();
    form
}

#[tokio::test]
async fn details_are_kept_in_one_form_and_counted() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    let fresh = world.get(&page, PATH).await.json();
    let expected = json!({
        "name": "Ada", "email": "ada@example.org", "contact_email": null, "phone": null, "address": null,
        "language": null, "demo": false, "created_at_ms": crate::support::START_MS, "version": 1,
        "export_after_ms": null,
    });
    assert_eq!(fresh, expected);
    let changed = world.post(&page, PATH, &[], form(1)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["contact_email"]), (&json!("Ada L"), &json!("ada@mail.example")));
    assert_eq!((&changed["phone"], &changed["version"]), (&json!("+4930123456"), &json!(2)));
    assert_eq!(changed["address"], "Ada L\nStreet 1\n12345 City");
    assert_eq!(changed["email"], "ada@example.org", "the address to sign in with stays");
    assert_eq!(world.get(&page, PATH).await.json(), changed);
    let session = world.get(&page, "/api/identity/session").await.json();
    assert_eq!(session["player"]["name"], "Ada L");

    let cleared = world.post(&page, PATH, &[], json!({ "version": 2, "name": "Ada" })).await.json();
    let left = ["contact_email", "phone", "address", "language"].map(|member| cleared[member].clone());
    assert_eq!(left, [Value::Null, Value::Null, Value::Null, Value::Null]);
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told_and_nothing_is_overwritten() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    assert_eq!(world.post(&page, PATH, &[], with("name", "First")).await.status, 200);
    let refused = world.post(&page, PATH, &[], with("name", "Second")).await;
    assert_eq!(refused.problem(), problem(409, "conflict", Some("version")));
    let ahead = world.post(&page, PATH, &[], json!({ "version": 7, "name": "Third" })).await;
    assert_eq!(ahead.problem(), problem(409, "conflict", Some("version")));
    let now = world.get(&page, PATH).await.json();
    assert_eq!((&now["name"], &now["version"]), (&json!("First"), &json!(2)));
}

#[tokio::test]
async fn a_bad_member_is_named_and_changes_nothing() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    let before = world.get(&page, PATH).await.json();
    for (member, value) in [
        ("name", json!("  ")),
        ("name", json!("x".repeat(41))),
        ("contact_email", json!("nobody")),
        ("contact_email", json!(format!("{}@x", "x".repeat(254)))),
        ("phone", json!("030 123456")),
        ("phone", json!("+49 12")),
        ("phone", json!("+49 30 one two")),
        ("address", json!("a\n".repeat(9))),
        ("address", json!("x".repeat(301))),
        ("language", json!("fr")),
        ("language", json!("DE")),
    ] {
        let refused = world.post(&page, PATH, &[], with(member, value.clone())).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some(member)), "{member}: {value}");
    }
    let strange = world.post(&page, PATH, &[], with("email", "eve@example.org")).await;
    assert_eq!(strange.problem(), problem(400, "invalid-body", Some("email")));
    let typed = world.post(&page, PATH, &[], with("phone", 5)).await;
    assert_eq!(typed.problem(), problem(400, "invalid-body", Some("phone")));
    let short = world.post(&page, PATH, &[], json!({ "name": "Ada" })).await;
    assert_eq!(short.problem(), problem(400, "invalid-body", Some("version")));
    assert_eq!(world.get(&page, PATH).await.json(), before);
}

#[tokio::test]
async fn an_account_is_its_players_alone() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    assert_eq!(world.get(&Page::default(), PATH).await.problem(), problem(401, "signed-out", None));
    assert_eq!(world.post(&Page::default(), PATH, &[], form(1)).await.problem(), problem(401, "signed-out", None));
    let forged = world.post(&page, PATH, &[("x-csrf-token", "")], form(1)).await;
    assert_eq!(forged.problem(), problem(403, "forbidden", Some("x-csrf-token")));
    let elsewhere = world.post(&page, PATH, &[("origin", "http://evil.example")], form(1)).await;
    assert_eq!(elsewhere.problem(), problem(403, "forbidden", Some("origin")));
    let demo = world.demo().await;
    let account = world.get(&demo, PATH).await.json();
    assert_eq!((&account["demo"], &account["email"]), (&json!(true), &Value::Null));
    assert_eq!(world.post(&demo, PATH, &[], form(1)).await.problem(), problem(409, "conflict", None));
}
