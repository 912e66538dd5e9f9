//! A vendor in the test's hands: its list of tables, and its signed calls.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::money::Currency;
use contract::vendor::{StatementKind, StatementLine, StatementPage, StatementState};
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
    pub(crate) books: Books,
    server: JoinHandle<()>,
}

/// Lines on a page of the statement: few, so that there are several pages.
const PAGE: usize = 3;

/// What it says that it has done.
#[derive(Clone)]
pub(crate) struct Books {
    pub(crate) lines: Arc<Mutex<Vec<StatementLine>>>,
    key: SigningKey,
    clock: Clock,
}

impl Books {
    pub(crate) fn write(&self, line: StatementLine) {
        self.lines.lock().expect("not poisoned").push(line);
    }

    fn page(&self, asked: &HashMap<String, String>) -> StatementPage {
        let mut lines = self.lines.lock().expect("not poisoned").clone();
        lines.sort_by_key(|line| (line.at_ms, line.transaction.clone()));
        let since_ms: i64 = asked.get("since_ms").map_or(0, |since| since.parse().expect("a number"));
        let after = asked.get("after").and_then(|id| lines.iter().position(|line| line.transaction == *id));
        let rest: Vec<StatementLine> =
            lines.into_iter().skip(after.map_or(0, |last| last + 1)).filter(|line| line.at_ms >= since_ms).collect();
        let next = (rest.len() > PAGE).then(|| rest[PAGE - 1].transaction.clone());
        StatementPage { lines: rest.into_iter().take(PAGE).collect(), next }
    }
}

