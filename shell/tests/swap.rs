//! A newer manifest on an open page: what runs makes room for its successor when it may, and only for one that is
//! genuine; the player keeps what is theirs.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use shell::edge::page::Shell;
use std::rc::Rc;
use support::{fresh_page, json, literal, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A registry that signs, and releases of fragments: `world.publish()` is what the server's event makes of it.
const REGISTRY: &str = "
    const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const trusted = { own: base64(await crypto.subtle.exportKey('raw', pair.publicKey)) };
    let serial = Date.now();
    const issue = async () => {
        const times = { issued_at_ms: Date.now(), expires_at_ms: Date.now() + 3600e3 };
        const text = JSON.stringify({ ...world.manifest(), serial: ++serial, content: `${serial}`, ...times });
        return [text, base64(await crypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(text)))];
    };
    Object.assign(world, {
        async release(name, version, script, more = {}) {
            world.fragments = world.fragments.filter((one) => one.name != name);
            await world.add(name, script, more);
            world.fragments.at(-1).version = version;
        },
        async serve(change = (text) => text) {
            const [text, signature] = await issue();
            world.files['/manifest.json'] = change(text);
            world.headers['/manifest.json'] = { 'x-croupier-seal': `own ${signature}`, etag: `\"${serial}\"` };
        },
        async publish(change) {
            await world.serve(change);
            await world.renew(0).catch(({ message }) => world.seen.push(message));
        },
        // What the page opens with.
        async opening() {
            const [text, signature] = await issue();
            document.getElementById('seal')?.remove();
            document.body.insertAdjacentHTML('beforeend', '<script type=\"application/json\" id=\"seal\"></script>');
            const seal = document.getElementById('seal').textContent = JSON.stringify({ key: 'own', signature, trusted });
            await croupier.admit(text, seal);
            const script = new Blob([world.swapScript], { type: 'text/javascript' });
            world.swapAt = URL.createObjectURL(script);
            Object.assign(world, await import(world.swapAt));
        },
        asks: () => world.fetched.map(([url]) => String(url)).filter((url) => url.startsWith('/manifest.json')),
        swapped: (name, version) => world.until_true(() => {
            const { version: shown, state } = world.slot(name).dataset;
            return shown == version && state == 'mounted';
        }, `${name} ${version} is mounted`),
        // What runs in a slot is asked whether it may go for as long as it may not: twice from now on, so that it has
        // stayed once.
        async asked(name) {
            const { copy } = world.slot(name);
            const { waits } = copy;
            let asks = 0;
            copy.waits = () => {
                asks += 1;
                return waits();
            };
            await world.until_true(() => asks > 1, `${name} is asked again`);
            copy.waits = waits;
        },
        // What is to follow is being loaded by the time that it is published; nothing can follow without.
        loads: (name) => world.fetched.filter(([url]) => String(url).startsWith(`/fragments/${name}/`)).length,
    });";

/// A page that has mounted what a script adds to `world`.
async fn page(slots: &[&str], add: &str) -> Rc<Shell> {
    fresh_page(slots).await;
    run(REGISTRY).await;
    let script = literal(include_str!("../page/swap.mjs"));
    run(&format!("world.swapScript = {script}; {add}; await world.opening()")).await;
    let shell = open("/").await;
    shell.watch_manifests();
    run("for (const { slots: [{ name }], killed } of world.fragments) await world.until(name, killed ? 'blocked' : 'mounted')").await;
    shell
}

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

/// The edge that is asked may be another one than the edge that has told of it, and know less.
#[wasm_bindgen_test]
async fn an_edge_that_does_not_know_yet_is_asked_again() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const { renew } = world, answer = globalThis.fetch;
         world.renew = () => renew(7);
         globalThis.fetch = async (url, options) => {
             if (!String(url).startsWith('/manifest.json')) return answer(url, options);
             globalThis.fetch = answer;
             world.fetched.push([url, options]);
             return new Response('', { status: 503 });
         };
         await world.release('wallet', '2', `export function mount() {}`);
         await world.publish();
         await world.swapped('wallet', '2')")
    .await;
    assert_eq!(json("world.asks()").await, r#"["/manifest.json?after=7","/manifest.json?after=7"]"#);
}

