use crate::support::{World, bet, key, problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use gateway::keys::PublicKeyError;
use gateway::wallet::vendor::Vendor;
use http::HeaderValue;

#[tokio::test]
async fn only_the_vendor_is_answered() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let body = serde_json::to_string(&bet(&session, "r1", 100)).unwrap();
    let forged = STANDARD.encode(ed25519_dalek::SigningKey::from_bytes(&[8; 32]).sign(b"text").to_bytes());
    let too_old = (world.clock.now_ms() - 300_001).to_string();
    let too_new = (world.clock.now_ms() + 300_001).to_string();
    let cases = [
        ("x-vendor", "another"),
        ("x-vendor", ""),
        ("x-vendor-timestamp", ""),
        ("x-vendor-timestamp", "now"),
        ("x-vendor-timestamp", &too_old),
        ("x-vendor-timestamp", &too_new),
        ("x-vendor-signature", ""),
        ("x-vendor-signature", "not base64"),
        ("x-vendor-signature", &forged),
    ];
    for (header, value) in cases {
        let mut request = world.signed("bet", &body);
        request.headers_mut().insert(header, HeaderValue::try_from(value).unwrap());
        assert_eq!(world.send(request).await.problem(), problem(401, "forbidden", Some(header)), "{header}: {value}");
    }
    let mut elsewhere = world.signed("bet", &body);
    *elsewhere.uri_mut() = "/vendor/v1/win".parse().unwrap();
    assert_eq!(world.send(elsewhere).await.problem(), problem(401, "forbidden", Some("x-vendor-signature")));
    let mut changed = world.signed("bet", &body);
    *changed.body_mut() = axum::body::Body::from(body.replace("100", "900"));
    assert_eq!(world.send(changed).await.problem(), problem(401, "forbidden", Some("x-vendor-signature")));
    let mut a_moment_later = world.signed("bet", &body);
    let later = (world.clock.now_ms() + 1).to_string();
    a_moment_later.headers_mut().insert("x-vendor-timestamp", later.parse().unwrap());
    assert_eq!(world.send(a_moment_later).await.problem(), problem(401, "forbidden", Some("x-vendor-signature")));
    assert_eq!(world.balance(&page).await, (100_000, 0));
    assert_eq!(world.audited().await, 1);
}

#[tokio::test]
async fn a_call_that_is_replayed_has_one_effect() {
    let world = World::new();
    let page = world.demo().await;
    let body = serde_json::to_string(&bet(&world.sessions.start(&page.player), "r1", 100)).unwrap();
    let (call, replayed) = (world.signed("bet", &body), world.signed("bet", &body));
    assert_eq!(call.headers()["x-vendor-signature"], replayed.headers()["x-vendor-signature"], "byte for byte");
    let (first, second) = (world.send(call).await, world.send(replayed).await);
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(world.balance(&page).await, (99_900, 0));
    assert_eq!(world.audited().await, 2);
}

#[tokio::test]
async fn a_signature_does_not_last() {
    let world = World::new();
    let page = world.demo().await;
    let body = serde_json::to_string(&bet(&world.sessions.start(&page.player), "r1", 100)).unwrap();
    let (first, second) = (world.signed("bet", &body), world.signed("bet", &body));
    world.clock.advance(300_000);
    assert_eq!(world.send(first).await.status, 200);
    world.clock.advance(1);
    assert_eq!(world.send(second).await.problem(), problem(401, "forbidden", Some("x-vendor-timestamp")));
}

#[tokio::test]
async fn a_signed_call_may_be_malformed_all_the_same() {
    let world = World::new();
    let page = world.demo().await;
    let good = serde_json::to_value(bet(&world.sessions.start(&page.player), "r1", 100)).unwrap();
    let changed = |member: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[member] = value;
        body.to_string()
    };
    // The same bet under another name would take its stake again.
    let id = good["transaction"].as_str().unwrap();
    let spelled = |spell: fn(&str) -> String| serde_json::Value::from(spell(id));
    let cases = [
        ("{".to_owned(), problem(400, "invalid-body", None)),
        (changed("tip", 1.into()), problem(400, "invalid-body", Some("tip"))),
        (changed("amount_minor", 1.5.into()), problem(400, "invalid-body", Some("amount_minor"))),
        (changed("currency", "XXX".into()), problem(400, "invalid-body", Some("currency"))),
        (changed("settles", "x".into()), problem(400, "invalid-body", Some("settles"))),
        (changed("transaction", "1".into()), problem(400, "invalid-value", Some("transaction"))),
        (changed("transaction", spelled(str::to_uppercase)), problem(400, "invalid-value", Some("transaction"))),
        (changed("transaction", spelled(|id| id.replace('-', ""))), problem(400, "invalid-value", Some("transaction"))),
        (changed("session", "a\0".into()), problem(400, "invalid-value", Some("session"))),
        (changed("round", "".into()), problem(400, "invalid-value", Some("round"))),
        (changed("settles", serde_json::json!([good["transaction"]])), problem(400, "invalid-value", Some("settles"))),
        (changed("round", "r".repeat(17_000).into()), problem(413, "too-large", None)),
    ];
    for (body, expected) in cases {
        let answer = world.send(world.signed("bet", &body)).await;
        assert_eq!(answer.problem(), expected, "{}", answer.text);
    }
    assert_eq!(world.audited().await, 1);
}

#[tokio::test]
async fn an_answer_that_needs_the_live_service_is_asked_for_again() {
    let world = World::new();
    let page = world.demo().await;
    let mut call = bet(&world.sessions.start(&page.player), "r1", 100);
    call.session = "unavailable".into();
    assert_eq!(world.vendor("bet", &call).await.problem(), problem(503, "unavailable", None));
    assert_eq!(world.balance(&page).await, (100_000, 0));
}

#[test]
fn a_key_is_checked_when_it_is_read() {
    assert!(Vendor::new("studio", &format!("{}\n", STANDARD.encode(key().verifying_key()))).is_ok());
    assert_eq!(Vendor::new("studio", "nonsense!"), Err(PublicKeyError::NotAKey));
    assert_eq!(Vendor::new("studio", &STANDARD.encode([0; 31])), Err(PublicKeyError::NotAKey));
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(Vendor::new("studio", &STANDARD.encode(identity)), Err(PublicKeyError::Unusable), "verifies anything");
}
