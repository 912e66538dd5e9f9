//! Money that is set aside: by a withdrawal that an operator wants to see first, and by the server itself.

use crate::support::{Answer, Page, World, bet, problem};
use axum::body::Body;
use contract::money::Currency;
use contract::wallet::Receipt;
use gateway::wallet::{End, Reservation, ReservationState, Reserve, WalletError};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

fn wish(page: &Page, key: &str, amount_minor: i64, timeout_ms: Option<i64>) -> Reserve {
    Reserve { key: key.into(), player: page.player.clone(), amount_minor, currency: Currency::Eur, timeout_ms }
}

impl World {
    async fn reserve(&self, page: &Page, key: &str, amount_minor: i64, timeout_ms: Option<i64>) -> Receipt {
        self.wallet.reserve(wish(page, key, amount_minor, timeout_ms)).await.unwrap()
    }

    async fn end(&self, key: &str, reservation: &Receipt, end: End) -> Result<Receipt, WalletError> {
        self.wallet.end_reservation(key.into(), reservation.entry.id.clone(), end).await
    }

    /// An operator's call on the control port; without a key if it is empty, without a body if it is null.
    async fn operator(&self, method: &str, path: &str, key: &str, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.wallet.operator_routes().oneshot(request.body(body).unwrap()).await.unwrap();
        Answer::of(response).await
    }

    async fn history(&self, page: &Page) -> serde_json::Value {
        self.get(page, "/api/wallet/history").await.json()
    }
}

#[tokio::test]
async fn a_reservation_is_posted_in_full() {
    let world = World::new();
    let page = world.demo().await;
    let reserved = world.reserve(&page, "r", 30_000, None).await;
    assert_eq!((reserved.entry.cash_minor, reserved.entry.held_minor), (-30_000, 30_000));
    assert_eq!(world.holds(&page).await, (70_000, 30_000, 0));
    assert_eq!(world.reserve(&page, "r", 30_000, None).await, reserved, "the key's first receipt again");
    let paid = world.end("p", &reserved, End::Post(None)).await.unwrap();
    assert_eq!((paid.entry.kind.as_str(), paid.entry.cash_minor, paid.entry.held_minor), ("paid-out", 0, -30_000));
    assert_eq!(paid.entry.reference.as_deref(), Some(reserved.entry.id.as_str()));
    assert_eq!(world.holds(&page).await, (70_000, 0, 0));
    assert_eq!(world.end("p", &reserved, End::Post(None)).await.unwrap(), paid);
    assert_eq!(world.audited().await, 3);
}

#[tokio::test]
async fn what_is_not_posted_comes_back() {
    let world = World::new();
    let page = world.demo().await;
    let in_part = world.reserve(&page, "a", 30_000, None).await;
    let paid = world.end("b", &in_part, End::Post(Some(10_000))).await.unwrap();
    assert_eq!((paid.entry.cash_minor, paid.entry.held_minor), (20_000, -30_000));
    let voided = world.reserve(&page, "c", 5_000, None).await;
    let back = world.end("d", &voided, End::Void).await.unwrap();
    assert_eq!((back.entry.kind.as_str(), back.entry.cash_minor, back.entry.held_minor), ("returned", 5_000, -5_000));
    assert_eq!(world.holds(&page).await, (90_000, 0, 0));
    let history = world.history(&page).await;
    assert_eq!((&history["total_in_minor"], &history["total_out_minor"]), (&json!(100_000), &json!(10_000)));
    let withdrawals = world.get(&page, "/api/wallet/history?kind=withdrawal").await.json();
    let kinds: Vec<_> = withdrawals["entries"].as_array().unwrap().iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(kinds, ["returned", "withdrawal", "paid-out", "withdrawal"], "with how each ended");
    assert_eq!((&withdrawals["total_in_minor"], &withdrawals["total_out_minor"]), (&json!(0), &json!(10_000)));
    let returned = world.get(&page, "/api/wallet/history?kind=returned").await.json();
    assert_eq!(returned["entries"].as_array().unwrap().len(), 1);
    assert_eq!(world.audited().await, 5);
}

