//! The releases on a page, against a host of plain JavaScript. Texts show their ids, because the
//! catalogue is empty: what is asserted holds in every language.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[path = "../../../shared/fragment/tests/support/mod.rs"]
mod support;

use support::{FakeHost, hook, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, Event, HtmlSelectElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Answers as the gateway does, unless `host.mode` says otherwise.
const SETUP: &str = "
    host.messages = {};
    host.mode = 'ok'; host.role = 'admin'; host.session = true; host.seq = 0; host.log = [];
    host.stand = (fragment, live, previous, versions) => ({
        fragment, live, previous, since_ms: versions.length ? 1700000000000 : null, canary: null, killed: null, health: null,
        releases: versions.map((version) => ({ version, team: 'payments', at_ms: 1700000000000 })),
    });
    host.fragments = [
        host.stand('promotions', '0.1.0-floor', null, []), host.stand('wallet', '2.0.0', '1.0.0', ['3.0.0', '2.0.0', '1.0.0']),
    ];
    host.write = (action, fragment, version, reason) => host.log.unshift({
        seq: ++host.seq, at_ms: 1700000000000, team: 'ada@house.example', key: 'operator', automatic: false,
        action, fragment, version, reason, audience: null,
    });
    host.inspects = { status: 204, body: null };
    host.told = (mounts, crashes, more = {}) => ({ mounts, crashes, degraded: 0, failed: 0, median_ms: mounts && 8,
        mount_ms: mounts && 16, pages: mounts, poor: 0, ...more });
    host.canary = (canary, stable) => ({ version: '3.0.0', since_ms: 1700000000000, team: 'payments',
        audience: { share_permille: 100, markets: [] },
        figures: { canary, stable, e_value_percent: 2525, alarm_percent: 10100 } });
    host.health = (fragment, span) => ({ status: 200, body: {
        fragment, from_ms: 1700000000000, step_ms: 3600000,
        steps: [host.told(0, 0), host.told(100, 1), host.told(span === 'day' ? 50 : 80, 5)],
        whole: host.told(span === 'day' ? 150 : 180, 6), changes: [{ at_ms: 1700005400000, version: '2.0.0' }],
    } });
    host.problem = (status, code, field = null) =>
        ({ status, body: { type: '/problems/' + code, title: code, status, detail: code, field } });
    host.on_duty = () => ({ operator: { id: 'o1', email: 'ada@house.example', role: host.role }, csrf_token: 'operators-token' });
    host.change = (path, { fragment, reason = null, to = null, version = null }) => {
        const stand = host.fragments.find((it) => it.fragment === fragment);
        const action = path.split('/').pop();
        if (!stand) return host.problem(404, 'not-found', 'fragment');
        if (action === 'kill') stand.killed = { reason, team: 'ada@house.example', at_ms: 1700000000000 };
        if (action === 'revive') stand.killed = null;
        if (action === 'rollback') [stand.live, stand.previous] = [to, null];
        if (action === 'end') stand.canary = null;
        if (action === 'promote') [stand.live, stand.previous] = [version, stand.live];
        host.write(action === 'end' ? 'end-canary' : action, fragment, to ?? version, reason);
        const { canary, ...rest } = structuredClone(stand);
        return { status: 200, body: { ...rest, canary: canary && { ...canary, figures: null }, health: null } };
    };
    host.answer = async ({ method, path, body, token }) => {
        if (host.mode === 'down') return host.problem(503, 'unavailable');
        if (path === '/api/operator/sign-in') {
            if (body.password !== 'the house always') return host.problem(401, 'wrong-credentials');
            host.session = true;
            return { status: 200, body: host.on_duty() };
        }
        if (path === '/api/operator/sign-out') { host.session = false; return { status: 200, body: {} }; }
        if (!host.session) return host.problem(401, 'signed-out');
        if (path === '/api/operator/session') return { status: 200, body: host.on_duty() };
        if (path.startsWith('/api/operator/releases/health')) {
            const query = new URL(path, 'http://h').searchParams;
            return host.health(query.get('fragment'), query.get('span'));
        }
        if (path === '/api/operator/inspect' && token === 'operators-token') return host.inspects;
        if (path === '/api/operator/releases') return { status: 200, body: { serial: 7, fragments: structuredClone(host.fragments) } };
        if (path.startsWith('/api/operator/releases/history')) {
            const query = new URL(path, 'http://h').searchParams;
            const before = Number(query.get('before') ?? Infinity), of = query.get('fragment');
            const all = host.log.filter((it) => it.seq < before && (!of || it.fragment === of));
            const lines = all.slice(0, 2);
            return { status: 200, body: { lines, next_before: all.length > 2 ? lines[1].seq : null } };
        }
        if (host.mode === 'lost') throw Object.assign(new Error(), { name: 'Timeout' });
        if (host.refusal) return host.refusal;
        if (token !== 'operators-token') return host.problem(403, 'forbidden', 'x-csrf-token');
        return host.change(path, body);
    };";

struct Page(FakeHost);

impl Page {
    async fn open(before: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} {before}"));
        host.mount(releases::open);
        settle().await;
        Self(host)
    }

    fn has(&self, name: &str) -> bool {
        self.0.find(&hook(name)).is_some()
    }

    fn text(&self, name: &str) -> String {
        self.0.at(&hook(name)).inner_text()
    }

    fn shows(&self) -> String {
        self.0.at("[data-test='releases']").get_attribute("data-shows").unwrap()
    }

    fn stands(&self, fragment: &str) -> String {
        self.0.at(&format!("[data-fragment='{fragment}']")).get_attribute("data-stands").unwrap()
    }

    /// Presses something of one fragment.
    async fn press_at(&self, fragment: &str, name: &str) {
        self.0.press(&format!("[data-fragment='{fragment}'] {}", hook(name))).await;
    }

    async fn fill(&self, name: &str, text: &str) {
        self.0.type_in(&hook(name), text).await;
    }

    fn commands(&self) -> Vec<String> {
        let posts = |request: &String| request.contains("\"POST\"") && request.contains("/releases/");
        self.0.calls("request").into_iter().filter(posts).collect()
    }

    /// Of whom the figures of a fragment are.
    fn columns(&self, fragment: &str) -> Vec<String> {
        self.texts(&format!("[data-fragment='{fragment}'] [data-test='beside'] [scope='col']"))
    }

    /// One row of them.
    fn figures(&self, fragment: &str, row: &str) -> Vec<String> {
        self.texts(&format!("[data-fragment='{fragment}'] [data-test='beside'] {} td", hook(row)))
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.0.root().query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.get(index).unwrap().text_content().unwrap()).collect()
    }

    /// Has it ask how everything stands.
    async fn ask_again(&self) {
        self.0.deliver("shell.connection", "{ online: false }");
        self.0.deliver("shell.connection", "{ online: true }");
        settle().await;
    }

    fn has_focus(&self, selector: &str) -> bool {
        self.0.find(selector).is_some_and(|element| element.matches(":focus").unwrap())
    }
}

