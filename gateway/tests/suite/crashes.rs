//! Random play while the gateway is killed again and again: afterwards vendor, ledger and promotions say
//! the same. The vendor here keeps books as a real one does: written before the call, repeated until there is an
//! answer, and a bet without one is taken back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::identity::Session;
use contract::money::Currency;
use contract::vendor::{StatementKind, StatementLine, StatementState};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::house::{House, client, json_of, new_key, until};
use crate::process::Process;

const PLAYERS: u64 = 6;
const ROUNDS: usize = 12;
/// After how many steps of all players together it is killed, each time.
const KILLED_AFTER: [usize; 3] = [40, 90, 160];

/// Numbers that a seed decides: `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % count
    }

    fn amount(&mut self, most: u64) -> i64 {
        i64::try_from(self.below(most)).expect("small")
    }
}

/// A player with a seat, and the vendor's memory of the bets.
struct Playing {
    house: Arc<House>,
    url: watch::Receiver<String>,
    steps: Arc<AtomicUsize>,
    client: Client,
    csrf_token: String,
    player: String,
    session: String,
    dice: Dice,
}

impl Playing {
    async fn begin(house: Arc<House>, url: watch::Receiver<String>, steps: Arc<AtomicUsize>, dice: Dice) -> Self {
        let (client, base) = (client(), url.borrow().clone());
        let reply = client.post(format!("{base}/api/identity/demo")).header("origin", &base).json(&json!({})).send();
        let signed_in: Session =
            serde_json::from_value(json_of(reply.await.expect("a reply")).await).expect("a session");
        let player = signed_in.player.expect("a player").id;
        let csrf_token = signed_in.csrf_token.expect("a token");
        let mut playing = Self { house, url, steps, client, csrf_token, player, session: String::new(), dice };
        for offer in ["explorer", "free-bets", "welcome-match"] {
            let path = format!("/api/promotions/offers/{offer}/opt-in");
            assert_eq!(playing.ask(&path, &json!({ "terms_version": 1 })).await, Some(200));
        }
        until("the table is known", async || {
            playing.ask("/api/live/launch", &json!({ "table": "roulette-1" })).await == Some(201)
        })
        .await;
        let launch = playing.post("/api/live/launch", &json!({ "table": "roulette-1" })).await.expect("a reply");
        let token = json_of(launch).await["token"].clone();
        let answer = playing.call("authenticate", &json!({ "token": token })).await.expect("an answer");
        playing.session = answer["session"].as_str().expect("a session").to_owned();
        playing
    }

    /// The page's own call; nothing if the gateway is gone.
    async fn post(&self, path: &str, body: &Value) -> Option<reqwest::Response> {
        let base = self.url.borrow().clone();
        let request = self.client.post(format!("{base}{path}")).header("origin", &base).json(body);
        request.header("x-csrf-token", &self.csrf_token).header("idempotency-key", new_key()).send().await.ok()
    }

    async fn ask(&self, path: &str, body: &Value) -> Option<u16> {
        Some(self.post(path, body).await?.status().as_u16())
    }

    /// The vendor's call, once; nothing if there is no answer.
    async fn call(&self, name: &str, body: &Value) -> Option<Value> {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let base = self.url.borrow().clone();
        let reply = self.house.vendor.call_at(&base, &format!("/vendor/v1/{name}"), body).await.ok()?;
        if reply.status() == 200 { reply.json().await.ok() } else { None }
    }

    /// Repeated until there is an answer.
    async fn insist(&mut self, name: &str, body: &Value) -> Value {
        loop {
            if let Some(answer) = self.call(name, body).await {
                return answer;
            }
            // Until another gateway is there, or this one answers again.
            let _ = tokio::time::timeout(Duration::from_millis(100), self.url.changed()).await;
        }
    }

    fn book(&self, id: &str, kind: StatementKind, round: Option<&str>, bets: &[&str], amount_minor: i64) {
        let line = StatementLine {
            transaction: id.to_owned(),
            kind,
            player: self.player.clone(),
            round: round.map(str::to_owned),
            bets: bets.iter().map(|&bet| bet.to_owned()).collect(),
            amount_minor,
            currency: Currency::Eur,
            state: StatementState::Pending,
            at_ms: gateway::clock::Clock::system().now_ms(),
        };
        self.house.vendor.books.write(line);
    }

    fn is(&self, id: &str, state: StatementState) {
        let mut lines = self.house.vendor.books.lines.lock().expect("not poisoned");
        lines.iter_mut().find(|line| line.transaction == id).expect("it was booked").state = state;
    }

