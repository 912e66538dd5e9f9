use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use contract::problem::{NOTHING_CHANGED, Problem};
use futures::StreamExt;
use http::{Request, StatusCode};
use std::time::Duration;
use tower::ServiceExt;

use crate::problem::{Empty, StrictJson};

async fn ask(method: &str, path: &str) -> (StatusCode, http::HeaderMap, String) {
    let routes = Router::new()
        .route("/api/panics", get(async || if true { panic!("on purpose") } else { "never" }))
        .route("/api/works", get(async || "yes"));
    let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
    let response = super::front(routes).oneshot(request).await.expect("a reply");
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("utf-8"))
}

#[tokio::test]
async fn a_panic_becomes_a_problem_that_tells_nothing() {
    let (status, headers, body) = ask("GET", "/api/panics").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(!body.contains("on purpose"));
    assert!(headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn a_wrong_method_becomes_a_problem_that_says_what_is_allowed() {
    let (status, headers, body) = ask("DELETE", "/api/works").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET,HEAD");
    assert_eq!(serde_json::from_str::<Problem>(&body).expect("a problem").status, 405);
}

#[tokio::test]
async fn there_is_nothing_at_an_address_with_a_nul_in_it() {
    let (status, _, body) = ask("GET", "/api/works%00").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(serde_json::from_str::<Problem>(&body).expect("a problem").detail.contains("NUL"));
}

#[tokio::test]
async fn every_reply_carries_the_security_headers() {
    let (_, headers, _) = ask("GET", "/api/works").await;
    for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"] {
        assert!(headers.contains_key(name), "{name}");
    }
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let routes = Router::new().route("/api/reads", post(async |_: StrictJson<Empty>| "yes"));
    let trickle = futures::stream::once(async { Ok::<_, std::io::Error>("{") }).chain(futures::stream::pending());
    let request = Request::post("/api/reads").header("content-type", "application/json");
    let request = request.body(Body::from_stream(trickle)).expect("a request");
    let front = super::front_within(Duration::from_millis(50), routes);
    let response = tokio::time::timeout(Duration::from_secs(10), front.oneshot(request)).await.expect("it gives up");
    assert_eq!(response.expect("a reply").status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn whoever_waited_too_long_is_told_that_it_may_be_done() {
    let routes = Router::new().route("/api/hangs", post(std::future::pending::<&'static str>));
    let request = Request::post("/api/hangs").body(Body::empty()).expect("a request");
    let front = super::front_within(Duration::from_millis(50), routes);
    let response = front.oneshot(request).await.expect("a reply");
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
    let detail = serde_json::from_slice::<Problem>(&body).expect("a problem").detail;
    assert!(detail.contains("may be done") && !detail.contains(NOTHING_CHANGED), "{detail}");
}
