//! A mounted fragment against a host of plain JavaScript: events, requests, texts, and that
//! nothing is left running after unmount or death.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use contract::event::{Credited, LiveRound, Nothing, PromotionsCredited, SessionStale, WalletBalance};
use contract::money::Currency;
use contract::problem::Code;
use contract::wallet::{Balance, MoneyCommand};
use fragment::{RequestError, State, View, clock, follow, format, host, text};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use support::{FakeHost, settle};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

const BALANCE: &str =
    "{currency: 'EUR', cash_minor: 1250, held_minor: 0, bonus_minor: 0, version: 7, as_of_ms: 1700000000000}";

fn balance_app(root: HtmlElement) {
    let balance = host().latest(WalletBalance);
    follow(move || {
        balance.with(|known| {
            let words = known.as_ref().map(|balance| format::money(balance.cash_minor, balance.currency));
            root.set_inner_text(&words.unwrap_or_default());
        });
    });
}

#[wasm_bindgen_test]
async fn an_event_reaches_the_view_until_unmount() {
    let mut shell = FakeHost::new();
    shell.mount(balance_app);
    shell.deliver("wallet.balance", BALANCE);
    settle().await;
    assert_eq!(shell.shown(), "€12.50");
    shell.unmount();
    assert_eq!(shell.calls("unsubscribe"), [r#"["wallet.balance"]"#]);
    assert_eq!(shell.root().child_element_count(), 0, "the view is gone");
}

#[wasm_bindgen_test]
async fn a_payload_that_breaks_the_contract_is_reported_by_topic_and_field() {
    let mut shell = FakeHost::new();
    shell.mount(balance_app);
    shell.deliver("wallet.balance", "{currency: 'EUR', cash_minor: 12.5}");
    settle().await;
    assert_eq!(shell.shown(), "");
    assert_eq!(
        shell.calls("report"),
        [r#"["warn","wallet.balance: cash_minor: expected an integer of at most 53 bits"]"#]
    );
    shell.unmount();
}

#[wasm_bindgen_test]
fn what_is_published_has_the_contracts_shape() {
    let mut shell = FakeHost::new();
    shell.mount(|_| {
        let credited = Credited { offer: "a".into(), amount_minor: 500, currency: Currency::Eur };
        host().publish(PromotionsCredited, &credited);
        host().publish(SessionStale, &Nothing {});
    });
    assert_eq!(
        shell.calls("publish"),
        [r#"["promotions.credited",{"offer":"a","amount_minor":500,"currency":"EUR"}]"#]
    );
    assert_eq!(shell.calls("report"), [r#"["warn","session.stale: not granted"]"#], "a refusal is no panic");
    shell.unmount();
}

#[wasm_bindgen_test]
async fn a_command_carries_body_and_key_and_its_answer_is_read() {
    let mut shell = FakeHost::new();
    shell.run(&format!("host.answer = async () => ({{ status: 201, body: {BALANCE} }})"));
    let answer = Rc::new(RefCell::new(None));
    let seen = answer.clone();
    shell.mount(move |_| {
        fragment::spawn(async move {
            let command = MoneyCommand { amount_minor: 100, currency: Currency::Eur };
            let reply = host().post::<_, Balance>("/api/wallet/deposits", &command, Some("key")).await;
            *seen.borrow_mut() = Some(reply);
        });
    });
    settle().await;
    assert_eq!(
        shell.calls("request"),
        [
            r#"[{"method":"POST","path":"/api/wallet/deposits","body":{"amount_minor":100,"currency":"EUR"},"idempotencyKey":"key"}]"#
        ]
    );
    assert_eq!(answer.borrow_mut().take().unwrap().unwrap().cash_minor, 1250);
    shell.unmount();
}

#[wasm_bindgen_test]
async fn failures_of_a_request_are_told_apart() {
    let cases = [
        ("throw Object.assign(new Error('x'), { name: 'Offline' })", "Offline"),
        ("throw Object.assign(new Error('x'), { name: 'Timeout' })", "Timeout"),
        ("throw Object.assign(new Error('x'), { name: 'NotGranted' })", "NotGranted"),
        ("return { status: 200, body: { currency: 'EUR' } }", "Malformed"),
        ("return { status: 502, body: null }", "Malformed"),
        (
            "return { status: 422, body: { type: '/problems/insufficient-funds', title: 't', status: 422, detail: 'd' } }",
            "InsufficientFunds",
        ),
    ];
    for (answer, expected) in cases {
        let mut shell = FakeHost::new();
        shell.run(&format!("host.answer = async () => {{ {answer} }}"));
        let seen = Rc::new(RefCell::new(String::new()));
        let result = seen.clone();
        shell.mount(move |_| {
            fragment::spawn(async move {
                let error = host().get::<Balance>("/api/wallet/balance").await.unwrap_err();
                *result.borrow_mut() = match &error {
                    RequestError::Problem(_) if error.code() == Some(Code::InsufficientFunds) => {
                        "InsufficientFunds".into()
                    }
                    RequestError::Malformed(_) => "Malformed".into(),
                    other => format!("{other:?}"),
                };
            });
        });
        settle().await;
        assert_eq!(*seen.borrow(), expected, "{answer}");
        shell.unmount();
    }
}

#[wasm_bindgen_test]
async fn after_unmount_no_timer_and_no_future_goes_on() {
    let mut shell = FakeHost::new();
    shell.run(
        "host.answer = () => new Promise((resolve) => { host.resolve = () => resolve({ status: 200, body: {} }) })",
    );
    let ticks = Rc::new(Cell::new(0));
    let went_on = Rc::new(Cell::new(false));
    let (count, flag) = (ticks.clone(), went_on.clone());
    shell.mount(move |_| {
        clock::every(1, move || count.set(count.get() + 1));
        fragment::spawn(async move {
            _ = host().get::<Nothing>("/api/wallet/balance").await;
            flag.set(true);
        });
    });
    settle().await;
    assert!(ticks.get() > 0, "it ticks while mounted");
    shell.unmount();
    let at_unmount = ticks.get();
    shell.run("host.resolve()");
    settle().await;
    assert_eq!(ticks.get(), at_unmount);
    assert!(!went_on.get());
}

#[wasm_bindgen_test]
async fn the_abort_signal_alone_ends_everything() {
    // A dead instance is never asked to unmount: the shell only aborts its signal.
    let mut shell = FakeHost::new();
    let ticks = Rc::new(Cell::new(0));
    let count = ticks.clone();
    shell.mount(move |_| {
        clock::every(1, move || count.set(count.get() + 1));
        host().subscribe(LiveRound, |_| {});
    });
    shell.run("host.controller.abort()");
    let at_abort = ticks.get();
    settle().await;
    assert_eq!(ticks.get(), at_abort);
    assert_eq!(shell.calls("unsubscribe"), [r#"["live.round"]"#]);
    shell.unmount();
}

#[wasm_bindgen_test]
async fn what_a_part_of_the_view_started_ends_with_it() {
    let mut shell = FakeHost::new();
    let ticks = Rc::new(Cell::new(0));
    let open = Rc::new(State::new(true));
    let (count, shown) = (ticks.clone(), open.clone());
    shell.mount(move |_| {
        follow(move || {
            if shown.get() {
                let count = count.clone();
                clock::every(1, move || count.set(count.get() + 1));
            }
        });
    });
    settle().await;
    assert!(ticks.get() > 0);
    open.set(false);
    settle().await;
    let at_close = ticks.get();
    settle().await;
    assert_eq!(ticks.get(), at_close, "the closed part ticks on");
    shell.unmount();
}

#[wasm_bindgen_test]
async fn a_request_of_a_part_that_is_gone_is_answered_into_the_void() {
    let mut shell = FakeHost::new();
    shell.run(
        "host.answer = () => new Promise((resolve) => { host.resolve = () => resolve({ status: 200, body: {} }) })",
    );
    let open = Rc::new(State::new(true));
    let went_on = Rc::new(Cell::new(false));
    let (shown, flag) = (open.clone(), went_on.clone());
    shell.mount(move |_| {
        follow(move || {
            if shown.get() {
                let flag = flag.clone();
                fragment::spawn(async move {
                    _ = host().get::<Nothing>("/api/wallet/balance").await;
                    flag.set(true);
                });
            }
        });
    });
    settle().await;
    open.set(false);
    settle().await;
    // The promise settles while the fragment lives on; an exception would fail this test.
    shell.run("host.resolve()");
    settle().await;
    assert!(!went_on.get());
    shell.unmount();
}

#[wasm_bindgen_test]
fn what_is_down_is_said_once_and_once_that_it_is_back() {
    let mut shell = FakeHost::new();
    shell.mount(|_| {
        let down = State::new(false);
        for is_down in [false, true, true, false, false] {
            host().set_down(&down, is_down, "no answer");
        }
    });
    assert_eq!(shell.calls("report"), [r#"["degraded","no answer"]"#, r#"["healthy",""]"#]);
    shell.unmount();
}

#[wasm_bindgen_test]
async fn props_follow_the_route() {
    let mut shell = FakeHost::new();
    shell.mount(|root| {
        follow(move || {
            let props = host().props().get();
            let view = if props.view == View::Main { "main" } else { "side" };
            root.set_inner_text(&format!("{view} {} {}", props.path, props.table.unwrap_or_default()));
        });
    });
    assert_eq!(shell.shown(), "side /");
    shell.update(r#"{"view": "main", "path": "/live/roulette-1", "params": {"table": "roulette-1"}}"#);
    settle().await;
    assert_eq!(shell.shown(), "main /live/roulette-1 roulette-1");
    shell.unmount();
}

#[wasm_bindgen_test]
fn texts_numbers_and_money_are_the_languages_own() {
    let mut shell = FakeHost::new();
    shell.mount(|_| {});
    assert_eq!(text::text_with("hello", &[("name", "Ada")]), "Hello Ada");
    assert_eq!(text::count("bets", 1, &[("table", "Jade")]), "1 bet at Jade");
    assert_eq!(text::count("bets", 1_200, &[("table", "Jade")]), "1,200 bets at Jade");
    assert_eq!(text::text("no-such-text"), "no-such-text");

    let money = |minor, currency| format::money(minor, currency).replace('\u{a0}', " ");
    assert_eq!(money(123_450, Currency::Eur), "€1,234.50");
    assert_eq!(money(500, Currency::Jpy), "¥500");
    assert_eq!(money(1_234, Currency::Kwd), "KWD 1.234");
    assert_eq!(money(9_007_199_254_740_991, Currency::Eur), "€90,071,992,547,409.91", "exact to the cent");
    assert_eq!(format::money_signed(5, Currency::Usd), "+$0.05");
    assert_eq!(format::money_signed(-5, Currency::Usd), "-$0.05");
    assert_eq!(format::money_signed(0, Currency::Usd), "$0.00");
    assert_eq!(format::number(-1_234_567), "-1,234,567");
    assert_eq!(format::percent(35), "35%");
    assert_eq!([0, 150, 5_000, 66_700].map(format::fine_percent), ["0%", "0.15%", "5%", "66.7%"]);
    assert_eq!(format::milliseconds(4_096), "4,096 ms");
    assert_eq!([0, 59, 60, 125].map(format::minutes), ["0 min", "59 min", "1 hr", "2 hr 5 min"]);
    assert_eq!(format::ago(clock::now_ms() - 300_500), "5 minutes ago");
    assert!(format::date_time(1_700_000_000_000).contains("2023"));
    shell.unmount();
}

#[wasm_bindgen_test]
fn what_a_release_leaves_comes_to_the_next_one() {
    let may_go = Rc::new(Cell::new(false));
    let mut shell = FakeHost::new();
    let asked = may_go.clone();
    shell.mount_leaving(move |_| move || asked.get().then(|| vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(shell.snapshot(), "null", "not now");
    may_go.set(true);
    let left = shell.snapshot();
    assert_eq!(left, r#"["a","b"]"#);
    shell.unmount();

    let restored = |left: &str| {
        let found = Rc::new(RefCell::new(None));
        let heard = found.clone();
        let mut shell = FakeHost::new();
        shell.run(&format!("host.restored = {left}"));
        shell.mount(move |_| *heard.borrow_mut() = host().restored::<Vec<String>>());
        let reports = shell.calls("report");
        shell.unmount();
        (found.take(), reports)
    };
    assert_eq!(restored(&left), (Some(vec!["a".to_owned(), "b".to_owned()]), vec![]));
    assert_eq!(restored("null"), (None, vec![]));
    let (nothing, reports) = restored("[1]");
    assert_eq!(nothing, None, "another release may have left something else");
    assert_eq!(reports, [r#"["warn","restored: [0]: expected text"]"#]);
}

#[wasm_bindgen_test]
fn keys_are_fresh_uuids() {
    let (one, other) = (fragment::new_key(), fragment::new_key());
    assert_ne!(one, other);
    assert_eq!(one.len(), 36);
}
