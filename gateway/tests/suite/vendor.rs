//! A vendor in the test's hands: its list of tables, and its signed calls.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::vendor::signed_text;
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::house::{House, Player, client, json_of, new_key};

/// How it answers the question for its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Well,
    Garbage,
    Hangs,
}

pub(crate) struct Vendor {
    url: String,
    address: SocketAddr,
    key: SigningKey,
    clock: Clock,
    manner: Arc<Mutex<Manner>>,
    server: JoinHandle<()>,
}

impl Vendor {
    pub(crate) async fn start(key_file: &Path, clock: Clock) -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        std::fs::write(key_file, STANDARD.encode(key.verifying_key().to_bytes())).expect("written");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let manner = Arc::new(Mutex::new(Manner::Well));
        let server = serve(listener, address, Arc::clone(&manner));
        Self { url: format!("http://{address}"), address, key, clock, manner, server }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().expect("not poisoned") = manner;
    }

    /// As `kill -9` would: the port refuses.
    pub(crate) async fn kill(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }

    pub(crate) async fn revive(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.server = serve(listener, self.address, Arc::clone(&self.manner));
    }

    /// A signed call.
    pub(crate) async fn call(&self, house: &House, path: &str, body: &Value) -> reqwest::Response {
        let body = body.to_string();
        let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let now_ms = self.clock.now_ms();
        let signature = self.key.sign(signed_text("POST", path, now_ms, &digest).as_bytes());
        client()
            .post(house.url(path))
            .header("content-type", "application/json")
            .header("x-vendor", "studio")
            .header("x-vendor-timestamp", now_ms.to_string())
            .header("x-vendor-signature", STANDARD.encode(signature.to_bytes()))
            .body(body)
            .send()
            .await
            .expect("a reply")
    }

    /// Redeems a launch token; the answer as it is.
    pub(crate) async fn authenticate(&self, house: &House, token: &str) -> Value {
        json_of(self.call(house, "/vendor/v1/authenticate", &json!({ "token": token })).await).await
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A player's seat at the roulette table.
pub(crate) struct Seat {
    session: String,
    player: String,
}

impl Seat {
    pub(crate) async fn take(house: &House, player: &Player) -> Self {
        let token = launch(house, player).await;
        let answer = house.vendor.authenticate(house, &token).await;
        assert_eq!(answer["status"], "ok", "{answer}");
        assert_eq!(answer["player"], player.id);
        Self { session: answer["session"].as_str().expect("a session").to_owned(), player: player.id.clone() }
    }

    /// Stakes; gives the bet's id.
    pub(crate) async fn bet(&self, house: &House, round: &str, amount_minor: i64) -> String {
        let (bet, reply) = self.stake(house, round, amount_minor).await;
        assert_eq!(reply["status"], "ok", "{reply}");
        bet
    }

    /// Tries to; gives the status.
    pub(crate) async fn try_bet(&self, house: &House, round: &str, amount_minor: i64) -> String {
        let (_, reply) = self.stake(house, round, amount_minor).await;
        reply["status"].as_str().expect("a status").to_owned()
    }

    async fn stake(&self, house: &House, round: &str, amount_minor: i64) -> (String, Value) {
        let bet = new_key();
        let body = json!({
            "transaction": bet, "session": self.session, "player": self.player, "table": "roulette-1", "round": round,
            "amount_minor": amount_minor, "currency": "EUR", "game": "roulette", "settles": [],
        });
        (bet, json_of(house.vendor.call(house, "/vendor/v1/bet", &body).await).await)
    }

    pub(crate) async fn roll_back(&self, house: &House, round: &str, bet: &str) {
        let body = json!({
            "transaction": new_key(), "bet": bet, "player": self.player, "table": "roulette-1", "round": round,
        });
        let reply = json_of(house.vendor.call(house, "/vendor/v1/rollback", &body).await).await;
        assert_eq!(reply["status"], "ok", "{reply}");
    }
}

/// A launch token, once the lobby has heard of the table.
pub(crate) async fn launch(house: &House, player: &Player) -> String {
    wait_for_lobby(house, true).await;
    let reply = player.post(house, "/api/live/launch", &json!({ "table": "roulette-1" }), None).await;
    assert_eq!(reply.status(), 201);
    json_of(reply).await["token"].as_str().expect("a token").to_owned()
}

pub(crate) async fn wait_for_lobby(house: &House, online: bool) {
    crate::house::until("the lobby's state", async || {
        let lobby = json_of(house.visitor().get(house, "/api/live/tables").await).await;
        lobby["offline_since_ms"].is_null() == online
    })
    .await;
}

fn serve(listener: TcpListener, address: SocketAddr, manner: Arc<Mutex<Manner>>) -> JoinHandle<()> {
    let routes = Router::new().route("/tables", get(tables)).with_state((address, manner));
    tokio::spawn(async move {
        let _ = axum::serve(listener, routes).await;
    })
}

async fn tables(State((address, manner)): State<(SocketAddr, Arc<Mutex<Manner>>)>) -> Response {
    let manner = *manner.lock().expect("not poisoned");
    match manner {
        Manner::Hangs => std::future::pending().await,
        Manner::Garbage => "<html>busy</html>".into_response(),
        Manner::Well => axum::Json(json!({ "tables": [{
            "id": "roulette-1", "game": "roulette", "name": "Azure Roulette", "dealer": "Ada",
            "min_minor": 100, "max_minor": 50_000, "currency": "EUR", "seated": 2, "online": true,
            "feed_url": format!("ws://{address}/feed"),
            "video_url": format!("http://{address}/video/roulette-1/index.m3u8"),
            "still_url": format!("http://{address}/video/roulette-1/still.jpg"),
        }] }))
        .into_response(),
    }
}
