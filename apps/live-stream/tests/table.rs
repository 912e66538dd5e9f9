//! A table, against a shell and a vendor of plain JavaScript.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

#[allow(dead_code)] // each test file uses a part of it
mod support;

use support::Page;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const CLOSED: &str = "shell.delta(8, { phase: 'closed', phase_ends_at_ms: Date.now() + 1000, phase_ms: 1000 })";

/// As the page asks before a release takes over: may what runs go?
const BUSY: &str = "!!shell.root.querySelector('[data-busy]:not([data-busy=\"0\"], [data-busy=\"false\"])')";

#[wasm_bindgen_test]
async fn a_table_shows_round_phase_and_history() {
    let page = Page::table().await;
    assert_eq!(page.text("shell.one('table').dataset.round"), "r1");
    assert_eq!(page.text("shell.one('table').dataset.feed"), "live");
    assert_eq!(page.text("shell.all('history-item').length"), "2");
    page.until("Number(shell.one('countdown').dataset.seconds) >= 8").await;
    page.run(CLOSED);
    page.until("shell.one('table').dataset.phase === 'closed'").await;
    let rounds = page.text("shell.calls.filter((call) => call[1] === 'live.round').map((call) => call[2].phase)");
    assert_eq!(rounds, "open,closed");
    page.close();
}

#[wasm_bindgen_test]
async fn a_click_places_a_bet_that_waits_for_the_vendor() {
    let page = Page::table().await;
    assert_eq!(page.text(BUSY), "false");
    page.run("shell.spot('red').click()");
    page.until("shell.sent('place').length === 1").await;
    assert_eq!(page.text(BUSY), "true", "no answer has come yet");
    let place = "(({ table, round, stakes, key }) => [table, round, JSON.stringify(stakes), key.length])";
    assert_eq!(
        page.text(&[place, "(shell.sent('place')[0])"].concat()),
        r#"roulette-1,r1,[{"spot":"red","stake_minor":500}],36"#
    );
    assert_eq!(page.text("shell.pile('red').dataset.pending"), "true");
    page.run("shell.bets([{ key: shell.sent('place')[0].key, stakes: shell.sent('place')[0].stakes }])");
    page.until("shell.pile('red').dataset.pending === 'false'").await;
    assert_eq!(page.text("shell.one('my-bets-total').dataset.minor"), "500");
    assert_eq!(page.text(BUSY), "true", "it stands");
    page.run("shell.one('undo').click()");
    page.until("shell.sent('clear').length === 1").await;
    assert_eq!(page.text("shell.sent('clear')[0].keys[0] === shell.sent('place')[0].key"), "true");
    page.run("shell.bets([])");
    page.until(&["!", BUSY].concat()).await;
    page.close();
}