impl Vendor {
    pub(crate) async fn start(key_file: &Path, clock: Clock) -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        std::fs::write(key_file, STANDARD.encode(key.verifying_key().to_bytes())).expect("written");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let manner = Arc::new(Mutex::new(Manner::Well));
        let books = Books { lines: Arc::default(), key: key.clone(), clock: clock.clone() };
        let server = serve(listener, address, Arc::clone(&manner), books.clone());
        Self { url: format!("http://{address}"), address, key, clock, manner, books, server }
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
        self.server = serve(listener, self.address, Arc::clone(&self.manner), self.books.clone());
    }

    /// Its statement as it would be given now.
    pub(crate) fn statement(&self) -> Vec<StatementLine> {
        self.books.lines.lock().expect("not poisoned").clone()
    }

    /// From now on it says this.
    pub(crate) fn says(&self, lines: Vec<StatementLine>) {
        *self.books.lines.lock().expect("not poisoned") = lines;
    }

    /// Signs its statement with another key.
    pub(crate) async fn forge(&mut self) {
        self.kill().await;
        self.books.key = SigningKey::from_bytes(&[8; 32]);
        self.revive().await;
    }

    /// A signed call.
    pub(crate) async fn call(&self, house: &House, path: &str, body: &Value) -> reqwest::Response {
        self.call_at(&house.url(""), path, body).await.expect("a reply")
    }

    /// The same to a gateway that may be gone.
    pub(crate) async fn call_at(&self, url: &str, path: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
        let body = body.to_string();
        let digest = gateway::signed::hex(&Sha256::digest(&body));
        let now_ms = self.clock.now_ms();
        let signature = self.key.sign(contract::signed::text("POST", path, now_ms, &digest).as_bytes());
        client()
            .post(format!("{url}{path}"))
            .header("content-type", "application/json")
            .header("x-vendor", "studio")
            .header("x-vendor-timestamp", now_ms.to_string())
            .header("x-vendor-signature", STANDARD.encode(signature.to_bytes()))
            .body(body)
            .send()
            .await
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
        self.book(house, StatementKind::Bet, &bet, Some(round), &[], amount_minor);
        bet
    }

    /// Stakes, and the bet is lost; gives its id.
    pub(crate) async fn lose(&self, house: &House, round: &str, amount_minor: i64) -> String {
        let bet = self.bet(house, round, amount_minor).await;
        self.settle(house, round, &[&bet], 0).await;
        bet
    }

    /// Settles bets of a round with what they won; gives the win's id.
    pub(crate) async fn settle(&self, house: &House, round: &str, bets: &[&str], amount_minor: i64) -> String {
        let (win, reply) = self.win(house, round, bets, amount_minor).await;
        assert_eq!(reply["status"], "ok", "{reply}");
        self.book(house, StatementKind::Win, &win, Some(round), bets, amount_minor);
        win
    }

    /// Tries to; gives the status.
    pub(crate) async fn try_settle(&self, house: &House, round: &str, bets: &[&str], amount_minor: i64) -> String {
        let (_, reply) = self.win(house, round, bets, amount_minor).await;
        reply["status"].as_str().expect("a status").to_owned()
    }

    async fn win(&self, house: &House, round: &str, bets: &[&str], amount_minor: i64) -> (String, Value) {
        let win = new_key();
        let body = json!({
            "transaction": win, "session": self.session, "player": self.player, "table": "roulette-1", "round": round,
            "amount_minor": amount_minor, "currency": "EUR", "game": "roulette", "settles": bets,
        });
        (win, json_of(house.vendor.call(house, "/vendor/v1/win", &body).await).await)
    }

    /// Pays what a promotion of the vendor's promised; gives the payout's id.
    pub(crate) async fn pay_out(&self, house: &House, amount_minor: i64) -> String {
        let payout = new_key();
        let body = json!({
            "transaction": payout, "session": self.session, "player": self.player, "promotion": "lucky-seat",
            "amount_minor": amount_minor, "currency": "EUR",
        });
        let reply = json_of(house.vendor.call(house, "/vendor/v1/promo-payout", &body).await).await;
        assert_eq!(reply["status"], "ok", "{reply}");
        self.book(house, StatementKind::PromoPayout, &payout, None, &[], amount_minor);
        payout
    }

    /// Writes a line of the vendor's statement.
    fn book(
        &self,
        house: &House,
        kind: StatementKind,
        id: &str,
        round: Option<&str>,
        bets: &[&str],
        amount_minor: i64,
    ) {
        house.vendor.books.write(StatementLine {
            transaction: id.to_owned(),
            kind,
            player: self.player.clone(),
            round: round.map(str::to_owned),
            bets: bets.iter().map(|&bet| bet.to_owned()).collect(),
            amount_minor,
            currency: Currency::Eur,
            state: StatementState::Done,
            at_ms: house.vendor.clock.now_ms(),
        });
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
        let rollback = new_key();
        let body = json!({
            "transaction": rollback, "bet": bet, "player": self.player, "table": "roulette-1", "round": round,
        });
        let reply = json_of(house.vendor.call(house, "/vendor/v1/rollback", &body).await).await;
        assert_eq!(reply["status"], "ok", "{reply}");
        let mut lines = house.vendor.statement();
        let taken_back = lines.iter_mut().find(|line| line.transaction == bet).expect("the bet was booked");
        taken_back.state = StatementState::TakenBack;
        let stake_minor = taken_back.amount_minor;
        house.vendor.says(lines);
        self.book(house, StatementKind::Rollback, &rollback, Some(round), &[bet], stake_minor);
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

fn serve(listener: TcpListener, address: SocketAddr, manner: Arc<Mutex<Manner>>, books: Books) -> JoinHandle<()> {
    let tables = Router::new().route("/tables", get(tables)).with_state((address, manner));
    let routes = tables.merge(Router::new().route("/statement", get(statement)).with_state(books));
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

async fn statement(
    State(books): State<Books>,
    uri: http::Uri,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let body = serde_json::to_string(&books.page(&asked)).expect("JSON");
    let digest = gateway::signed::hex(&Sha256::digest(&body));
    let now_ms = books.clock.now_ms();
    let path = uri.path_and_query().expect("a query").as_str();
    let signature = books.key.sign(contract::signed::text("GET", path, now_ms, &digest).as_bytes());
    let headers = [
        ("x-vendor", "studio".to_owned()),
        ("x-vendor-timestamp", now_ms.to_string()),
        ("x-vendor-signature", STANDARD.encode(signature.to_bytes())),
    ];
    (headers, body).into_response()
}
