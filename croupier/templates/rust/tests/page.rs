//! The fragment on a page, against a host of plain JavaScript. Texts show their ids, because the
//! catalogue is empty: what is asserted holds in every language.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[path = "../{{shared}}/fragment/tests/support/mod.rs"]
mod support;

use support::{FakeHost, settle};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Answers as the gateway does, unless `host.down` is set.
const SETUP: &str = "
    host.messages = { hello: 'Hello {name}' };
    host.table = (id, seated, online) => ({ id, game: 'roulette', name: 'Table ' + id, dealer: 'Ada', seated, online,
        min_minor: 100, max_minor: 10000, currency: 'EUR', feed_url: '', video_url: '', still_url: '' });
    host.tables = [host.table('quiet', 0, true), host.table('<i>busy', 3, true), host.table('closed', 9, false)];
    host.answer = async () => host.down
        ? { status: 503, body: { type: '/problems/unavailable', title: '', status: 503, detail: 'down', field: null } }
        : { status: 200, body: { tables: host.tables, offline_since_ms: null } };";

struct Page(FakeHost);

impl Page {
    async fn open(script: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} {script}"));
        let handle = {{crate}}::mount(host.object.clone());
        host.mounted(handle);
        settle().await;
        Self(host)
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.0.root().query_selector(selector).unwrap()
    }

    async fn refresh(&self) {
        self.find("[data-test=refresh]").unwrap().unchecked_into::<HtmlElement>().click();
        settle().await;
    }

    /// Unmounts, so that the next test finds an empty page.
    fn close(mut self) {
        self.0.unmount();
        assert_eq!(self.0.root().child_element_count(), 0, "the view is gone");
        self.0.root().remove();
    }
}

#[wasm_bindgen_test]
async fn open_tables_are_listed_and_names_are_no_markup() {
    let page = Page::open("").await;
    let list = page.find("[data-test=tables]").unwrap();
    assert_eq!(list.child_element_count(), 2);
    let first = list.first_element_child().unwrap();
    assert!(first.text_content().unwrap().contains("Table <i>busy"), "{}", first.inner_html());
    assert_eq!(page.0.calls("request"), [r#"[{"method":"GET","path":"/api/live/tables"}]"#]);
    page.close();
}

#[wasm_bindgen_test]
async fn the_player_is_greeted_by_name() {
    let page = Page::open("").await;
    page.0.deliver("session.changed", "{ player: { id: 'p1', name: 'Ada', demo: true } }");
    settle().await;
    assert_eq!(page.find("[data-test=hello]").unwrap().text_content().unwrap(), "Hello Ada");
    page.0.deliver("session.changed", "{ player: null }");
    settle().await;
    assert_eq!(page.find("[data-test=hello]").unwrap().text_content().unwrap(), "hello-visitor");
    page.close();
}

#[wasm_bindgen_test]
async fn what_was_known_stays_while_there_is_no_answer() {
    let page = Page::open("").await;
    page.0.run("host.down = true");
    page.refresh().await;
    assert!(page.find("[data-test=failed]").is_some() && page.find("[data-test=tables]").is_some());
    assert!(page.0.calls("report").iter().any(|report| report.contains("degraded")));
    page.0.run("host.down = false");
    page.refresh().await;
    assert!(page.find("[data-test=failed]").is_none());
    assert!(page.0.calls("report").last().is_some_and(|report| report.contains("healthy")));
    page.close();
}

#[wasm_bindgen_test]
async fn no_table_is_said_in_words() {
    let page = Page::open("host.tables = []").await;
    assert!(page.find("[data-test=none]").is_some() && page.find("[data-test=tables]").is_none());
    page.close();
}