    /// Stakes; says the bet's id if it stands.
    async fn bet(&mut self, round: &str) -> Option<String> {
        let (id, amount_minor) = (new_key(), 1 + self.dice.amount(3_000));
        self.book(&id, StatementKind::Bet, Some(round), &[], amount_minor);
        let body = json!({
            "transaction": id, "session": self.session, "player": self.player, "table": "roulette-1", "round": round,
            "amount_minor": amount_minor, "currency": "EUR", "game": "roulette", "settles": [],
        });
        match self.call("bet", &body).await {
            Some(answer) if answer["status"] == "ok" => {
                self.is(&id, StatementState::Done);
                Some(id)
            }
            Some(_) => {
                self.is(&id, StatementState::Refused);
                None
            }
            None => {
                self.take_back(round, &id, amount_minor).await;
                None
            }
        }
    }

    async fn take_back(&mut self, round: &str, bet: &str, amount_minor: i64) {
        let id = new_key();
        self.is(bet, StatementState::TakenBack);
        self.book(&id, StatementKind::Rollback, Some(round), &[bet], amount_minor);
        let body = json!({
            "transaction": id, "bet": bet, "player": self.player, "table": "roulette-1", "round": round,
        });
        assert_eq!(self.insist("rollback", &body).await["status"], "ok");
        self.is(&id, StatementState::Done);
    }

    async fn settle(&mut self, round: &str, bets: &[&str]) {
        let (id, amount_minor) = (new_key(), if self.dice.below(2) == 0 { 0 } else { self.dice.amount(6_000) });
        self.book(&id, StatementKind::Win, Some(round), bets, amount_minor);
        let body = json!({
            "transaction": id, "session": self.session, "player": self.player, "table": "roulette-1", "round": round,
            "amount_minor": amount_minor, "currency": "EUR", "game": "roulette", "settles": bets,
        });
        assert_eq!(self.insist("win", &body).await["status"], "ok");
        self.is(&id, StatementState::Done);
    }

    async fn play(mut self) {
        for number in 0..ROUNDS {
            let round = format!("{}-{number}", self.player);
            if self.dice.below(4) == 0 {
                // Whether it is taken or not: the promotions have to have heard the same.
                let body = json!({ "amount_minor": 1_000, "currency": "EUR" });
                let _ = self.post("/api/wallet/deposits", &body).await;
            }
            let mut bets = Vec::new();
            for _ in 0..=self.dice.below(3) {
                bets.extend(self.bet(&round).await);
            }
            if self.dice.below(3) == 0
                && let Some(bet) = bets.pop()
            {
                let stake_minor = self.stake(&bet);
                self.take_back(&round, &bet, stake_minor).await;
            }
            let bets: Vec<&str> = bets.iter().map(String::as_str).collect();
            match bets.split_at_checked(1) {
                Some((one, others)) if !others.is_empty() && self.dice.below(2) == 0 => {
                    self.settle(&round, one).await;
                    self.settle(&round, others).await;
                }
                Some(_) => self.settle(&round, &bets).await,
                None => {}
            }
            let offer = ["explorer", "free-bets", "welcome-match"][usize::try_from(self.dice.below(3)).expect("small")];
            let _ = self.ask(&format!("/api/promotions/offers/{offer}/claim"), &json!({})).await;
        }
    }

    fn stake(&self, bet: &str) -> i64 {
        let lines = self.house.vendor.statement();
        lines.iter().find(|line| line.transaction == bet).expect("it was booked").amount_minor
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_difference_is_left_by_random_play_with_crashes() {
    let mut house = House::open().await;
    house.stop().await;
    let house = Arc::new(house);
    let seed = u64::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().expect("eight bytes"));
    println!("seed {seed}");
    let mut process = Process::start(&house);
    let (tell, url) = watch::channel(process.url.clone());
    let steps = Arc::new(AtomicUsize::new(0));
    let mut players = JoinSet::new();
    let mut all = Vec::new();
    for number in 0..PLAYERS {
        let dice = Dice(seed.wrapping_add(number));
        all.push(Playing::begin(Arc::clone(&house), url.clone(), Arc::clone(&steps), dice).await);
    }
    for playing in all {
        players.spawn(playing.play());
    }
    for after in KILLED_AFTER {
        until("they play", async || steps.load(Ordering::Relaxed) >= after || players.is_empty()).await;
        drop(process);
        process = Process::start(&house);
        tell.send_replace(process.url.clone());
    }
    players.join_all().await;
    house.agrees().await;
    let lines = house.vendor.statement();
    let of = |kind| lines.iter().filter(|line| line.kind == kind).count();
    let (bets, rollbacks) = (of(StatementKind::Bet), of(StatementKind::Rollback));
    assert!(bets > 60 && rollbacks > 5, "{bets} bets, {rollbacks} rollbacks");
    assert!(lines.iter().all(|line| line.state != StatementState::Pending));
    drop(process);
}
