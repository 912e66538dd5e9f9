//! What dies in a slot: how it comes back, what is left of it, and whose an uncaught error is.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn what_ran_and_died_is_there_again_within_the_same_turn() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
             host.root.textContent = host.instance;
             world.host = host;
         }`)")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted');
         // The very next turn of the event loop: a timer or a frame would come later.
         const { port1, port2 } = new MessageChannel();
         const turn = new Promise((done) => { port1.onmessage = () => done(world.root('wallet').textContent); });
         port2.postMessage(0);
         world.transitions = [];
         world.host.fail('enough');
         world.seen.push(world.slot('wallet').dataset.state, await turn)")
    .await;
    assert_eq!(json("world.seen").await, r#"["mounted","wallet-2"]"#, "not while it is still on the stack");
    assert_eq!(
        json("world.transitions.map((t) => t.to)").await,
        r#"["restarting","loading","verifying","mounting","mounted"]"#
    );
}

#[wasm_bindgen_test]
async fn three_deaths_bring_the_card_and_the_wallets_shows_the_last_balance() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) { host.fail('last words'); }`)").await;
    let shell = open("/").await;
    run("await world.until('wallet', 'restarting')").await;
    // What the server said last is what the card shows.
    shell
        .say(
            "wallet.balance",
            &run("return { currency: 'KWD', cash_minor: 1234, held_minor: 0, bonus_minor: 0, version: 1, as_of_ms: 1700000000000 }")
                .await,
        )
        .unwrap();
    run("await world.until('wallet', 'failed')").await;
    let card = json("world.slot('wallet').querySelector('.card .balance').textContent.replace('\\u00a0', ' ')").await;
    assert!(card.starts_with("\"Last known: KWD 1.234 ("), "{card}");
    assert_eq!(
        json("world.transitions.filter(t => t.cause == 'last words').map(t => [t.instance, t.to])").await,
        r#"[["wallet-1","restarting"],["wallet-2","restarting"],["wallet-3","failed"]]"#
    );
    assert_eq!(json("world.root('wallet') == null").await, "true", "nothing of the dead is left on the page");
}

#[wasm_bindgen_test]
async fn after_death_nothing_of_an_instance_reaches_anything() {
    fresh_page(&["wallet", "promotions"]).await;
    run("await world.add('wallet', `export function mount(host) {
             world.hosts = [...(world.hosts ?? []), host];
             host.subscribe('live.round', () => { world.seen.push(host.instance); if (host.instance == 'wallet-1') throw new Error('x'); });
         }`, { publishes: ['live.round'], subscribes: ['live.round'] });
         await world.add('promotions', `export function mount(host) {
             host.subscribe('live.round', () => world.seen.push('promotions'));
         }`, { subscribes: ['live.round'] })")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'mounted'); await world.until('promotions', 'mounted');
         world.hosts[0].publish('live.round', {});
         await world.until('wallet', 'restarting'); await world.until('wallet', 'mounted')")
    .await;
    assert_eq!(
        json("world.seen.slice().sort()").await,
        r#"["promotions","wallet-1"]"#,
        "the one that throws stops nobody"
    );
    run("world.seen = []; const [dead] = world.hosts;
         dead.publish('live.round', {}); dead.navigate('/wallet'); dead.fail('again'); dead.report('degraded', '');
         dead.subscribe('live.round', () => world.seen.push('ghost'))();
         dead.request({ method: 'GET', path: '/api/x' }).then(() => world.seen.push('answer'), () => world.seen.push('refusal'));
         await new Promise((done) => setTimeout(done, 50))")
    .await;
    assert_eq!(json("world.seen").await, "[]");
    assert_eq!(json("world.hosts.map(host => host.signal.aborted)").await, "[true,false]");
    assert_eq!(json("world.slot('wallet').dataset.state").await, r#""mounted""#);
}

#[wasm_bindgen_test]
async fn what_panics_while_it_mounts_has_its_last_words() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
             host.fail('no chips left at lib.rs:7');
             throw new WebAssembly.RuntimeError('unreachable');
         }`)")
    .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'restarting')").await;
    assert_eq!(
        json("world.transitions.filter((t) => t.to == 'restarting').map((t) => t.cause)").await,
        r#"["no chips left at lib.rs:7"]"#
    );
}

