//! The account on a page, against a host of plain JavaScript. Texts show their ids, because the
//! catalogue is empty: what is asserted holds in every language.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[path = "../../../shared/fragment/tests/support/mod.rs"]
mod support;

use support::{FakeHost, hook, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Answers as the gateway does, unless `host.mode` says otherwise.
const SETUP: &str = "
    host.messages = {};
    host.publish = function (topic) { this.published.push(topic); };
    host.published = []; host.mode = 'ok'; host.followed = 0;
    host.account = {
        name: 'Ada', email: 'ada@example.org', contact_email: null, phone: '+4930123456', address: 'Street 1\\nCity',
        language: 'de', demo: false, created_at_ms: 1700000000000, version: 3, export_after_ms: null,
    };
    host.sessions = [
        { id: 's1', browser: 'Chrome', system: 'Linux', created_at_ms: 1700000000000, seen_at_ms: 1700000000000, current: true },
        { id: 's2', browser: 'Firefox', system: 'Android', created_at_ms: 1700000000000, seen_at_ms: 1700000000000, current: false },
        { id: 's3', browser: null, system: null, created_at_ms: 1700000000000, seen_at_ms: 1700000000000, current: false },
    ];
    host.problem = (status, code, field = null) =>
        ({ status, body: { type: '/problems/' + code, title: code, status, detail: code, field } });
    host.answer = async ({ method, path, body }) => {
        if (host.mode === 'down') return host.problem(503, 'unavailable');
        if (host.mode === 'lost' && method === 'POST') throw Object.assign(new Error(), { name: 'Timeout' });
        if (host.refusal && method === 'POST') return host.refusal;
        if (path === '/api/account/sessions') return { status: 200, body: { sessions: host.sessions } };
        if (path === '/api/account/password' || path.endsWith('end-all'))
            return { status: 200, body: { player: null, csrf_token: null } };
        if (path.endsWith('/end')) {
            host.sessions = host.sessions.filter(({ id }) => id !== path.split('/')[4]);
            return { status: 200, body: { sessions: host.sessions } };
        }
        if (method === 'POST') {
            if (body.version !== host.account.version) return host.problem(409, 'conflict', 'version');
            host.account = { ...host.account, ...body, version: body.version + 1 };
        }
        return { status: 200, body: host.account };
    };";

const PLAYER: &str = "{ player: { id: 'p1', name: 'Ada', demo: false } }";
const DEMO: &str = "{ player: { id: 'p2', name: 'Demo', demo: true } }";
const VISITOR: &str = "{ player: null }";

struct Page(FakeHost);

impl Page {
    async fn open(session: &str) -> Self {
        Self::open_with(session, "").await
    }

    async fn open_with(session: &str, setup: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} {setup}"));
        host.mount(account::open);
        let page = Self(host);
        page.say(session).await;
        page
    }

    async fn say(&self, session: &str) {
        self.0.deliver("session.changed", session);
        settle().await;
    }

    fn find(&self, name: &str) -> Option<Element> {
        self.0.find(&hook(name))
    }

    fn at(&self, name: &str) -> HtmlElement {
        self.0.at(&hook(name))
    }

    async fn press(&self, name: &str) {
        self.0.press(&hook(name)).await;
    }

    fn value(&self, name: &str) -> String {
        self.at(name).unchecked_into::<HtmlInputElement>().value()
    }

    async fn fill(&self, name: &str, text: &str) {
        self.0.type_in(&hook(name), text).await;
    }

    fn sent(&self) -> Vec<String> {
        self.0.calls("request").into_iter().filter(|request| request.contains("\"POST\"")).collect()
    }

    /// What has the focus, by its hook.
    fn focused(&self) -> Option<String> {
        self.0.find(":focus").and_then(|element| element.get_attribute("data-test"))
    }

    fn who(&self) -> String {
        self.at("account").get_attribute("data-who").unwrap()
    }

    fn published(&self) -> String {
        self.0.run("return host.published.join()").as_string().unwrap()
    }
}

