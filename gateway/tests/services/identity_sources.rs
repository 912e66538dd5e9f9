//! Failed sign-ins and new players, counted by where they come from.

use crate::support::{Answer, Page, World, problem};
use axum::extract::ConnectInfo;
use http::Method;
use serde_json::json;
use std::net::SocketAddr;

/// A sign-in over a socket whose other end is `peer`.
async fn sign_in_from(world: &World, peer: &str, headers: &[(&str, &str)], email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password }).to_string();
    let mut request = Page::default().request(Method::POST, "/api/identity/sign-in", headers, body);
    let address: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    world.send(request).await
}

/// The status of making a demo player from there.
async fn demo_from(world: &World, peer: &str) -> http::StatusCode {
    let mut request = Page::default().request(Method::POST, "/api/identity/demo", &[], "{}".to_owned());
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    world.send(request).await.status
}

async fn spray(world: &World, peer: &str, headers: &[(&str, &str)], count: u32) {
    for number in 0..count {
        let answer = sign_in_from(world, peer, headers, &format!("{number}@{peer}"), "12345678").await;
        assert_eq!(answer.status, 401, "{number}: {}", answer.text);
    }
}

#[tokio::test]
async fn many_addresses_from_one_place_are_slowed_down() {
    let world = World::new();
    world.sign_up("ada@example.org").await;
    spray(&world, "203.0.113.9:1000", &[], 100).await;
    let refused = sign_in_from(&world, "203.0.113.9:2000", &[], "ada@example.org", "correct horse").await;
    assert_eq!(refused.problem(), problem(429, "too-many-requests", None));
    let invented = [("x-forwarded-for", "198.51.100.7")];
    let refused = sign_in_from(&world, "203.0.113.9:2000", &invented, "ada@example.org", "correct horse").await;
    assert_eq!(refused.status, 429, "a header that anybody can write changes nothing");
    let world = world.reopened().await;
    let refused = sign_in_from(&world, "203.0.113.9:3000", &[], "ada@example.org", "correct horse").await;
    assert_eq!(refused.status, 429, "a restart forgives nothing");
    let elsewhere = sign_in_from(&world, "198.51.100.7:1000", &[], "ada@example.org", "correct horse").await;
    assert_eq!(elsewhere.status, 200);
    world.clock.advance(15 * 60_000);
    let later = sign_in_from(&world, "203.0.113.9:3000", &[], "ada@example.org", "correct horse").await;
    assert_eq!(later.status, 200);
}

#[tokio::test]
async fn success_forgives_itself_and_no_guess_at_others() {
    let world = World::new();
    world.sign_up("eve@example.org").await;
    spray(&world, "203.0.113.9:1000", &[], 99).await;
    for _ in 0..3 {
        let own = sign_in_from(&world, "203.0.113.9:1000", &[], "eve@example.org", "correct horse").await;
        assert_eq!(own.status, 200);
    }
    let last = sign_in_from(&world, "203.0.113.9:1000", &[], "ada@example.org", "12345678").await;
    assert_eq!(last.status, 401, "the hundredth failure");
    let refused = sign_in_from(&world, "203.0.113.9:1000", &[], "eve@example.org", "correct horse").await;
    assert_eq!(refused.status, 429);
}

#[tokio::test]
async fn behind_our_own_proxy_each_player_is_somewhere_else() {
    let world = World::behind(&["10.0.0.0/8"]);
    world.sign_up("ada@example.org").await;
    let eve = [("x-forwarded-for", "1.2.3.4, 203.0.113.9")];
    spray(&world, "10.0.0.1:1000", &eve, 100).await;
    let refused = sign_in_from(&world, "10.0.0.2:1000", &eve, "ada@example.org", "correct horse").await;
    assert_eq!(refused.status, 429);
    let ada = [("x-forwarded-for", "203.0.113.9, 198.51.100.7")];
    assert_eq!(sign_in_from(&world, "10.0.0.1:1000", &ada, "ada@example.org", "correct horse").await.status, 200);
}

#[tokio::test]
async fn one_place_does_not_make_players_without_end() {
    let world = World::new();
    for number in 0..1_000 {
        assert_eq!(demo_from(&world, "203.0.113.9:1000").await, 201, "{number}");
    }
    assert_eq!(demo_from(&world, "203.0.113.9:2000").await, 429);
    assert_eq!(demo_from(&world, "198.51.100.7:1000").await, 201, "elsewhere nobody waits");
    world.clock.advance(15 * 60_000);
    assert_eq!(demo_from(&world, "203.0.113.9:2000").await, 201);
}
