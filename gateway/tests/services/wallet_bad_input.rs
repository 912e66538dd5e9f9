use crate::support::{Page, World, problem};

const DEPOSITS: &str = "/api/wallet/deposits";

/// Sends a body with a good key; nothing may happen to the ledger.
async fn refused(body: &str) -> (u16, String, Option<String>) {
    let world = World::new();
    let page = world.demo().await;
    let mut problems = Vec::new();
    for route in [DEPOSITS, "/api/wallet/withdrawals"] {
        problems.push(world.post(&page, route, &[("idempotency-key", "k")], body).await.problem());
    }
    assert_eq!(world.balance(&page).await, (100_000, 0));
    assert_eq!(world.audited().await, 1);
    assert_eq!(problems[0], problems[1]);
    problems.remove(0)
}

#[tokio::test]
async fn malformed_json() {
    for body in ["", "{", "not json", r#"{"amount_minor":1,"currency":"EUR"}x"#, r#"{"amount_minor":01}"#] {
        assert_eq!(refused(body).await, problem(400, "invalid-body", None), "{body}");
    }
}

#[tokio::test]
async fn unknown_missing_and_mistyped_members() {
    let with = |field| problem(400, "invalid-body", Some(field));
    assert_eq!(refused(r#"{"amount_minor":1,"currency":"EUR","to":"me"}"#).await, with("to"));
    assert_eq!(refused(r#"{"currency":"EUR"}"#).await, with("amount_minor"));
    assert_eq!(refused(r#"{"amount_minor":1}"#).await, with("currency"));
    assert_eq!(refused(r#"{"amount_minor":"1","currency":"EUR"}"#).await, with("amount_minor"));
    assert_eq!(refused(r#"{"amount_minor":1.5,"currency":"EUR"}"#).await, with("amount_minor"));
    assert_eq!(refused(r#"{"amount_minor":1e2,"currency":"EUR"}"#).await, with("amount_minor"));
    assert_eq!(refused(r#"{"amount_minor":9223372036854775808,"currency":"EUR"}"#).await, with("amount_minor"));
    assert_eq!(refused(r#"{"amount_minor":1,"currency":"DOGE"}"#).await, with("currency"));
}

#[tokio::test]
async fn amounts_out_of_range() {
    for amount in ["0", "-1", "100000001", "1000000000000000000", "9223372036854775807", "-9223372036854775808"] {
        let body = format!(r#"{{"amount_minor":{amount},"currency":"EUR"}}"#);
        assert_eq!(refused(&body).await, problem(400, "invalid-value", Some("amount_minor")), "{amount}");
    }
}

#[tokio::test]
async fn another_currency_than_the_accounts() {
    let body = r#"{"amount_minor":1,"currency":"USD"}"#;
    assert_eq!(refused(body).await, problem(400, "invalid-value", Some("currency")));
}

#[tokio::test]
async fn idempotency_keys() {
    let world = World::new();
    let page = world.demo().await;
    let body = r#"{"amount_minor":1,"currency":"EUR"}"#;
    let missing = world.post(&page, DEPOSITS, &[], body).await;
    assert_eq!(missing.problem(), problem(400, "idempotency-key-missing", Some("idempotency-key")));
    let long = "k".repeat(101);
    for key in ["a b", "\t", "käse", &long] {
        let answer = world.post(&page, DEPOSITS, &[("idempotency-key", key)], body).await;
        assert_eq!(answer.problem(), problem(400, "invalid-value", Some("idempotency-key")), "{key}");
    }
    let twice = {
        let mut request = page.request(http::Method::POST, DEPOSITS, &[], body.to_owned());
        for key in ["a", "b"] {
            request.headers_mut().append("idempotency-key", key.parse().unwrap());
        }
        world.send(request).await
    };
    assert_eq!(twice.problem(), problem(400, "invalid-value", Some("idempotency-key")));
    assert_eq!(world.audited().await, 1);
    assert_eq!(world.post(&page, DEPOSITS, &[("idempotency-key", &"k".repeat(100))], body).await.status, 201);
}

#[tokio::test]
async fn media_type_and_size() {
    let world = World::new();
    let page = world.demo().await;
    let body = r#"{"amount_minor":1,"currency":"EUR"}"#;
    for media_type in ["", "text/plain", "application/x-www-form-urlencoded"] {
        let headers = [("idempotency-key", "k"), ("content-type", media_type)];
        let answer = world.post(&page, DEPOSITS, &headers, body).await;
        assert_eq!(answer.problem(), problem(415, "invalid-body", Some("content-type")));
    }
    let large = format!("{body}{}", " ".repeat(16 * 1024));
    let answer = world.post(&page, DEPOSITS, &[("idempotency-key", "k")], large).await;
    assert_eq!(answer.problem(), problem(413, "too-large", None));
    assert_eq!(world.audited().await, 1);
}

#[tokio::test]
async fn requests_from_elsewhere() {
    let world = World::new();
    let page = world.demo().await;
    let body = r#"{"amount_minor":1,"currency":"EUR"}"#;
    let send = async |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("idempotency-key", "k")].iter().chain(headers).copied().collect();
        world.post(&page, DEPOSITS, &headers, body).await.problem()
    };
    for origin in ["http://evil.example", "http://localhost:9090", "null", ""] {
        assert_eq!(send(&[("origin", origin)]).await, problem(403, "forbidden", Some("origin")), "{origin}");
    }
    let cross = [("origin", ""), ("sec-fetch-site", "same-site")];
    assert_eq!(send(&cross).await, problem(403, "forbidden", Some("origin")));
    let another = world.demo().await.csrf;
    for token in ["", "x", &another] {
        assert_eq!(send(&[("x-csrf-token", token)]).await, problem(403, "forbidden", Some("x-csrf-token")));
    }
    for cookie in ["", "croupier_session=", "croupier_session=AAAA", "other=1"] {
        assert_eq!(send(&[("cookie", cookie)]).await, problem(401, "signed-out", None));
    }
    assert_eq!(world.balance(&page).await, (100_000, 0));
    let own = [("origin", ""), ("sec-fetch-site", "same-origin"), ("idempotency-key", "k")];
    assert_eq!(world.post(&page, DEPOSITS, &own, body).await.status, 201);
}

#[tokio::test]
async fn a_visitor_sees_no_money() {
    let world = World::new();
    for path in ["/api/wallet/balance", "/api/wallet/history"] {
        assert_eq!(world.get(&Page::default(), path).await.problem(), problem(401, "signed-out", None));
    }
}
