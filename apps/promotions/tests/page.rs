//! The promotions on a page, against a host of plain JavaScript. Texts show their ids, because the
//! catalogue is empty: what is asserted holds in every language.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[path = "../../../shared/fragment/tests/support/mod.rs"]
mod support;

use support::{FakeHost, settle};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Answers as the gateway does, unless `host.mode` says otherwise.
const SETUP: &str = "
    host.messages = {};
    host.publish = function (topic) { this.published.push(topic); };
    host.published = []; host.mode = 'ok'; host.refusal = null;
    host.terms_version = 3; host.terms = 'terms';
    host.states = { match: ['offered', 1], mission: ['earned', 5] };
    host.offer = (id) => ({
        id, kind: 'mission', state: host.states[id][0], title: 'Title <b>' + id, summary: 's', terms: host.terms,
        terms_version: host.terms_version,
        conditions: { wagering_multiplier: 10, roulette_percent: 100, baccarat_percent: 10, min_deposit_minor: null,
            max_bet_minor: 500, max_win_minor: 9000, expires_at_ms: 1700000000000, eligible: 'everybody' },
        progress: { unit: 'count', current: 2, target: 8 }, reward_minor: 500, reward_is_bonus: true,
        currency: 'EUR', version: host.states[id][1],
    });
    host.problem = (status, code, field = null) =>
        ({ status, body: { type: '/problems/' + code, title: code, status, detail: code, field } });
    host.answer = async ({ method, path }) => {
        if (host.mode === 'down') return host.problem(503, 'unavailable');
        if (host.mode === 'lost' && method === 'POST') throw Object.assign(new Error(), { name: 'Timeout' });
        if (host.refusal && method === 'POST') return host.refusal;
        if (method === 'GET') return { status: 200, body: { offers: Object.keys(host.states).map(host.offer) } };
        const id = path.split('/')[4];
        host.states[id] = [path.endsWith('claim') ? 'claimed' : 'active', host.states[id][1] + 1];
        return { status: 200, body: host.offer(id) };
    };";

const PLAYER: &str = "{ player: { id: 'p1', name: 'Ada', demo: true } }";
const VISITOR: &str = "{ player: null }";

struct Page(FakeHost);

impl Page {
    async fn open(session: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} host.props.view = 'main';"));
        host.mount_leaving(promotions::open);
        host.deliver("session.changed", session);
        settle().await;
        Self(host)
    }

    fn state(&self, offer: &str) -> String {
        self.0.at(&format!("[data-offer='{offer}']")).get_attribute("data-offer-state").unwrap()
    }

    fn commands(&self) -> Vec<String> {
        self.0.calls("request").into_iter().filter(|request| request.contains("\"POST\"")).collect()
    }
}

