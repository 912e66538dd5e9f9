//! How a page comes to know of a newer manifest: told by an edge, or looking for itself.

use wasm_bindgen_test::wasm_bindgen_test;

use super::registry::page;
use super::support::{json, run};

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
