//! What a fragment may say and ask through its host, and what becomes of it.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, open, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A page with one fragment whose host is `world.host`.
async fn with_host(rights: &str) -> std::rc::Rc<shell::edge::page::Shell> {
    fresh_page(&["wallet"]).await;
    run(&format!("await world.add('wallet', `export function mount(host) {{ world.host = host }}`, {rights})")).await;
    let shell = open("/").await;
    run("await world.until('wallet', 'mounted')").await;
    shell
}

#[wasm_bindgen_test]
async fn the_bus_keeps_to_the_manifest() {
    let _shell =
        with_host("{ publishes: ['live.round', 'no.such'], subscribes: ['live.round', 'wallet.balance'] }").await;
    run("world.refusal = (f) => { try { f(); return 'none' } catch (error) { return `${error.name}: ${error.message}` } }").await;
    let refusal = async |script: &str| json(&format!("world.refusal(() => {script})")).await;
    assert_eq!(
        refusal("world.host.publish('wallet.balance', {})").await,
        r#""Refused: wallet.balance: not granted by the manifest""#
    );
    assert_eq!(refusal("world.host.publish('no.such', {})").await, r#""Refused: no.such: no such topic""#);
    assert_eq!(
        refusal("world.host.publish('live.round', 'x'.repeat(1023))").await,
        r#""Refused: live.round: payload too large""#
    );
    assert_eq!(
        refusal("world.host.publish('live.round', () => {})").await,
        r#""Refused: live.round: the payload is no JSON""#
    );
    assert_eq!(
        refusal("world.host.subscribe('session.changed', () => {})").await,
        r#""Refused: session.changed: not granted by the manifest""#
    );
    assert_eq!(
        refusal("world.host.subscribe('live.round', 'x')").await,
        r#""Refused: live.round: the handler is no function""#
    );
    let flood =
        json("Array.from({ length: 20 }, () => world.refusal(() => world.host.publish('live.round', {})))").await;
    assert!(
        flood.starts_with(r#"["none","none""#) && flood.ends_with(r#""Refused: live.round: too many"]"#),
        "{flood}"
    );
}

#[wasm_bindgen_test]
async fn a_payload_is_copied_and_a_retained_one_awaits_the_late() {
    let shell = with_host("{ publishes: ['live.round'], subscribes: ['live.round', 'wallet.balance'] }").await;
    shell.say("wallet.balance", &run("return { version: 1 }").await).unwrap();
    run("world.host.subscribe('wallet.balance', (payload) => world.seen.push(payload.version));
         const stop = world.host.subscribe('live.round', (payload) => world.seen.push(payload));
         const mine = { round: 'a' }; world.host.publish('live.round', mine); mine.round = 'b';
         stop(); stop(); world.host.publish('live.round', {})")
    .await;
    assert_eq!(json("world.seen").await, r#"[1,{"round":"a"}]"#);
}

#[wasm_bindgen_test]
async fn a_request_is_granted_or_goes_nowhere() {
    let _shell = with_host("{ requests: ['POST /api/wallet/*'] }").await;
    run("world.api = async (url, options) => new Response('{\"ok\":true}', { status: 201 });
         world.fetched = [];
         world.reply = await world.host.request({ method: 'POST', path: '/api/wallet/deposits', body: { a: 1 }, idempotencyKey: 'k' });
         for (const path of ['/api/live/launch', '/api/wallet/../live/launch', 'https://elsewhere.example/api/wallet/x']) {
             await world.host.request({ method: 'POST', path }).catch((error) => world.seen.push(error.name));
         }")
    .await;
    assert_eq!(json("world.reply").await, r#"{"status":201,"body":{"ok":true}}"#);
    assert_eq!(
        json("world.fetched.map(([url, { method, headers, body }]) => [url, method, headers, body])").await,
        r#"[["/api/wallet/deposits","POST",{"accept-language":"en","x-croupier-fragment":"wallet","idempotency-key":"k","content-type":"application/json"},"{\"a\":1}"]]"#
    );
    assert_eq!(json("world.seen").await, r#"["NotGranted","NotGranted","NotGranted"]"#);
}

/// A browser drops these before it reads a path: what is left would be another one.
#[wasm_bindgen_test]
async fn a_request_hides_nothing_from_its_grant() {
    let _shell = with_host("{ requests: ['GET /api/wallet/*'] }").await;
    run("world.fetched = [];
         for (const dropped of ['\\t', '\\n', '\\r']) {
             const path = `/api/wallet/.${dropped}./live`;
             await world.host.request({ method: 'GET', path }).catch((error) => world.seen.push(error.name));
         }")
    .await;
    assert_eq!(json("[world.seen, world.fetched.length]").await, r#"[["NotGranted","NotGranted","NotGranted"],0]"#);
}

#[wasm_bindgen_test]
async fn failures_of_the_network_have_their_names_and_answers_pass() {
    let _shell = with_host("{ requests: ['GET /api/wallet/*'] }").await;
    for (api, expected) in [
        ("throw new TypeError('failed to fetch')", r#""Offline""#),
        ("throw new DOMException('late', 'TimeoutError')", r#""Timeout""#),
        ("return new Response('<html>', { status: 502 })", r#""Offline""#),
        ("return new Response('{\"status\":503}', { status: 503 })", r#"{"status":503,"body":{"status":503}}"#),
        ("return new Response('not json', { status: 200 })", r#"{"status":200,"body":null}"#),
    ] {
        let outcome = json(&format!(
            "(world.api = async () => {{ {api} }}, await world.host.request({{ method: 'GET', path: '/api/wallet/balance' }}).catch((error) => error.name))"
        ))
        .await;
        assert_eq!(outcome, expected, "{api}");
    }
}

#[wasm_bindgen_test]
async fn a_stale_token_is_renewed_and_the_call_goes_once_more() {
    let _shell = with_host("{ requests: ['POST /api/wallet/*'] }").await;
    run(r#"world.api = async (url, { headers }) => {
             if (url == '/api/identity/session') return new Response('{"player":{"id":"p","name":"n","demo":true},"csrf_token":"new"}');
             return headers['x-csrf-token'] == 'new' ? new Response('{}', { status: 201 })
                 : new Response('{"type":"/problems/forbidden","title":"t","status":403,"detail":"d"}', { status: 403 });
         };
         world.fetched = [];
         world.reply = await world.host.request({ method: 'POST', path: '/api/wallet/deposits', body: {} })"#)
    .await;
    assert_eq!(json("world.reply.status").await, "201");
    assert_eq!(
        json("world.fetched.map(([url]) => url)").await,
        r#"["/api/wallet/deposits","/api/identity/session","/api/wallet/deposits"]"#
    );
}

/// A player is signed in, and another tab signs in another one: `world.player` says whose the browser's cookie is.
async fn with_two_players() -> std::rc::Rc<shell::edge::page::Shell> {
    let shell = with_host(
        "{ requests: ['POST /api/wallet/*'], publishes: ['session.stale'], subscribes: ['session.changed', 'wallet.balance', 'shell.connection'] }",
    )
    .await;
    run(r#"world.player = 'a';
         world.api = async (url, { headers }) => {
             const token = `token of ${world.player}`;
             if (url == '/api/identity/session') {
                 return new Response(JSON.stringify({ player: { id: world.player, name: 'n', demo: true }, csrf_token: token }));
             }
             await world.answer;
             return headers['x-csrf-token'] == `token of ${world.player}` ? new Response('{}', { status: 201 })
                 : new Response('{"type":"/problems/forbidden","title":"t","status":403,"detail":"d"}', { status: 403 });
         };
         world.answer = undefined;
         world.streaming = true;
         world.withdraw = () => world.host.request({ method: 'POST', path: '/api/wallet/withdrawals', body: {}, idempotencyKey: 'k' });
         world.host.subscribe('session.changed', ({ player }) => world.seen.push(player.id));
         world.host.publish('session.stale', {});
         await world.heard(1);
         world.fetched = []"#)
    .await;
    shell.say("wallet.balance", &run("return { version: 7 }").await).unwrap();
    shell
}

/// What was known of the first player is gone: nobody gets it who asks now.
async fn the_page_is_the_second_ones() {
    run("await world.heard(2); world.host.subscribe('wallet.balance', () => world.seen.push('a balance'))").await;
    assert_eq!(json("[world.seen, world.streams.length]").await, r#"[["a","b"],2]"#, "and the events are theirs");
}

#[wasm_bindgen_test]
async fn a_command_is_not_repeated_on_the_account_of_another_player() {
    let _shell = with_two_players().await;
    run("world.player = 'b'; world.reply = await world.withdraw()").await;
    assert_eq!(
        json("[world.reply.status, world.fetched.map(([url]) => url)]").await,
        r#"[403,["/api/wallet/withdrawals","/api/identity/session"]]"#
    );
    the_page_is_the_second_ones().await;
}

#[wasm_bindgen_test]
async fn nor_when_the_page_learns_of_them_while_it_is_on_its_way() {
    let _shell = with_two_players().await;
    run("let answer;
         world.answer = new Promise((done) => { answer = done; });
         const reply = world.withdraw();
         world.player = 'b';
         world.host.publish('session.stale', {});
         await world.heard(2);
         answer();
         world.reply = await reply")
    .await;
    assert_eq!(
        json("[world.reply.status, world.fetched.filter(([url]) => url.startsWith('/api/wallet')).length]").await,
        "[403,1]"
    );
    the_page_is_the_second_ones().await;
}

#[wasm_bindgen_test]
async fn a_card_does_not_tell_the_next_player_what_the_last_one_had() {
    let shell = with_two_players().await;
    let balance = "return { currency: 'EUR', cash_minor: 700, bonus_minor: 0, as_of_ms: 0 }";
    shell.say("wallet.balance", &run(balance).await).unwrap();
    run("await world.until_true(() => {
             world.host.fail('no more');
             return world.slot('wallet').dataset.state == 'failed';
         }, 'the card')")
    .await;
    let shown = "[...document.querySelectorAll('.card, .balance')].map(({ className, textContent }) => \
                     className == 'card' ? className : textContent.includes('7.00'))";
    assert_eq!(json(shown).await, r#"["card",true]"#);
    run("world.player = 'b'; const stream = world.streams.at(-1); stream.onerror(); stream.onopen();
         await world.until_true(() => !document.querySelector('.balance'), 'it is gone')")
    .await;
    assert_eq!(json(shown).await, r#"["card"]"#, "what else it says stays");
}

#[wasm_bindgen_test]
async fn the_session_is_read_again_when_the_stream_comes_back() {
    let _shell = with_two_players().await;
    run("world.player = 'b'; const stream = world.streams.at(-1); stream.onerror(); stream.onopen()").await;
    the_page_is_the_second_ones().await;
}

/// The server ends each after a while, and nobody is to be told of that. This one stands for as long as the test says.
#[wasm_bindgen_test]
async fn a_stream_that_breaks_has_a_moment_to_come_back() {
    let _shell = with_two_players().await;
    run("const { setTimeout } = globalThis;
         const now = performance.now.bind(performance);
         const stream = world.streams.at(-1);
         const isLost = () => !document.getElementById('connection').hidden;
         const lose = (at) => {
             const timers = [];
             performance.now = () => now() + at;
             globalThis.setTimeout = (fire, ms) => { timers.push({ fire, ms }); return 0; };
             stream.onerror();
             stream.onerror();
             globalThis.setTimeout = setTimeout;
             const [{ fire, ms }] = timers;
             return { fire, told: [timers.length, ms, isLost()] };
         };
         const minutes = 6e4;
         const { told } = lose(15 * minutes);
         world.fetched = [];
         stream.onopen();
         world.back = [told, isLost(), world.fetched.map(([url]) => url)];
         world.gone = [30, 30].map((stood) => {
             const { fire, told } = lose(stood * minutes);
             fire();
             const lost = isLost();
             stream.onopen();
             return [...told, lost, isLost()];
         });
         delete performance.now")
    .await;
    assert_eq!(json("world.back").await, r#"[[1,2000,false],false,["/api/identity/session"]]"#);
    assert_eq!(
        json("world.gone").await,
        "[[1,2000,false,true,false],[1,1,false,true,false]]",
        "and one that has hardly stood has none"
    );
}

#[wasm_bindgen_test]
async fn what_the_server_can_not_say_is_asked_for_anew_although_nobody_was_told_of_a_break() {
    let _shell = with_two_players().await;
    run("const stream = world.streams.at(-1);
         world.told = [];
         world.host.subscribe('shell.connection', ({ online }) => world.told.push(online));
         stream.onerror();
         stream.onopen();
         stream.dispatchEvent(new MessageEvent('reset', { data: 'null', lastEventId: '9' }));
         await world.until_true(() => world.told.length == 3, 'it is told')")
    .await;
    assert_eq!(json("world.told").await, "[true,false,true]");
}

#[wasm_bindgen_test]
async fn degraded_and_healthy_move_the_slot() {
    let _shell = with_host("{}").await;
    run("world.host.report('degraded', 'the feed is down')").await;
    assert_eq!(json("world.slot('wallet').dataset.state").await, r#""degraded""#);
    run("world.host.report('healthy', '')").await;
    assert_eq!(json("world.slot('wallet').dataset.state").await, r#""mounted""#);
}