#[wasm_bindgen_test]
async fn an_uncaught_error_is_traced_to_its_fragment() {
    fresh_page(&["wallet", "promotions"]).await;
    let script = "`export function mount(host) {
        host.root.innerHTML = '<button>x</button>';
        host.root.firstChild.onclick = () => { throw new Error('in a click') };
    }`";
    run(&format!("await world.add('wallet', {script}); await world.add('promotions', `export function mount() {{}}`)"))
        .await;
    let shell = open("/").await;
    shell.watch_errors();
    run("await world.until('wallet', 'mounted'); await world.until('promotions', 'mounted');
         const expected = (event) => event.preventDefault();
         addEventListener('error', expected);
         const onerror = globalThis.onerror; globalThis.onerror = null;
         world.root('wallet').firstChild.click();
         globalThis.onerror = onerror; removeEventListener('error', expected)")
    .await;
    assert_eq!(
        json("world.transitions.filter(t => t.to == 'restarting').map(t => [t.fragment, t.cause])").await,
        r#"[["wallet","Error: in a click"]]"#
    );
}

#[wasm_bindgen_test]
async fn what_the_dead_throw_late_is_not_their_successors() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
             world.later = async () => { throw new Error('later') };
             world.both = async () => { host.fail('first'); throw new Error('then'); };
         }`);
         // Uncaught on purpose, and so no failure of the test's own.
         world.uncaught = async (what) => {
             const heard = new Promise((done) => addEventListener('unhandledrejection', (event) => {
                 event.preventDefault();
                 done();
             }, { once: true }));
             world[what]();
             await heard;
             await new Promise((done) => setTimeout(done, 20));
             return world.transitions.filter((t) => t.from == 'mounted').map((t) => [t.instance, t.cause]);
         }")
    .await;
    let shell = open("/").await;
    shell.watch_errors();
    run("await world.until('wallet', 'mounted')").await;
    assert_eq!(json("await world.uncaught('both')").await, r#"[["wallet-1","first"]]"#);
    // Its own, a moment later, are.
    assert_eq!(json("await world.uncaught('later')").await, r#"[["wallet-1","first"],["wallet-2","Error: later"]]"#);
    // The next test's page is not to hear of it.
    run("await world.until('wallet', 'mounted')").await;
}

#[wasm_bindgen_test]
async fn of_two_copies_of_a_release_the_one_that_trapped_restarts() {
    fresh_page(&["live", "live-2"]).await;
    // The second copy stands where it stood at the start; the first was left in the middle.
    run("await world.add('live', `export function instantiate() {
             const stack = new WebAssembly.Global({ value: 'i32', mutable: true }, 1000);
             return { stack, mount(host) {
                 host.root.innerHTML = '<button>x</button>';
                 host.root.firstChild.onclick = () => {
                     if (host.instance == 'live-1') stack.value = 984;
                     throw new WebAssembly.RuntimeError('unreachable');
                 };
             } };
         }`);
         world.fragments[0].slots.push({ name: 'live-2', routes: [] });
         // Uncaught on purpose, and so no failure of the test's own.
         world.click = (slot) => {
             const expected = (event) => event.preventDefault();
             addEventListener('error', expected);
             const onerror = globalThis.onerror; globalThis.onerror = null;
             world.root(slot).firstChild.click();
             globalThis.onerror = onerror; removeEventListener('error', expected);
             return world.transitions.filter((t) => t.to == 'restarting').map((t) => t.instance);
         }")
    .await;
    let shell = open("/").await;
    shell.watch_errors();
    run("await world.until('live', 'mounted'); await world.until('live-2', 'mounted')").await;
    assert_eq!(json("world.click('live')").await, r#"["live-1"]"#);
    // By then all that the first one threw has been told.
    run("await world.until('live', 'mounted'); world.transitions = []; await new Promise((done) => setTimeout(done, 20))").await;
    // Nothing tells which one it was: then all of them have to go.
    assert_eq!(json("world.click('live-2')").await, r#"["live-2","live-2-1"]"#);
}

#[wasm_bindgen_test]
async fn what_died_deep_inside_is_found_without_a_name_in_the_stack() {
    fresh_page(&["wallet", "promotions"]).await;
    let script = "`export function instantiate() {
        const stack = new WebAssembly.Global({ value: 'i32', mutable: true }, 1000);
        return { stack, mount(host) { (world.stacks ??= {})[host.name] = stack; } };
    }`";
    run(&format!("await world.add('wallet', {script}); await world.add('promotions', {script});
         world.cut = () => dispatchEvent(new ErrorEvent('error', {{
             error: {{ stack: 'RuntimeError: unreachable at wasm://wasm/1' }}, filename: 'wasm://wasm/1', cancelable: true,
         }}));
         world.restarted = () => world.transitions.filter((t) => t.to == 'restarting').map((t) => t.slot)"))
    .await;
    let shell = open("/").await;
    shell.watch_errors();
    run("await world.until('wallet', 'mounted'); await world.until('promotions', 'mounted');
         world.onerror = globalThis.onerror; globalThis.onerror = null;
         world.cut()")
    .await;
    assert_eq!(json("world.restarted()").await, "[]", "an error of nobody's harms nobody");
    run("world.stacks.promotions.value = 984; world.cut(); globalThis.onerror = world.onerror").await;
    assert_eq!(json("world.restarted()").await, r#"["promotions"]"#);
}
