//! The gaming session beside a game: its clock, reality checks, breaks, and what a limit refuses.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod wallet_page;

use wallet_page::{PLAYER, Page, VISITOR, settle};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{KeyboardEvent, KeyboardEventInit};

wasm_bindgen_test_configure!(run_in_browser);

const MINUTE_MS: u32 = 60_000;

/// An event of a session that has lasted for five minutes.
fn session(version: u32, changes: &str) -> String {
    format!(
        "{{ version: {version}, currency: 'EUR', started_at_ms: 1000000 - 5 * {MINUTE_MS}, ends_at_ms: 1000000 + 25 * {MINUTE_MS},
            net_minor: -1250, open_bets: 0, check_at_ms: 1000000 + 10 * {MINUTE_MS}, check_due: false, now_ms: 1000000, {changes} }}"
    )
}

async fn hear(page: &Page, version: u32, changes: &str) {
    page.0.deliver("player.session", &session(version, changes));
    settle().await;
}

fn requests(page: &Page, path: &str) -> usize {
    page.0.calls("request").iter().filter(|request| request.contains(path)).count()
}

fn has_focus(page: &Page, selector: &str) -> bool {
    let element = page.0.find(selector);
    element.is_some_and(|element| element.matches(":focus").unwrap())
}

async fn press_escape(page: &Page) {
    let escape = KeyboardEventInit::new();
    escape.set_key("Escape");
    escape.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &escape).unwrap();
    page.at("reality-check").dispatch_event(&event).unwrap();
    assert!(event.default_prevented(), "the browser must not close it either");
    settle().await;
}

