//! The services on a folder of their own, with a clock that stands, and a page and a vendor that
//! call them.

use crate::place::Place;
use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::ENTRIES_BEHIND;
use contract::live::Game;
use contract::money::Currency;
use contract::vendor::{PromoPayout, Rollback, Transaction};
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock::Clock;
use gateway::identity::{Front, Identity};
use gateway::store::{Storage, outbox};
use gateway::wallet::Wallet;
use gateway::wallet::limits::Market;
use gateway::wallet::risk::Rules;
use gateway::wallet::vendor::{SessionsUnavailable, Vendor, VendorSession, VendorSessions};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use uuid::Uuid;

/// When every test begins.
pub(crate) const START_MS: i64 = 1_800_000_000_000;

/// The services.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    pub(crate) wallet: Wallet,
    pub(crate) sessions: Sessions,
    house: House,
    router: Router,
}

/// How the house is set up.
#[derive(Clone, Debug, Default)]
pub(crate) struct House {
    /// The market's rules; none are those of the house.
    pub(crate) rules: Option<String>,
    /// The rules of risk; without any, each withdrawal is paid at once.
    pub(crate) risk: Option<String>,
    /// What stands in front of it.
    pub(crate) front: Front,
}

impl House {
    fn market(&self) -> Market {
        self.rules.as_deref().map_or_else(Market::house, Market::read).unwrap()
    }
}

/// A reply.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status, kind and field of a problem.
    pub(crate) fn problem(&self) -> (u16, String, Option<String>) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        let problem: contract::problem::Problem = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem.status, self.status.as_u16());
        assert!(!problem.detail.is_empty() && !problem.title.is_empty());
        (problem.status, problem.code().unwrap().as_str().to_owned(), problem.field)
    }
}

/// What [`Answer::problem`] is compared with.
pub(crate) fn problem(status: u16, code: &str, field: Option<&str>) -> (u16, String, Option<String>) {
    (status, code.to_owned(), field.map(str::to_owned))
}

