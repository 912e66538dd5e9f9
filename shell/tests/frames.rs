//! Fragments in frames: the same words and the same end as in the document, and a heartbeat.
//!
//! The frame's page is the real one, from a `data:` URL, whose origin is as opaque as a sandbox's.
//! What runs in it can't note anything down in the test's page, so it says it in requests.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A page whose wallet runs in a frame, and says with `tell(…)` what `world.seen` gets to hold.
async fn with_frame(script: &str, rights: &str) -> std::rc::Rc<shell::edge::page::Shell> {
    fresh_page(&["wallet"]).await;
    run(&format!(
        "world.api = async (url, {{ body }}) => {{ world.seen.push(JSON.parse(body)); return new Response('{{\"ok\":1}}') }};
         await world.add('wallet', `
             let host;
             const tell = (body) => host.request({{ method: 'POST', path: '/api/tell', body }});
             {script}`, {{ framed: true, requests: ['POST /api/tell'], {rights} }})"
    ))
    .await;
    let shell = open("/wallet").await;
    run("await world.until('wallet', 'mounted')").await;
    shell
}

#[wasm_bindgen_test]
async fn a_frame_shows_what_the_document_would() {
    let _shell = with_frame(
        "export function mount(given) {
            host = given;
            host.root.innerHTML = '<div></div>';
            host.root.firstChild.style.height = '300px';
            const { abi, name, instance, locale, props, restored } = host;
            tell([abi, name, instance, locale, props, restored, host.signal.aborted, self.origin, document.title]);
            return { update(props) { tell(props.view) } };
        }",
        "",
    )
    .await;
    assert_eq!(
        json("(await world.heard(1))[0]").await,
        r#"[1,"wallet","wallet-1","en",{"view":"main","path":"/wallet","params":{}},null,false,"null","wallet"]"#
    );
    assert_eq!(
        json("({ ...world.slot('wallet').dataset })").await,
        r#"{"slot":"wallet","state":"mounted","fragment":"wallet","version":"1","placement":"frame","instance":"wallet-1"}"#
    );
    assert_eq!(
        json("(({ sandbox, allow, title, style, contentDocument }) => [sandbox.value, allow, title, style.blockSize, contentDocument])(world.slot('wallet').querySelector('iframe'))").await,
        r#"["allow-scripts allow-forms","autoplay; fullscreen","wallet","332px",null]"#,
        "300 px and the rim"
    );
}

#[wasm_bindgen_test]
async fn the_bus_and_its_rights_are_the_same_through_the_port() {
    let shell = with_frame(
        "export function mount(given) {
            host = given;
            host.subscribe('wallet.balance', ({ version }) => tell(['balance', version]));
            const stop = host.subscribe('live.round', (payload) => { tell(payload); stop(); stop(); });
            host.subscribe('session.changed', () => tell('not granted'));
            host.publish('live.round', { round: 'a' });
            host.publish('live.round', { round: 'b' });
            host.publish('wallet.balance', {});
            try { host.publish('live.round', () => {}) } catch ({ name }) { tell(name) }
            host.request({ method: 'POST', path: '/api/other' }).catch(({ name }) => tell(name));
        }",
        "publishes: ['live.round'], subscribes: ['live.round', 'wallet.balance']",
    )
    .await;
    run("await world.heard(3)").await;
    shell.say("wallet.balance", &run("return { version: 7 }").await).unwrap();
    shell.say("live.round", &run("return { round: 'c' }").await).unwrap();
    assert_eq!(
        json("(await world.heard(4)).map((words) => JSON.stringify(words)).sort()").await,
        r#"["\"DataCloneError\"","\"NotGranted\"","[\"balance\",7]","{\"round\":\"a\"}"]"#
    );
}

