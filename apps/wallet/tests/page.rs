//! The wallet on a page: who plays, the balance, the forms, the history.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod wallet_page;

use wallet_page::{FakeHost, PLAYER, Page, SETUP, VISITOR, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_visitor_plays_with_one_click() {
    let page = Page::open("side", VISITOR).await;
    page.press("demo").await;
    assert!(page.commands()[0].contains("/api/identity/demo"));
    assert_eq!(page.0.run("return host.published.join()"), "session.stale");
    page.press("demo").await;
    assert_eq!(page.commands().len(), 1, "busy until the shell has told the session");
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    assert_eq!(page.minor(), "10000");
    page.0.close();
}

#[wasm_bindgen_test]
async fn who_gets_in_with_the_keyboard_goes_on_in_the_wallet() {
    for (view, place) in [("side", ".wallet__side"), ("main", ".wallet__columns")] {
        let page = Page::open(view, VISITOR).await;
        page.at("demo").focus().unwrap();
        page.press("demo").await;
        page.0.deliver("session.changed", PLAYER);
        settle().await;
        assert!(page.0.at(place).matches(":focus").unwrap(), "{view}");
        page.0.close();
    }
}

#[wasm_bindgen_test]
async fn a_notice_that_goes_leaves_the_focus_around_it() {
    let page = Page::open("side", PLAYER).await;
    page.0.run("host.mode = 'down'");
    page.0.deliver("shell.connection", "{ online: false }");
    page.0.deliver("shell.connection", "{ online: true }");
    settle().await;
    page.at("retry").focus().unwrap();
    page.0.run("host.mode = 'ok'");
    page.press("retry").await;
    assert!(page.find("stale").is_none() && page.0.at(".wallet__side").matches(":focus").unwrap());
    page.0.close();
}

#[wasm_bindgen_test]
async fn credentials_are_checked_at_their_field_before_they_are_sent() {
    let page = Page::open("main", VISITOR).await;
    page.press("way-1").await;
    page.type_in("name", "Ada").await;
    page.type_in("email", "ada.example").await;
    page.press("enter").await;
    assert_eq!(page.at("email-error").inner_text(), "email-invalid");
    assert_eq!(page.at("email").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(page.commands().is_empty());
    page.type_in("email", "ada@example.com").await;
    page.type_in("password", "short").await;
    page.press("enter").await;
    assert_eq!(page.at("password-error").inner_text(), "password-invalid");
    assert_eq!(page.at("email-error").inner_text(), "");
    page.0.close();
}

#[wasm_bindgen_test]
async fn typed_credentials_hold_a_release_back_until_somebody_is_in() {
    let page = Page::open("side", VISITOR).await;
    let is_busy = |form| page.at(form).get_attribute("data-busy");
    assert_eq!(is_busy("sign-in-form").as_deref(), Some("false"));
    page.type_in("email", "ada@example.com").await;
    page.press("way-1").await;
    assert_eq!(is_busy("sign-up-form").as_deref(), Some("true"), "another form has them now");
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert_eq!(is_busy("sign-up-form").as_deref(), Some("false"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn wrong_credentials_are_said_and_the_address_stays() {
    let page = Page::open("side", VISITOR).await;
    page.0.run("host.mode = 'wrong'");
    page.type_in("email", "ada@example.com").await;
    page.type_in("password", "not it").await;
    page.press("enter").await;
    assert!(page.at("entrance-error").inner_text().contains("wrong-credentials"));
    assert_eq!(page.at("email").unchecked_into::<HtmlInputElement>().value(), "ada@example.com");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_wish_for_a_player_takes_the_focus_and_says_why() {
    let page = Page::open("side", VISITOR).await;
    page.0.deliver("session.sign-in-wanted", "{}");
    settle().await;
    assert!(page.find("wanted").is_some());
    let focused = page.0.find(":focus");
    assert_eq!(focused.and_then(|element| element.get_attribute("aria-labelledby")).as_deref(), Some("welcome"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_session_that_ends_by_itself_is_explained() {
    let page = Page::open("side", VISITOR).await;
    assert!(page.find("ended").is_none(), "nobody was here");
    page.0.deliver("session.changed", PLAYER);
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(page.at("ended").inner_text().contains("session-ended"));
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    page.press("sign-out").await;
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(page.find("ended").is_none() && page.find("demo").is_some(), "that was asked for");
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_balance_only_goes_forward() {
    let page = Page::open("side", PLAYER).await;
    assert_eq!(page.minor(), "10000");
    assert_eq!(page.at("bonus").get_attribute("data-minor").as_deref(), Some("250"));
    assert!(page.at("bonus-place").inner_text().contains("bonus-hint"), "why it can't be withdrawn, for everybody");
    page.0.deliver("wallet.balance", "{ ...host.balance(), cash_minor: 1, version: 4 }");
    settle().await;
    assert_eq!(page.minor(), "10000", "an older event changes nothing");
    page.0.deliver("wallet.balance", "{ ...host.balance(), cash_minor: 9000, bonus_minor: 0, version: 6 }");
    settle().await;
    assert_eq!(page.minor(), "9000");
    assert!(page.find("bonus").is_none(), "no bonus, no line for it");
    assert_eq!(page.at("announcement").inner_text(), "balance-announcement");
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_last_known_balance_outlives_the_wallet_service() {
    let page = Page::open("side", PLAYER).await;
    page.0.run("host.mode = 'down'");
    page.0.deliver("shell.connection", "{ online: false }");
    settle().await;
    assert!(page.at("stale").inner_text().contains("stale-offline"));
    page.0.deliver("shell.connection", "{ online: true }");
    settle().await;
    assert!(page.at("stale").inner_text().contains("stale-down"), "connected, but the service is down");
    assert_eq!(page.minor(), "10000");
    assert!(page.0.calls("report").iter().any(|call| call.contains("degraded")));
    page.0.run("host.mode = 'ok'");
    page.press("retry").await;
    assert!(page.find("stale").is_none());
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_old_balance_is_told_with_its_time_and_not_with_its_age() {
    let page = Page::open("side", PLAYER).await;
    page.0.run("host.messages['stale-offline'] = 'As of {time}.'");
    page.0.deliver("shell.connection", "{ online: false }");
    settle().await;
    let news = page.at("stale").inner_text();
    assert!(news.contains("As of") && news.contains(':'), "{news}");
    page.0.close();
}

#[wasm_bindgen_test]
async fn without_any_answer_there_is_an_error_and_a_way_on() {
    let mut host = FakeHost::new();
    host.run(&format!("{SETUP} host.props.view = 'main'; host.mode = 'down';"));
    host.mount(wallet::open);
    let page = Page(host);
    assert!(page.find("loading").is_some());
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    assert!(page.find("balance-error").is_some() && page.find("history-error").is_some());
    page.0.run("host.mode = 'ok'");
    page.press("retry").await;
    assert_eq!(page.minor(), "10000");
    assert!(page.find("history-empty").is_some());
    page.0.close();
}

/// From now on paths with `part` in them fail.
fn fail(page: &Page, part: &str) {
    page.0.run(&format!(
        "const answer = host.answer;
         host.answer = async (request) =>
             request.path.includes('{part}') ? host.problem(503, 'unavailable') : answer(request);"
    ));
}

/// A history of one line with more behind it, where paths with `part` in them fail.
async fn with_more(part: &str) -> Page {
    let page = Page::open("main", VISITOR).await;
    page.0.run(
        "const answer = host.answer;
         host.answer = async (request) => {
             const reply = await answer(request);
             if (reply.body.entries) reply.body = { ...reply.body, entries: [host.entry('win', 700)], next_before: 5 };
             return reply;
         };",
    );
    fail(&page, part);
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    page
}

#[wasm_bindgen_test]
async fn a_history_that_fails_says_nothing_of_the_balance() {
    let page = Page::open("main", VISITOR).await;
    fail(&page, "/history");
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    assert!(page.find("history-error").is_some() && page.find("stale").is_none());
    assert!(page.0.calls("report").iter().all(|call| !call.contains("degraded")));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_page_that_does_not_come_is_told_beside_its_button() {
    let page = with_more("before=").await;
    page.press("history-more").await;
    assert!(page.find("more-error").is_some() && page.find("stale").is_none());
    assert_eq!(page.count("history-row"), 1);
    page.0.close();
}

#[wasm_bindgen_test]
async fn nothing_of_one_filter_stands_under_another() {
    let page = with_more("kind=deposit").await;
    assert!(page.find("totals").is_some() && page.find("history-more").is_some());
    page.press("kind-1").await;
    assert!(page.find("totals").is_none() && page.find("history-more").is_none());
    assert!(page.find("history-error").is_some() && page.find("history-row").is_none());
    page.press("kind-0").await;
    assert!(page.find("totals").is_some() && page.count("history-row") == 1);
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let page = Page::open("main", PLAYER).await;
    page.0.run("host.mode = 'lost'");
    page.press("quick-50").await;
    page.press("deposit-submit").await;
    assert!(page.at("unsure").inner_text().contains("unsure-deposit"));
    page.0.run("host.mode = 'ok'");
    page.press("again").await;
    let commands = page.commands();
    assert_eq!(commands.len(), 2);
    assert_eq!(commands[0], commands[1], "same key, same amount");
    assert!(commands[0].contains("\"idempotencyKey\"") && commands[0].contains("\"amount_minor\":5000"));
    assert!(page.at("done").inner_text().contains("deposit-done"));
    assert_eq!(page.minor(), "15000");
    page.0.close();
}

/// A deposit of €50 whose answer was lost, sent again once the session had ended, and then nobody is signed in.
async fn lost_and_signed_out() -> Page {
    let page = Page::open("side", PLAYER).await;
    page.0.run("host.mode = 'lost'");
    page.press("open-deposit").await;
    page.press("quick-50").await;
    page.press("deposit-submit").await;
    page.0.run("host.mode = 'ended'");
    page.press("again").await;
    assert!(page.find("unsure").is_some(), "that nobody is signed in says nothing of what was sent before");
    assert!(page.0.run("return host.published.includes('session.stale')").is_truthy());
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(page.find("unsure").is_none() && page.at("wallet").has_attribute("data-busy"), "its key must not be lost");
    page.0.run("host.mode = 'ok'");
    page
}

#[wasm_bindgen_test]
async fn an_unknown_outcome_outlives_the_session_under_its_key() {
    let page = lost_and_signed_out().await;
    page.0.deliver("session.changed", PLAYER);
    settle().await;
    page.press("again").await;
    let commands = page.commands();
    assert_eq!(commands.len(), 3);
    assert!(commands.iter().all(|command| *command == commands[0]), "{commands:?}");
    assert!(page.find("done").is_some() && !page.at("wallet").has_attribute("data-busy"));
    assert_eq!(page.minor(), "15000");
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_unknown_outcome_is_nothing_to_another_player() {
    let page = lost_and_signed_out().await;
    page.0.deliver("session.changed", "{ player: { id: 'p2', name: 'Bob', demo: false } }");
    settle().await;
    assert!(!page.at("wallet").has_attribute("data-busy"));
    page.press("open-deposit").await;
    assert!(page.find("unsure").is_none() && page.find("deposit-form").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn under_another_name_an_order_keeps_its_key() {
    let page = Page::open("main", PLAYER).await;
    page.0.run("host.mode = 'lost'");
    page.press("quick-50").await;
    page.press("deposit-submit").await;
    page.0.deliver("session.changed", "{ player: { id: 'p1', name: 'Grace', demo: false } }");
    settle().await;
    assert_eq!((page.at("player").inner_text(), page.at("initial").inner_text()), ("Grace".into(), "G".into()));
    assert!(page.at("demo-chip").has_attribute("hidden"));
    page.0.run("host.mode = 'ok'");
    page.press("again").await;
    let commands = page.commands();
    assert_eq!((commands.len(), &commands[0]), (2, &commands[1]), "same key, same amount");
    assert_eq!(page.minor(), "15000");
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_is_typed_while_money_is_on_its_way_stays() {
    let page = Page::open("main", PLAYER).await;
    page.0.run(
        "const { answer } = host;
         host.answer = async (request) => {
             if (request.method === 'POST') await new Promise((go) => { host.go = go; });
             return answer(request);
         }",
    );
    page.press("quick-50").await;
    page.press("deposit-submit").await;
    page.type_in("amount", "7").await;
    page.0.run("host.go()");
    settle().await;
    assert!(page.at("done").inner_text().contains("deposit-done"));
    assert_eq!(page.at("amount").unchecked_into::<HtmlInputElement>().value(), "7");
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_was_ordered_leaves_the_form_although_more_than_that_has_left_the_account() {
    let page = Page::open("main", PLAYER).await;
    page.0.run(
        "const { answer } = host;
         host.answer = async (request) => {
             const reply = await answer(request);
             if (request.method === 'POST') host.deliver('wallet.balance', host.balance());
             return reply;
         }",
    );
    page.press("command-1").await;
    page.type_in("amount", "80").await;
    page.press("withdraw-submit").await;
    page.press("confirm-submit").await;
    settle().await;
    assert!(page.find("done").is_some());
    assert_eq!(page.at("amount").unchecked_into::<HtmlInputElement>().value(), "");
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_was_done_is_said_once_and_a_question_stays() {
    let page = Page::open("side", PLAYER).await;
    page.press("open-deposit").await;
    page.press("quick-50").await;
    page.press("deposit-submit").await;
    assert!(page.find("done").is_some());
    page.press("open-withdraw").await;
    page.type_in("amount", "12").await;
    page.press("withdraw-submit").await;
    page.press("open-deposit").await;
    assert!(page.find("done").is_none() && page.find("deposit-form").is_some());
    page.press("open-withdraw").await;
    assert!(page.find("confirm").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_a_withdrawal_sets_aside_is_shown_apart() {
    let page = Page::open("side", PLAYER).await;
    assert!(page.find("held").is_none(), "nothing held, no line for it");
    page.0.run("host.holds = true");
    page.press("open-withdraw").await;
    page.type_in("amount", "12,50").await;
    page.press("withdraw-submit").await;
    page.press("confirm-submit").await;
    assert!(page.at("done").inner_text().contains("withdraw-held"));
    assert_eq!(page.minor(), "8750");
    assert_eq!(page.at("held").get_attribute("data-minor").as_deref(), Some("1250"));
    assert!(page.at("held-place").inner_text().contains("held-hint"));
    assert!(page.at("history-row").inner_text().contains("in-review"));
    page.0.deliver("wallet.balance", "{ ...host.balance(), held_minor: 0, version: 7 }");
    page.0.deliver(
        "wallet.entry",
        "{ ...host.entry('paid-out', 0), id: 'end', held_minor: -1250, version: 7, reference: String(host.version) }",
    );
    settle().await;
    assert!(page.at("done").inner_text().contains("kind-paid-out"), "no longer that it is being checked");
    assert!(page.at("announcement").text_content().is_some_and(|words| words.contains("kind-paid-out")));
    let rows = page.at("wallet").query_selector_all("[data-test=history-row]").unwrap();
    let withdrawal = rows.item(1).unwrap().text_content().unwrap();
    assert!(withdrawal.contains("paid-on") && !withdrawal.contains("in-review"), "{withdrawal}");
    assert!(page.find("held").is_none());
    let row = page.at("history-row");
    assert_eq!(row.get_attribute("data-kind").as_deref(), Some("paid-out"));
    assert!(row.inner_text().contains("12.5") || row.inner_text().contains("12,5"), "{}", row.inner_text());
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_withdrawal_is_checked_and_confirmed_first() {
    let page = Page::open("side", PLAYER).await;
    page.press("open-withdraw").await;
    page.type_in("amount", "100.01").await;
    page.press("withdraw-submit").await;
    assert_eq!(page.at("withdraw-amount-error").inner_text(), "insufficient-funds");
    page.type_in("amount", "1.234").await;
    page.press("withdraw-submit").await;
    assert_eq!(page.at("withdraw-amount-error").inner_text(), "amount-too-fine");
    page.type_in("amount", "12,50").await;
    page.press("withdraw-submit").await;
    assert!(page.commands().is_empty(), "nothing is sent before it is confirmed");
    page.press("confirm-submit").await;
    assert!(page.commands()[0].contains("\"amount_minor\":1250"));
    assert_eq!(page.minor(), "8750");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_live_line_appears_once() {
    let page = Page::open("main", PLAYER).await;
    assert_eq!(page.count("history-row"), 0);
    for _ in 0..2 {
        page.0.deliver("wallet.entry", "{ ...host.entry('win', 700), version: 6 }");
    }
    settle().await;
    assert_eq!(page.count("history-row"), 1);
    assert_eq!(page.at("history-row").get_attribute("data-minor").as_deref(), Some("700"));
    page.press("kind-1").await;
    assert_eq!(page.count("history-row"), 0, "a win is no deposit");
    page.0.close();
}

#[wasm_bindgen_test]
async fn another_player_sees_nothing_of_the_first() {
    let page = Page::open("side", PLAYER).await;
    page.press("open-deposit").await;
    page.type_in("amount", "77").await;
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(page.find("balance").is_none());
    page.0.run("host.cash = 1; host.version = 2");
    page.0.deliver("session.changed", "{ player: { id: 'p2', name: 'Bob', demo: false } }");
    settle().await;
    assert_eq!(page.minor(), "1", "a lower version of another account is not older");
    page.press("open-deposit").await;
    assert_eq!(page.at("amount").unchecked_into::<HtmlInputElement>().value(), "");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_change_of_view_keeps_what_was_typed() {
    let page = Page::open("side", PLAYER).await;
    page.press("open-deposit").await;
    page.type_in("amount", "77").await;
    page.0.update(r#"{"view":"main","path":"/wallet","params":{}}"#);
    settle().await;
    assert_eq!(page.at("wallet").get_attribute("data-view").as_deref(), Some("main"));
    assert_eq!(page.at("amount").unchecked_into::<HtmlInputElement>().value(), "77");
    page.0.close();
}
