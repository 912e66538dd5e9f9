//! The operator's seamless wallet, small but exact: signatures, repeated ids, tombstones. It can
//! be told to misbehave.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::money::Currency;
use contract::vendor::{self, Authenticate, Authenticated, PromoPayout, Reply, Rollback, Status, Transaction};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

/// How a call is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As it should be.
    Well,
    /// 503, and nothing is done.
    Down,
    /// It is done, but the answer is a 500.
    DoneButFails,
    /// It is done, but the answer never comes.
    DoneButSilent,
    /// A clear no.
    Says(Status),
    /// Done, and answered after so many milliseconds.
    Slow(u64),
}

#[derive(Default)]
struct Book {
    key: Option<VerifyingKey>,
    tokens: HashMap<String, (String, String)>,
    balances: HashMap<String, i64>,
    /// Transaction id → body and answer.
    answered: HashMap<String, (Vec<u8>, Status)>,
    bets: HashMap<String, Transaction>,
    wins: Vec<Transaction>,
    payouts: Vec<PromoPayout>,
    taken_back: HashSet<String>,
    settled: HashSet<String>,
    modes: HashMap<String, Mode>,
    calls: HashMap<String, u32>,
    bad_signatures: u32,
}

#[derive(Clone)]
pub(crate) struct Operator {
    book: Arc<Mutex<Book>>,
    changed: watch::Sender<()>,
    address: std::net::SocketAddr,
}