/// A browser with its cookie and the token of its session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
    pub(crate) player: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(Place::new())
    }

    pub(crate) fn at(place: Place) -> Self {
        Self::on(place, Clock::standing_at(START_MS), Sessions::default(), House::default())
    }

    /// In a market with rules of its own.
    pub(crate) fn in_market(rules: &str) -> Self {
        let house = House { rules: Some(rules.to_owned()), ..House::default() };
        Self::on(Place::new(), Clock::standing_at(START_MS), Sessions::default(), house)
    }

    /// Where withdrawals are decided by these rules.
    pub(crate) fn under(rules: &str) -> Self {
        let house = House { risk: Some(rules.to_owned()), ..House::default() };
        Self::on(Place::new(), Clock::standing_at(START_MS), Sessions::default(), house)
    }

    /// Where these networks are proxies of ours.
    pub(crate) fn behind(proxies: &[&str]) -> Self {
        let trusted_proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
        let house = House { front: Front { https: false, trusted_proxies }, ..House::default() };
        Self::on(Place::new(), Clock::standing_at(START_MS), Sessions::default(), house)
    }

    pub(crate) fn on(place: Place, clock: Clock, sessions: Sessions, house: House) -> Self {
        let storage = place.storage();
        let risk = Rules::read(house.risk.as_deref().unwrap_or("version = 'none'")).unwrap();
        let wallet = Wallet::open(&storage, house.market(), risk, clock.clone()).unwrap();
        let identity = Identity::open(
            &storage,
            &place.folder().join("session.key"),
            wallet.clone(),
            clock.clone(),
            house.front.clone(),
        )
        .unwrap();
        let reviews = identity.door().operators(wallet.review_routes());
        let api = identity.routes().merge(wallet.routes()).merge(reviews);
        let vendor = Vendor::new("studio", &STANDARD.encode(key().verifying_key())).unwrap();
        let router = identity.door().guard(api).merge(wallet.vendor_routes(Some(vendor), sessions.clone()));
        Self { place, clock, identity, wallet, sessions, house, router }
    }

    /// The same after a restart: what was on the way has ended, and the ledger is closed, before it begins.
    pub(crate) async fn reopened(self) -> Self {
        let Self { place, clock, sessions, house, identity, wallet, router } = self;
        let mut commits = wallet.database().committed();
        drop((identity, wallet, router));
        while commits.changed().await.is_ok() {}
        Self::on(place, clock, sessions, house)
    }

    /// The rules that its players are protected by.
    pub(crate) fn market(&self) -> Market {
        self.house.market()
    }

    /// Where the services keep their data.
    pub(crate) fn storage(&self) -> Storage {
        self.place.storage()
    }

    /// A service's file, as somebody else opens it.
    pub(crate) fn file(&self, service: &str) -> rusqlite::Connection {
        rusqlite::Connection::open(self.place.folder().join(format!("{service}.db"))).unwrap()
    }

    /// The book's file, as somebody else opens it.
    pub(crate) fn book(&self) -> rusqlite::Connection {
        self.file("wallet")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, page: &Page, path: &str) -> Answer {
        self.send(page.request(Method::GET, path, &[], String::new())).await
    }

    /// What a read model answers once it knows all that the ledger does. On a machine that has no time for it, an
    /// answer may come earlier: it says so then.
    pub(crate) async fn known(&self, page: &Page, path: &str) -> Value {
        loop {
            let answer = self.get(page, path).await;
            if answer.status == StatusCode::OK && !answer.headers.contains_key(ENTRIES_BEHIND) {
                return answer.json();
            }
            let may_come = matches!(answer.status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE);
            assert!(may_come, "{path}: {}", answer.text);
        }
    }

    /// Cash, held, bonus.
    pub(crate) async fn holds(&self, page: &Page) -> (i64, i64, i64) {
        let balance = self.known(page, "/api/wallet/balance").await;
        let minor = |name: &str| balance[name].as_i64().unwrap();
        (minor("cash_minor"), minor("held_minor"), minor("bonus_minor"))
    }

    pub(crate) async fn post(&self, page: &Page, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Answer {
        self.send(page.request(Method::POST, path, headers, body.to_string())).await
    }

    pub(crate) async fn put(&self, page: &Page, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Answer {
        self.send(page.request(Method::PUT, path, headers, body.to_string())).await
    }

    /// Deposits or withdraws with a key of its own.
    pub(crate) async fn command(&self, page: &Page, what: &str, amount_minor: i64, key: &str) -> Answer {
        let body = json!({ "amount_minor": amount_minor, "currency": "EUR" });
        self.post(page, &format!("/api/wallet/{what}"), &[("idempotency-key", key)], body).await
    }

    /// Sets a limit, or with no value takes it away, with a key of its own; gives all of them.
    pub(crate) async fn set_limit(&self, page: &Page, kind: &str, period: &str, value: Option<i64>) -> Value {
        let body = json!({ "kind": kind, "period": period, "value": value });
        let key = Uuid::new_v4().to_string();
        let answer = self.put(page, "/api/limits", &[("idempotency-key", &key)], body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// A command on limits or breaks with a key of its own.
    pub(crate) async fn limits(&self, page: &Page, what: &str, body: Value) -> Answer {
        let key = Uuid::new_v4().to_string();
        self.post(page, &format!("/api/limits/{what}"), &[("idempotency-key", &key)], body).await
    }

    /// How a limit stands.
    pub(crate) async fn limit(&self, page: &Page, kind: &str, period: &str) -> Value {
        limit(&self.get(page, "/api/limits").await.json(), kind, period)
    }

    /// What stands beside a game.
    pub(crate) async fn play(&self, page: &Page) -> Value {
        self.get(page, "/api/limits/session").await.json()
    }

    /// What the player was told on a topic, the oldest first.
    pub(crate) async fn told(&self, page: &Page, topic: &str) -> Vec<Value> {
        let events = outbox::after(self.wallet.database(), 0, 10_000).await.unwrap();
        let own = events.iter().filter(|event| event.topic == topic && event.player.as_ref() == Some(&page.player));
        own.map(|event| serde_json::from_str(&event.payload).unwrap()).collect()
    }

    /// A new account with the password "correct horse".
    pub(crate) async fn sign_up(&self, email: &str) -> Page {
        let body = json!({ "name": "Ada", "email": email, "password": "correct horse" });
        let answer = self.post(&Page::default(), "/api/identity/sign-up", &[], body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        Page::of(&answer)
    }

    /// Signs in from a browser that nobody was signed in on.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post(&Page::default(), "/api/identity/sign-in", &[], json!({ "email": email, "password": password })).await
    }

    /// Whether a browser is signed in.
    pub(crate) async fn knows(&self, page: &Page) -> bool {
        self.get(page, "/api/wallet/balance").await.status == StatusCode::OK
    }

    /// A demo player: €1,000.00.
    pub(crate) async fn demo(&self) -> Page {
        let answer = self.post(&Page::default(), "/api/identity/demo", &[], "{}").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        Page::of(&answer)
    }

    /// Cash and bonus money, as the page is told.
    pub(crate) async fn balance(&self, page: &Page) -> (i64, i64) {
        let (cash, _, bonus) = self.holds(page).await;
        (cash, bonus)
    }

    /// The ledger holds against itself; gives the number of entries.
    pub(crate) async fn audited(&self) -> u64 {
        let audit = self.wallet.check().await.unwrap();
        assert!(audit.balanced, "{:?}", audit.differences);
        audit.entries
    }

    /// A signed call of the vendor's.
    pub(crate) async fn vendor(&self, call: &str, body: &impl serde::Serialize) -> Answer {
        let body = serde_json::to_string(body).unwrap();
        self.send(self.signed(call, &body)).await
    }

    pub(crate) fn signed(&self, call: &str, body: &str) -> Request<Body> {
        let path = format!("/vendor/v1/{call}");
        let digest = gateway::signed::hex(&Sha256::digest(body));
        let now_ms = self.clock.now_ms();
        let signature = key().sign(contract::signed::text("POST", &path, now_ms, &digest).as_bytes());
        Request::post(path)
            .header("content-type", "application/json")
            .header("x-vendor", "studio")
            .header("x-vendor-timestamp", now_ms.to_string())
            .header("x-vendor-signature", STANDARD.encode(signature.to_bytes()))
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    /// The status and the balance of a vendor's call that was understood.
    pub(crate) async fn wager(&self, call: &str, body: &impl serde::Serialize) -> (String, i64) {
        let answer = self.vendor(call, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let reply = answer.json();
        (reply["status"].as_str().unwrap().to_owned(), reply["balance_minor"].as_i64().unwrap())
    }
}

impl Page {
    pub(crate) fn of(answer: &Answer) -> Self {
        let session = answer.json();
        Self {
            cookie: cookie(answer),
            csrf: session["csrf_token"].as_str().unwrap().to_owned(),
            player: session["player"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// A request as our own page sends it; `headers` replace what it would send.
    pub(crate) fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
        let own = [
            ("host", "localhost:8080"),
            ("origin", "http://localhost:8080"),
            ("content-type", "application/json"),
            ("cookie", &self.cookie),
            ("x-csrf-token", &self.csrf),
        ];
        for (name, value) in own.iter().chain(headers) {
            let name = http::HeaderName::try_from(*name).unwrap();
            request.headers_mut().remove(&name);
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        request
    }
}

/// One of the limits that a reply holds.
pub(crate) fn limit(limits: &Value, kind: &str, period: &str) -> Value {
    let all = limits["limits"].as_array().unwrap_or_else(|| panic!("no limits: {limits}"));
    all.iter().find(|limit| limit["kind"] == kind && limit["period"] == period).unwrap().clone()
}

/// The cookie that a reply sets, as the browser sends it back.
pub(crate) fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/;"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

/// The vendor's private key.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The live service's part, in memory.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<String, (VendorSession, bool)>>>);

impl Sessions {
    /// A session of a player at the roulette table; its token is its id.
    pub(crate) fn start(&self, player: &str) -> VendorSession {
        self.start_in(player, Currency::Eur)
    }

    /// The same at a table of that currency.
    pub(crate) fn start_in(&self, player: &str, currency: Currency) -> VendorSession {
        let session = VendorSession {
            session: Uuid::new_v4().to_string(),
            player: player.to_owned(),
            table: "roulette-1".into(),
            currency,
            game: Game::Roulette,
        };
        self.0.lock().unwrap().insert(session.session.clone(), (session.clone(), false));
        session
    }

    pub(crate) fn end(&self, session: &VendorSession) {
        self.0.lock().unwrap().get_mut(&session.session).unwrap().1 = true;
    }
}

impl VendorSessions for Sessions {
    async fn redeem(&self, token: &str) -> Result<Option<VendorSession>, SessionsUnavailable> {
        Ok(self.0.lock().unwrap().get(token).map(|(session, _)| session.clone()))
    }

    async fn session(&self, id: &str) -> Result<Option<(VendorSession, bool)>, SessionsUnavailable> {
        if id == "unavailable" { Err(SessionsUnavailable) } else { Ok(self.0.lock().unwrap().get(id).cloned()) }
    }
}

/// A bet in a session.
pub(crate) fn bet(session: &VendorSession, round: &str, amount_minor: i64) -> Transaction {
    Transaction {
        transaction: Uuid::new_v4().to_string(),
        session: session.session.clone(),
        player: session.player.clone(),
        table: session.table.clone(),
        round: round.to_owned(),
        amount_minor,
        currency: session.currency,
        game: session.game,
        settles: Vec::new(),
        stakes: None,
    }
}

/// The win that settles bets of one round.
pub(crate) fn win(bets: &[&Transaction], amount_minor: i64) -> Transaction {
    Transaction {
        transaction: Uuid::new_v4().to_string(),
        amount_minor,
        settles: bets.iter().map(|bet| bet.transaction.clone()).collect(),
        stakes: None,
        ..bets[0].clone()
    }
}

/// What a promotion of the vendor's pays somebody in a session.
pub(crate) fn promo(session: &VendorSession, amount_minor: i64) -> PromoPayout {
    PromoPayout {
        transaction: Uuid::new_v4().to_string(),
        session: session.session.clone(),
        player: session.player.clone(),
        promotion: "lucky-seat".into(),
        amount_minor,
        currency: session.currency,
    }
}

/// The rollback of a bet.
pub(crate) fn rollback(bet: &Transaction) -> Rollback {
    Rollback {
        transaction: Uuid::new_v4().to_string(),
        bet: bet.transaction.clone(),
        player: bet.player.clone(),
        table: bet.table.clone(),
        round: bet.round.clone(),
    }
}