#[wasm_bindgen_test]
async fn every_condition_stands_on_the_card() {
    let page = Page::open(VISITOR).await;
    let conditions = page.0.at("[data-offer='match'] [data-test='conditions']");
    let names = ["wagering", "contribution", "min-deposit", "max-bet", "max-win", "expires", "eligible"];
    for name in names {
        let line = conditions.query_selector(&format!("[data-condition='{name}'] dd")).unwrap();
        assert!(!line.unwrap().text_content().unwrap().is_empty(), "{name}");
    }
    assert!(conditions.inner_text().contains("€5.00") && conditions.inner_text().contains("everybody"));
    assert_eq!(page.0.at("[data-offer='match'] h3").inner_text(), "Title <b>match", "texts are no markup");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_visitor_is_asked_to_sign_in() {
    let page = Page::open(VISITOR).await;
    page.0.press("[data-test='opt-in']").await;
    assert_eq!(page.0.run("return host.published.join()"), "session.sign-in-wanted");
    assert!(page.commands().is_empty());
    page.0.close();
}

#[wasm_bindgen_test]
async fn taking_part_needs_the_terms_that_were_shown() {
    let page = Page::open(PLAYER).await;
    page.0.press("[data-test='opt-in']").await;
    assert_eq!(page.0.at("[data-test='accept-error']").inner_text(), "accept-first");
    assert!(page.commands().is_empty());
    page.0.press("[data-test='accept']").await;
    assert_eq!(page.0.at("[data-test='accept-error']").inner_text(), "");
    page.0.press("[data-test='opt-in']").await;
    let command = page.commands().remove(0);
    assert!(command.contains("/match/opt-in") && command.contains("\"terms_version\":3"), "{command}");
    assert!(command.contains("\"idempotencyKey\""));
    assert_eq!(page.state("match"), "active");
    assert_eq!(page.0.at("[data-offer='match'] [role='progressbar']").get_attribute("aria-valuenow").unwrap(), "25");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_claim_says_where_the_money_is() {
    let page = Page::open(PLAYER).await;
    page.0.press("[data-test='claim']").await;
    assert_eq!(page.state("mission"), "claimed");
    assert!(page.0.at("[data-test='credited']").inner_text().contains("credited"));
    let late = "{ offer: 'mission', state: 'earned', progress: { unit: 'count', current: 8, target: 8 }, reward_minor: 500, version: 5 }";
    page.0.deliver("promotions.offer", late);
    settle().await;
    assert_eq!(page.state("mission"), "claimed", "an older event changes nothing");
    page.0.close();
}

#[wasm_bindgen_test]
async fn the_words_of_a_notice_come_after_its_status_so_that_they_are_read_out() {
    let page = Page::open(PLAYER).await;
    let words = "[data-test='credited'] [data-test='news']";
    page.0.run(&format!(
        "host.first = [];
         new MutationObserver(() => {{
             const words = host.root.querySelector(\"{words}\");
             if (words) host.first.push(words.ariaHidden);
         }}).observe(host.root, {{ childList: true, subtree: true }})"
    ));
    page.0.press("[data-test='claim']").await;
    assert_eq!(page.0.run("return host.first[0]"), "true");
    assert!(page.0.at(words).inner_text().contains("credited"), "they are seen at once");
    for _ in 0..200 {
        if !page.0.at(words).has_attribute("aria-hidden") {
            break;
        }
        settle().await;
    }
    assert!(!page.0.at(words).has_attribute("aria-hidden"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_repeated_under_the_same_key() {
    let page = Page::open(PLAYER).await;
    page.0.run("host.mode = 'lost'");
    page.0.press("[data-test='claim']").await;
    assert!(page.0.at("[data-test='offer-error']").inner_text().contains("no-answer"));
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='claim']").await;
    let commands = page.commands();
    assert_eq!(commands.len(), 2);
    assert_eq!(commands[0], commands[1]);
    assert_eq!(page.state("mission"), "claimed");
    page.0.close();
}

#[wasm_bindgen_test]
async fn under_another_name_ticks_and_keys_stay() {
    let page = Page::open(PLAYER).await;
    page.0.press("[data-offer='match'] [data-test='accept']").await;
    page.0.run("host.mode = 'lost'");
    page.0.press("[data-test='claim']").await;
    page.0.deliver("session.changed", "{ player: { id: 'p1', name: 'Grace', demo: true } }");
    settle().await;
    let accept = page.0.at("[data-offer='match'] [data-test='accept']");
    assert!(accept.matches(":checked, :has(:checked)").unwrap(), "{}", accept.outer_html());
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='claim']").await;
    let commands = page.commands();
    assert_eq!((commands.len(), &commands[0]), (2, &commands[1]));
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_conflict_shows_how_it_really_stands() {
    let page = Page::open(PLAYER).await;
    page.0.run("host.refusal = host.problem(409, 'conflict'); host.states.mission = ['claimed', 6]");
    page.0.press("[data-test='claim']").await;
    assert_eq!(page.state("mission"), "claimed");
    page.0.close();
}

#[wasm_bindgen_test]
async fn changed_terms_are_shown_and_have_to_be_accepted_themselves() {
    let page = Page::open(PLAYER).await;
    page.0.press("[data-test='accept']").await;
    page.0.run(
        "host.terms_version = 4; host.terms = 'other terms';
         host.refusal = host.problem(409, 'conflict', 'terms_version')",
    );
    page.0.press("[data-test='opt-in']").await;
    assert!(page.0.at("[data-test='offer-error']").inner_text().contains("terms-changed"));
    let terms = page.0.at("[data-offer='match'] [data-test='terms']").text_content().unwrap();
    assert!(terms.contains("other terms"), "{terms}");
    assert!(!page.0.at("[data-test='accept']").matches(":checked").unwrap(), "others were accepted");
    page.0.run("host.refusal = null");
    page.0.press("[data-test='accept']").await;
    page.0.press("[data-test='opt-in']").await;
    assert!(page.commands()[1].contains("\"terms_version\":4"), "{}", page.commands()[1]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn terms_that_the_list_changes_are_on_the_card() {
    let page = Page::open(PLAYER).await;
    page.0.press("[data-test='accept']").await;
    page.0.run("host.terms_version = 4");
    page.0.deliver("shell.connection", "{ online: false }");
    page.0.deliver("shell.connection", "{ online: true }");
    settle().await;
    assert!(!page.0.at("[data-test='accept']").matches(":checked").unwrap());
    page.0.press("[data-test='accept']").await;
    page.0.press("[data-test='opt-in']").await;
    assert!(page.commands()[0].contains("\"terms_version\":4"), "{}", page.commands()[0]);
    page.0.close();
}

#[wasm_bindgen_test]
async fn who_takes_a_break_is_told_that_nothing_can_be_taken_part_in() {
    let page = Page::open(PLAYER).await;
    page.0.run("host.refusal = host.problem(422, 'play-blocked')");
    page.0.press("[data-test='claim']").await;
    assert!(page.0.at("[data-test='offer-error']").inner_text().contains("not-eligible"));
    page.0.press("[data-test='accept']").await;
    page.0.press("[data-test='opt-in']").await;
    assert!(page.0.at("[data-offer='match'] [data-test='offer-error']").inner_text().contains("not-eligible"));
    page.0.close();
}

#[wasm_bindgen_test]
async fn progress_arrives_live() {
    let page = Page::open(PLAYER).await;
    let event = "{ offer: 'match', state: 'active', progress: { unit: 'count', current: 6, target: 8 }, reward_minor: 700, version: 2 }";
    page.0.deliver("promotions.offer", event);
    settle().await;
    assert_eq!(page.0.at("[data-offer='match'] [role='progressbar']").get_attribute("aria-valuenow").unwrap(), "75");
    page.0.run("host.states.fresh = ['offered', 1]");
    page.0.deliver("promotions.offer", &event.replace("match", "fresh"));
    settle().await;
    assert!(page.0.find("[data-offer='fresh']").is_some(), "an unknown offer is asked for");
    page.0.close();
}

#[wasm_bindgen_test]
async fn no_answer_is_an_error_at_first_and_a_notice_later() {
    let mut host = FakeHost::new();
    host.run(&format!("{SETUP} host.mode = 'down';"));
    host.mount_leaving(promotions::open);
    let page = Page(host);
    assert!(page.0.find("[data-test='loading']").is_some());
    settle().await;
    assert!(page.0.find("[data-test='offers-error']").is_some());
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-test='retry']").await;
    assert!(page.0.find("[data-test='offer']").is_some());
    page.0.run("host.mode = 'down'");
    page.0.deliver("shell.connection", "{ online: false }");
    page.0.deliver("shell.connection", "{ online: true }");
    settle().await;
    assert!(page.0.find("[data-test='stale']").is_some() && page.0.find("[data-test='offer']").is_some());
    page.0.close();
}

#[wasm_bindgen_test]
async fn accepted_terms_survive_a_new_release_and_an_unknown_outcome_keeps_the_old_one() {
    let mut host = FakeHost::new();
    host.run(&format!("{SETUP} host.props.view = 'main'; host.restored = ['3 match']"));
    host.mount_leaving(promotions::open);
    host.deliver("session.changed", PLAYER);
    settle().await;
    let page = Page(host);
    let accept = page.0.at("[data-offer='match'] [data-test='accept']");
    assert!(accept.matches(":checked, :has(:checked)").unwrap(), "{}", accept.outer_html());
    assert_eq!(page.0.snapshot(), r#"["3 match"]"#);
    page.0.run("host.mode = 'lost'");
    page.0.press("[data-offer='match'] [data-test='opt-in']").await;
    assert_eq!(page.0.snapshot(), "null", "its key must not be lost");
    page.0.run("host.mode = 'ok'");
    page.0.press("[data-offer='match'] [data-test='opt-in']").await;
    assert_ne!(page.0.snapshot(), "null");
    page.0.close();
}

#[wasm_bindgen_test]
async fn a_tick_that_an_earlier_release_left_for_other_terms_does_not_count() {
    let mut host = FakeHost::new();
    host.run(&format!("{SETUP} host.restored = ['match', '2 match']"));
    host.mount_leaving(promotions::open);
    host.deliver("session.changed", PLAYER);
    settle().await;
    assert!(!host.at("[data-test='accept']").matches(":checked").unwrap());
    host.close();
}
