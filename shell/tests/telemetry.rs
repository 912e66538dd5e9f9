//! What a page tells of its fragments: also of what happened before anybody counted, and no crash twice.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, literal, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_mount_that_crashes_is_told_once_and_one_that_can_not_be_loaded_as_well() {
    fresh_page(&["wallet", "promotions"]).await;
    run("croupier.passed = [];
         world.told = [];
         world.telling = 0;
         navigator.sendBeacon = (url, body) => { world.telling = body.text().then((text) => world.told.push(JSON.parse(text))); };
         await world.add('wallet', `export function mount() {
             world.mounted = (world.mounted ?? 0) + 1;
             if (world.mounted < 3) throw new Error('not yet');
         }`);
         await world.add('promotions', `export function mount(host) { world.host = host; }`);
         const { url } = world.fragments[1].entry;
         const file = world.files[url];
         delete world.files[url];
         setTimeout(() => { world.files[url] = file; }, 50)")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted'); await world.until('promotions', 'mounted')").await;
    let script = literal(include_str!("../page/telemetry.mjs"));
    run(&format!(
        "await import(URL.createObjectURL(new Blob([{script}], {{ type: 'text/javascript' }})));
         for (let left = 0; left < 2; left++) {{
             dispatchEvent(new Event('pagehide'));
             await world.telling;
         }}"
    ))
    .await;
    run("world.counts = world.told.map(({ fragments }) => fragments.map(({ fragment, mounts_ms, crashes, failed }) =>
             [fragment, mounts_ms.length, crashes, failed > 0]).sort());
         world.page = Object.keys(world.told[0].page)")
    .await;
    let expected = r#"[[["promotions",1,[],true],["wallet",1,["panic"],false]]]"#;
    assert_eq!(json("world.counts").await, expected, "a restart is no mount of its own");
    assert_eq!(json("world.page.includes('cls_permille')").await, "true", "where nothing has moved, that is told");
    assert_eq!(json("croupier.passed ?? null").await, "null");

    // It was told as a good mount. What it depends on goes, comes back, and goes again.
    run("for (const level of ['degraded', 'healthy', 'degraded']) {
             world.host.report(level, '');
             dispatchEvent(new Event('pagehide'));
             await world.telling;
         }
         world.counts = world.told.slice(1).flatMap(({ fragments }) => fragments.map(({ fragment, mounts_ms, degraded }) =>
             [fragment, mounts_ms.length, degraded])).filter(([, mounts]) => mounts)")
    .await;
    assert_eq!(json("world.counts").await, r#"[["promotions",1,1]]"#, "one more, degraded, and once");

    // Every page that is opened finds it barred and says so; and a newer one that an open page can't load is told as well.
    run("delete localStorage['croupier.told.wallet'];
         const died = { slot: 'wallet', fragment: 'wallet', version: '2', from: 'idle', to: 'failed', cause: 'the page died while it ran' };
         for (const detail of [died, died]) document.dispatchEvent(new CustomEvent('croupier:transition', { detail }));
         document.dispatchEvent(new CustomEvent('croupier:unloadable', { detail: { fragment: 'promotions', version: '2' } }));
         dispatchEvent(new Event('pagehide'));
         await world.telling;
         world.counts = world.told.at(-1).fragments.filter(({ version }) => version == '2').map(({ fragment, mounts_ms, crashes, failed }) =>
             [fragment, mounts_ms.length, crashes, failed]).sort()")
    .await;
    assert_eq!(json("world.counts").await, r#"[["promotions",0,[],1],["wallet",1,["hung"],0]]"#);
}
