//! The services as processes of their own, several of each, behind one edge: everything works as in one
//! process, what is stopped takes nothing else with it, and nobody from outside gets in between.
//!
//! They share a PostgreSQL database, as processes have to.

use std::time::{Duration, Instant};

use futures::future::join_all;
use futures::stream::{self, StreamExt};
use gateway::clock::Clock;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{House, Player, Stream, client, json_of, new_key, refused, until};
use crate::promotions::{claim, opt_in, rewards};
use crate::vendor::Seat;

/// Each service twice, but for those of which one does.
const TWO_OF_EACH: [&str; 10] =
    ["identity", "identity", "wallet", "wallet", "promotions", "promotions", "live", "live", "events", "events"];
/// An answer "not now" takes no longer than a connection may take, and what a busy machine adds.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn cash(house: &House, player: &Player) -> i64 {
    player.balance(house).await.cash_minor
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn two_of_each_do_what_one_process_does() {
    let house = House::apart(&TWO_OF_EACH, Clock::system()).await;
    let player = house.player().await;
    // One after the other, so the edge leads them to the two processes of events.
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = player.stream(&house, None).await;
        stream.hello().await;
        streams.push(stream);
    }
    opt_in(&house, &player, "explorer").await;
    let seat = Seat::take(&house, &player).await;
    for (round, count) in [("a", 1), ("b", 2), ("c", 3)] {
        seat.lose(&house, round, 200).await;
        for stream in &mut streams {
            hear_progress(stream, count).await;
        }
    }
    let lost = seat.bet(&house, "d", 500).await;
    seat.roll_back(&house, "d", &lost).await;
    assert_eq!(cash(&house, &player).await, 100_000 - 3 * 200);
    assert_eq!(claim(&house, &player, "explorer", "claim").await.status(), 200);
    let again = claim(&house, &player, "explorer", "claim").await;
    assert_eq!(again.headers()["idempotency-hit"], "true", "whichever process it comes to");
    assert_eq!((rewards(&house, &player).await, cash(&house, &player).await), (1, 100_000 - 3 * 200 + 200));
    for stream in &mut streams {
        assert_eq!(stream.next_of("promotions.credited").await.data["amount_minor"], 200);
    }

    player.deposit(&house, 500).await;
    let document = json_of(player.get(&house, "/api/account/export").await).await;
    assert_eq!(document["wallet"]["balance"]["cash_minor"], 100_000 - 3 * 200 + 200 + 500);
    assert_eq!(document["promotions"][0]["offer"], "explorer");
    assert_eq!(document["live"][0]["table"], "roulette-1");
    house.check_ledger().await;
}