#[wasm_bindgen_test]
async fn clock_and_net_position_follow_the_server() {
    let page = Page::open("side", PLAYER).await;
    assert_eq!(page.at("session-clock").inner_text(), "0 min", "nobody is playing yet");
    hear(&page, 2, "").await;
    assert_eq!(page.at("session-clock").inner_text(), "5 min");
    assert_eq!(page.at("session-net").inner_text(), "-€12.50");
    hear(&page, 1, "net_minor: 99").await;
    assert_eq!(page.at("session-net").get_attribute("data-minor").as_deref(), Some("-1250"), "an older event");
    hear(&page, 3, "now_ms: 1000000 + 60 * 60000, ends_at_ms: 1000000 + 90 * 60000").await;
    assert_eq!(page.at("session-clock").inner_text(), "1 hr 5 min");
    assert_eq!(page.at("session-clock").get_attribute("role").as_deref(), Some("timer"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_visitor_has_no_session() {
    let page = Page::open("side", VISITOR).await;
    assert!(page.find("session-clock").is_none());
    assert_eq!(requests(&page, "/api/limits"), 0);
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_way_to_the_limits_stays_on_the_page() {
    let page = Page::open("side", PLAYER).await;
    page.press("open-limits").await;
    assert_eq!(page.0.calls("navigate"), [r#"["/limits"]"#]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_reality_check_waits_for_the_round_and_then_for_an_answer() {
    let page = Page::open("side", PLAYER).await;
    hear(&page, 2, "check_due: true, open_bets: 1").await;
    assert!(page.find("reality-check").is_none(), "a round is on");
    page.at("open-deposit").focus().unwrap();
    hear(&page, 3, "check_due: true").await;
    let check = page.at("reality-check");
    assert!(check.matches(":modal").unwrap());
    assert_eq!(check.get_attribute("role").as_deref(), Some("alertdialog"));
    let described = check.get_attribute("aria-describedby").unwrap();
    let words = page.0.find(&format!("#{described}")).unwrap();
    let words = words.text_content().unwrap();
    assert!(words.contains("check-text") && words.contains("5 min") && words.contains("-€12.50"), "{words}");
    assert!(has_focus(&page, "[data-test='reality-check'] h2"), "no answer by accident");
    press_escape(&page).await;
    assert!(page.at("reality-check").has_attribute("open"), "only an answer ends it");

    page.0.run("host.session.version = 3; host.session.check_due = true");
    page.press("check-continue").await;
    assert_eq!(requests(&page, "/acknowledge"), 1);
    assert!(page.find("reality-check").is_none());
    assert!(has_focus(&page, "[data-test='open-deposit']"), "the focus is back");
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_answer_that_is_lost_is_given_again_under_its_key() {
    let page = Page::open("side", PLAYER).await;
    hear(&page, 2, "check_due: true").await;
    page.0.run("host.mode = 'lost'; host.session.version = 2; host.session.check_due = true");
    page.press("check-continue").await;
    assert!(page.at("check-error").inner_text().contains("check-failed"));
    assert!(page.find("reality-check").is_some());
    page.0.run("host.mode = 'ok'");
    page.press("check-continue").await;
    assert!(page.find("reality-check").is_none());
    let answers = page.commands();
    assert_eq!((answers.len(), &answers[0]), (2, &answers[1]));
    assert!(answers[0].contains("idempotencyKey"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_answer_in_another_tab_ends_it_here() {
    let page = Page::open("side", PLAYER).await;
    hear(&page, 2, "check_due: true").await;
    hear(&page, 3, "").await;
    assert!(page.find("reality-check").is_none() && page.commands().is_empty());
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_history_comes_first_and_the_check_again_after_it() {
    let page = Page::open("side", PLAYER).await;
    hear(&page, 2, "check_due: true").await;
    page.press("check-history").await;
    assert_eq!(page.0.calls("navigate"), [r#"["/wallet"]"#]);
    page.0.update(r#"{"view":"main","path":"/wallet","params":{}}"#);
    settle().await;
    assert!(page.find("reality-check").is_none() && page.find("check-waiting").is_some());
    page.press("check-open").await;
    assert!(page.find("reality-check").is_some());
    page.press("check-history").await;
    page.0.update(r#"{"view":"side","path":"/live","params":{}}"#);
    settle().await;
    assert!(page.find("reality-check").is_some(), "it waits at the table");
    page.0.close();
}

#[wasm_bindgen_test]
async fn to_leave_is_to_sign_out() {
    let page = Page::open("side", PLAYER).await;
    hear(&page, 2, "check_due: true").await;
    page.press("check-leave").await;
    assert!(page.commands()[0].contains("/api/identity/sign-out"));
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(page.find("reality-check").is_none());
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_sign_out_that_failed_is_said_where_it_was_asked_for() {
    let page = Page::open("side", PLAYER).await;
    page.0.run("host.mode = 'down'");
    page.press("sign-out").await;
    assert!(page.at("entrance-error").inner_text().contains("unavailable"));
    hear(&page, 2, "check_due: true").await;
    assert!(page.find("reality-check").is_some() && page.find("check-error").is_none(), "nobody has answered yet");
    page.press("check-leave").await;
    assert!(page.at("check-error").inner_text().contains("unavailable"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_break_bars_deposits_and_leaves_withdrawals() {
    let page = Page::open("main", PLAYER).await;
    page.0
        .deliver("player.block", "{ version: 2, until_ms: 1000000 + 90000000, self_excluded: false, now_ms: 1000000 }");
    settle().await;
    assert!(page.at("blocked").inner_text().contains("block-time-out"));
    assert!(page.find("deposit-form").is_none() && page.find("deposit-barred").is_some());
    page.at("blocked").set_attribute("data-same", "").unwrap();
    page.0
        .deliver("player.block", "{ version: 3, until_ms: 1000000 + 90000000, self_excluded: false, now_ms: 1000500 }");
    settle().await;
    assert!(page.at("blocked").has_attribute("data-same"), "it is not announced again");
    page.press("command-1").await;
    assert!(page.find("withdraw-form").is_some());
    page.0.deliver("player.block", "{ version: 4, until_ms: null, self_excluded: false, now_ms: 1000000 }");
    settle().await;
    assert!(page.find("blocked").is_none());
    page.press("command-0").await;
    assert!(page.find("deposit-form").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn no_check_is_asked_during_a_break() {
    let page = Page::open("side", PLAYER).await;
    page.0.deliver("player.block", "{ version: 2, until_ms: 90000000, self_excluded: true, now_ms: 1000000 }");
    hear(&page, 2, "check_due: true").await;
    assert!(page.at("blocked").inner_text().contains("block-excluded"));
    assert!(page.find("reality-check").is_none());
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_deposit_over_a_limit_says_which_and_what_is_left() {
    let page = Page::open("main", PLAYER).await;
    let hint = |page: &Page| page.at("deposit-amount-hint").inner_text();
    assert_eq!(hint(&page), "");
    page.0.run(
        "host.allowance = { period: 'week', limit_minor: 10000, left_minor: 2000, resets_at_ms: 2000000 };
         const answer = host.answer;
         host.answer = async (request) => request.path === '/api/wallet/deposits' && request.body.amount_minor > 2000
             ? host.problem(422, 'limit-reached', 'amount_minor') : answer(request);",
    );
    page.type_in("amount", "50").await;
    page.press("deposit-submit").await;
    assert_eq!(page.at("deposit-amount-error").inner_text(), "deposit-limit");
    assert_eq!(hint(&page), "deposit-hint", "the limit is known from now on");
    assert_eq!(page.minor(), "10000");
    page.type_in("amount", "20").await;
    page.press("deposit-submit").await;
    assert_eq!(page.minor(), "12000");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_bet_that_a_limit_refuses_is_told_until_one_is_taken() {
    let page = Page::open("side", PLAYER).await;
    let reached =
        "{ reason: 'loss', period: 'day', limit: 5000, left: 0, until_ms: 2000000, currency: 'EUR', at_ms: 1000000 }";
    page.0.deliver("player.limit-reached", reached);
    settle().await;
    assert!(page.at("bet-refused").inner_text().contains("refused-loss"));
    page.0.deliver("wallet.entry", "{ ...host.entry('bet', -100), version: 6 }");
    settle().await;
    assert!(page.find("bet-refused").is_none());
    page.0.deliver("player.limit-reached", &reached.replace("'loss'", "'reality-check'").replace("'day'", "null"));
    settle().await;
    assert!(page.find("bet-refused").is_none(), "the dialogue says that");
    page.0.close();
}
