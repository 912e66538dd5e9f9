use crate::support::{Page, World, cookie, problem};
use serde_json::json;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

#[tokio::test]
async fn sign_up_out_and_in() {
    let world = World::new();
    let page = world.sign_up("Ada@Example.org").await;
    assert_eq!(world.balance(&page).await, (0, 0), "an account without a deposit");
    let session = world.get(&page, "/api/identity/session").await;
    assert_eq!(session.json()["player"], json!({ "id": page.player, "name": "Ada", "demo": false }));
    assert_eq!(session.json()["csrf_token"], page.csrf.as_str());
    assert_eq!(session.headers["cache-control"], "no-store");
    let out = world.post(&page, "/api/identity/sign-out", &[], "{}").await;
    assert_eq!(out.json(), json!({ "player": null, "csrf_token": null }));
    assert_eq!(cookie(&out), "croupier_session=");
    let answer = world.sign_in(" ada@example.ORG ", "correct horse").await;
    assert_eq!(answer.status, 200);
    assert_eq!(Page::of(&answer).player, page.player);
    assert_ne!(Page::of(&answer).csrf, page.csrf);
}

#[tokio::test]
async fn a_visitor_has_an_empty_session() {
    let world = World::new();
    let session = world.get(&Page::default(), "/api/identity/session").await;
    assert_eq!(session.json(), json!({ "player": null, "csrf_token": null }));
    let out = world.post(&Page::default(), "/api/identity/sign-out", &[], "{}").await;
    assert_eq!(out.status, 200, "signing out twice harms nobody");
}

#[tokio::test]
async fn demo_players_are_separate_and_rich() {
    let world = World::new();
    let (one, other) = (world.demo().await, world.demo().await);
    assert_ne!(one.player, other.player);
    assert_eq!(world.balance(&one).await, (100_000, 0));
    let session = world.get(&one, "/api/identity/session").await.json();
    assert_eq!(session["player"]["demo"], true);
    assert_eq!(world.wallet.grant_opening(&one.player).await.unwrap().entry.version, 1, "granted once");
    assert_eq!(world.audited().await, 2);
}

#[tokio::test]
async fn a_cookie_is_renewed_past_half_of_its_life() {
    let world = World::new();
    let page = world.demo().await;
    world.clock.advance(7 * MINUTE_MS);
    assert!(!world.get(&page, "/api/wallet/balance").await.headers.contains_key("set-cookie"));
    world.clock.advance(MINUTE_MS);
    let answer = world.get(&page, "/api/wallet/balance").await;
    let renewed = Page { cookie: cookie(&answer), ..page.clone() };
    assert_ne!(renewed.cookie, page.cookie);
    world.clock.advance(10 * MINUTE_MS);
    assert!(world.knows(&renewed).await);
    assert_eq!(world.command(&renewed, "deposits", 5, "k").await.status, 201, "the CSRF token stays the session's");
    world.clock.advance(2 * DAY_MS);
    assert!(world.knows(&page).await, "a page that slept for two days is renewed from the database");
}

#[tokio::test]
async fn a_session_ends_after_a_month() {
    let world = World::new();
    let page = world.demo().await;
    world.clock.advance(30 * DAY_MS);
    let answer = world.get(&page, "/api/wallet/balance").await;
    assert_eq!(answer.problem(), problem(401, "signed-out", None));
    assert_eq!(cookie(&answer), "croupier_session=");
}

#[tokio::test]
async fn a_copy_of_a_cookie_is_out_with_its_session() {
    let world = World::new();
    let page = world.demo().await;
    world.post(&page, "/api/identity/sign-out", &[], "{}").await;
    assert!(!world.knows(&page).await, "from the next request");
    let world = world.reopened().await;
    assert!(!world.knows(&page).await, "a restart does not bring it back");
    for minutes in [6, 3, 10] {
        world.clock.advance(minutes * MINUTE_MS);
        assert!(!world.knows(&page).await);
    }
}

#[tokio::test]
async fn signing_in_ends_the_session_before() {
    let world = World::new();
    world.sign_up("ada@example.org").await;
    let before = world.demo().await;
    let body = json!({ "email": "ada@example.org", "password": "correct horse" });
    let answer = world.post(&before, "/api/identity/sign-in", &[], body).await;
    assert_ne!(Page::of(&answer).cookie, before.cookie);
    assert!(world.knows(&before).await, "what its page has sent already is answered");
    world.clock.advance(10_000);
    let refused = world.get(&before, "/api/wallet/balance").await;
    assert_eq!(refused.problem(), problem(401, "signed-out", None));
    assert!(!refused.headers.contains_key("set-cookie"), "a late answer must not take the new session's cookie");
    assert!(world.knows(&Page::of(&answer)).await);
}

#[tokio::test]
async fn a_restart_signs_nobody_out() {
    let world = World::new();
    let page = world.demo().await;
    let world = world.reopened().await;
    assert!(world.knows(&page).await);
    assert_eq!(world.command(&page, "deposits", 5, "k").await.status, 201);
}

#[tokio::test]
async fn one_changed_bit_in_a_cookie_is_nobody() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let world = World::new();
    let page = world.demo().await;
    let bytes = URL_SAFE_NO_PAD.decode(page.cookie.split_once('=').unwrap().1).unwrap();
    for position in [0, 16, 32, 40, 48, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let cookie = format!("croupier_session={}", URL_SAFE_NO_PAD.encode(changed));
        assert!(!world.knows(&Page { cookie, ..page.clone() }).await, "byte {position}");
    }
    let beside_junk = format!("a=b; croupier_session=junk; {}", page.cookie);
    assert!(world.knows(&Page { cookie: beside_junk, ..page }).await);
}
