//! The limits on a page, against a host of plain JavaScript. Texts show their ids, because the
//! catalogue is empty: what is asserted holds in every language.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[path = "../../../shared/fragment/tests/support/mod.rs"]
mod support;

use support::{FakeHost, hook, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlInputElement, KeyboardEvent, KeyboardEventInit};

wasm_bindgen_test_configure!(run_in_browser);

/// Answers as the gateway does, unless `host.mode` says otherwise.
const SETUP: &str = "
    const DAY = 86400000;
    host.messages = {};
    host.published = [];
    host.publish = function (topic) { this.published.push(topic); };
    host.mode = 'ok'; host.version = 1; host.now = Date.UTC(2026, 0, 5, 12);
    host.held = {}; host.increases = {}; host.used = {}; host.time_out = null; host.excluded = null; host.check = 60;
    host.cell = (kind, period) => ({
        kind, period, value: host.held[`${kind}-${period}`] ?? null, house: null, used: host.used[`${kind}-${period}`] ?? 0,
        resets_at_ms: host.now + DAY, increase: host.increases[`${kind}-${period}`] ?? null,
    });
    host.limits = () => ({
        version: host.version, currency: 'EUR',
        limits: ['deposit', 'loss', 'stake', 'time'].flatMap((kind) => ['day', 'week', 'month'].map((it) => host.cell(kind, it))),
        time_out_until_ms: host.time_out, excluded_until_ms: host.excluded,
        check_minutes: host.check, check_choices: [15, 30, 60],
        exclusion_least_months: 6, exclusion_most_months: 60, now_ms: host.now,
    });
    host.problem = (status, code) =>
        ({ status, body: { type: '/problems/' + code, title: code, status, detail: code, field: null } });
    host.set = ({ kind, period, value }) => {
        const name = `${kind}-${period}`;
        const height = (it) => it ?? Infinity;
        delete host.increases[name];
        if (height(value) < height(host.held[name])) host.held[name] = value;
        else host.increases[name] = { value, effective_at_ms: host.now + DAY, awaits_confirmation: false };
    };
    host.answer = async ({ method, path, body }) => {
        if (host.mode === 'down') return host.problem(503, 'unavailable');
        if (host.mode === 'lost' && method !== 'GET') throw Object.assign(new Error(), { name: 'Timeout' });
        if (host.mode === 'conflict' && method !== 'GET') return host.problem(409, 'conflict');
        if (method !== 'GET') host.version += 1;
        const name = `${body?.kind}-${body?.period}`;
        if (path === '/api/limits' && method === 'PUT') host.set(body);
        if (path === '/api/limits/cancel') delete host.increases[name];
        if (path === '/api/limits/confirm') { host.held[name] = host.increases[name].value; delete host.increases[name]; }
        if (path === '/api/limits/reality-check') host.check = body.minutes;
        if (path === '/api/limits/time-out') host.time_out = host.now + DAY;
        if (path === '/api/limits/self-exclusion') host.excluded = host.now + body.months * 30 * DAY;
        return { status: 200, body: host.limits() };
    };";

const PLAYER: &str = "{ player: { id: 'p1', name: 'Ada', demo: true } }";
const VISITOR: &str = "{ player: null }";

struct Page(FakeHost);

impl Page {
    async fn open(before: &str, session: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} {before}"));
        host.mount(limits::open);
        host.deliver("session.changed", session);
        settle().await;
        Self(host)
    }

    fn has(&self, name: &str) -> bool {
        self.0.find(&hook(name)).is_some()
    }

    /// Presses something of one limit.
    async fn press_at(&self, limit: &str, name: &str) {
        self.0.press(&format!("[data-limit='{limit}'] {}", hook(name))).await;
    }

    async fn type_in(&self, text: &str) {
        self.0.type_in(&hook("amount"), text).await;
    }

    fn value(&self, limit: &str) -> String {
        self.0.at(&format!("[data-limit='{limit}']")).get_attribute("data-value").unwrap()
    }

    fn text(&self, name: &str) -> String {
        self.0.at(&hook(name)).inner_text()
    }

    fn commands(&self) -> Vec<String> {
        self.0.calls("request").into_iter().filter(|request| !request.contains("\"GET\"")).collect()
    }

    fn has_focus(&self, selector: &str) -> bool {
        self.0.find(selector).is_some_and(|element| element.matches(":focus").unwrap())
    }
}

#[wasm_bindgen_test]
async fn a_visitor_is_asked_to_sign_in_and_nothing_is_asked_for() {
    let page = Page::open("", VISITOR).await;
    page.0.press("[data-test='sign-in']").await;
    assert_eq!(page.0.run("return host.published.join()"), "session.sign-in-wanted");
    assert!(page.0.calls("request").is_empty());
    page.0.close();
}

