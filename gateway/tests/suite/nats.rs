//! A house whose events travel over NATS, and one of several gateways.

use gateway::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, Player, Stream, json_of, new_key, until};
use crate::nats_server::NatsServer;
use crate::place::Place;

const BALANCE: &str = "wallet.balance";

/// How the gateway says that events travel; it is ready.
async fn travelling(house: &House, visitor: &Player) -> Value {
    let reply = visitor.get(house, "/readyz").await;
    assert_eq!(reply.status(), 200);
    json_of(reply).await["events"].clone()
}

async fn cash_heard(stream: &mut Stream) -> i64 {
    stream.next_of(BALANCE).await.data["cash_minor"].as_i64().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn money_does_not_wait_for_nats_and_events_wait_for_it() {
    let mut server = NatsServer::stopped();
    let house = House::at(Place::with_events_over(server.url()), Clock::system()).await;
    let player = house.player().await;
    assert_eq!(travelling(&house, &player).await, "waiting");
    let mut stream = player.stream(&house, Some("0")).await;
    player.deposit(&house, 100).await;
    let opening = player.balance(&house).await.cash_minor - 100;

    server.resume();
    assert_eq!([cash_heard(&mut stream).await, cash_heard(&mut stream).await], [opening, opening + 100]);
    assert_eq!(travelling(&house, &player).await, "connected");

    server.kill();
    until("the gateway notices", async || travelling(&house, &player).await == "waiting").await;
    for _ in 0..3 {
        player.deposit(&house, 100).await;
    }
    server.resume();
    let heard = [cash_heard(&mut stream).await, cash_heard(&mut stream).await, cash_heard(&mut stream).await];
    assert_eq!(heard, [opening + 200, opening + 300, opening + 400], "in order, and each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_stream_at_one_gateway_tells_what_happened_at_another() {
    let house = House::open().await;
    let other = house.another_gateway().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, Some("0")).await;
    let opening = cash_heard(&mut stream).await;
    for count in 1..=5 {
        let body = json!({ "amount_minor": 100, "currency": "EUR" });
        let at = format!("http://{}", other.listening());
        let reply = player.send_to(&at, (Method::POST, "/api/wallet/deposits"), &body, Some(&new_key())).await;
        assert_eq!(reply.status(), 201);
        assert_eq!(cash_heard(&mut stream).await, opening + 100 * count);
    }
    other.stop().await;
}