#[tokio::test]
async fn a_reservation_ends_once() {
    let world = World::new();
    let page = world.demo().await;
    let ends = [
        (End::Post(None), ReservationState::Posted),
        (End::Post(Some(1)), ReservationState::Posted),
        (End::Void, ReservationState::Voided),
    ];
    for (n, (end, state)) in ends.into_iter().enumerate() {
        let reserved = world.reserve(&page, &format!("r{n}"), 100, None).await;
        world.end(&format!("e{n}"), &reserved, end).await.unwrap();
        let before = world.holds(&page).await;
        for (m, (again, _)) in ends.into_iter().enumerate() {
            let refused = world.end(&format!("again {n} {m}"), &reserved, again).await;
            assert_eq!(refused, Err(WalletError::ReservationEnded(state)));
        }
        assert_eq!(world.holds(&page).await, before);
    }
    let another = world.reserve(&page, "another", 100, None).await;
    assert_eq!(world.end("e0", &another, End::Void).await, Err(WalletError::KeyReused));
}

#[tokio::test]
async fn its_time_is_over_when_the_clock_says_so() {
    let world = World::new();
    let page = world.demo().await;
    let short = world.reserve(&page, "short", 100, Some(1_000)).await;
    let long = world.reserve(&page, "long", 200, Some(2_000)).await;
    world.reserve(&page, "endless", 400, None).await;
    world.clock.advance(999);
    assert_eq!(world.wallet.expire_due().await.unwrap(), 0);
    world.clock.advance(1);
    let late = world.end("late", &short, End::Post(None)).await;
    assert_eq!(late, Err(WalletError::ReservationEnded(ReservationState::Expired)), "nobody has looked yet");
    assert_eq!(world.holds(&page).await, (99_300, 700, 0));
    assert_eq!(world.wallet.expire_due().await.unwrap(), 1);
    assert_eq!(world.wallet.expire_due().await.unwrap(), 0);
    assert_eq!(world.holds(&page).await, (99_400, 600, 0));
    let world = world.reopened().await;
    world.end("in time", &long, End::Post(None)).await.unwrap();
    world.clock.advance(1_000_000_000);
    assert_eq!(world.wallet.expire_due().await.unwrap(), 0, "what is paid does not expire");
    assert_eq!(world.holds(&page).await, (99_400, 400, 0));
    world.audited().await;
}

#[tokio::test]
async fn many_expire_in_turns() {
    let world = World::new();
    let page = world.demo().await;
    for n in 0..130 {
        world.reserve(&page, &n.to_string(), 1, Some(n)).await;
    }
    world.clock.advance(130);
    assert_eq!(world.wallet.expire_due().await.unwrap(), 130);
    assert_eq!(world.holds(&page).await, (100_000, 0, 0));
    assert_eq!(world.audited().await, 261);
}

#[tokio::test]
async fn what_is_set_aside_can_be_neither_bet_nor_withdrawn_nor_set_aside_again() {
    let world = World::new();
    let page = world.demo().await;
    world.reserve(&page, "r", 60_000, None).await;
    let more = world.wallet.reserve(wish(&page, "more", 40_001, None)).await;
    assert_eq!(more, Err(WalletError::InsufficientFunds));
    let withdrawal = world.command(&page, "withdrawals", 40_001, "w").await;
    assert_eq!(withdrawal.problem(), problem(422, "insufficient-funds", Some("amount_minor")));
    let session = world.sessions.start(&page.player);
    let (status, stakeable) = world.wager("bet", &bet(&session, "r1", 40_001)).await;
    assert_eq!((status.as_str(), stakeable), ("insufficient-funds", 40_000));
    world.reserve(&page, "rest", 40_000, None).await;
    assert_eq!(world.holds(&page).await, (0, 100_000, 0));
    world.audited().await;
}