#[wasm_bindgen_test]
async fn every_limit_shows_what_is_used_of_it() {
    let page = Page::open("host.held['deposit-week'] = 10000; host.used['deposit-week'] = 2500;", PLAYER).await;
    assert_eq!(page.0.at("[data-test='limits']").get_attribute("data-shows").as_deref(), Some("limits"));
    assert_eq!(page.0.root().query_selector_all("[data-test='limit']").unwrap().length(), 12);
    let bar = page.0.at("[data-limit='deposit-week'] [role='progressbar']");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("25"));
    assert_eq!((page.value("deposit-week"), page.value("deposit-day")), ("10000".into(), String::new()));
    assert!(page.0.find("[data-limit='deposit-day'] [data-test='used']").is_some(), "no limit, no bar");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_lower_limit_holds_at_once() {
    let page = Page::open("host.held['loss-day'] = 5000;", PLAYER).await;
    page.press_at("loss-day", "change").await;
    assert!(page.has_focus("[data-test='amount']"), "the form takes the focus");
    assert_eq!(page.text("effect"), "effect-hint");
    page.type_in("20").await;
    assert_eq!(page.text("effect"), "effect-at-once");
    page.0.press("[data-test='save']").await;
    let command = page.commands().remove(0);
    for part in ["\"PUT\"", "/api/limits\"", "\"value\":2000", "\"kind\":\"loss\"", "\"idempotencyKey\""] {
        assert!(command.contains(part), "{part} is not in {command}");
    }
    assert_eq!(page.value("loss-day"), "2000");
    assert_eq!(
        page.0.at("[data-limit='loss-day'] [data-test='outcome']").get_attribute("role").as_deref(),
        Some("status")
    );
    assert!(!page.has("limit-form"));
    assert!(page.has_focus("[data-limit='loss-day'] [data-test='change']"), "and gives it back");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_higher_limit_waits_and_can_be_given_up() {
    let page = Page::open("host.held['stake-month'] = 5000;", PLAYER).await;
    page.press_at("stake-month", "change").await;
    page.type_in("60").await;
    assert_eq!(page.text("effect"), "effect-later");
    page.0.press("[data-test='save']").await;
    assert_eq!(page.value("stake-month"), "5000", "the present one holds");
    assert!(page.0.at("[data-limit='stake-month'] [data-test='outcome']").inner_text().contains("increase-asked"));
    assert!(page.text("increase").contains("increase-waits"));
    assert_eq!(page.0.at("[data-test='increase-confirm']").offset_height(), 0, "not before its day");
    page.0.at("[data-test='increase-cancel']").focus().unwrap();
    page.0.press("[data-test='increase-cancel']").await;
    assert!(!page.has("increase"));
    assert!(page.has_focus("[data-limit='stake-month']"), "with the button gone a keyboard goes on at the limit");
    assert!(page.text("outcome").contains("increase-cancelled"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_higher_limit_whose_day_has_come_is_confirmed() {
    let ripe = "host.held['time-day'] = 60;
        host.increases['time-day'] = { value: 120, effective_at_ms: host.now - 1, awaits_confirmation: true };";
    let page = Page::open(ripe, PLAYER).await;
    assert!(page.text("increase").contains("increase-ripe"));
    page.0.press("[data-test='increase-confirm']").await;
    assert!(page.commands()[0].contains("/api/limits/confirm"));
    assert_eq!(page.value("time-day"), "120");
    page.0.close();
}

#[wasm_bindgen_test]
async fn to_remove_a_limit_is_to_raise_it() {
    let page = Page::open("host.held['deposit-day'] = 100;", PLAYER).await;
    page.press_at("deposit-week", "change").await;
    assert_eq!(page.0.at("[data-test='remove']").offset_height(), 0, "there is none to remove");
    page.press_at("deposit-day", "change").await;
    page.0.press("[data-test='remove']").await;
    assert!(page.commands()[0].contains("\"value\":null"), "{:?}", page.commands());
    assert_eq!(page.value("deposit-day"), "100");
    assert!(page.has("increase"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_is_typed_is_checked_at_the_field() {
    let page = Page::open("", PLAYER).await;
    page.press_at("time-week", "change").await;
    page.type_in("1.5").await;
    for again in [false, true] {
        page.0.at("[data-test='save']").focus().unwrap();
        page.0.press("[data-test='save']").await;
        assert_eq!(page.text("limit-amount-error"), "minutes-not-a-number");
        assert!(page.has_focus("[data-test='amount']"), "again: {again}");
    }
    page.press_at("deposit-week", "change").await;
    assert_eq!(page.text("limit-amount-error"), "", "another form");
    page.0.press("[data-test='save']").await;
    assert_eq!(page.text("limit-amount-error"), "amount-empty");
    assert!(page.commands().is_empty());
    page.0.press("[data-test='close']").await;
    assert!(!page.has("limit-form"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_repeated_under_the_same_key() {
    let page = Page::open("host.mode = 'lost'", PLAYER).await;
    page.press_at("deposit-day", "change").await;
    page.type_in("10").await;
    page.0.press("[data-test='save']").await;
    assert!(page.text("outcome").contains("no-answer"));
    assert_eq!(page.0.at("[data-test='outcome']").get_attribute("role").as_deref(), Some("alert"));
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='save']").await;
    let commands = page.commands();
    assert_eq!((commands.len(), &commands[0]), (2, &commands[1]));
    assert_eq!(page.value("deposit-day"), "1000");
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_answer_closes_neither_another_form_nor_a_question() {
    let late = "const { answer } = host;
        host.answer = async (request) => {
            if (request.method === 'PUT') await new Promise((go) => { host.go = go; });
            return answer(request);
        };";
    let page = Page::open(late, PLAYER).await;
    page.press_at("deposit-week", "change").await;
    page.type_in("50").await;
    page.0.press("[data-test='save']").await;
    page.press_at("loss-day", "change").await;
    page.type_in("20").await;
    page.0.press("[data-test='take-break']").await;
    page.0.run("host.go()");
    settle().await;
    assert_eq!(page.value("deposit-week"), "5000");
    assert!(page.has("question"));
    let typed = page.0.at("[data-limit='loss-day'] [data-test='amount']").unchecked_into::<HtmlInputElement>();
    assert_eq!(typed.value(), "20");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_conflict_shows_how_it_really_stands() {
    let ripe = "host.held['time-day'] = 60;
        host.increases['time-day'] = { value: 120, effective_at_ms: host.now - 1, awaits_confirmation: true };";
    let page = Page::open(ripe, PLAYER).await;
    page.0.run("host.mode = 'conflict'; delete host.increases['time-day']; host.version = 9");
    page.0.press("[data-test='increase-confirm']").await;
    assert!(page.text("outcome").contains("conflict"));
    assert!(!page.has("increase"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_interval_of_reality_checks_is_saved_by_its_button() {
    let page = Page::open("", PLAYER).await;
    assert!(page.0.at("[data-test='check-2']").unchecked_into::<HtmlInputElement>().checked(), "60 of 15, 30, 60");
    page.0.press("[data-test='check-0']").await;
    assert!(page.commands().is_empty(), "arrow keys move through the choices");
    page.0.press("[data-test='check-save']").await;
    assert!(page.commands()[0].contains("\"minutes\":15"), "{:?}", page.commands());
    assert!(page.text("outcome").contains("check-saved"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_break_is_asked_about_first() {
    let page = Page::open("", PLAYER).await;
    page.0.press("[data-test='break-1']").await;
    page.0.at("[data-test='take-break']").focus().unwrap();
    page.0.press("[data-test='take-break']").await;
    let question = page.0.at("[data-test='question']");
    assert!(question.has_attribute("open") && question.matches(":modal").unwrap());
    assert_eq!(question.get_attribute("role").as_deref(), Some("alertdialog"));
    for attribute in ["aria-labelledby", "aria-describedby"] {
        let id = question.get_attribute(attribute).unwrap();
        assert!(!page.0.at(&format!("#{id}")).inner_text().is_empty(), "{attribute}");
    }
    assert!(page.text("words").contains("consequence-final"));
    assert!(page.has_focus("[data-test='question'] h2"), "no answer by accident");
    page.0.press("[data-test='question-back']").await;
    assert!(!page.has("question") && page.commands().is_empty());
    assert!(page.has_focus("[data-test='take-break']"), "the focus is back");

    page.0.press("[data-test='take-break']").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.commands()[0].contains("/api/limits/time-out") && page.commands()[0].contains("\"length\":\"1w\""));
    assert!(!page.has("question"));
    assert!(page.text("blocked").contains("blocked-time-out"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn escape_leaves_a_question_and_an_error_keeps_it() {
    let page = Page::open("", PLAYER).await;
    page.0.press("[data-test='exclude']").await;
    let escape = KeyboardEventInit::new();
    escape.set_key("Escape");
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &escape).unwrap();
    page.0.at("[data-test='question']").dispatch_event(&event).unwrap();
    settle().await;
    assert!(!page.has("question"));

    page.0.run("host.mode = 'down'");
    page.0.press("[data-test='exclusion-1']").await;
    page.0.press("[data-test='exclude']").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.text("outcome").contains("no-answer") && page.has("question"));
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.commands()[1].contains("\"months\":12"));
    assert_eq!(page.commands()[0], page.commands()[1], "under the same key");
    assert!(page.text("blocked").contains("blocked-excluded"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn no_answer_is_an_error_at_first_and_a_notice_later() {
    let page = Page::open("host.mode = 'down'", PLAYER).await;
    assert!(page.has("limits-error"));
    assert!(page.0.calls("report").iter().any(|call| call.contains("degraded")));
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='retry']").await;
    assert!(page.has("limit") && !page.has("stale"));
    page.0.deliver("shell.connection", "{ online: false }");
    settle().await;
    assert!(page.has("stale") && page.has("limit"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn another_player_sees_nothing_of_the_first() {
    let page = Page::open("host.held['deposit-day'] = 700; host.version = 9", PLAYER).await;
    page.press_at("deposit-day", "change").await;
    page.0.run("host.held = {}; host.version = 2");
    page.0.deliver("session.changed", "{ player: { id: 'p2', name: 'Bob', demo: false } }");
    settle().await;
    assert!(!page.has("limit-form"));
    assert_eq!(page.value("deposit-day"), "", "a lower version of another account is not older");
    page.0.deliver("session.changed", VISITOR);
    settle().await;
    assert!(!page.has("limit"));
    page.0.close();
}
