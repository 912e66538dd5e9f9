//! What every request meets: errors in one form, headers, limits, faults, health.

use gateway::app::{Gateway, StartError};
use serde_json::json;

use crate::house::{House, client, json_of, new_key, refused};

#[tokio::test]
async fn whatever_is_not_there_is_a_problem() {
    let house = House::open().await;
    let visitor = house.visitor();
    for path in ["/api/nothing", "/api/wallet/nothing", "/vendor/v1/nothing", "/fragments/wallet/nothing.js"] {
        refused(visitor.get(&house, path).await, 404, "not-found").await;
    }
    let wrong_method = client().delete(house.url("/api/live/tables")).header("sec-fetch-site", "same-origin");
    let reply = wrong_method.send().await.expect("a reply");
    assert!(reply.headers()["allow"].to_str().expect("text").contains("GET"));
    refused(reply, 405, "not-found").await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whatever_the_route() {
    let house = House::open().await;
    let player = house.player().await;
    for kib in [20, 300] {
        let body = json!({ "amount_minor": 1, "currency": "EUR", "padding": "x".repeat(kib * 1024) });
        let reply = player.post(&house, "/api/wallet/deposits", &body, Some(&new_key())).await;
        refused(reply, 413, "too-large").await;
    }
}

#[tokio::test]
async fn replies_carry_security_headers_and_a_request_id() {
    let house = House::open().await;
    let reply =
        client().get(house.url("/api/live/tables")).header("x-request-id", "abc-1").send().await.expect("a reply");
    let headers = reply.headers();
    assert_eq!(headers["x-request-id"], "abc-1");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(headers["cache-control"], "no-store");
    let strange = client().get(house.url("/")).header("x-request-id", "a b").send().await.expect("a reply");
    assert_ne!(strange.headers()["x-request-id"], "a b", "an id that is not plain is replaced");
}

#[tokio::test]
async fn one_service_down_leaves_the_others_alone() {
    let house = House::open().await;
    let player = house.player().await;
    house.fault("wallet", "down").await;
    refused(player.get(&house, "/api/wallet/balance").await, 503, "unavailable").await;
    refused(house.vendor.call(&house, "/vendor/v1/balance", &json!({ "session": "x" })).await, 503, "unavailable")
        .await;
    assert_eq!(player.get(&house, "/api/promotions/offers").await.status(), 200);
    assert_eq!(player.get(&house, "/api/identity/session").await.status(), 200);

    let ready = player.get(&house, "/readyz").await;
    assert_eq!(ready.status(), 503);
    let ready = json_of(ready).await;
    let wallet = ready["services"].as_array().expect("a list").iter().find(|one| one["service"] == "wallet");
    assert_eq!(wallet.expect("the wallet")["state"], "down");
    assert_eq!(player.get(&house, "/healthz").await.status(), 200);

    house.fault("wallet", "errors").await;
    refused(player.get(&house, "/api/wallet/balance").await, 500, "internal").await;
    house.fault("wallet", "ok").await;
    assert_eq!(player.get(&house, "/api/wallet/balance").await.status(), 200);
    let ready = player.get(&house, "/readyz").await;
    assert_eq!(ready.status(), 200);
    let ready = json_of(ready).await;
    let wallet = ready["services"].as_array().expect("a list").iter().find(|one| one["service"] == "wallet");
    assert!(wallet.expect("the wallet")["entries_behind"].is_u64(), "the read models' lag is told");
}

#[tokio::test]
async fn a_fault_that_does_not_exist_is_refused_by_name() {
    let house = House::open().await;
    for (body, field) in [
        (json!({ "service": "bank", "mode": "down" }), "service"),
        (json!({ "service": "wallet", "mode": "sleepy" }), "mode"),
        (json!({ "service": "wallet", "mode": "slow", "ms": 3_600_000 }), "ms"),
        (json!({ "service": "wallet", "mode": "slow", "for": 5 }), "for"),
    ] {
        let reply = client().post(house.control("/faults")).json(&body).send().await.expect("a reply");
        assert_eq!(reply.status(), 400, "{body}");
        assert_eq!(json_of(reply).await["field"], field, "{body}");
    }
    let control_only = house.visitor().get(&house, "/faults").await;
    assert_eq!(control_only.status(), 404, "faults are not on the public port");
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_streams() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    player.get(&house, "/api/wallet/balance").await;
    player.deposit(&house, 100).await;
    stream.next_of("wallet.entry").await;
    let text = player.get(&house, "/metrics").await.text().await.expect("text");
    for needle in [
        "http_requests_total{",
        "route=\"/api/wallet/balance\"",
        "http_request_duration_seconds_bucket{",
        "sse_connections ",
        "ledger_entries_total ",
        "wallet_projection_behind ",
    ] {
        assert!(text.contains(needle), "{needle} is missing");
    }
    assert!(!text.contains(&player.id), "no player in a label");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_flag() {
    let house = House::open().await;
    let mut config = house.config();
    config.listen = house.address();
    let error = Gateway::start(&config).await.expect_err("the port is taken");
    assert!(matches!(error, StartError::Listen { flag: "--listen", .. }), "{error}");
    assert!(error.to_string().contains(&house.address().to_string()));
}
