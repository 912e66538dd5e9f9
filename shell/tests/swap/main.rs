//! A newer manifest on an open page: what runs makes room for its successor when it may, and only for one that is
//! genuine; the player keeps what is theirs.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod leave;
mod looks;
mod registry;
#[path = "../support/mod.rs"]
mod support;

use registry::page;
use support::{json, literal, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_new_release_takes_over_at_once_and_nothing_is_left_of_the_old_one() {
    let _shell = page(
        &["wallet", "promotions"],
        "await world.add('wallet', `export function mount(host) {
             host.root.textContent = 'one';
             world.old = host;
             host.subscribe('live.round', () => world.seen.push('heard'));
             return { unmount() { world.seen.push(['unmount', host.signal.aborted]) } };
         }`, { subscribes: ['live.round'] });
         await world.add('promotions', `export function mount() {}`)",
    )
    .await;
    run("const painted = world.painted = [];
         const paint = () => {
             const { state } = world.slot('wallet').dataset;
             painted.push(`${state} ${world.root('wallet')?.textContent}`);
             if (painted.length < 200) requestAnimationFrame(paint);
         };
         paint();
         document.addEventListener('croupier:swap', ({ detail }) => world.seen.push([detail.slot, detail.from, detail.to]), { once: true });
         await world.release('wallet', '2', `export function mount(host) { host.root.textContent = 'two'; world.seen.push(host.restored) }`);
         await world.publish();
         await world.swapped('wallet', '2');
         await world.until_true(() => painted.includes('mounted two'), 'the new one is painted')")
    .await;
    assert_eq!(json("[...new Set(world.painted)]").await, r#"["mounted one","mounted two"]"#, "nothing in between");
    assert_eq!(json("world.seen").await, r#"[["unmount",false],null,["wallet","1","2"]]"#);
    assert_eq!(json("world.old.signal.aborted").await, "true");
    assert_eq!(json("world.slot('wallet').querySelectorAll('.mount').length").await, "1");
    assert_eq!(json("world.slot('wallet').dataset.instance").await, r#""wallet-2""#);
    assert_eq!(
        json("world.transitions.filter(({ slot }) => slot == 'promotions').length").await,
        "4",
        "what stays as it is does not notice"
    );
}

/// What it may show and reach, the page's policy has said for good. See `policy` of the gateway's registry.
#[wasm_bindgen_test]
async fn a_release_that_this_page_could_not_show_waits_for_the_next_page() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const script = `export function mount() {}`;
         const note = () => {
             const { version, state } = world.slot('wallet').dataset;
             world.seen.push([version, state, world.loads('wallet')]);
         };
         await world.release('wallet', '2', script, { framed: true });
         await world.publish();
         note();
         await world.release('wallet', '3', script, { origins: ['https://vendor.example'] });
         await world.publish();
         note();
         await world.release('wallet', '4', script);
         await world.publish();
         await world.swapped('wallet', '4');
         await world.release('wallet', '5', script, { framed: true, killed: true });
         await world.publish();
         await world.until('wallet', 'blocked');
         note()")
    .await;
    assert_eq!(
        json("world.seen").await,
        r#"[["1","mounted",1],["1","mounted",1],["5","blocked",2]]"#,
        "what is switched off goes at once all the same"
    );
}

/// A site or an origin that the page knows is one that a newer release may have as well.
#[wasm_bindgen_test]
async fn a_release_that_moves_within_what_the_page_may_show_takes_over() {
    let _shell = page(
        &["wallet", "promotions"],
        "await world.add('promotions', `export function mount() {}`, { framed: true });
         await world.add('wallet', `export function mount() {}`, { origins: ['https://vendor.example'] })",
    )
    .await;
    run("const origins = ['https://vendor.example'];
         await world.release('promotions', '2', `export function mount() {}`, { origins });
         await world.publish();
         await world.swapped('promotions', '2');
         await world.release('wallet', '2', `export function mount() {}`, { framed: true, origins: ['https://other.example'] });
         await world.publish();
         await world.swapped('wallet', '2')")
    .await;
    assert_eq!(json("world.slot('wallet').dataset.placement").await, r#""frame""#, "whose reach its own page says");
}

#[wasm_bindgen_test]
async fn a_frame_whose_page_does_not_come_takes_nobodys_place() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`, { framed: true })").await;
    run("const { warm } = croupier;
         let tries = 0;
         croupier.warm = (slot, site) => {
             world.seen.push([slot.dataset.version, slot.dataset.state]);
             warm(slot, tries++ ? site : 'data:text/html,502#');
         };
         await world.release('wallet', '2', `export function mount() {}`, { framed: true });
         await world.publish();
         await world.swapped('wallet', '2');
         croupier.warm = warm")
    .await;
    assert_eq!(json("world.seen").await, r#"[["1","mounted"],["1","mounted"]]"#, "what runs, runs on");
}

#[wasm_bindgen_test]
async fn what_is_switched_off_goes_at_once_and_comes_back() {
    let _shell = page(
        &["wallet"],
        "await world.add('wallet', `export function mount(host) {
             world.seen.push(host.instance);
             host.root.innerHTML = '<b data-busy></b>';
             return { unmount() {}, snapshot: () => null };
         }`)",
    )
    .await;
    run("world.fragments[0].killed = true; await world.publish(); await world.until('wallet', 'blocked')").await;
    assert_eq!(
        json("[...world.slot('wallet').children].map(({ className, innerText }) => [className, innerText.split('\\n').filter(Boolean)])").await,
        r#"[["card",["wallet is taking a break","switched off","all else works"]]]"#,
        "no button: it would do nothing"
    );
    run("world.fragments[0].killed = false; await world.publish(); await world.until('wallet', 'mounted')").await;
    assert_eq!(json("world.seen").await, r#"["wallet-1","wallet-2"]"#);
    assert_eq!(json("document.querySelectorAll('.card').length").await, "0");
}

#[wasm_bindgen_test]
async fn what_is_switched_off_from_the_start_is_not_even_loaded() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`, { killed: true })").await;
    assert_eq!(json("world.fetched.length").await, "0");
}

#[wasm_bindgen_test]
async fn what_is_not_genuine_changes_nothing() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("await world.release('wallet', '2', `export function mount() {}`);
         await world.publish((text) => text.replace('\"1\"', '\"7\"').replace('\"2\"', '\"3\"'));
         await world.publish((text) => `${text} `)")
    .await;
    assert_eq!(
        json("world.seen").await,
        r#"["manifest refused: signature: not of a trusted key","manifest refused: signature: not of a trusted key"]"#
    );
    assert_eq!(json("[world.slot('wallet').dataset.version, world.loads('wallet')]").await, r#"["1",1]"#);
    // A file of the new release is another one than its manifest says; then it is the right one.
    run("document.addEventListener('croupier:unloadable', ({ detail: { fragment, version } }) => world.seen.push(`${fragment} ${version}`));
         const { url } = world.fragments[0].entry;
         const good = world.files[url];
         world.files[url] = 'world.seen.push(\"evil\")';
         world.seen = [];
         await world.publish();
         // It is loaded once more because it was refused.
         await world.until_true(() => world.loads('wallet') > 2, 'it is loaded once more');
         world.seen.push(world.slot('wallet').dataset.version, world.slot('wallet').dataset.state);
         world.files[url] = good;
         await world.swapped('wallet', '2')")
    .await;
    assert_eq!(json("world.seen").await, r#"["wallet 2","1","mounted"]"#, "which one it is, is told once");
}

#[wasm_bindgen_test]
async fn a_roll_back_before_the_swap_leaves_what_runs() {
    let _shell = page(
        &["wallet", "promotions"],
        "for (const name of ['wallet', 'promotions'])
             await world.add(name, `export function mount(host) { host.root.innerHTML = '<b data-busy></b>' }`)",
    )
    .await;
    run("const [first] = world.fragments;
         await world.release('wallet', '2', `export function mount() {}`);
         await world.publish();
         await world.asked('wallet');
         world.fragments = [first];
         await world.release('promotions', '2', `export function mount() {}`);
         await world.publish();
         world.root('wallet').textContent = '';
         // Meanwhile the wallet would have been asked again.
         await world.asked('promotions');
         world.root('promotions').textContent = '';
         await world.swapped('promotions', '2')")
    .await;
    assert_eq!(json("world.slot('wallet').dataset.instance").await, r#""wallet-1""#);
}

#[wasm_bindgen_test]
async fn a_failed_slot_begins_anew_and_a_new_fragment_finds_its_place() {
    let _shell = page(&["wallet", "promotions"], "await world.add('wallet', `export function mount() {}`)").await;
    run("await world.release('wallet', '2', `export function mount() { throw new Error('no') }`);
         await world.publish();
         await world.until('wallet', 'failed');
         await world.release('wallet', '3', `export function mount(host) { host.root.textContent = 'well' }`);
         await world.add('promotions', `export function mount() {}`);
         await world.publish();
         await world.swapped('wallet', '3');
         await world.until('promotions', 'mounted');
         world.fragments = world.fragments.filter(({ name }) => name == 'wallet');
         await world.publish()")
    .await;
    assert_eq!(json("document.querySelectorAll('.card').length").await, "0");
    assert_eq!(
        json("world.slot('promotions').dataset.state").await,
        r#""mounted""#,
        "what a manifest does not name any more stays while it runs"
    );
}

#[wasm_bindgen_test]
async fn a_frame_is_seen_until_the_next_one_has_mounted() {
    let view = r#"export function mount(host) {
        host.root.innerHTML = '<div style="height: 300px"></div>';
        host.request({ method: 'POST', path: '/api/tell', body: ['VERSION', host.restored] });
        return { unmount() {}, snapshot: () => ({ table: 'VERSION' }) };
    }"#;
    let rights = "{ framed: true, requests: ['POST /api/tell'] }";
    let _shell = page(
        &["wallet"],
        &format!(
            "world.api = async (url, {{ body }}) => {{ world.seen.push(JSON.parse(body)); return new Response('{{}}') }};
             await world.add('wallet', {}, {rights})",
            literal(&view.replace("VERSION", "1"))
        ),
    )
    .await;
    run(&format!(
        "const heights = world.heights = [];
         let over = false;
         const paint = () => {{
             const seen = [...world.slot('wallet').querySelectorAll('iframe')].filter((frame) => frame.checkVisibility({{ opacityProperty: true }}));
             heights.push(`${{seen.length}} ${{seen[0]?.offsetHeight}}`);
             if (!over) requestAnimationFrame(paint);
         }};
         await world.heard(1);
         paint();
         await world.release('wallet', '2', {}, {rights});
         await world.publish();
         await world.heard(2);
         await world.swapped('wallet', '2');
         await world.until_true(() => world.frames('wallet') == 1, 'the old frame is gone');
         over = true",
        literal(&view.replace("VERSION", "2"))
    ))
    .await;
    assert_eq!(json("world.seen").await, r#"[["1",null],["2",{"table":"1"}]]"#);
    assert_eq!(
        json("[...new Set(world.heights)]").await,
        r#"["1 336"]"#,
        "one frame all the time, as tall as its content, its rim and the browser's border"
    );
}