/// An offer comes to this progress, and never beyond it: each round counts once.
async fn hear_progress(stream: &mut Stream, current: i64) {
    loop {
        let told = stream.next_of("promotions.offer").await.data;
        // That the player takes part is told as well, and that a bet is settled.
        let reached = told["progress"]["current"].as_i64().expect("a number");
        assert!(reached <= current, "{told}");
        if reached == current {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn two_wallets_keep_one_book_and_one_does_when_the_other_is_gone() {
    let mut house = House::apart(&["identity", "wallet", "wallet", "live,promotions", "events"], Clock::system()).await;
    let players = [house.player().await, house.player().await];
    let command = async |player: &Player, amount_minor: i64, key: String| {
        let body = json!({ "amount_minor": amount_minor, "currency": "EUR" });
        let reply = player.post(&house, "/api/wallet/deposits", &body, Some(&key)).await;
        let status = reply.status();
        let answer = reply.text().await.expect("text");
        // Both at the same moment: the other one is being carried out.
        assert!(status == 201 || (status == 409 && answer.contains("in-flight")), "{status}: {answer}");
        (status == 201).then_some(answer)
    };
    let sent = (1..=40_i64).map(|amount| {
        let (player, key) = (&players[usize::from(amount % 2 == 0)], new_key());
        let command = &command;
        async move {
            // Two wallets, and the key comes to both.
            let both = join_all([command(player, amount, key.clone()), command(player, amount, key)]).await;
            let answers: Vec<String> = both.into_iter().flatten().collect();
            assert!(!answers.is_empty() && answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        }
    });
    join_all(sent).await;
    let odd: i64 = (1..=40).filter(|amount| amount % 2 == 1).sum();
    let even: i64 = (1..=40).filter(|amount| amount % 2 == 0).sum();
    assert_eq!([cash(&house, &players[0]).await, cash(&house, &players[1]).await], [100_000 + odd, 100_000 + even]);
    house.check_ledger().await;

    house.stop_process("wallet").await;
    for _ in 0..4 {
        players[0].deposit(&house, 1).await;
    }
    assert_eq!(cash(&house, &players[0]).await, 100_000 + odd + 4, "whoever is left does all of it");
    house.check_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_stopped_wallet_takes_nothing_else_with_it() {
    let mut house = House::one_of_each(Clock::system()).await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    let wallet = house.stop_process("wallet").await;

    let began = Instant::now();
    refused(player.get(&house, "/api/wallet/balance").await, 503, "unavailable").await;
    let body = json!({ "amount_minor": 700, "currency": "EUR" });
    let key = new_key();
    refused(player.post(&house, "/api/wallet/deposits", &body, Some(&key)).await, 503, "unavailable").await;
    refused(house.visitor().post(&house, "/api/identity/demo", &json!({}), None).await, 503, "unavailable").await;
    let signed = json!({ "token": "whatever it is" });
    refused(house.vendor.call(&house, "/vendor/v1/authenticate", &signed).await, 503, "unavailable").await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());

    for path in ["/", "/api/promotions/offers", "/api/live/tables", "/api/identity/session", "/api/openapi.json"] {
        assert_eq!(player.get(&house, path).await.status(), 200, "{path}");
    }
    let health = player.get(&house, "/readyz").await;
    assert_eq!(health.status(), 200, "the edge itself is ready");
    let peers = json_of(health).await["peers"].clone();
    let state = |service: &str| {
        peers.as_array().expect("peers").iter().find(|peer| peer["service"] == service).expect("it")["state"].clone()
    };
    assert_eq!((state("wallet"), state("live")), (json!("unreachable"), json!("ok")));
    stream.next_of("beat").await;

    house.start_process(wallet).await;
    until("the wallet answers again", async || {
        player.post(&house, "/api/wallet/deposits", &body, Some(&key)).await.status() == 201
    })
    .await;
    assert_eq!(cash(&house, &player).await, 100_700);
    while stream.next_of("wallet.balance").await.data["cash_minor"] != 100_700 {}
    Seat::take(&house, &player).await.bet(&house, "round-1", 100).await;
    house.check_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_session_ends_and_goes_on_in_every_process() {
    let clock = Clock::standing_at(1_800_000_000_000);
    let mut house = House::one_of_each(clock.clone()).await;
    let (player, other) = (house.player().await, house.player().await);

    clock.advance(8 * 60_000);
    let renewed = player.get(&house, "/api/wallet/balance").await;
    assert_eq!(renewed.status(), 200);
    assert!(renewed.headers().contains_key("set-cookie"), "an old cookie is renewed wherever it comes");
    let unchanged = player.get(&house, "/api/wallet/balance").await;
    assert!(!unchanged.headers().contains_key("set-cookie"));

    let body = json!({ "amount_minor": 100, "currency": "EUR" });
    let bare = player.client.post(house.url("/api/wallet/deposits")).json(&body).header("idempotency-key", new_key());
    refused(bare.send().await.expect("a reply"), 403, "forbidden").await;
    let foreign =
        player.client.post(house.url("/api/wallet/deposits")).json(&body).header("origin", "http://evil.test");
    let foreign = foreign.header("idempotency-key", new_key()).header("x-csrf-token", "guessed");
    assert_eq!(refused(foreign.send().await.expect("a reply"), 403, "forbidden").await["field"], "origin");
    let guessed = player.client.post(house.url("/api/wallet/deposits")).json(&body).header("origin", house.url(""));
    let guessed = guessed.header("idempotency-key", new_key()).header("x-csrf-token", "guessed");
    assert_eq!(refused(guessed.send().await.expect("a reply"), 403, "forbidden").await["field"], "x-csrf-token");

    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    let thief = async || {
        let request = reqwest::Client::new().get(house.url("/api/wallet/balance")).header("cookie", &player.cookie);
        request.send().await.expect("a reply").status()
    };
    assert_eq!(thief().await, 200);
    assert_eq!(player.post(&house, "/api/account/sessions/end-all", &json!({}), None).await.status(), 200);
    until("the wallet's process knows", async || thief().await == 401).await;
    stream.next_of("signed-out").await;

    let identity = house.stop_process("identity").await;
    assert_eq!(other.get(&house, "/api/wallet/balance").await.status(), 200, "its cookie is still good");
    clock.advance(8 * 60_000);
    refused(other.get(&house, "/api/wallet/balance").await, 503, "unavailable").await;
    house.start_process(identity).await;
    until("it is renewed", async || other.get(&house, "/api/wallet/balance").await.status() == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn nobody_from_outside_gets_in_between() {
    let house = House::one_of_each(Clock::system()).await;
    let player = house.player().await;
    let ask = async |url: String, credential: Option<&str>| {
        let mut request = client().post(url).json(&json!({ "player": player.id }));
        if let Some(credential) = credential {
            request = request.header("x-croupier-peer", credential);
        }
        request.send().await.expect("a reply")
    };
    let questions = [
        ("identity", "/internal/identity/ended-since"),
        ("wallet", "/internal/wallet/balance"),
        ("wallet", "/internal/wallet/credit"),
        ("promotions", "/internal/promotions/personal"),
        ("live", "/internal/live/redeem"),
    ];
    for (service, path) in questions {
        for forged in [None, Some(""), Some("nonsense"), Some(&*"A".repeat(43))] {
            refused(ask(house.internal(service, path), forged).await, 403, "forbidden").await;
        }
    }
    // A player's own call, past the edge.
    let direct = client().get(house.internal("wallet", "/api/wallet/balance")).send().await.expect("a reply");
    refused(direct, 403, "forbidden").await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(client().get(house.internal("wallet", path)).send().await.expect("a reply").status(), 200);
    }
    // The edge has the credential, and lends it to nobody.
    for path in ["/internal/wallet/balance", "/api/wallet/../../internal/wallet/balance", "/api/wallet/%2e%2e/internal"]
    {
        let reply = raw(&house, path).await;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {reply}");
    }
}

/// The reply to a path as it is: clients put one in order before they send it.
async fn raw(house: &House, path: &str) -> String {
    let mut socket = TcpStream::connect(house.address()).await.expect("a connection");
    let host = house.address();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut reply = String::new();
    socket.read_to_string(&mut reply).await.expect("a reply");
    reply
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn where_a_request_comes_from_is_the_edges_word() {
    let house = House::one_of_each(Clock::system()).await;
    let attempt = async |number: u32| {
        let form = json!({ "email": format!("{number}@example.org"), "password": "12345678" });
        let request = client().post(house.url("/api/identity/sign-in")).json(&form).header("origin", house.url(""));
        // Another place each time, if one believes it.
        let place = format!("198.51.100.{}", number % 250);
        let said = request.header("x-forwarded-for", &place).header("forwarded", format!("for={place}"));
        said.header("connection", "x-forwarded-for, close").send().await.expect("a reply").status().as_u16()
    };
    let answers: Vec<u16> = stream::iter((0..110).map(attempt)).buffer_unordered(8).collect().await;
    assert!(answers.contains(&401) && answers.contains(&429), "{answers:?}");
    assert_eq!(attempt(500).await, 429, "all of them came from one place");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_request_keeps_its_id_and_a_refusal_its_reason() {
    let house = House::one_of_each(Clock::system()).await;
    let player = house.player().await;
    let reply = player.client.get(house.url("/api/wallet/balance")).header("x-request-id", "mine-1");
    assert_eq!(reply.send().await.expect("a reply").headers()["x-request-id"], "mine-1");
    let taken = player.post(&house, "/api/limits/time-out", &json!({ "length": "24h" }), Some(&new_key())).await;
    assert!(taken.status().is_success(), "{}", taken.text().await.expect("text"));
    let path = "/api/promotions/offers/explorer/opt-in";
    let barred = player.post(&house, path, &json!({ "terms_version": 1 }), Some(&new_key())).await;
    refused(barred, 422, "play-blocked").await;
    let large = player.client.post(house.url("/api/wallet/deposits")).body(vec![b' '; 40_000]);
    let large = large.header("origin", house.url("")).header("content-type", "application/json");
    refused(large.send().await.expect("a reply"), 413, "too-large").await;
}