#[wasm_bindgen_test]
async fn nobody_is_asked_who_they_are_and_sees_nothing_else() {
    let page = Page::open("host.session = false").await;
    assert_eq!(page.shows(), "door");
    assert!(!page.has("fragment") && !page.has("operator"));
    page.0.press("[data-test='sign-in']").await;
    assert!(page.text("door-error").contains("door-empty"));
    page.fill("email", "ada@house.example").await;
    page.fill("password", "wrong").await;
    page.0.press("[data-test='sign-in']").await;
    assert!(page.text("door-error").contains("door-wrong"));
    page.fill("password", "the house always").await;
    page.0.press("[data-test='sign-in']").await;
    assert_eq!((page.shows(), page.text("operator")), ("releases".into(), "ada@house.example".into()));
    page.0.close();
}

#[wasm_bindgen_test]
async fn every_fragment_shows_how_it_stands() {
    let page =
        Page::open("host.fragments[0].killed = { reason: 'wrong <sums>', team: 'house', at_ms: 1700000000000 }").await;
    assert_eq!((page.stands("promotions"), page.stands("wallet")), ("off".into(), "live".into()));
    assert_eq!(page.0.at("[data-fragment='wallet'] [data-test='live']").inner_text(), "2.0.0");
    assert_eq!(page.0.at("[data-fragment='wallet'] [data-test='previous']").inner_text(), "1.0.0");
    assert!(page.text("killed").contains("off-because"));
    assert!(page.0.find("[data-fragment='promotions'] [data-test='rollback']").is_none(), "nothing to go back to");
    assert!(page.0.find("[data-fragment='promotions'] [data-test='kill']").is_none(), "it is off");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_switch_asks_why_and_goes_with_the_operators_own_token() {
    let page = Page::open("").await;
    page.0.at("[data-fragment='wallet'] [data-test='kill']").focus().unwrap();
    page.press_at("wallet", "kill").await;
    let question = page.0.at("[data-test='question']");
    assert!(
        question.matches(":modal").unwrap() && page.has_focus("[data-test='question'] h2"),
        "no answer by accident"
    );
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.text("reason-error").contains("reason-empty") && page.commands().is_empty());
    page.fill("reason", &"x".repeat(301)).await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.text("reason-error").contains("reason-long") && page.commands().is_empty());
    page.fill("reason", " wrong sums ").await;
    page.0.press("[data-test='question-confirm']").await;
    let command = page.commands().remove(0);
    for part in ["/releases/kill\"", "\"reason\":\"wrong sums\"", "\"token\":\"operators-token\""] {
        assert!(command.contains(part), "{part} is not in {command}");
    }
    assert_eq!(page.stands("wallet"), "off");
    assert!(!page.has("question") && page.text("outcome").contains("kill-done"));
    assert!(page.has_focus("[data-fragment='wallet']"), "the focus stays at the fragment");
    assert_eq!(page.0.at("[data-test='line']").get_attribute("data-action").as_deref(), Some("kill"));
    assert!(page.text("why").contains("wrong sums"));

    page.press_at("wallet", "revive").await;
    assert!(!page.has("reason"), "only a switch-off is explained");
    page.0.press("[data-test='question-confirm']").await;
    assert_eq!(page.stands("wallet"), "live");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_question_can_be_left() {
    let page = Page::open("").await;
    page.0.at("[data-fragment='wallet'] [data-test='rollback']").focus().unwrap();
    page.press_at("wallet", "rollback").await;
    page.0.press("[data-test='question-back']").await;
    assert!(!page.has("question") && page.commands().is_empty());
    assert!(page.has_focus("[data-fragment='wallet'] [data-test='rollback']"), "the focus is back");
    page.0.close();
}