/// It may take that edge minutes, and the page may lose its stream meanwhile.
#[wasm_bindgen_test]
async fn a_page_that_waits_for_an_edge_looks_for_itself_all_the_same() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const answer = globalThis.fetch;
         globalThis.fetch = async (url, options) =>
             String(url).endsWith('after=7') ? new Response('', { status: 503 }) : answer(url, options);
         const told = world.renew(7);
         world.fragments[0].killed = true;
         await world.serve();
         await Promise.all([world.renew(), world.until('wallet', 'blocked')]);
         globalThis.fetch = answer;
         await told")
    .await;
    assert_eq!(
        json("world.asks()").await,
        r#"["/manifest.json?after=0","/manifest.json?after=7"]"#,
        "of those that were answered"
    );
}

#[wasm_bindgen_test]
async fn pages_that_failed_together_do_not_come_back_together() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const { setTimeout, fetch } = globalThis, { random } = Math;
         globalThis.setTimeout = (f, ms) => {
             world.seen.push(ms);
             return setTimeout(f);
         };
         globalThis.fetch = async (...asked) => world.seen.length < 3 ? new Response('', { status: 503 }) : fetch(...asked);
         Math.random = () => 0;
         await world.publish();
         Object.assign(globalThis, { setTimeout, fetch });
         Math.random = random")
    .await;
    assert_eq!(json("world.seen").await, "[500,1000,2000]", "the least of what they may wait");
}

/// The event service may be down, or take no more pages: what is switched off has to go all the same.
#[wasm_bindgen_test]
async fn a_page_that_is_refused_its_events_looks_for_itself() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const { random } = Math;
         Math.random = () => 0;
         croupier.start('data:text/javascript,', '', world.swapAt, 'data:text/javascript,');
         world.fragments[0].killed = true;
         await world.serve();
         for (const _ of [1, 2, 3]) {
             const stream = croupier.stream(0, [], (what) => world.seen.push(what));
             stream.close();
             stream.onerror();
         }
         await world.until('wallet', 'blocked');
         Math.random = random")
    .await;
    assert_eq!(
        json("[world.seen, world.asks().length]").await,
        r#"[["closed","closed","closed"],1]"#,
        "and not each time"
    );
}

/// A switch shows there as soon as on a page that is told, and what has not changed is not sent again.
#[wasm_bindgen_test]
async fn a_page_without_events_looks_on_until_it_has_them() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const { setTimeout } = globalThis, { random } = Math, notice = document.getElementById('connection');
         let pauses = 0;
         // The longest that it may wait: what is left of two seconds is the edge's and the browser's.
         Math.random = () => 0.999;
         globalThis.setTimeout = (f, ms) => {
             // No other timer here is about as long.
             if (!(ms > 700 && ms <= 800)) return setTimeout(f, ms);
             pauses += 1;
             return setTimeout(f);
         };
         notice.hidden = false;
         await world.serve();
         const looking = world.renew();
         await world.until_true(() => world.asks().length > 1, 'it looks on');
         world.fragments[0].killed = true;
         await world.serve();
         await world.until('wallet', 'blocked');
         notice.hidden = true;
         await looking;
         Object.assign(globalThis, { setTimeout });
         Math.random = random;
         const asked = world.fetched.filter(([url]) => String(url).startsWith('/manifest.json'));
         const [first, second, third] = asked.map(([, { headers }]) => headers['if-none-match']);
         world.seen.push(asked.length == pauses, first ?? null, !!second, second == third)")
    .await;
    assert_eq!(
        json("world.seen").await,
        "[true,null,true,true]",
        "one look after each pause; then which one it holds at each"
    );
}