#[wasm_bindgen_test]
async fn what_is_uncaught_in_a_frame_ends_its_instance_and_no_other() {
    fresh_page(&["wallet", "promotions"]).await;
    run("await world.add('promotions', `export function mount() {}`);
         await world.add('wallet', `export function mount(host) {
             host.subscribe('live.round', ({ round }) => {
                 if (round == 'throw') throw new RangeError('in a handler');
                 if (round == 'later') setTimeout(() => { throw new RangeError('in a timer') });
                 if (round == 'reject') Promise.reject(new RangeError('in a promise'));
             });
         }`, { framed: true, subscribes: ['live.round'] })")
    .await;
    let shell = open("/").await;
    run("await world.until('promotions', 'mounted'); await world.until('wallet', 'mounted')").await;
    for round in ["throw", "later"] {
        shell.say("live.round", &run(&format!("return {{ round: '{round}' }}")).await).unwrap();
        run("await world.until('wallet', 'restarting'); await world.until('wallet', 'mounted')").await;
    }
    shell.say("live.round", &run("return { round: 'reject' }").await).unwrap();
    run("await world.until('wallet', 'failed')").await;
    assert_eq!(
        json("world.transitions.filter((t) => t.from == 'mounted').map((t) => [t.instance, t.cause])").await,
        r#"[["wallet-1","RangeError: in a handler"],["wallet-2","RangeError: in a timer"],["wallet-3","RangeError: in a promise"]]"#
    );
    assert_eq!(json("world.slot('promotions').dataset.state").await, r#""mounted""#);
    run("await world.until_true(() => !world.frames('wallet'), 'nothing is left of it')").await;
}

#[wasm_bindgen_test]
async fn a_fragment_that_throws_while_it_mounts_says_why() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount() { throw new Error('not today') }`, { framed: true })")
        .await;
    let _shell = open("/").await;
    run("await world.until('wallet', 'restarting')").await;
    assert_eq!(json("world.transitions.at(-1).cause").await, r#""Error: not today""#);
    run("await world.until('wallet', 'failed')").await;
}

#[wasm_bindgen_test]
async fn a_frame_that_hangs_or_leaves_its_page_is_removed_and_restarted() {
    let shell = with_frame(
        "export function mount(given) {
            host = given;
            host.subscribe('live.round', ({ round }) => {
                if (round == 'leave') location = 'about:blank';
                // Its port is never heard again, as if it were in a loop; a data: URL has no process of
                // its own, so a real loop would stop this test.
                else host.root.getRootNode().host.ownerDocument.defaultView.MessagePort.prototype.postMessage = () => {};
            });
        }",
        "subscribes: ['live.round'], heartbeat: 400",
    )
    .await;
    run("await new Promise((done) => setTimeout(done, 1200))").await;
    assert_eq!(json("world.slot('wallet').dataset.instance").await, r#""wallet-1""#, "it answers, it lives");
    for round in ["hang", "leave"] {
        shell.say("live.round", &run(&format!("return {{ round: '{round}' }}")).await).unwrap();
        run("await world.until('wallet', 'restarting'); await world.until('wallet', 'mounted')").await;
    }
    assert_eq!(
        json("world.transitions.filter((t) => t.to == 'restarting').map((t) => t.cause)").await,
        r#"["hung: no heartbeat","it has left its page"]"#
    );
    assert_eq!(json("world.frames('wallet')").await, "1");
    shell.say("live.round", &run("return { round: 'hang' }").await).unwrap();
    run("await world.until('wallet', 'failed')").await;
    assert_eq!(json("world.transitions.at(-1).cause").await, r#""hung: no heartbeat""#);
}

#[wasm_bindgen_test]
async fn a_frame_that_is_not_wanted_any_more_takes_its_leave() {
    fresh_page(&["live", "live-2"]).await;
    run("world.api = async (url, { body }) => { world.seen.push(JSON.parse(body)); return new Response('{}') };
         const script = `export function mount(host) {
             const tell = (body) => host.request({ method: 'POST', path: '/api/tell', body });
             host.subscribe('live.round', () => host.navigate('/live/c'));
             return { unmount() {}, update: ({ params }) => tell([host.instance, params.table]) };
         }`;
         await world.add('live', script, { framed: true, requests: ['POST /api/tell'], subscribes: ['live.round'] });
         world.fragments[0].slots.push({ name: 'live-2', routes: ['/live/:table/:second'] })")
    .await;
    let shell = open("/live/a/b").await;
    run("await world.until('live', 'mounted'); await world.until('live-2', 'mounted')").await;
    assert_eq!(json("world.fetched.filter(([url]) => !url.startsWith('/api')).length").await, "1");
    shell.say("live.round", &run("return {}").await).unwrap();
    run("await world.until('live-2', 'idle'); await world.heard(1);
         await world.until_true(() => !world.frames('live-2'), 'the other one is gone')")
    .await;
    assert_eq!(json("world.seen").await, r#"[["live-1","c"]]"#);
    assert_eq!(json("[location.pathname, world.frames('live')]").await, r#"["/live/c",1]"#);
    run("history.replaceState(null, '', '/')").await;
}

#[wasm_bindgen_test]
async fn where_the_player_goes_before_a_frame_has_mounted_is_not_missed() {
    fresh_page(&["wallet", "live"]).await;
    // What waits in front of it is over once the page is light, and that comes after the news of the route.
    run("world.api = async (url, { body }) => { world.seen.push(JSON.parse(body)); return new Response('{}') };
         await world.add('wallet', `export function mount(host) { world.navigate = host.navigate; }`);
         await world.add('live', `
             const { dataset } = document.documentElement;
             while (dataset.theme != 'light') await new Promise((done) => setTimeout(done, 10));
             export function mount(host) {
                 const tell = ({ path }) => host.request({ method: 'POST', path: '/api/tell', body: path });
                 tell(host.props);
                 return { update: tell };
             }`, { framed: true, requests: ['POST /api/tell'] })")
    .await;
    let _shell = open("/live/a").await;
    run("await world.until('wallet', 'mounted');
         await world.until_true(() => world.slot('live').dataset.instance, 'its frame begins');
         world.navigate('/live/b');
         document.documentElement.dataset.theme = 'light';
         await world.until('live', 'mounted');
         await world.until_true(() => world.seen.at(-1) == '/live/b', 'it is where the player is');
         delete document.documentElement.dataset.theme;
         history.replaceState(null, '', '/')")
    .await;
}

#[wasm_bindgen_test]
async fn a_change_of_theme_reaches_what_runs() {
    let _shell = with_frame(
        "export function mount(given) {
            host = given;
            new MutationObserver(() => tell(document.documentElement.dataset.theme)).observe(document.documentElement, { attributes: true });
        }",
        "",
    )
    .await;
    run("document.documentElement.dataset.theme = 'light'").await;
    assert_eq!(json("(await world.heard(1))[0]").await, r#""light""#);
    run("delete document.documentElement.dataset.theme").await;
}

#[wasm_bindgen_test]
async fn what_counts_its_loops_is_refilled_in_a_frame_too() {
    let _shell = with_frame(
        "const fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
         export function instantiate() {
             return { fuel, async mount(given) {
                 host = given;
                 const first = fuel.value;
                 fuel.value = 7;
                 while (fuel.value == 7) await new Promise((done) => setTimeout(done, 10));
                 tell([first, fuel.value]);
             } };
         }",
        "",
    )
    .await;
    assert_eq!(json("(await world.heard(1))[0]").await, "[1000000,1000000]");
}

#[wasm_bindgen_test]
async fn one_that_floods_the_shell_is_cut_off() {
    fresh_page(&["wallet"]).await;
    run("await world.add('wallet', `export function mount(host) {
             host.subscribe('live.round', () => { for (let i = 0; i < 2000; i++) host.navigate(0); });
         }`, { framed: true, subscribes: ['live.round'] })")
    .await;
    let shell = open("/").await;
    run("await world.until('wallet', 'mounted')").await;
    shell.say("live.round", &run("return {}").await).unwrap();
    run("await world.until('wallet', 'restarting'); await world.until('wallet', 'mounted')").await;
    assert_eq!(
        json("world.transitions.filter((t) => t.to == 'restarting').map((t) => t.cause)").await,
        r#"["it floods the shell"]"#
    );
}

#[wasm_bindgen_test]
async fn what_makes_no_sense_is_no_harm() {
    // The fragment has taken the port itself, and says what no host would.
    run("globalThis.opened = [];
         globalThis.reallyOpen = globalThis.open;
         globalThis.open = (url) => {
             const { origin, pathname } = new URL(url, location);
             opened.push(origin == location.origin ? pathname : url);
         }")
    .await;
    let _shell = with_frame(
        "let port;
         const post = MessagePort.prototype.postMessage;
         MessagePort.prototype.postMessage = function (...words) { port = this; return post.apply(this, words); };
         export function mount(given) {
            host = given;
            host.report('info', '');
            for (const words of [null, 'x', 7, {}, [], [0], [1, null, 5], [2, 'x', {}], [3, [null], 6], [10, 10n], [10, {}],
                                 [11], [11, {}], [11, 'https://x//evil.example/?d'], [11, '//evil.example/'], [11, '/\\\\\\\\evil.example/d'], [11, '/live'],
                                 [99, [1]], ['__proto__', [1]], [1, ['wallet.balance', 1], '__proto__'], [9, [], 9]]) post.call(port, words);
            tell('still here');
        }",
        "",
    )
    .await;
    run("world.rejected = 0;
         const heed = (event) => { world.rejected += 1; event.preventDefault(); };
         addEventListener('unhandledrejection', heed);
         await world.heard(1); await new Promise((done) => setTimeout(done, 50));
         removeEventListener('unhandledrejection', heed);
         globalThis.open = reallyOpen")
    .await;
    assert_eq!(json("[world.seen, world.rejected]").await, r#"[["still here"],0]"#);
    assert_eq!(json("opened").await, r#"["/d","/live"]"#, "pages of this origin only");
    assert_eq!(json("world.slot('wallet').dataset.instance").await, r#""wallet-1""#);
}