#[wasm_bindgen_test]
async fn a_visitor_is_asked_to_sign_in_and_nothing_is_asked_for() {
    let page = Page::open(VISITOR).await;
    assert_eq!(page.who(), "visitor");
    assert!(page.at("signed-out").inner_text().contains("signed-out-text"));
    assert!(!page.at("signed-out").has_attribute("data-ended"));
    page.press("sign-in").await;
    assert_eq!(page.published(), "session.sign-in-wanted");
    assert!(page.0.calls("request").is_empty());
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_details_are_shown_and_saved_with_the_version_they_came_from() {
    let page = Page::open(PLAYER).await;
    assert_eq!((page.who().as_str(), page.at("email").inner_text().as_str()), ("player", "ada@example.org"));
    assert_eq!((page.value("name"), page.value("phone")), ("Ada".into(), "+4930123456".into()));
    assert_eq!((page.value("address"), page.value("language")), ("Street 1\nCity".into(), "de".into()));
    page.fill("name", "Ada L").await;
    page.fill("phone", "").await;
    page.fill("language", "ja").await;
    page.press("save").await;
    let sent = page.sent().remove(0);
    for part in
        ["\"version\":3", "\"name\":\"Ada L\"", "\"phone\":null", "\"language\":\"ja\"", "\"contact_email\":null"]
    {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    assert!(page.find("saved").is_some());
    assert_eq!(page.published(), "session.stale", "the others show the name as well");
    page.fill("phone", "+1 555 0100").await;
    page.say(&PLAYER.replace("Ada", "Ada L")).await;
    assert_eq!(page.value("phone"), "+1 555 0100", "who has another name is nobody else");
    page.fill("name", "Ada M").await;
    page.press("save").await;
    assert!(page.sent()[1].contains("\"version\":4"), "{}", page.sent()[1]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_refused_field_is_named_where_it_stands() {
    let page = Page::open(PLAYER).await;
    for (field, hook, message) in [
        ("name", "name", "name-invalid"),
        ("contact_email", "contact-email", "email-invalid"),
        ("phone", "phone", "phone-invalid"),
        ("address", "address", "address-invalid"),
    ] {
        page.0.run(&format!("host.refusal = host.problem(400, 'invalid-value', '{field}')"));
        page.press("save").await;
        assert_eq!(page.at(hook).get_attribute("aria-invalid").unwrap(), "true", "{field}");
        let error = page.0.find(&format!("#{hook}-error")).unwrap();
        assert_eq!(error.text_content().unwrap(), message);
    }
    page.0.run("host.refusal = null");
    page.press("save").await;
    assert!(!page.at("address").has_attribute("aria-invalid") && page.find("saved").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_refusal_leads_to_its_field_but_takes_nobody_away_from_another() {
    let page = Page::open(PLAYER).await;
    for (field, hook) in [("phone", "phone"), ("phone", "phone"), ("address", "address")] {
        page.0.run(&format!("host.refusal = host.problem(400, 'invalid-value', '{field}')"));
        page.at("save").focus().unwrap();
        page.press("save").await;
        assert_eq!(page.focused().as_deref(), Some(hook));
    }
    page.at("name").focus().unwrap();
    page.press("save").await;
    assert_eq!(page.focused().as_deref(), Some("name"));
    page.at("new-password").focus().unwrap();
    page.press("save").await;
    assert_eq!(page.focused().as_deref(), Some("new-password"), "a field of another form");
    page.0.close();
}

#[wasm_bindgen_test]
async fn details_that_changed_elsewhere_are_not_overwritten_without_a_word() {
    let page = Page::open(PLAYER).await;
    page.fill("name", "Mine").await;
    let elsewhere = "host.account = { ...host.account, name: 'Theirs', version: host.account.version + 1 }";
    page.0.run(elsewhere);
    page.press("save").await;
    assert!(page.find("newer").is_some());
    assert_eq!(page.value("name"), "Mine", "what was typed stays");
    page.at("take-newer").focus().unwrap();
    page.press("take-newer").await;
    assert_eq!(page.focused().as_deref(), Some("details"), "with the question gone a keyboard goes on at its card");
    assert_eq!((page.value("name").as_str(), page.find("newer").is_some()), ("Theirs", false));

    page.fill("name", "Mine").await;
    page.0.run(elsewhere);
    page.press("save").await;
    page.press("keep-mine").await;
    assert!(page.find("saved").is_some());
    assert_eq!(page.0.run("return host.account.name"), "Mine");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_reply_that_was_lost_is_no_conflict() {
    let page = Page::open(PLAYER).await;
    page.fill("name", "Mine").await;
    page.0.run("host.account = { ...host.account, name: 'Mine', version: 4 }");
    page.press("save").await;
    assert!(page.find("saved").is_some() && page.find("newer").is_none());
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_half_filled_form_outlives_a_reconnection() {
    let page = Page::open(PLAYER).await;
    page.fill("name", "Half").await;
    page.0.run("host.account = { ...host.account, phone: null, version: 9 }");
    for online in ["false", "true"] {
        page.0.deliver("shell.connection", &format!("{{ online: {online} }}"));
        settle().await;
    }
    assert_eq!((page.value("name"), page.value("phone")), ("Half".into(), "+4930123456".into()));
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_is_typed_while_the_details_are_saved_stays() {
    let page = Page::open(PLAYER).await;
    page.0.run(
        "const { answer } = host;
         host.answer = async (request) => {
             if (request.method === 'POST') await new Promise((go) => { host.go = go; });
             return answer(request);
         }",
    );
    page.fill("name", "Mine").await;
    page.press("save").await;
    page.fill("phone", "+1 555 0100").await;
    page.0.run("host.go()");
    settle().await;
    assert!(page.find("saved").is_some());
    assert_eq!((page.value("name"), page.value("phone")), ("Mine".into(), "+1 555 0100".into()));
    page.press("save").await;
    assert!(page.sent()[1].contains("\"version\":4"), "{}", page.sent()[1]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_password_is_forgotten_once_it_is_changed() {
    let page = Page::open(PLAYER).await;
    page.fill("current-password", "old password").await;
    page.fill("new-password", "new password").await;
    page.press("change-password").await;
    let sent = page.sent().remove(0);
    assert!(sent.contains("\"current_password\":\"old password\",\"new_password\":\"new password\""), "{sent}");
    assert!(page.find("password-changed").is_some());
    assert_eq!((page.value("current-password"), page.value("new-password")), (String::new(), String::new()));
    assert_eq!(page.published(), "session.stale", "the shell learns the token of the new session");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_refused_password_says_which_one_and_why() {
    let page = Page::open(PLAYER).await;
    for (refusal, place, message) in [
        ("403, 'wrong-credentials', 'current_password'", "#current-password-error", "current-password-wrong"),
        ("400, 'invalid-value', 'current_password'", "#current-password-error", "current-password-missing"),
        ("400, 'invalid-value', 'new_password'", "#new-password-error", "new-password-invalid"),
        ("429, 'too-many-requests'", "[data-test='password-error']", "password-too-many"),
        ("500, 'internal'", "[data-test='password-error']", "unavailable"),
    ] {
        page.0.run(&format!("host.refusal = host.problem({refusal})"));
        page.press("change-password").await;
        let said = page.0.find(place).unwrap().text_content().unwrap();
        assert_eq!(said.trim(), message);
    }
    page.0.run("host.refusal = null; host.mode = 'lost'");
    page.press("change-password").await;
    assert!(page.at("password-error").inner_text().contains("no-connection"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn each_other_device_can_be_signed_out() {
    let page = Page::open(PLAYER).await;
    assert_eq!(page.at("sessions").child_element_count(), 3);
    let at = |session: &str, name: &str| page.0.at(&format!("[data-session='{session}'] {}", hook(name)));
    assert!(at("s1", "end").has_attribute("hidden") && !at("s1", "here").has_attribute("hidden"));
    assert!(at("s2", "here").has_attribute("hidden"));
    assert_eq!(at("s3", "device").inner_text(), "unknown-device");
    at("s2", "end").click();
    settle().await;
    assert!(page.sent()[0].contains("/api/account/sessions/s2/end"), "{}", page.sent()[0]);
    assert!(page.0.find("[data-session='s2']").is_none());

    page.0.run("host.mode = 'down'");
    at("s3", "end").click();
    settle().await;
    assert!(page.at("sessions-error").inner_text().contains("unavailable"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn signing_out_everywhere_asks_first_and_the_page_says_what_happened() {
    let page = Page::open(PLAYER).await;
    page.at("end-all").focus().unwrap();
    page.press("end-all").await;
    assert!(page.sent().is_empty());
    assert_eq!(page.focused().as_deref(), Some("confirm"), "a keyboard goes on at the question");
    page.at("back").focus().unwrap();
    page.press("back").await;
    assert!(page.find("confirm").is_none());
    assert_eq!(page.focused().as_deref(), Some("end-all"), "and at the button after it");
    page.press("end-all").await;
    page.press("confirm-end-all").await;
    assert!(page.sent()[0].contains("/api/account/sessions/end-all"));
    assert_eq!(page.published(), "session.stale");
    page.say(VISITOR).await;
    assert!(page.at("signed-out").inner_text().contains("session-ended-text"));
    assert_eq!(page.at("signed-out").get_attribute("data-ended").unwrap(), "true");
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_file_is_fetched_by_the_link_once_the_account_answers() {
    let page = Page::open(PLAYER).await;
    let follow = "
        host.root.addEventListener('click', (click) => {
            if (click.target.dataset.test === 'export' && !click.defaultPrevented) { host.followed++; click.preventDefault(); }
        });";
    page.0.run(follow);
    let followed = || page.0.run("return host.followed").as_f64().unwrap();
    let link = page.at("export");
    assert_eq!(link.get_attribute("href").unwrap(), "/api/account/export");
    assert!(link.has_attribute("download"));

    page.0.run("host.mode = 'down'");
    page.press("export").await;
    assert!(page.at("export-error").inner_text().contains("unavailable") && followed() == 0.0);
    page.0.run("host.mode = 'ok'; host.account.export_after_ms = 1900000000000");
    page.press("export").await;
    assert!(page.at("export-error").inner_text().contains("export-later") && followed() == 0.0);
    page.0.run("host.account.export_after_ms = null");
    page.press("export").await;
    assert!(page.find("export-begun").is_some() && page.find("export-error").is_none());
    assert!((followed() - 1.0).abs() < f64::EPSILON);
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_demo_player_has_sessions_and_data_but_no_details() {
    let setup = "Object.assign(host.account, { demo: true, email: null, phone: null, address: null, language: null });";
    let page = Page::open_with(DEMO, setup).await;
    assert_eq!(page.who(), "demo");
    assert!(page.find("demo-note").is_some() && page.find("sessions").is_some() && page.find("export").is_some());
    assert!(page.find("details-form").is_none() && page.find("password-form").is_none());
    page.0.close();
}

#[wasm_bindgen_test]
async fn no_answer_is_an_error_at_first_and_a_notice_later() {
    let page = Page::open_with(PLAYER, "host.mode = 'down';").await;
    assert!(page.find("account-error").is_some());
    page.0.run("host.mode = 'ok'");
    page.press("retry").await;
    assert!(page.find("details-form").is_some() && page.find("stale").is_none());
    page.0.run("host.mode = 'down'");
    page.0.deliver("shell.connection", "{ online: false }");
    page.0.deliver("shell.connection", "{ online: true }");
    settle().await;
    assert!(page.find("stale").is_some() && page.find("details-form").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn nothing_of_one_player_is_shown_to_the_next() {
    let page = Page::open(PLAYER).await;
    page.fill("current-password", "secret").await;
    page.0.run("host.account = { ...host.account, name: 'Bob', email: 'bob@example.org', phone: null }");
    page.say("{ player: { id: 'p3', name: 'Bob', demo: false } }").await;
    assert_eq!((page.value("name"), page.value("phone")), ("Bob".into(), String::new()));
    assert_eq!(page.value("current-password"), "");
    page.0.close();
}
