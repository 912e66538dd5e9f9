//! When several things are wrong with a call, the first of its documented list is the answer. Every pair
//! is tried, and the lists are those of `docs/ledger.md`.

use crate::place::Place;
use crate::support::{Answer, Page, World, bet, promo, rollback, win};
use contract::money::Currency;
use contract::vendor::{Rollback, Transaction};
use gateway::wallet::vendor::VendorSession;
use gateway::wallet::{End, Reserve, WalletError};
use serde_json::{Value, json};
use uuid::Uuid;

/// The codes of a list in the documentation, in its order.
fn documented(heading: &str) -> Vec<String> {
    let text = include_str!("../../../docs/ledger.md");
    let from = text.split(&format!("### {heading}\n")).nth(1).expect("the heading is there");
    let list = from.split("\n#").next().unwrap_or_default();
    let items = list.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    items.map(|item| item.split('`').nth(1).expect("a code").to_owned()).collect()
}

/// Sends the call with each fault alone and with every two of them.
pub(crate) async fn check(heading: &str, send: impl AsyncFn(&dyn Fn(usize) -> bool) -> String) {
    let codes = documented(heading);
    assert!(codes.len() > 3, "{heading}");
    for first in 1..=codes.len() {
        for second in first..=codes.len() {
            let answer = send(&|fault| fault == first || fault == second).await;
            assert_eq!(answer, codes[first - 1], "{heading}: {first} and {second}");
        }
    }
}

/// `422 insufficient-funds`, or a vendor's status.
pub(crate) fn code(answer: &Answer) -> String {
    if answer.status.is_success() {
        return answer.json()["status"].as_str().unwrap_or("ok").to_owned();
    }
    let (status, code, _) = answer.problem();
    format!("{status} {code}")
}

struct Seat {
    world: World,
    page: Page,
    session: VendorSession,
}

impl Seat {
    async fn new() -> Self {
        let world = World::at(Place::quick());
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        Self { world, page, session }
    }

    async fn empty_the_account(&self) {
        assert_eq!(self.world.command(&self.page, "withdrawals", 100_000, "all").await.status, 201);
    }

