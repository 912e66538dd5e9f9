//! Fragments in slots: mounting, refusing, coming and going, and the bounds that they carry.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_fragment_mounts_in_a_shadow_root_of_its_own() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
            host.root.textContent = 'here';
            world.seen.push([host.abi, host.name, host.instance, host.props, host.restored, host.signal.aborted]);
            return { unmount() {} };
        }`)")
    .await;
    let _shell = open("/wallet").await;
    run("await world.until('wallet', 'mounted')").await;
    assert_eq!(json("world.root('wallet').textContent").await, r#""here""#);
    assert_eq!(
        json("world.seen").await,
        r#"[[1,"wallet","wallet-1",{"view":"main","path":"/wallet","params":{}},null,false]]"#
    );
    assert_eq!(
        json("({ ...world.slot('wallet').dataset })").await,
        r#"{"slot":"wallet","state":"mounted","fragment":"wallet","version":"1","placement":"document","instance":"wallet-1"}"#
    );
    assert_eq!(json("world.transitions.map(t => t.to)").await, r#"["loading","verifying","mounting","mounted"]"#);
}

#[wasm_bindgen_test]
async fn a_wrong_digest_is_refused_before_a_byte_runs_and_a_retry_passes_the_cache() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount() { world.seen.push('ran') }`);
         world.good = world.files['/fragments/wallet/wallet.js'];
         world.files['/fragments/wallet/wallet.js'] = 'world.seen.push(\"evil\"); export function mount() {}'")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'blocked')").await;
    assert_eq!(json("world.seen").await, "[]");
    assert_eq!(
        json("world.slot('wallet').querySelector('[role=alert]').innerText.split('\\n')[0]").await,
        r#""wallet is taking a break""#
    );
    run("world.files['/fragments/wallet/wallet.js'] = world.good;
         world.slot('wallet').querySelector('button').click();
         await world.until('wallet', 'mounted')")
    .await;
    assert_eq!(json("world.seen").await, r#"["ran"]"#);
    assert_eq!(json("world.fetched.map(([, options]) => options.cache ?? '')").await, r#"["","reload"]"#);
    assert_eq!(json("document.querySelectorAll('.card').length").await, "0");
}

#[wasm_bindgen_test]
async fn a_missing_file_fails_after_its_retries_and_leaves_the_others_alone() {
    fresh_page(&["wallet", "promotions"]).await;
    run("await world.add('wallet', `export function mount() {}`);
         await world.add('promotions', `export function mount() {}`);
         delete world.files['/fragments/wallet/wallet.js']")
    .await;
    let _shell = open("/").await;
    run("await world.until('promotions', 'mounted'); await world.until('wallet', 'failed')").await;
    assert_eq!(json("world.fetched.filter(([url]) => url.includes('wallet')).length").await, "4");
    assert_eq!(json("world.slot('promotions').dataset.state").await, r#""mounted""#);
}

#[wasm_bindgen_test]
async fn a_slot_with_routes_comes_and_goes_and_the_others_get_new_props() {
    fresh_page(&["live", "live-2"]).await;
    run("const script = `export function mount(host) {
             world.seen.push(['mount', host.instance, host.props.params.table]);
             host.subscribe('live.round', () => world.seen.push(['heard', host.instance]));
             world.navigate = host.navigate;
             return { unmount() { world.seen.push(['unmount', host.instance, host.signal.aborted]) },
                      update(props) { world.seen.push(['update', host.instance, props.params.table]) } };
         }`;
         await world.add('live', script, { subscribes: ['live.round'] });
         world.fragments[0].slots.push({ name: 'live-2', routes: ['/live/:table/:second'] })")
    .await;
    let _shell = open("/live/a/b").await;
    run("await world.until('live', 'mounted'); await world.until('live-2', 'mounted')").await;
    assert_eq!(json("world.fetched.length").await, "1", "two instances share the files");
    run("world.seen = []; world.navigate('/live/c')").await;
    assert_eq!(json("world.seen").await, r#"[["unmount","live-2-1",false],["update","live-1","c"]]"#);
    assert_eq!(json("world.slot('live-2').dataset.state").await, r#""idle""#);
    assert_eq!(json("location.pathname").await, r#""/live/c""#);
    run("history.replaceState(null, '', '/')").await;
}

#[wasm_bindgen_test]
async fn where_the_player_goes_during_a_mount_is_not_missed() {
    fresh_page(&["wallet", "live"]).await;
    // At first there is no room for its memory; a moment later there is.
    run("await world.add('wallet', `export function mount(host) { world.navigate = host.navigate; }`);
         await world.add('live', `
             let attempts = 0;
             export function instantiate() {
                 if (!attempts++) {
                     world.navigate('/live/b');
                     throw new RangeError('no room');
                 }
                 return { mount(host) {
                     world.seen.push(['mount', host.props.path]);
                     host.navigate('/live/c');
                     return { update: ({ path }) => world.seen.push(['update', path]) };
                 } };
             }`, { routes: ['/live/:table'] })")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted');
         world.navigate('/live/a');
         await world.until('live', 'mounted')")
    .await;
    assert_eq!(json("world.seen").await, r#"[["mount","/live/b"],["update","/live/c"]]"#);
    run("history.replaceState(null, '', '/')").await;
}

#[wasm_bindgen_test]
async fn what_counts_its_loops_is_refilled_for_as_long_as_it_lives() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function instantiate() {
             world.fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
             return { fuel: world.fuel, mount(host) { world.seen.push(world.fuel.value); world.host = host; } };
         }`)")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted');
         world.fuel.value = 7;
         const refilled = () => world.until_true(() => world.fuel.value != 7, 'it is refilled');
         await refilled();
         world.seen.push(world.fuel.value);
         // A page that nobody sees is woken once a minute.
         const look = (hidden) => {
             Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
             document.dispatchEvent(new Event('visibilitychange'));
             world.seen.push(world.fuel.value);
         };
         look(true);
         look(false);
         delete document.hidden;
         world.dead = world.fuel;
         world.host.fail('enough');
         await world.until('wallet', 'restarting');
         world.dead.value = 7;
         // All that live are refilled at once.
         await world.until('wallet', 'mounted');
         world.fuel.value = 7;
         await refilled();
         world.seen.push(world.dead.value)")
    .await;
    assert_eq!(
        json("world.seen.filter((fuel) => fuel != 1e6)").await,
        "[2147483647,7]",
        "the dead one's stays as it is"
    );
}

#[wasm_bindgen_test]
async fn what_ran_dry_is_said_to_have_run_on() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function instantiate() {
             const fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
             return { fuel, mount(host) {
                 host.subscribe('live.round', () => { fuel.value = -1; throw new WebAssembly.RuntimeError('unreachable'); });
             } };
         }`, { subscribes: ['live.round'] })")
    .await;
    let shell = open("/").await;
    run("await world.until('wallet', 'mounted')").await;
    shell.say("live.round", &run("return {}").await).unwrap();
    run("await world.until('wallet', 'restarting')").await;
    assert_eq!(
        json("world.transitions.filter((t) => t.to == 'restarting').map((t) => t.cause)").await,
        r#"["ran on without a pause"]"#
    );
}

#[wasm_bindgen_test]
async fn what_got_no_more_memory_is_said_to_have_died_of_it() {
    let script = "export function instantiate() {
            const refused = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
            return { refused, mount(host) {
                host.subscribe('live.round', () => { refused.value = 9; throw new WebAssembly.RuntimeError('unreachable'); });
            } };
        }";
    fresh_page(&["wallet", "promotions"]).await;
    run(&format!(
        "const rights = {{ subscribes: ['live.round'] }};
         await world.add('wallet', `{script}`, rights);
         await world.add('promotions', `{script}`, {{ ...rights, framed: true }})"
    ))
    .await;
    let shell = open("/").await;
    run("await world.until('wallet', 'mounted'); await world.until('promotions', 'mounted')").await;
    shell.say("live.round", &run("return {}").await).unwrap();
    run("await world.until('wallet', 'restarting'); await world.until('promotions', 'restarting')").await;
    assert_eq!(
        json("world.transitions.filter((t) => t.to == 'restarting').map((t) => [t.slot, t.cause])").await,
        r#"[["wallet","out of memory: 9 pages refused"],["promotions","out of memory: 9 pages refused"]]"#
    );
}
