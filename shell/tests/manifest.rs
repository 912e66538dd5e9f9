//! Which manifest the page uses: a signed one of its schema that is neither too old nor a copy from before.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use contract::manifest::SCHEMA;
use support::{fresh_page, json, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A registry with two keys, of which the page trusts the first, and what became of what it signs.
async fn registry() {
    fresh_page(&[]).await;
    run(&format!(
        "const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
         const pair = () => crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
         const [own, foreign] = await Promise.all([pair(), pair()]);
         const trusted = {{ own: base64(await crypto.subtle.exportKey('raw', own.publicKey)) }};
         const hour = 3600e3;
         world.registry = {{
             manifest: (more = {{}}) => ({{ schema: {SCHEMA}, serial: 5, content: 'a', issued_at_ms: 0, expires_at_ms: 9 * hour, fragments: [], ...more }}),
             // JSON as the gateway writes it, and what stands beside it.
             async sign(manifest, by = own, key = 'own') {{
                 const text = JSON.stringify(manifest);
                 const signature = base64(await crypto.subtle.sign('Ed25519', by.privateKey, new TextEncoder().encode(text)));
                 return [text, JSON.stringify({{ key, signature, trusted }})];
             }},
             // 'used', or why not.
             outcome: (text, seal, memory, now = hour) => croupier.accept(text, seal, memory, now).then(() => 'used', ({{ message }}) => message),
             foreign, hour,
         }};"
    ))
    .await;
}

/// What becomes of what a script returns: arguments of `outcome`.
async fn outcome(script: &str) -> String {
    run(&format!("const {{ manifest, sign, foreign, hour }} = world.registry; world.outcome = await world.registry.outcome(...await (async () => {{ {script} }})())")).await;
    json("world.outcome").await
}

const SIGNATURE: &str = r#""manifest refused: signature: not of a trusted key""#;
const SERIAL: &str = r#""manifest refused: serial: older than one used here""#;

#[wasm_bindgen_test]
async fn a_signed_one_is_used_to_the_last_character() {
    registry().await;
    assert_eq!(outcome("return sign(manifest())").await, r#""used""#);
    assert_eq!(outcome("return sign(manifest({ fragments: [{ name: 'ä </ \u{1F3B0}' }] }))").await, r#""used""#);
}

#[wasm_bindgen_test]
async fn what_was_changed_or_signed_by_nobody_that_counts_is_refused() {
    registry().await;
    for (what, script) in [
        ("changed", "const [text, seal] = await sign(manifest()); return [text.replace('5', '6'), seal]"),
        ("one space more", "const [text, seal] = await sign(manifest()); return [`${text} `, seal]"),
        ("no seal", "const [text] = await sign(manifest()); return [text, undefined]"),
        ("an empty seal", "const [text] = await sign(manifest()); return [text, '']"),
        (
            "no signature",
            "const [text, seal] = await sign(manifest()); return [text, JSON.stringify({ ...JSON.parse(seal), signature: undefined })]",
        ),
        (
            "another's signature",
            "const [text] = await sign(manifest()); return [text, (await sign(manifest({ serial: 4 })))[1]]",
        ),
        ("a foreign key", "return sign(manifest(), foreign, 'foreign')"),
        ("a foreign key under a trusted name", "return sign(manifest(), foreign)"),
        ("a name that every object has", "return sign(manifest(), foreign, 'constructor')"),
        (
            "a key that is revoked",
            "const [text, seal] = await sign(manifest()); return [text, JSON.stringify({ ...JSON.parse(seal), trusted: {} })]",
        ),
        ("no manifest", "return [undefined, (await sign(manifest()))[1]]"),
    ] {
        assert_eq!(outcome(script).await, SIGNATURE, "{what}");
    }
}

#[wasm_bindgen_test]
async fn another_schema_and_one_that_has_expired_are_refused() {
    registry().await;
    let schema = outcome("return sign(manifest({ schema: manifest().schema + 1 }))").await;
    assert!(schema.starts_with(r#""manifest refused: schema"#), "{schema}");
    for (what, more) in [
        ("long ago", "expires_at_ms: 1"),
        ("just now", "expires_at_ms: hour"),
        ("without a time", "expires_at_ms: undefined"),
    ] {
        let expired = outcome(&format!("return sign(manifest({{ {more} }}))")).await;
        assert!(expired.starts_with(r#""manifest refused: expires_at_ms"#), "{what}: {expired}");
    }
}

#[wasm_bindgen_test]
async fn a_copy_from_before_is_refused_and_nobody_is_kept_out_for_good() {
    registry().await;
    // Serial 5, issued at 2 hours, content a, was used at 3 hours; it lasts 9 hours.
    run("const { manifest, hour } = world.registry;
         const used = manifest({ issued_at_ms: 2 * hour, expires_at_ms: 11 * hour });
         world.registry.memory = croupier.remember(used, undefined, 3 * hour);
         world.registry.later = (more) => ({ ...used, ...more });")
    .await;
    for (what, more, now, is_used) in [
        ("the same again", "{}", "4 * hour", true),
        (
            "an older one",
            "{ serial: 4, content: 'b', issued_at_ms: hour, expires_at_ms: 10 * hour }",
            "4 * hour",
            false,
        ),
        ("a newer one", "{ serial: 6, content: 'b' }", "4 * hour", true),
        (
            "a newer one of a clock that went back",
            "{ serial: 6, content: 'b', issued_at_ms: hour, expires_at_ms: 10 * hour }",
            "4 * hour",
            true,
        ),
        (
            "of a restored gateway",
            "{ serial: 1, content: 'b', issued_at_ms: 3 * hour, expires_at_ms: 12 * hour }",
            "4 * hour",
            true,
        ),
        (
            "the same content of another edge",
            "{ serial: 4, issued_at_ms: hour, expires_at_ms: 10 * hour }",
            "4 * hour",
            true,
        ),
        (
            "an older one once the memory is over",
            "{ serial: 4, content: 'b', issued_at_ms: hour, expires_at_ms: 13 * hour }",
            "12 * hour",
            true,
        ),
    ] {
        let said = outcome(&format!(
            "const {{ memory, later }} = world.registry; return [...await sign(later({more})), memory, {now}]"
        ))
        .await;
        assert_eq!(said, if is_used { r#""used""# } else { SERIAL }, "{what}");
    }
    // Whatever somebody else has written there, it keeps nobody out for longer than a manifest lasts.
    for memory in ["", "nonsense", "9e99 9e99 9e99 z", "Infinity Infinity Infinity z", "1 2"] {
        let said = outcome(&format!("return [...await sign(manifest()), '{memory}']")).await;
        assert_eq!(said, r#""used""#, "{memory}");
    }
}

#[wasm_bindgen_test]
async fn the_highest_is_remembered_whichever_edge_answers() {
    registry().await;
    run("const { manifest, hour } = world.registry;
         world.memories = [];
         let memory;
         for (const more of [{ serial: 5 }, { serial: 3 }, { serial: 2, content: 'b', issued_at_ms: hour, expires_at_ms: 10 * hour }]) {
             memory = croupier.remember(manifest(more), memory, hour);
             world.memories.push(memory);
         }")
    .await;
    assert_eq!(json("world.memories").await, r#"["5 0 36000000 a","5 0 36000000 a","5 3600000 36000000 b"]"#);
}

#[wasm_bindgen_test]
async fn of_what_is_refused_nothing_is_touched_not_even_a_frame() {
    registry().await;
    fresh_page(&["live"]).await;
    run("const { manifest, sign } = world.registry;
         const fragments = [{ site: world.site, slots: [{ name: 'live', routes: [] }] }];
         const now = Date.now();
         const [text, seal] = await sign(manifest({ issued_at_ms: now, expires_at_ms: now + 60e3, fragments }));
         const page = document.documentElement.dataset;
         // As the gateway's page has it; its end has been parsed for long.
         const put = (id, content) => {
             document.getElementById(id)?.remove();
             const script = document.createElement('script');
             document.body.append(Object.assign(script, { type: 'application/json', id, textContent: content }));
         };
         const start = () => croupier.start('data:text/javascript,export default () => { world.seen.push(`started`) }', '').catch(({ message }) => world.seen.push(message));
         const look = () => world.seen.push([page.shell ?? '', world.frames('live'), 'croupier.manifest' in localStorage]);
         localStorage.removeItem('croupier.manifest');
         dispatchEvent(new Event('DOMContentLoaded'));
         put('manifest', text.replace('live', 'love'));
         put('seal', seal);
         await start();
         look();
         delete page.shell;
         put('manifest', text);
         await start();
         look();
         localStorage.removeItem('croupier.manifest');
         document.getElementById('manifest').remove()")
    .await;
    assert_eq!(json("world.seen").await, format!(r#"[{SIGNATURE},["refused",0,false],"started",["",1,true]]"#));
}
