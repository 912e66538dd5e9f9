//! What becomes of a release that can't be used: the one before it, or quarantine; and of more slots
//! than a browser can keep alive.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, literal, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_release_that_keeps_crashing_makes_room_for_the_one_before() {
    fresh_page(&["wallet", "promotions"]).await;
    run("await world.add('wallet', `export function mount(host) { host.fail('the new one'); }`, {
             previous: `export function mount(host) { host.root.textContent = 'as before'; }`
         });
         await world.add('promotions', `export function mount() {}`)")
    .await;
    let _shell = open("/").await;
    run("await world.until_true(() => world.slot('wallet').dataset.version == '0', 'the one before takes over');
         await world.until('wallet', 'mounted')")
    .await;
    assert_eq!(json("world.root('wallet').textContent").await, r#""as before""#);
    assert_eq!(json("document.querySelectorAll('.card').length").await, "0");
    // Whoever watches the releases must see which one it was.
    assert_eq!(
        json("world.transitions.filter(t => t.cause == 'the new one').map(t => t.version)").await,
        r#"["1","1","1"]"#
    );
    assert_eq!(json("world.transitions.filter(t => t.slot == 'promotions').length").await, "4", "nobody else noticed");
}

#[wasm_bindgen_test]
async fn files_that_are_missing_are_no_end_if_there_is_a_release_before() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount() {}`, {
             previous: `export function mount(host) { host.root.textContent = 'as before'; }`
         });
         world.files['/fragments/wallet/wallet.js'] = 'tampered'")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted')").await;
    assert_eq!(json("world.root('wallet').textContent").await, r#""as before""#);
    assert_eq!(json("world.transitions.map(t => t.to).includes('blocked')").await, "false");
}

#[wasm_bindgen_test]
async fn what_the_page_died_of_waits_for_the_player() {
    fresh_page(&["wallet", "promotions"]).await;
    run("localStorage['croupier.quarantine.wallet 1'] = '1';
         localStorage['croupier.quarantine.promotions 0'] = '1';
         for (const name of ['wallet', 'promotions'])
             await world.add(name, `export function mount(host) { world.seen.push(host.name); }`)")
    .await;
    let _shell = open("/").await;
    run("await world.until('promotions', 'mounted')").await;
    assert_eq!(json("world.slot('wallet').dataset.state").await, r#""failed""#);
    assert_eq!(json("world.seen").await, r#"["promotions"]"#, "not a byte of it ran");
    run("world.slot('wallet').querySelector('button').click(); await world.until('wallet', 'mounted')").await;
    assert_eq!(json("localStorage['croupier.quarantine.wallet 1']").await, "", "and it is forgotten");
    run("localStorage.removeItem('croupier.quarantine.promotions 0')").await;
}

#[wasm_bindgen_test]
async fn what_a_page_has_died_of_is_no_way_back_either() {
    fresh_page(&["wallet"]).await;
    run("for (const version of [0, 1]) localStorage[`croupier.quarantine.wallet ${version}`] = '1';
         await world.add('wallet', `export function mount() { world.seen.push('the new one'); }`, {
             previous: `export function mount() { world.seen.push('the one before'); }`
         })")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'failed')").await;
    assert_eq!(json("world.seen").await, "[]");
    run("for (const version of [0, 1]) localStorage.removeItem(`croupier.quarantine.wallet ${version}`)").await;
}

#[wasm_bindgen_test]
async fn whose_turn_it_is_is_known_for_as_long_as_it_lasts() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
             const note = (what) => world.seen.push([what, world.turns()]);
             note('mount');
             host.root.onclick = () => note('click');
             host.subscribe('live.round', () => note('event'));
             return { update() { note('update'); } };
         }`, { publishes: ['live.round'], subscribes: ['live.round'] });
         world.over = async (turns) => {
             await world.heard(turns);
             await world.until_true(() => !world.turns(), 'the turn is over');
         }")
    .await;
    let shell = open("/").await;
    run("await world.until('wallet', 'mounted'); await world.over(1)").await;
    run("world.root('wallet').click(); await world.over(2)").await;
    shell.follow_route();
    run("await world.over(3)").await;
    shell.say("live.round", &run("return {}").await).unwrap();
    run("await world.over(4)").await;
    assert_eq!(
        json("world.seen").await,
        r#"[["mount","wallet 1"],["click","wallet 1"],["update","wallet 1"],["event","wallet 1"]]"#
    );
}

