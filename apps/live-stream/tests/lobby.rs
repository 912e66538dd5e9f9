//! The lobby, against a shell and a vendor of plain JavaScript.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[allow(dead_code)] // each test file uses a part of it
mod support;

use support::Page;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn every_table_is_a_link_with_its_last_results() {
    let page = Page::lobby("");
    page.until("shell.all('lobby-table').length === 2").await;
    assert_eq!(page.text("shell.one('lobby-table').getAttribute('href')"), "/live/roulette-1");
    assert!(page.text("shell.one('lobby-table').textContent").contains("Azure Roulette"));
    page.until("shell.sent('subscribe').length === 1").await;
    assert_eq!(page.text("shell.sent('subscribe')[0].tables"), "roulette-1,baccarat-1");
    page.run("shell.snapshot()");
    page.until("shell.one('lobby-table').querySelector('.results').textContent === '170'").await;
    assert_eq!(page.text("shell.one('lobby-table').dataset.online"), "true");
    page.close();
}

#[wasm_bindgen_test]
async fn without_the_vendor_the_last_tables_stay_and_it_comes_back_by_itself() {
    let page = Page::lobby("");
    page.until("shell.all('lobby-table').length === 2").await;
    page.run("shell.deliver('live.tables', shell.tables(false))");
    page.until("shell.one('lobby-offline')").await;
    assert_eq!(page.text("shell.all('lobby-table').map((card) => card.dataset.online)"), "false,false");
    page.run("shell.deliver('live.tables', shell.tables())");
    page.until("!shell.one('lobby-offline')").await;
    let reports = page.text("shell.calls.filter(([name]) => name === 'report').map(([, level]) => level)");
    assert_eq!(reports, "degraded,healthy");
    page.close();
}

#[wasm_bindgen_test]
async fn a_feed_that_closes_is_said_at_once() {
    let page = Page::lobby("");
    page.until("shell.sent('subscribe').length === 1").await;
    page.run("shell.refuses = true; shell.vendor().drop()");
    page.until("shell.one('lobby-offline')").await;
    page.run("shell.refuses = false");
    page.until("!shell.one('lobby-offline')").await;
    page.close();
}

#[wasm_bindgen_test]
async fn without_the_gateway_there_is_a_way_to_try_again() {
    let page = Page::lobby("shell.kept = shell.answers; shell.answers = {}");
    page.until("shell.one('lobby-error')").await;
    page.run("shell.answers = shell.kept; shell.one('try-again').click()");
    page.until("shell.all('lobby-table').length === 2").await;
    page.close();
}

#[wasm_bindgen_test]
async fn an_empty_lobby_says_so() {
    let page = Page::lobby("shell.answers['/api/live/tables'].body.tables = []");
    page.until("shell.one('lobby-empty')").await;
    page.close();
}

#[wasm_bindgen_test]
async fn little_space_shows_lines_and_opens_no_feed() {
    let page = Page::lobby("shell.host.props = { view: 'side', path: '/', params: {} }");
    page.until("shell.all('lobby-table').length === 2").await;
    assert_eq!(page.text("shell.sockets.length"), "0");
    assert_eq!(page.text("shell.one('lobby-table').className"), "table-line");
    page.close();
}
