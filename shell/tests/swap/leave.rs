//! When what runs may go, and what it leaves: typed text, focus, answers, its state, and its turn.

use wasm_bindgen_test::wasm_bindgen_test;

use super::registry::page;
use super::support::{json, literal, run};

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

/// The next release waits for `world.answer()`, whatever it is told meanwhile.
async fn stays_until_it_is_answered() {
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
async fn who_waits_for_an_answer_gets_it_first() {
    let _shell = page(
        &["wallet"],
        "world.api = () => new Promise((done) => { world.answer = () => done(new Response('{}')) });
         await world.add('wallet', `export function mount(host) {
             host.request({ method: 'POST', path: '/api/deposit' }).then(() => world.seen.push('answered'));
         }`, { requests: ['POST /api/deposit'] })",
    )
    .await;
    stays_until_it_is_answered().await;
}

/// What was busy until then has just sent off what it was busy with.
#[wasm_bindgen_test]
async fn who_asks_for_something_while_it_is_asked_gets_it_first() {
    let _shell = page(
        &["wallet"],
        "world.api = () => new Promise((done) => { world.answer = () => done(new Response('{}')) });
         await world.add('wallet', `export function mount(host) {
             const deposit = { method: 'POST', path: '/api/deposit' };
             world.deposit = () => { host.request(deposit).then(() => world.seen.push('answered')); };
         }`, { requests: ['POST /api/deposit'] })",
    )
    .await;
    run("const { copy } = world.slot('wallet');
         copy.snapshot = async () => {
             copy.snapshot = () => [null];
             world.deposit();
             return [null];
         }")
    .await;
    stays_until_it_is_answered().await;
}

/// Both run in one go; a hang of the new one is not the old one's.
#[wasm_bindgen_test]
async fn the_turn_is_the_new_ones_once_it_mounts() {
    let _shell = page(
        &["wallet"],
        "await world.add('wallet', `export function mount() { return { unmount() {}, snapshot: () => ({}) }; }`)",
    )
    .await;
    run("await world.release('wallet', '2', `export function mount() { world.seen.push(world.turns()) }`);
         await world.publish();
         await world.swapped('wallet', '2')")
    .await;
    assert_eq!(json("world.seen").await, r#"["wallet 2"]"#);
}