/// What hears something runs in the middle of what publishes it.
#[wasm_bindgen_test]
async fn the_turn_comes_back_to_who_has_published() {
    fresh_page(&["wallet", "promotions"]).await;
    run("await world.add('wallet', `export function mount(host) { host.subscribe('live.round', () => world.seen.push(world.turns())); }`,
             { subscribes: ['live.round'] });
         await world.add('promotions', `export function mount(host) {
             host.root.onclick = () => {
                 host.publish('live.round', {});
                 world.seen.push(world.turns());
             };
         }`, { publishes: ['live.round'] })")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted');
         await world.until('promotions', 'mounted');
         await world.until_true(() => !world.turns(), 'their first turns are over');
         world.root('promotions').click()")
    .await;
    assert_eq!(json("world.seen").await, r#"["wallet 1","promotions 1"]"#);
}

/// Its timers wait, and the browser may discard it meanwhile: the next page would take that for a death.
#[wasm_bindgen_test]
async fn a_page_that_nobody_sees_takes_no_turn() {
    fresh_page(&["wallet"]).await;
    run("world.hidden = false;
         Object.defineProperty(document, 'hidden', { configurable: true, get: () => world.hidden });
         await world.add('wallet', `export function mount(host) {
             world.host = host;
             host.subscribe('live.round', () => world.seen.push(world.turns()));
         }`, { publishes: ['live.round'], subscribes: ['live.round'] })")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted');
         await world.until_true(() => !world.turns(), 'its first turn is over');
         world.host.publish('live.round', {});
         world.hidden = true;
         document.dispatchEvent(new Event('visibilitychange'));
         world.seen.push(world.turns());
         world.host.publish('live.round', {});
         world.seen.push(world.turns());
         delete document.hidden")
    .await;
    assert_eq!(json("world.seen").await, r#"["wallet 1","","",""]"#, "seen, hidden meanwhile, hidden");
}

/// A frame stands for each other tab: all that it shares with the page is the storage.
#[wasm_bindgen_test]
async fn whoever_hangs_a_tab_is_known_whatever_runs_in_another() {
    fresh_page(&["promotions"]).await;
    let [manifest, edge] = [include_str!("../page/manifest.js"), include_str!("../page/edge.js")].map(literal);
    run(&format!("world.scripts = [{manifest}, {edge}]")).await;
    run("const tabs = [];
         const open = () => {
             const frame = document.body.appendChild(document.createElement('iframe'));
             tabs.push(frame);
             for (const script of world.scripts) frame.contentWindow.eval(script);
             return frame.contentWindow;
         };
         const hung = open();
         hung.document.body.innerHTML = '<i data-slot=wallet data-fragment=wallet data-version=1 data-placement=document></i>';
         // Nothing that it has put off comes about, for five seconds by now.
         hung.setTimeout = () => {};
         hung.Date.now = () => Date.now() - 5000;
         hung.document.querySelector('i').click();

         const slot = world.slot('promotions');
         Object.assign(slot.dataset, { fragment: 'promotions', version: '1', placement: 'document' });
         slot.click();
         world.seen.push(world.turns().split(',').sort());
         await new Promise((done) => setTimeout(done));
         world.seen.push(world.turns());

         const bar = 'croupier.quarantine.wallet 1';
         open();
         world.seen.push([world.turns(), bar in localStorage]);
         // By the retry.
         localStorage.removeItem(bar);
         open();
         world.seen.push(bar in localStorage);
         for (const tab of tabs) tab.remove()")
    .await;
    assert_eq!(json("world.seen").await, r#"[["promotions 1","wallet 1"],"wallet 1",["",true],false]"#);
}

#[wasm_bindgen_test]
async fn three_hundred_slots_work_and_those_in_sight_live() {
    let names: Vec<String> = (0..300).map(|number| format!("slot-{number}")).collect();
    fresh_page(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // More memories than a page may have, were they all to live.
    run("await world.add('wallet', `export function mount(host) {
             const memory = new WebAssembly.Memory({ initial: 1 });
             host.root.textContent = memory.buffer.byteLength;
             return { unmount() { world.seen.push(host.instance); } };
         }`);
         world.fragments[0].slots = Array.from({ length: 300 }, (_, number) => ({ name: `slot-${number}`, routes: [] }));
         for (const slot of document.querySelectorAll('[data-slot]')) slot.style = 'display: block; block-size: 150px';
         world.count = (state) => document.querySelectorAll(`[data-state=${state}]`).length;
         world.inSight = () => [...document.querySelectorAll('[data-slot]')].filter((slot) => {
             const { top, bottom } = slot.getBoundingClientRect();
             return bottom > 0 && top < innerHeight;
         });
         const lives = (slot) => slot.dataset.state == 'mounted';
         world.settled = () => world.until_true(() => world.inSight().every(lives), 'what is in sight lives')")
    .await;
    let shell = open("/").await;
    shell.watch_sight();
    run("await world.settled()").await;
    for turn in 1..=6 {
        run(&format!("scrollTo(0, {turn} * 7000); await world.settled()")).await;
        let (mounted, failed) = (json("world.count('mounted')").await, json("world.count('failed')").await);
        assert!(mounted.parse::<usize>().is_ok_and(|mounted| mounted <= shell::core::room::ROOM), "{mounted}");
        assert_eq!(failed, "0");
    }
    assert_ne!(json("world.seen.length").await, "0", "who went was asked to take its leave");
    assert_eq!(json("world.transitions.filter(t => t.to == 'restarting').length").await, "0");
    run("scrollTo(0, 0)").await;
}