#[wasm_bindgen_test]
async fn an_edge_that_does_not_answer_is_asked_more_rarely_until_it_refuses_a_stream() {
    let _shell = page(&["wallet"], "await world.add('wallet', `export function mount() {}`)").await;
    run("const { setTimeout, fetch } = globalThis, { random } = Math, notice = document.getElementById('connection');
         const pauses = () => world.seen.filter((what) => what == '.').length;
         Math.random = () => 0;
         notice.hidden = false;
         globalThis.fetch = async () => {
             world.seen.push('?');
             return new Response('', { status: 503 });
         };
         globalThis.setTimeout = (f, ms) => {
             if (ms != 400) return setTimeout(f, ms);
             world.seen.push('.');
             if (pauses() == 7) world.renew();
             notice.hidden = pauses() == 8;
             return setTimeout(f);
         };
         await world.renew();
         Object.assign(globalThis, { setTimeout, fetch });
         Math.random = random")
    .await;
    assert_eq!(json("world.seen.join('')").await, r#"".?..?...?.?.""#, "a dot for each pause");
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
async fn what_has_a_snapshot_says_itself_when_it_may_go_and_its_successor_gets_it() {
    let _shell = page(
        &["wallet"],
        "world.left = null;
         await world.add('wallet', `export function mount() { return { unmount() {}, snapshot: () => world.left }; }`)",
    )
    .await;
    run("await world.release('wallet', '2', `export function mount(host) { world.seen.push(host.restored); world.host = host; return { unmount() {} } }`);
         await world.publish();
         await world.asked('wallet')")
    .await;
    assert_eq!(json("world.slot('wallet').dataset.version").await, r#""1""#, "not now");
    run("world.left = { amount: '12', run() {} };
         await world.swapped('wallet', '2');
         world.host.fail('enough');
         await world.heard(2)")
    .await;
    assert_eq!(
        json("world.seen").await,
        r#"[{"amount":"12"},null]"#,
        "plain JSON, and not for one that comes after a crash"
    );
}

#[wasm_bindgen_test]
async fn nobody_loses_what_they_type_their_place_or_the_focus() {
    let view = literal(
        r#"export function mount(host) {
        host.root.innerHTML = '<input data-test="amount"><button data-test="more">+</button>'
            + '<div data-test="list" style="height: 50px; overflow: auto"><p style="height: 900px"></p></div>';
    }"#,
    );
    let _shell = page(&["wallet"], &format!("await world.add('wallet', {view})")).await;
    run(&format!(
        "const at = (name) => world.root('wallet').querySelector(`[data-test=${{name}}]`);
         world.at = at;
         const type = (text) => {{ at('amount').value = text; at('amount').dispatchEvent(new Event('input', {{ bubbles: true, composed: true }})); }};
         at('list').scrollTop = 123;
         type('12');
         at('more').focus();
         await world.release('wallet', '2', {view});
         await world.publish();
         await world.asked('wallet');
         world.seen.push([world.slot('wallet').dataset.version, at('amount').value]);
         type('');
         world.root('wallet').dataset.busy = 2;
         await world.asked('wallet');
         world.seen.push(world.slot('wallet').dataset.version);
         world.root('wallet').dataset.busy = 0;
         world.was = at('more');
         await world.swapped('wallet', '2')"
    ))
    .await;
    assert_eq!(json("world.seen").await, r#"[["1","12"],"1"]"#, "typed, then busy");
    assert_eq!(json("world.at('list').scrollTop").await, "123");
    assert_eq!(json("[world.at('more') == world.slot('wallet').querySelector('.mount').shadowRoot.activeElement, world.at('more') == world.was]").await, "[true,false]");
    run("await world.until_true(() => !world.slot('wallet').style.minBlockSize, 'its height is its own')").await;
}

#[wasm_bindgen_test]
async fn who_waits_for_an_answer_gets_it_first() {
    let _shell = page(
        &["wallet"],
        "world.api = () => new Promise((done) => { world.answer = () => done(new Response('{}')) });
         await world.add('wallet', `export function mount(host) {
             host.request({ method: 'POST', path: '/api/deposit' }).then(() => world.seen.push('answered'));
         }`, { requests: ['POST /api/deposit'] })",
    )
    .await;
    run("await world.release('wallet', '2', `export function mount() {}`);
         await world.publish();
         await world.asked('wallet');
         world.seen.push(world.slot('wallet').dataset.version);
         world.answer();
         await world.swapped('wallet', '2')")
    .await;
    assert_eq!(json("world.seen").await, r#"["1","answered"]"#);
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
        r#"["manifest refused: signature: not of a key that this page trusts","manifest refused: signature: not of a key that this page trusts"]"#
    );
    assert_eq!(json("[world.slot('wallet').dataset.version, world.loads('wallet')]").await, r#"["1",1]"#);
    // A file of the new release is another one than its manifest says; then it is the right one.
    run("const { url } = world.fragments[0].entry;
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
    assert_eq!(json("world.seen").await, r#"["1","mounted"]"#);
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