#[wasm_bindgen_test]
async fn another_chip_and_an_inside_bet_from_the_panel() {
    let page = Page::table().await;
    page.run("shell.all('chip')[2].click(); shell.one('more-bets').click()");
    page.until("shell.spot('split-0-1')").await;
    page.run("shell.spot('split-0-1').click()");
    page.until("shell.sent('place').length === 1").await;
    assert_eq!(page.text("shell.sent('place')[0].stakes[0].stake_minor"), "2500");
    page.run("shell.root.querySelector('[data-inside=corner]').click()");
    page.until("shell.spot('corner-1') && !shell.spot('split-1-2')").await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_refused_bet_leaves_with_a_message() {
    let page = Page::table().await;
    page.run("shell.spot('red').click()");
    page.run(
        "shell.say('refused', { key: shell.sent('place')[0].key, code: 'insufficient-funds', field: null, detail: '' })",
    );
    page.until("shell.one('message')?.textContent === 'message-insufficient-funds'").await;
    assert_eq!(page.text("shell.pile('red')"), "null");
    page.close();
}

#[wasm_bindgen_test]
async fn a_closed_round_takes_nothing() {
    let page = Page::table().await;
    page.run(CLOSED);
    page.until("shell.spot('red').getAttribute('aria-disabled') === 'true'").await;
    page.run("shell.spot('red').click()");
    page.until("shell.one('message')?.textContent === 'message-round-closed'").await;
    assert_eq!(page.text("shell.sent('place').length"), "0");
    page.run("shell.delta(9, { round: 'r2', phase: 'open', phase_ends_at_ms: Date.now() + 9000, phase_ms: 15000 })");
    page.until("!shell.one('message')").await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_visitor_is_asked_to_sign_in() {
    let page = Page::at_table("shell.player = false;").await;
    page.run("shell.spot('red').click()");
    let wanted = "shell.calls.filter((call) => call[1] === 'session.sign-in-wanted').length";
    assert_eq!(page.text(wanted), "1");
    assert_eq!(page.text("shell.sent('place').length"), "0");
    page.run("shell.one('sign-in').click()");
    assert_eq!(page.text(wanted), "2");
    page.run("shell.deliver('session.changed', { player: { id: 'p', name: 'Ada', demo: true } })");
    page.until("shell.sent('launch').length === 1").await;
    page.close();
}

const SOMEBODY_ELSE: &str = "shell.deliver('session.changed', { player: { id: 'p2', name: 'Bob', demo: true } })";

#[wasm_bindgen_test]
async fn another_player_sits_down_on_a_connection_of_their_own_and_nobody_on_none() {
    let page = Page::table().await;
    page.run("shell.bets([{ key: 'k', stakes: [{ spot: 'red', stake_minor: 500 }] }])");
    page.until("shell.pile('red')").await;
    page.run(SOMEBODY_ELSE);
    page.until("shell.sockets.length === 2 && shell.vendor().sent.some(({ type }) => type === 'launch')").await;
    assert_eq!(page.text("[shell.sockets[0].readyState, shell.sockets[0].onmessage]"), "3,", "it bets for the first");
    page.run("shell.snapshot(); shell.launched(); shell.spot('black').click()");
    page.until("shell.vendor().sent.some(({ type }) => type === 'place')").await;
    assert_eq!(page.text("shell.pile('red')"), "null", "those were the first one's");
    page.run("shell.deliver('session.changed', { player: null })");
    page.until("shell.sockets.length === 3 && shell.vendor().sent.length").await;
    page.run("shell.snapshot()");
    page.until("shell.one('table').dataset.phase === 'open' && shell.one('sign-in')").await;
    assert_eq!(page.text("shell.sockets.map(({ readyState }) => readyState)"), "3,3,1");
    assert_eq!(page.text("shell.vendor().sent.map(({ type }) => type)"), "subscribe", "nobody sits down");
    assert_eq!(page.text("shell.pile('black')"), "null");
    page.close();
}

#[wasm_bindgen_test]
async fn the_token_of_a_player_who_has_gone_is_not_handed_over() {
    let page = Page::at_table(
        "shell.late = [];
         const { request } = shell.host;
         shell.host.request = async (asked) => {
             if (asked.path === '/api/live/launch') await new Promise((go) => shell.late.push(go));
             return request(asked);
         };",
    )
    .await;
    page.until("shell.late.length === 1").await;
    page.run(SOMEBODY_ELSE);
    page.until("shell.late.length === 2").await;
    page.run("shell.late.forEach((go) => go())");
    page.until("shell.sent('launch').length").await;
    assert_eq!(page.text("shell.sent('launch').length"), "1");
    page.close();
}

#[wasm_bindgen_test]
async fn a_lost_feed_is_said_and_the_bets_are_there_again_after_it() {
    let page = Page::table().await;
    page.run("shell.spot('red').click()");
    page.run("shell.bets(shell.placed = [{ key: shell.sent('place')[0].key, stakes: shell.sent('place')[0].stakes }])");
    page.run("shell.vendor().drop()");
    page.until("shell.one('feed-notice') && shell.one('table').dataset.feed === 'lost'").await;
    assert_eq!(page.text("shell.spot('red').getAttribute('aria-disabled')"), "true");
    page.until("shell.sent('launch').length === 2 && shell.sent('subscribe').length === 2").await;
    page.run("shell.snapshot({ seq: 9 }); shell.launched(shell.placed)");
    page.until("!shell.one('feed-notice') && shell.pile('red')?.dataset.pending === 'false'").await;
    let reports = page.text("shell.calls.filter(([name]) => name === 'report').map(([, level]) => level)");
    assert_eq!(reports, "degraded,healthy");
    page.close();
}

#[wasm_bindgen_test]
async fn what_is_said_of_a_lost_feed_goes_with_its_player() {
    let page = Page::table().await;
    page.run("shell.vendor().drop()");
    page.until("shell.one('table').dataset.feed === 'lost'").await;
    page.run(SOMEBODY_ELSE);
    page.until(
        "shell.calls.filter(([name]) => name === 'report').map(([, level]) => level).join() === 'degraded,healthy'",
    )
    .await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_gap_asks_for_a_snapshot() {
    let page = Page::table().await;
    page.run("shell.delta(9, { seated: 50 })");
    page.until("shell.sent('subscribe').length === 2").await;
    page.run("shell.snapshot({ seq: 12, phase: 'dealing' })");
    page.until("shell.one('table').dataset.phase === 'dealing'").await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_cancelled_round_gives_the_bets_back() {
    let page = Page::table().await;
    page.run("shell.bets([{ key: 'k', stakes: [{ spot: 'red', stake_minor: 500 }] }])");
    page.until("shell.pile('red')").await;
    page.run("shell.delta(8, { phase: 'cancelled', phase_ends_at_ms: 0, phase_ms: 0 })");
    page.run(
        "shell.say('paid', { table: 'roulette-1', round: 'r1', staked_minor: 500, won_minor: 500, cancelled: true })",
    );
    page.until("shell.one('round-cancelled') && shell.one('result')?.textContent === 'paid-cancelled'").await;
    assert_eq!(page.text("shell.pile('red')"), "null");
    page.close();
}

#[wasm_bindgen_test]
async fn a_win_is_shown_with_the_number() {
    let page = Page::table().await;
    page.run("shell.delta(8, { phase: 'result', outcome: shell.outcome('r1', 32) })");
    page.run(
        "shell.say('paid', { table: 'roulette-1', round: 'r1', staked_minor: 500, won_minor: 1000, cancelled: false })",
    );
    page.until("shell.one('result')?.dataset.wonMinor === '1000'").await;
    assert!(page.text("shell.one('outcome').textContent").contains("32"));
    assert_eq!(page.text("shell.all('history-item').length"), "3");
    assert_eq!(page.text("shell.spot('red').classList.contains('cell--won')"), "true");
    page.close();
}

#[wasm_bindgen_test]
async fn arrow_keys_walk_over_the_cloth() {
    let page = Page::table().await;
    page.run(
        "const sheet = document.createElement('style');
         sheet.textContent = '.cloth { display: grid } .cell { grid-column: var(--c) / span var(--w); grid-row: var(--r) / span var(--h) }';
         shell.root.append(sheet);
         shell.spot('straight-0').focus();
         shell.spot('straight-0').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }))",
    );
    assert_eq!(page.text("document.activeElement.dataset.spot"), "straight-2");
    assert_eq!(page.text("shell.root.querySelectorAll('.cell[tabindex=\"0\"]').length"), "1");
    page.close();
}

#[wasm_bindgen_test]
async fn a_second_table_leaves_the_first_where_it_is() {
    let page = Page::table().await;
    assert_eq!(page.text("shell.one('second-table').getAttribute('href')"), "/live/roulette-1/baccarat-1");
    page.run("shell.before = shell.one('table')");
    page.update("{ view: 'main', path: '/live/roulette-1/baccarat-1', params: { table: 'roulette-1' } }");
    page.until("shell.one('second-table').getAttribute('href') === '/live/baccarat-1'").await;
    assert_eq!(page.text("shell.before === shell.one('table')"), "true");
    page.close();
}

#[wasm_bindgen_test]
async fn another_table_ends_the_first_and_its_feed() {
    let page = Page::table().await;
    page.update("{ view: 'main', path: '/live/baccarat-1', params: { table: 'baccarat-1' } }");
    page.until("shell.one('table')?.dataset.table === 'baccarat-1' && shell.sockets.length === 2").await;
    assert_eq!(page.text("shell.sockets.map((socket) => socket.readyState)"), "3,1");
    page.close();
}

#[wasm_bindgen_test]
async fn an_unknown_table_says_so() {
    let page = Page::lobby("shell.host.props = { view: 'main', path: '/live/x', params: { table: 'x' } }");
    page.until("shell.one('table-missing')").await;
    page.close();
}

#[wasm_bindgen_test]
async fn unmounted_it_lets_go_of_everything() {
    let page = Page::table().await;
    page.run("window.vendor = shell.vendor()");
    page.close();
    let state = js_sys::eval("[vendor.readyState, vendor.onmessage, vendor.onclose].join()").unwrap();
    assert_eq!(state.as_string().as_deref(), Some("3,,"));
}