    async fn take_a_break(&self) {
        let body = json!({ "length": "24h" });
        let answer = self.world.post(&self.page, "/api/limits/time-out", &[("idempotency-key", "break")], body).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    async fn placed(&self, round: &str) -> Transaction {
        let bet = bet(&self.session, round, 100);
        assert_eq!(self.world.wager("bet", &bet).await.0, "ok");
        bet
    }

    /// A call with the faults that every vendor's call may have.
    async fn says(&self, call: &str, mut body: Value, unsigned: bool, unreadable: bool) -> String {
        if unreadable {
            body["tip"] = json!(1);
        }
        let mut request = self.world.signed(call, &body.to_string());
        if unsigned {
            request.headers_mut().insert("x-vendor-signature", "none".parse().unwrap());
        }
        code(&self.world.send(request).await)
    }
}

#[tokio::test]
async fn a_player_moves_money() {
    check("Deposit and withdrawal", async |has| {
        let Seat { world, page, .. } = Seat::new().await;
        let path = "/api/wallet/withdrawals";
        if has(8) {
            world.command(&page, "withdrawals", 1, "k").await;
        }
        if has(10) {
            let left = world.balance(&page).await.0;
            world.command(&page, "withdrawals", left, "all").await;
        }
        let mut headers = vec![("idempotency-key", if has(4) { "" } else { "k" })];
        let wrong = [
            (1, ("origin", "http://evil.example")),
            (2, ("cookie", "")),
            (3, ("x-csrf-token", "")),
            (5, ("content-type", "text/plain")),
        ];
        headers.extend(wrong.iter().filter(|(fault, _)| has(*fault)).map(|(_, header)| *header));
        let amount_minor = if has(7) { 0 } else { 100 };
        let mut body = json!({ "amount_minor": amount_minor, "currency": if has(9) { "USD" } else { "EUR" } });
        if has(6) {
            body["tip"] = json!(1);
        }
        code(&world.post(&page, path, &headers, body).await)
    })
    .await;
}

#[tokio::test]
async fn a_vendor_bets() {
    check("Vendor: bet", async |has| {
        let seat = Seat::new().await;
        let mut call = bet(&seat.session, "r1", 100);
        if has(5) {
            seat.world.wager("bet", &Transaction { round: "another".into(), ..call.clone() }).await;
        }
        if has(9) {
            seat.world.wager("rollback", &rollback(&call)).await;
        }
        if has(10) {
            let left = seat.world.balance(&seat.page).await.0;
            seat.world.command(&seat.page, "withdrawals", left, "all").await;
        }
        if has(11) {
            seat.take_a_break().await;
        }
        if has(8) {
            call.amount_minor = 100_000_001;
        }
        if has(7) {
            call.currency = Currency::Jpy;
        }
        if has(6) {
            call.session = "forged".into();
        }
        if has(4) {
            call.session = "unavailable".into();
        }
        if has(3) {
            call.settles = vec![Uuid::new_v4().to_string()];
        }
        seat.says("bet", json!(call), has(1), has(2)).await
    })
    .await;
}

#[tokio::test]
async fn a_vendor_pays_a_win() {
    check("Vendor: win", async |has| {
        let seat = Seat::new().await;
        let (open, taken_back, settled) = (seat.placed("r1").await, seat.placed("r1").await, seat.placed("r1").await);
        seat.world.wager("rollback", &rollback(&taken_back)).await;
        seat.world.wager("win", &win(&[&settled], 1)).await;
        let mut call = win(&[&open], 100);
        if has(5) {
            seat.world.wager("bet", &Transaction { settles: Vec::new(), ..call.clone() }).await;
        }
        let more = [(9, Uuid::new_v4().to_string()), (10, taken_back.transaction), (11, settled.transaction)];
        call.settles.extend(more.into_iter().filter(|(fault, _)| has(*fault)).map(|(_, bet)| bet));
        if has(8) {
            call.amount_minor = 100_000_000_001;
        }
        if has(7) {
            call.currency = Currency::Jpy;
        }
        if has(6) {
            call.session = "forged".into();
        }
        if has(4) {
            call.session = "unavailable".into();
        }
        if has(3) {
            call.settles.push("none".into());
        }
        seat.says("win", json!(call), has(1), has(2)).await
    })
    .await;
}

#[tokio::test]
async fn a_vendor_takes_a_bet_back() {
    check("Vendor: rollback", async |has| {
        let seat = Seat::new().await;
        let placed = seat.placed("r1").await;
        let mut call = rollback(&placed);
        if has(4) {
            seat.world.wager("bet", &Transaction { transaction: call.transaction.clone(), ..placed.clone() }).await;
        }
        if has(6) {
            seat.world.wager("win", &win(&[&placed], 1)).await;
        }
        if has(5) {
            call = Rollback { round: "another".into(), ..call };
        }
        if has(3) {
            call.table = String::new();
        }
        seat.says("rollback", json!(call), has(1), has(2)).await
    })
    .await;
}

#[tokio::test]
async fn a_vendor_pays_a_promotion() {
    check("Vendor: promo payout", async |has| {
        let seat = Seat::new().await;
        let mut call = promo(&seat.session, 100);
        if has(5) {
            let other = contract::vendor::PromoPayout { promotion: "another".into(), ..call.clone() };
            seat.world.wager("promo-payout", &other).await;
        }
        if has(9) {
            seat.take_a_break().await;
        }
        if has(8) {
            call.amount_minor = 100_000_001;
        }
        if has(7) {
            call.currency = Currency::Jpy;
        }
        if has(6) {
            call.session = "forged".into();
        }
        if has(4) {
            call.session = "unavailable".into();
        }
        if has(3) {
            call.promotion = String::new();
        }
        seat.says("promo-payout", json!(call), has(1), has(2)).await
    })
    .await;
}

/// The refusal's name.
fn name<T>(answer: Result<T, WalletError>) -> String {
    let name = match answer.map(drop) {
        Ok(()) => "ok",
        Err(WalletError::InvalidAmount { .. }) => "invalid-amount",
        Err(WalletError::KeyReused) => "key-reused",
        Err(WalletError::WrongCurrency { .. }) => "wrong-currency",
        Err(WalletError::InsufficientFunds) => "insufficient-funds",
        Err(WalletError::UnknownReservation) => "unknown-reservation",
        Err(WalletError::ExceedsReservation { .. }) => "exceeds-reservation",
        Err(WalletError::ReservationEnded(_)) => "reservation-ended",
        Err(other) => panic!("{other}"),
    };
    name.to_owned()
}

#[tokio::test]
async fn the_server_reserves() {
    check("Reserving", async |has| {
        let seat = Seat::new().await;
        let (player, key) = (seat.page.player.clone(), "k".to_owned());
        let mut wish = Reserve { key, player, amount_minor: 100, currency: Currency::Eur, timeout_ms: None };
        if has(2) {
            seat.world.wallet.reserve(Reserve { timeout_ms: Some(1), ..wish.clone() }).await.unwrap();
            seat.world.clock.advance(1);
            seat.world.wallet.expire_due().await.unwrap();
        }
        if has(4) {
            seat.empty_the_account().await;
        }
        if has(3) {
            wish.currency = Currency::Jpy;
        }
        if has(1) {
            wish.amount_minor = 0;
        }
        name(seat.world.wallet.reserve(wish).await)
    })
    .await;
}

#[tokio::test]
async fn the_server_ends_a_reservation() {
    check("Ending a reservation", async |has| {
        let seat = Seat::new().await;
        let wallet = &seat.world.wallet;
        let reserve = async |key: &str| {
            let (player, key) = (seat.page.player.clone(), key.to_owned());
            let wish = Reserve { key, player, amount_minor: 100, currency: Currency::Eur, timeout_ms: None };
            wallet.reserve(wish).await.unwrap().entry.id
        };
        let reservation = reserve("r").await;
        if has(1) {
            wallet.end_reservation("k".into(), reserve("another").await, End::Void).await.unwrap();
        }
        if has(4) {
            wallet.end_reservation("before".into(), reservation.clone(), End::Void).await.unwrap();
        }
        let part = has(3).then_some(101);
        let id = if has(2) { "none".to_owned() } else { reservation };
        name(wallet.end_reservation("k".into(), id, End::Post(part)).await)
    })
    .await;
}