#[wasm_bindgen_test]
async fn what_is_confirmed_is_what_is_asked_for() {
    let page = Page::open("").await;
    page.press_at("wallet", "rollback").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.commands()[0].contains("\"to\":\"1.0.0\""), "{:?}", page.commands());
    assert_eq!(page.0.at("[data-fragment='wallet'] [data-test='live']").inner_text(), "1.0.0");

    page.press_at("wallet", "published").await;
    assert_eq!(
        page.0.at("[data-fragment='wallet'] [data-test='published']").get_attribute("aria-expanded").as_deref(),
        Some("true")
    );
    assert!(page.0.find("[data-version='1.0.0'] [data-test='promote']").is_none(), "it is live");
    page.0.press("[data-version='3.0.0'] [data-test='promote']").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.commands()[1].contains("\"version\":\"3.0.0\""));
    assert_eq!(page.0.at("[data-fragment='wallet'] [data-test='live']").inner_text(), "3.0.0");
    assert!(page.0.find("[data-version='3.0.0']").is_some(), "the list stays open");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_canary_shows_its_share_and_can_be_ended() {
    let canary = "host.fragments[1].canary = { version: '3.0.0', since_ms: 1700000000000, team: 'payments',
        audience: { share_permille: 55, markets: ['de'] }, figures: null }";
    let page = Page::open(canary).await;
    assert_eq!(page.text("canary-version"), "3.0.0");
    let bar = page.0.at("[data-test='canary'] [role='progressbar']");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("5"));
    assert!(bar.get_attribute("aria-valuetext").unwrap().contains("share-in"));
    assert!(page.has("untold") && !page.has("evidence"), "what is not known is not made up");
    assert!(page.0.find("[data-fragment='promotions'] [data-test='canary']").is_none());
    page.0.press("[data-test='canary'] [data-test='end-canary']").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.commands()[0].contains("/releases/canary/end"), "{:?}", page.commands());
    assert!(!page.has("canary"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_canary_without_a_live_release_is_not_judged_and_the_page_says_so() {
    let canary = "host.fragments[1].live = null;
        host.fragments[1].canary = { version: '3.0.0', since_ms: 1700000000000, team: 'payments',
            audience: { share_permille: 55, markets: [] }, figures: null }";
    let page = Page::open(canary).await;
    assert!(page.has("unjudged") && !page.has("untold"), "nothing will ever be known");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_canarys_numbers_are_words_with_bars_beside_them() {
    let page = Page::open("host.fragments[1].canary = host.canary(host.told(400, 20), host.told(8000, 40))").await;
    for (of, length) in [("canary", "100"), ("live", "10")] {
        assert!(page.text(&format!("rate-{of}")).contains("crashed-of"), "{of}");
        let bar = page.0.at(&format!("[data-test='rate-{of}'] svg"));
        assert_eq!(bar.get_attribute("aria-hidden").as_deref(), Some("true"), "the words say it");
        assert_eq!(
            bar.query_selector("rect").unwrap().unwrap().get_attribute("width").as_deref(),
            Some(length),
            "{of}"
        );
    }
    let evidence = page.0.at("[data-test='evidence'] [role='progressbar']");
    assert_eq!(evidence.get_attribute("aria-valuenow").as_deref(), Some("25"));
    assert!(!page.has("untold"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_canary_and_the_live_release_stand_beside_each_other_in_all_that_is_told() {
    let page = Page::open(
        "host.fragments[1].health = host.told(9, 0);
        host.fragments[1].canary = host.canary(
            host.told(400, 20, { degraded: 4, failed: 100, median_ms: 64, mount_ms: 4096, pages: 200, poor: 3 }),
            host.told(8000, 12, { median_ms: 12 }))",
    )
    .await;
    let table = page.0.at("[data-fragment='wallet'] [data-test='beside']");
    assert!(table.inner_text().contains("told-since"), "not of the last day: {}", table.inner_text());
    assert_eq!(page.columns("wallet"), ["canary", "live"]);
    for (row, figures) in [
        ("health-mounts", ["400", "8,000"]),
        ("health-crashes", ["5%", "0.15%"]),
        ("health-degraded", ["1%", "0%"]),
        ("health-failed-loads", ["20%", "0%"]),
        ("half-within", ["64 ms", "12 ms"]),
        ("nine-within", ["4,096 ms", "16 ms"]),
        ("health-poor", ["1.5%", "0%"]),
    ] {
        assert_eq!(page.figures("wallet", row), figures, "{row}");
    }
    page.0.close();
}

#[wasm_bindgen_test]
async fn without_a_verdict_there_is_the_last_day_of_what_is_seen() {
    let page = Page::open(
        "host.fragments[0].health = host.told(0, 0, { failed: 1 }); host.fragments[1].health = host.told(0, 0)",
    )
    .await;
    assert!(page.0.find("[data-fragment='wallet'] [data-test='beside']").is_none(), "nothing was told");
    assert_eq!(page.columns("promotions"), ["live"]);
    assert!(page.text("beside").contains("told-day"));
    for (row, figure) in [("health-failed-loads", "100%"), ("health-crashes", "–"), ("half-within", "–")] {
        assert_eq!(page.figures("promotions", row), [figure], "{row}");
    }
    page.0.close();
    let unjudged = "host.fragments[1].live = null; host.fragments[1].health = host.told(4, 1);
        host.fragments[1].canary = { ...host.canary(), figures: null }";
    let page = Page::open(unjudged).await;
    assert!(page.has("unjudged"));
    assert_eq!(page.columns("wallet"), ["canary"]);
    assert_eq!(page.figures("wallet", "health-crashes"), ["25%"]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn new_figures_leave_all_else_as_it_is() {
    let page = Page::open(
        "host.fragments[0].health = host.told(3, 0);
        host.fragments[1].canary = host.canary(host.told(1, 0), host.told(7, 0));
        for (const version of ['1', '2', '3', '4']) host.write('publish', 'wallet', version, null)",
    )
    .await;
    page.0.press("[data-test='more']").await;
    let mark = |selector: &str| page.0.at(selector).set_attribute("data-same", "").unwrap();
    let is_same = |selector: &str| page.0.find(&format!("{selector}[data-same]")).is_some();
    let [table, others] = ["wallet", "promotions"].map(|of| format!("[data-fragment='{of}'] [data-test='beside']"));
    mark("[data-fragment='wallet']");
    mark(&others);
    page.0.run("host.fragments[1].canary = host.canary(host.told(2, 1), host.told(9, 0))");
    page.ask_again().await;
    assert_eq!(page.figures("wallet", "health-mounts"), ["2", "9"]);
    assert!(is_same("[data-fragment='wallet']"), "the card is the same");
    assert!(is_same(&others), "nothing new is known of the other one");
    let lines = page.0.root().query_selector_all("[data-test='line']").unwrap().length();
    assert_eq!(lines, 4, "what was asked for of the history is still there");
    mark(&table);
    mark("[data-test='evidence']");
    page.0.run("host.fragments[0].health = host.told(4, 0)");
    page.ask_again().await;
    assert_eq!(page.figures("promotions", "health-mounts"), ["4"]);
    assert!(is_same(&table) && is_same("[data-test='evidence']"), "nor of the canary");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_command_takes_no_figures_away_from_what_stays() {
    let page = Page::open(
        "host.fragments[1].health = host.told(9, 0);
        host.fragments[1].canary = host.canary(host.told(2, 1), host.told(7, 0))",
    )
    .await;
    page.press_at("wallet", "kill").await;
    page.fill("reason", "wrong sums").await;
    page.0.press("[data-test='question-confirm']").await;
    assert_eq!(page.stands("wallet"), "off");
    assert_eq!(page.figures("wallet", "health-mounts"), ["2", "7"]);
    assert!(page.has("evidence") && !page.has("untold"));
    page.press_at("wallet", "end-canary").await;
    page.0.press("[data-test='question-confirm']").await;
    assert_eq!(page.figures("wallet", "health-mounts"), ["9"], "the live release's last day");
    page.0.close();
}

#[wasm_bindgen_test]
async fn each_role_is_offered_what_it_may_do() {
    for (role, kill, revive) in [("viewer", false, false), ("risk", true, false), ("admin", true, true)] {
        let off = "host.fragments[0].killed = { reason: 'why', team: 'house', at_ms: 1 }";
        let page = Page::open(&format!("host.role = '{role}'; {off}")).await;
        assert_eq!((page.has("kill"), page.has("revive"), page.has("rollback")), (kill, revive, kill), "{role}");
        assert_eq!(page.text("bounds").is_empty(), role == "admin", "{role}");
        page.press_at("wallet", "published").await;
        assert_eq!(page.has("promote"), revive, "{role}");
        page.0.close();
    }
}

#[wasm_bindgen_test]
async fn a_refusal_says_what_to_do_and_the_question_stays() {
    for (refusal, says) in [
        ("host.problem(403, 'forbidden', 'role')", "forbidden"),
        ("host.problem(404, 'not-found', 'to')", "stands-differently"),
        ("host.problem(409, 'conflict', 'slots')", "slot-taken"),
        ("host.problem(409, 'conflict', 'publishes')", "not-understood"),
        ("host.problem(503, 'unavailable')", "no-answer"),
    ] {
        let page = Page::open(&format!("host.refusal = {refusal}")).await;
        page.press_at("wallet", "rollback").await;
        page.0.press("[data-test='question-confirm']").await;
        assert!(page.text("question-error").contains(says), "{refusal}: {}", page.text("question-error"));
        assert_eq!(page.0.at("[data-test='question-error']").get_attribute("role").as_deref(), Some("alert"));
        page.0.press("[data-test='question-back']").await;
        assert!(!page.has("outcome"));
        page.0.close();
    }
    let page = Page::open("host.mode = 'lost'").await;
    page.press_at("wallet", "rollback").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(page.text("question-error").contains("no-answer"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_session_that_is_over_leaves_nothing_on_the_screen() {
    let page = Page::open("").await;
    page.0.run("host.session = false");
    page.press_at("wallet", "rollback").await;
    page.0.press("[data-test='question-confirm']").await;
    assert_eq!(page.shows(), "door");
    assert!(!page.has("question") && !page.has("fragment") && page.text("door-error").contains("signed-out"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn whoever_signs_out_is_out_at_once() {
    let page = Page::open("").await;
    page.0.press("[data-test='sign-out']").await;
    assert_eq!((page.shows(), page.has("line")), ("door".into(), false));
    assert!(page.0.calls("request").iter().any(|request| request.contains("/sign-out")));
    page.0.close();
}

#[wasm_bindgen_test]
async fn how_it_does_is_plotted_and_the_table_says_the_same() {
    let page = Page::open("").await;
    let plots = page.0.root().query_selector_all("[data-test='plot']").unwrap();
    assert_eq!(plots.length(), 6);
    let asked =
        |page: &Page| page.0.calls("request").into_iter().filter(|it| it.contains("/health")).collect::<Vec<_>>();
    assert!(asked(&page).iter().all(|it| it.contains("fragment=promotions&span=day")), "{:?}", asked(&page));
    let plot = |of: &str| page.0.at(&format!("[data-test='plot'][data-of='{of}'] svg"));
    assert_eq!(plot("mounts").get_attribute("role").as_deref(), Some("img"));
    assert!(plot("mounts").get_attribute("aria-label").unwrap().contains("plot-words"));
    let path = |of: &str, number: u32| {
        plot(of).query_selector_all("path").unwrap().get(number).unwrap().unchecked_into::<Element>().get_attribute("d")
    };
    assert_eq!(path("mounts", 0).as_deref(), Some("M11 100v-100h8v100zM21 100v-50h8v50z"));
    assert_eq!(
        path("crashes", 0).as_deref(),
        Some("M11 100v-10h8v10zM21 100v-100h8v100z"),
        "of those that were mounted"
    );
    assert_eq!(path("poor", 0).as_deref(), Some(""), "no page was poor");
    assert_eq!(path("mounts", 1).as_deref(), Some("M15 0v100"), "where the release changed");
    assert!(page.text("changes").contains("health-changes"));
    let rows = page.0.root().query_selector_all("[data-test='step']").unwrap();
    let cells = |row: u32| rows.get(row).unwrap().text_content().unwrap();
    assert_eq!(rows.length(), 3);
    assert!(cells(0).contains("505") && cells(1).contains("2.0.0"), "the newest first: {} {}", cells(0), cells(1));
    page.0.close();
}

#[wasm_bindgen_test]
async fn another_fragment_or_span_is_asked_for_and_the_table_stays_open() {
    let page = Page::open("").await;
    let choose = async |name: &str, value: &str| {
        let select: HtmlSelectElement = page.0.at(&hook(name)).unchecked_into();
        select.set_value(value);
        select.dispatch_event(&Event::new("input").unwrap()).unwrap();
        settle().await;
        page.0.calls("request").pop().unwrap()
    };
    assert!(choose("health-of", "wallet").await.contains("health?fragment=wallet&span=day"));
    let last = choose("health-span", "week").await;
    assert!(last.contains("health?fragment=wallet&span=week"), "{last}");
    let newest = || page.0.at("[data-test='step']").text_content().unwrap();
    assert!(newest().contains("80"), "the week's: {}", newest());
    page.0.at("[data-test='health-table']").set_attribute("open", "").unwrap();
    page.0.run("host.health = () => ({ status: 200, body: {
        fragment: 'wallet', from_ms: 0, step_ms: 1000, steps: [host.told(7, 0)], whole: host.told(7, 0), changes: [] } })");
    page.press_at("wallet", "rollback").await;
    page.0.press("[data-test='question-confirm']").await;
    assert!(newest().contains("700") && !page.has("changes"), "what was decided is looked at");
    assert!(page.0.at("[data-test='health-table']").has_attribute("open"), "what was open stays open");
    page.0.close();
}

#[wasm_bindgen_test]
async fn health_that_is_not_there_is_said() {
    let page = Page::open(
        "host.health = () => ({ status: 200, body: { fragment: 'wallet', from_ms: 0, step_ms: 1,
        steps: [host.told(0, 0)], whole: host.told(0, 0), changes: [] } })",
    )
    .await;
    assert!(page.has("health-empty") && !page.has("plot"));
    page.0.close();
    let page = Page::open("host.health = () => host.problem(503, 'unavailable')").await;
    assert!(page.has("health-error") && page.has("fragment"), "the rest is there");
    page.0.run(
        "host.health = () => ({ status: 200, body: { fragment: 'wallet', from_ms: 0, step_ms: 1,
        steps: [host.told(1, 0)], whole: host.told(1, 0), changes: [] } })",
    );
    page.0.press("[data-test='health-error'] [data-test='retry']").await;
    assert!(page.has("plot") && !page.has("health-error"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn an_inspection_begins_with_the_operators_own_token() {
    for role in ["developer", "viewer", "admin"] {
        let page = Page::open(&format!("host.role = '{role}'")).await;
        page.0.press("[data-test='inspect']").await;
        let call = page.0.calls("request").into_iter().find(|it| it.contains("/api/operator/inspect")).unwrap();
        assert!(call.contains("\"POST\"") && call.contains("\"token\":\"operators-token\""), "{role}: {call}");
        assert!(page.text("outcome").contains("inspect-done"), "{role}");
        let link = page.0.at("[data-test='inspected']");
        assert_eq!(link.get_attribute("href").as_deref(), Some("/?inspect"));
        page.0.close();
    }
    for (refusal, says) in
        [("host.problem(403, 'forbidden', 'role')", "forbidden"), ("host.problem(503, 'unavailable')", "no-answer")]
    {
        let page = Page::open(&format!("host.inspects = {refusal}")).await;
        page.0.press("[data-test='inspect']").await;
        assert!(page.text("outcome").contains(says) && !page.has("inspected"), "{refusal}");
        page.0.close();
    }
    let page = Page::open("host.inspects = host.problem(401, 'signed-out')").await;
    page.0.press("[data-test='inspect']").await;
    assert_eq!(page.shows(), "door");
    page.0.close();
}

#[wasm_bindgen_test]
async fn history_goes_back_page_by_page_and_by_fragment() {
    let lines =
        "for (const [fragment, version] of [['wallet', '1'], ['wallet', '2'], ['promotions', '1'], ['wallet', '3']])
        host.write('publish', fragment, version, null);";
    let page = Page::open(lines).await;
    let shown = |page: &Page| page.0.root().query_selector_all("[data-test='line']").unwrap().length();
    assert_eq!(shown(&page), 2);
    page.0.press("[data-test='more']").await;
    assert_eq!((shown(&page), page.has("more")), (4, false));
    let select: HtmlSelectElement = page.0.at("[data-test='history-of']").unchecked_into();
    select.set_value("promotions");
    select.dispatch_event(&Event::new("input").unwrap()).unwrap();
    settle().await;
    assert_eq!(shown(&page), 1);
    page.0.close();
}

#[wasm_bindgen_test]
async fn nothing_is_a_state_as_well() {
    let page = Page::open("host.fragments = []").await;
    assert!(page.has("nothing") && page.has("history-empty"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn no_answer_is_an_error_at_first_and_a_notice_later() {
    let page = Page::open("host.mode = 'down'").await;
    assert_eq!(page.shows(), "error");
    assert!(page.0.calls("report").iter().any(|call| call.contains("degraded")));
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='retry']").await;
    assert!(page.has("fragment") && !page.has("stale"));
    page.0.deliver("shell.connection", "{ online: false }");
    settle().await;
    assert!(page.has("stale") && page.has("fragment"));
    page.0.close();
}