#[tokio::test]
async fn an_operator_sees_withdrawals_first_and_decides() {
    let world = World::new();
    let page = world.demo().await;
    let path = format!("/ledger/players/{}/withdrawals", page.player);
    let hold = |held| world.operator("PUT", &path, "", json!({ "held": held }));
    assert_eq!(hold(true).await.status, 204);
    let held = world.command(&page, "withdrawals", 30_000, "w").await;
    assert_eq!(held.status, 201, "{}", held.text);
    let receipt: Receipt = serde_json::from_str(&held.text).unwrap();
    assert_eq!((receipt.entry.kind.as_str(), receipt.balance.held_minor), ("withdrawal", 30_000));
    assert_eq!(world.command(&page, "withdrawals", 30_000, "w").await.text, held.text);
    let second: Receipt = serde_json::from_str(&world.command(&page, "withdrawals", 10_000, "v").await.text).unwrap();

    let open: Vec<Reservation> = world.wallet.reservations().await.unwrap();
    let listed = world.operator("GET", "/ledger/reservations", "", json!(null)).await.json();
    assert_eq!(listed, serde_json::to_value(&open).unwrap());
    assert_eq!(open.iter().map(|open| open.id.as_str()).collect::<Vec<_>>(), [&receipt.entry.id, &second.entry.id]);

    let path = |receipt: &Receipt, what: &str| format!("/ledger/reservations/{}/{what}", receipt.entry.id);
    let paid = world.operator("POST", &path(&receipt, "post"), "p", json!({})).await;
    assert_eq!((paid.status.as_u16(), &paid.json()["entry"]["kind"]), (201, &json!("paid-out")));
    let again = world.operator("POST", &path(&receipt, "post"), "p", json!({})).await;
    assert_eq!((again.text, again.headers["idempotency-hit"].to_str().unwrap()), (paid.text, "true"));
    let back = world.operator("POST", &path(&second, "void"), "q", json!({})).await.json();
    assert_eq!((&back["entry"]["kind"], &back["balance"]["cash_minor"]), (&json!("returned"), &json!(70_000)));

    assert_eq!(hold(false).await.status, 204);
    let free = world.command(&page, "withdrawals", 10_000, "u").await.json();
    assert_eq!((&free["balance"]["held_minor"], &free["balance"]["cash_minor"]), (&json!(0), &json!(60_000)));
    let kinds: Vec<_> =
        world.history(&page).await["entries"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
    assert_eq!(kinds, ["withdrawal", "returned", "paid-out", "withdrawal", "withdrawal", "deposit"]);
    assert_eq!(world.audited().await, 6);
}

#[tokio::test]
async fn what_an_operator_asks_for_in_vain_is_named() {
    let world = World::new();
    let page = world.demo().await;
    let held = world.reserve(&page, "r", 100, None).await;
    let post = |id: &str| format!("/ledger/reservations/{id}/post");
    let cases = [
        (
            "PUT",
            "/ledger/players/nobody/withdrawals".to_owned(),
            json!({ "held": true }),
            problem(404, "not-found", Some("id")),
        ),
        ("PUT", "/ledger/players/nobody/withdrawals".to_owned(), json!({}), problem(400, "invalid-body", Some("held"))),
        ("POST", post("none"), json!({}), problem(404, "not-found", Some("id"))),
        (
            "POST",
            post(&held.entry.id),
            json!({ "amount_minor": 0 }),
            problem(400, "invalid-value", Some("amount_minor")),
        ),
        (
            "POST",
            post(&held.entry.id),
            json!({ "amount_minor": -5 }),
            problem(400, "invalid-value", Some("amount_minor")),
        ),
        (
            "POST",
            post(&held.entry.id),
            json!({ "amount_minor": 101 }),
            problem(422, "insufficient-funds", Some("amount_minor")),
        ),
        ("POST", post(&held.entry.id), json!({ "amount": 1 }), problem(400, "invalid-body", Some("amount"))),
    ];
    for (n, (method, path, body, expected)) in cases.into_iter().enumerate() {
        assert_eq!(world.operator(method, &path, &n.to_string(), body).await.problem(), expected, "{path}");
    }
    let keyless = world.operator("POST", &post(&held.entry.id), "", json!({})).await;
    assert_eq!(keyless.problem(), problem(400, "idempotency-key-missing", Some("idempotency-key")));
    world.end("v", &held, End::Void).await.unwrap();
    let ended = world.operator("POST", &post(&held.entry.id), "late", json!({})).await;
    assert_eq!(ended.problem(), problem(409, "conflict", Some("id")));
    assert_eq!(world.holds(&page).await, (100_000, 0, 0));
    assert_eq!(world.audited().await, 3);
}