impl Operator {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let operator = Self { book: Arc::default(), changed: watch::Sender::default(), address };
        let router = Router::new().route("/vendor/v1/{call}", post(call)).with_state(operator.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        operator
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Reads the vendor's public key: from now on every call has to be signed by it.
    pub(crate) fn trust(&self, data: &Path) {
        let text = std::fs::read_to_string(data.join("vendor.pub")).unwrap();
        let bytes: [u8; 32] = STANDARD.decode(text.trim()).unwrap().try_into().unwrap();
        self.book.lock().unwrap().key = Some(VerifyingKey::from_bytes(&bytes).unwrap());
    }

    /// Expects another vendor's key: every call of this one has a wrong signature.
    pub(crate) fn distrust(&self) {
        let other = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        self.book.lock().unwrap().key = Some(other);
    }

    pub(crate) fn fund(&self, player: &str, minor: i64) {
        self.book.lock().unwrap().balances.entry(player.into()).or_insert(minor);
    }

    pub(crate) fn token(&self, player: &str, table: &str) -> String {
        let token = uuid::Uuid::new_v4().to_string();
        self.book.lock().unwrap().tokens.insert(token.clone(), (player.into(), table.into()));
        token
    }

    /// How calls of that name are answered from now on.
    pub(crate) fn answers(&self, call: &str, mode: Mode) {
        self.book.lock().unwrap().modes.insert(call.into(), mode);
    }

    pub(crate) fn balance(&self, player: &str) -> i64 {
        self.book.lock().unwrap().balances[player]
    }

    pub(crate) fn wins(&self) -> Vec<Transaction> {
        self.book.lock().unwrap().wins.clone()
    }

    pub(crate) fn payouts(&self) -> Vec<PromoPayout> {
        self.book.lock().unwrap().payouts.clone()
    }

    pub(crate) fn bets(&self) -> usize {
        self.book.lock().unwrap().bets.len()
    }

    pub(crate) fn taken_back(&self) -> usize {
        self.book.lock().unwrap().taken_back.len()
    }

    pub(crate) fn calls(&self, name: &str) -> u32 {
        self.book.lock().unwrap().calls.get(name).copied().unwrap_or(0)
    }

    pub(crate) fn bad_signatures(&self) -> u32 {
        self.book.lock().unwrap().bad_signatures
    }

    /// Waits until the wallet is in some state.
    pub(crate) async fn wait(&self, what: &str, mut is: impl FnMut(&Self) -> bool) {
        let mut changed = self.changed.subscribe();
        let waiting = async {
            while !is(self) {
                changed.changed().await.unwrap();
            }
        };
        super::patiently(what, waiting).await;
    }
}

async fn call(
    State(operator): State<Operator>,
    Route(name): Route<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (mode, answer) = {
        let mut book = operator.book.lock().unwrap();
        *book.calls.entry(name.clone()).or_default() += 1;
        let mode = book.modes.get(&name).copied().unwrap_or(Mode::Well);
        let answer = if !book.is_signed(&name, &headers, &body) {
            book.bad_signatures += 1;
            Err(StatusCode::UNAUTHORIZED)
        } else if mode == Mode::Down {
            Err(StatusCode::SERVICE_UNAVAILABLE)
        } else {
            Ok(book.carry_out(&name, &body, mode))
        };
        (mode, answer)
    };
    operator.changed.send_replace(());
    match (mode, answer) {
        (_, Err(status)) => status.into_response(),
        (Mode::DoneButFails, _) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (Mode::DoneButSilent, _) => std::future::pending().await,
        (Mode::Slow(ms), Ok(answer)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            answer.into_response()
        }
        (_, Ok(answer)) => answer.into_response(),
    }
}

impl Book {
    fn is_signed(&self, name: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (Ok(timestamp_ms), Ok(signature)) =
            (header(vendor::TIMESTAMP).parse::<i64>(), STANDARD.decode(header(vendor::SIGNATURE)))
        else {
            return false;
        };
        let digest = provider::signer::hex(&Sha256::digest(body));
        let text = contract::signed::text("POST", &format!("/vendor/v1/{name}"), timestamp_ms, &digest);
        let Ok(signature) = Signature::from_slice(&signature) else { return false };
        header(vendor::VENDOR) == "studio"
            && self.key.is_none_or(|key| key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    fn carry_out(&mut self, name: &str, body: &[u8], mode: Mode) -> String {
        if name == "authenticate" {
            let wish: Authenticate = serde_json::from_slice(body).unwrap();
            return serde_json::to_string(&self.authenticate(&wish.token)).unwrap();
        }
        let id = serde_json::from_slice::<serde_json::Value>(body).unwrap()["transaction"].as_str().unwrap().to_owned();
        let status = match (mode, self.answered.get(&id)) {
            (Mode::Says(status), _) => status,
            (_, Some((before, status))) if before == body => *status,
            (_, Some(_)) => Status::TransactionDiffers,
            (_, None) => {
                let status = match name {
                    "bet" => self.bet(serde_json::from_slice(body).unwrap()),
                    "win" => self.win(serde_json::from_slice(body).unwrap()),
                    "rollback" => self.rollback(&serde_json::from_slice(body).unwrap()),
                    "promo-payout" => self.pay_out(serde_json::from_slice(body).unwrap()),
                    other => panic!("the vendor called {other}"),
                };
                self.answered.insert(id, (body.to_vec(), status));
                status
            }
        };
        let reply = Reply { status, balance_minor: 0, currency: Some(Currency::Eur), detail: String::new() };
        serde_json::to_string(&reply).unwrap()
    }

    fn authenticate(&mut self, token: &str) -> Authenticated {
        let known = self.tokens.remove(token);
        let status = if known.is_some() { Status::Ok } else { Status::InvalidSession };
        let (player, table) = known.unwrap_or_default();
        let session = if status == Status::Ok { format!("session-{token}") } else { String::new() };
        let currency = (status == Status::Ok).then_some(Currency::Eur);
        Authenticated { status, session, player, table, currency, balance_minor: 0 }
    }

    fn bet(&mut self, bet: Transaction) -> Status {
        assert!(bet.amount_minor > 0 && bet.settles.is_empty() && bet.session.starts_with("session-"));
        let balance = self.balances.get_mut(&bet.player).unwrap();
        if self.taken_back.contains(&bet.transaction) {
            return Status::RolledBack;
        }
        if *balance < bet.amount_minor {
            return Status::InsufficientFunds;
        }
        *balance -= bet.amount_minor;
        self.bets.insert(bet.transaction.clone(), bet);
        Status::Ok
    }

    fn win(&mut self, win: Transaction) -> Status {
        assert!(win.amount_minor > 0 && !win.settles.is_empty());
        for bet in &win.settles {
            if self.taken_back.contains(bet) {
                return Status::RolledBack;
            }
            match self.bets.get(bet) {
                Some(bet) if bet.player == win.player && bet.round == win.round && bet.session == win.session => {}
                _ => return Status::UnknownBet,
            }
            assert!(self.settled.insert(bet.clone()), "{bet} was settled twice");
        }
        *self.balances.get_mut(&win.player).unwrap() += win.amount_minor;
        self.wins.push(win);
        Status::Ok
    }

    fn pay_out(&mut self, payout: PromoPayout) -> Status {
        assert!(payout.amount_minor > 0 && payout.session.starts_with("session-"));
        *self.balances.get_mut(&payout.player).unwrap() += payout.amount_minor;
        self.payouts.push(payout);
        Status::Ok
    }

    fn rollback(&mut self, rollback: &Rollback) -> Status {
        if self.settled.contains(&rollback.bet) {
            return Status::AlreadySettled;
        }
        assert!(self.taken_back.insert(rollback.bet.clone()), "{} was taken back twice", rollback.bet);
        if let Some(bet) = self.bets.get(&rollback.bet) {
            *self.balances.get_mut(&bet.player).unwrap() += bet.amount_minor;
        }
        Status::Ok
    }
}
