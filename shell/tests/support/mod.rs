//! A page with slots, and a server that exists in the page only: fragments in plain JavaScript, so
//! that what is tested is the shell.

use js_sys::{Function, Promise, Reflect};
use shell::edge::page::Shell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Declares `world`, which the tests script.
const WORLD: &str = r#"
    const digest = async (text) => btoa(String.fromCharCode(
        ...new Uint8Array(await crypto.subtle.digest('SHA-384', new TextEncoder().encode(text)))));
    globalThis.world = {
        files: {},      // url -> text that is served
        headers: {},    // url -> what it is served with
        fetched: [],    // [url, options]
        seen: [],       // what fragments note down
        transitions: [],
        streams: [],    // the connections for events that were opened
        streaming: false, // whether they come to stand
        api: async () => new Response('{}'),
        fragments: [],
        async add(name, script, more = {}) {
            const serve = async (version, script) => {
                const url = `/fragments/${name}/${name}${version}.js`;
                this.files[url] = script;
                return { url, sha384: await digest(script), size: script.length };
            };
            const limits = { memory_mib: 1, fuel_millions: 1, mount_ms: 1000, load_ms: 5000, payload_kib: 1, events_per_second: 5, heartbeat_ms: more.heartbeat ?? 0 };
            const rights = { publishes: more.publishes ?? [], subscribes: more.subscribes ?? [], limits, capabilities: { requests: more.requests ?? [], origins: more.origins ?? [] } };
            const previous = !more.previous ? null : { version: '0', entry: await serve('-0', more.previous), wasm: null, style: null, messages: [], ...rights };
            this.fragments.push({
                name, version: '1', channel: 'stable', slots: [{ name, routes: more.routes ?? [] }],
                placement: more.framed ? 'frame' : 'document', site: more.framed ? this.site : null, entry: await serve('', script),
                wasm: null, style: null, messages: [], critical: false, killed: more.killed ?? false, previous, ...rights,
            });
        },
        manifest() {
            return { schema: 1, serial: 1, issued_at_ms: 0, expires_at_ms: Date.now() + 60000, fragments: this.fragments };
        },
        slot: (name) => document.querySelector(`[data-slot=${name}]`),
        frames: (name) => world.slot(name).querySelectorAll('iframe').length,
        async until_true(what, name) {
            const late = performance.now() + 8000;
            while (!await what()) {
                if (performance.now() > late) throw new Error(`never: ${name}; seen: ${JSON.stringify(world.seen)}`);
                await new Promise((done) => setTimeout(done, 10));
            }
        },
        // Waits for what fragments note down: a framed one has nothing but its words.
        async heard(count) {
            await world.until_true(() => world.seen.length >= count, `${count} are heard`);
            return world.seen;
        },
        // Whose turn it is, by the storage that all pages share.
        turns: () => Object.entries(localStorage).filter(([key]) => key.startsWith('croupier.turn'))
            .map(([, turn]) => turn.split(' ', 2).join(' ')).join(),
        root: (name) => world.slot(name).querySelector('.mount')?.shadowRoot.querySelector('.root'),
        until(name, state) {
            const slot = this.slot(name);
            return new Promise((resolve, reject) => {
                const look = () => slot.dataset.state == state && (clearTimeout(late), watch.disconnect(), resolve());
                const watch = new MutationObserver(look);
                const late = setTimeout(() => reject(new Error(`${name} is ${slot.dataset.state}, not ${state}`)), 8000);
                watch.observe(slot, { attributes: true });
                look();
            });
        },
    };
    globalThis.fetch = async (url, options = {}) => {
        world.fetched.push([url, options]);
        if (String(url).startsWith('/api/')) return world.api(url, options);
        const [path] = String(url).split('?');
        const text = world.files[path], { etag } = world.headers[path] ?? {};
        if (etag && options.headers?.['if-none-match'] == etag) return new Response(null, { status: 304 });
        return text === undefined ? new Response('', { status: 404 }) : new Response(text, { headers: world.headers[path] ?? {} });
    };
    globalThis.EventSource = class extends EventTarget {
        constructor(url) {
            super();
            Object.assign(this, { url, readyState: 0 });
            world.streams.push(this);
            if (world.streaming) setTimeout(() => this.onopen());
        }
        close() { this.readyState = 2; }
    };
    document.documentElement.lang = 'en';
    document.addEventListener('croupier:transition', ({ detail }) => {
        // The shell of an earlier test may try again what failed there, in a slot that is on no page any more.
        if (world.slot(detail.slot)?.dataset.state == detail.to) world.transitions.push(detail);
    });
    document.body.insertAdjacentHTML('beforeend', `
        <div id="page"></div><p id="connection" hidden></p>
        <script type="application/json" id="messages">{
            "card-title": "{name} is taking a break", "card-unreachable": "not loaded", "card-crashed": "stopped",
            "card-refused": "not genuine", "card-off": "switched off", "card-rest": "all else works", "card-retry": "Try again",
            "card-balance": "Last known: {amount} ({time})", "title-wallet": "Wallet", "title-home": "Home"
        }</script>`);
"#;

/// A fresh page with these slots; the shell is not started yet.
pub(crate) async fn fresh_page(slots: &[&str]) {
    thread_local!(static PREPARED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) });
    if !PREPARED.replace(true) {
        run(include_str!("../../page/manifest.js")).await;
        run(include_str!("../../page/edge.js")).await;
        run(WORLD).await;
        let script = include_str!("../../page/frame.mjs").replace("</script", "<\\/script");
        let page = format!(
            "<!doctype html><html data-origins=\"ORIGIN\"><title>f</title><script type=\"module\">{script}</script>"
        );
        run(&format!("world.site = `data:text/html;charset=utf-8,${{encodeURIComponent({}.replace('ORIGIN', location.origin))}}#`", literal(&page))).await;
    }
    let slots: String = slots
        .iter()
        .map(|name| format!("<section data-slot=\"{name}\" data-state=\"idle\" aria-label=\"{name}\"></section>"))
        .collect();
    run(&format!(
        "document.getElementById('page').innerHTML = '<nav></nav><h1 id=\"title\" tabindex=\"-1\"></h1>{slots}';
         Object.assign(world, {{ files: {{}}, fetched: [], seen: [], transitions: [], streams: [], streaming: false, fragments: [], api: async () => new Response('{{}}') }});"
    ))
    .await;
}

/// Furnishes the page with the fragments of `world` and shows the route.
#[allow(dead_code)] // what a manifest is refused for is found out before there is a shell
pub(crate) async fn open(path: &str) -> Rc<Shell> {
    let manifest = run("return world.manifest()").await;
    let shell = Shell::new(path);
    shell.furnish(&manifest);
    shell.follow_route();
    shell
}

/// Runs an asynchronous script to its end.
pub(crate) async fn run(script: &str) -> JsValue {
    let function = Function::new_no_args(&format!("return (async () => {{ {script} }})()"));
    let promise: Promise = function.call0(&JsValue::NULL).unwrap().unchecked_into();
    match JsFuture::from(promise).await {
        Ok(value) => value,
        Err(thrown) => panic!("{:?} in {script}", Reflect::get(&thrown, &"message".into())),
    }
}

/// A text as a literal.
#[allow(dead_code)] // others write their scripts down as they are
pub(crate) fn literal(text: &str) -> String {
    js_sys::JSON::stringify(&text.into()).ok().and_then(|text| text.as_string()).expect("a text is JSON")
}

/// The value of an expression as JSON.
pub(crate) async fn json(expression: &str) -> String {
    run(&format!("return JSON.stringify({expression}) ?? ''")).await.as_string().unwrap()
}
