//! The pack that a page begins with: divided as it arrives, believed in nothing, and done without when it is none.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use support::{fresh_page, json, literal, run};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// `world.divide`, `world.open` and `world.through` of pack.mjs; a pack of some files, and what becomes of one that arrives in pieces.
async fn packs() {
    fresh_page(&[]).await;
    run(&format!(
        "const script = new Blob([{}], {{ type: 'text/javascript' }});
         Object.assign(world, await import(URL.createObjectURL(script)));",
        literal(include_str!("../page/pack.mjs"))
    ))
    .await;
    run("
        localStorage.removeItem('croupier.pack');
        const encoder = new TextEncoder();
        const digest = async (bytes) => btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-384', bytes))));
        const contents = { '/a.js': 'let a;\\n\\n', '/empty.css': '', '/b.wasm': '\\0asm' + 'b'.repeat(9000) };
        const index = Object.entries(contents).map(([url, text]) => `${url} ${text.length}\\n`).join('');
        const good = encoder.encode(`${index}\\n${Object.values(contents).join('')}`);
        // Pieces of these lengths, over and over.
        const pieces = (bytes, lengths) => {
            const cut = [];
            for (let at = 0, turn = 0; at < bytes.length; turn++) {
                const length = lengths[turn % lengths.length];
                cut.push(bytes.subarray(at, at + length));
                at += length;
            }
            return cut;
        };
        const outcome = async (cut) => {
            const queue = [...cut];
            const seen = {};
            let expected;
            const why = await world.divide(
                async () => queue.shift(), (urls) => { expected = urls; },
                (url, bytes) => { seen[url] = new TextDecoder().decode(bytes); },
            ).then(() => 'whole', ({ message }) => message);
            return { why, seen, expected, left: queue.length };
        };
        const files = Object.fromEntries(await Promise.all(Object.entries(contents).map(async ([url, text]) =>
            [url, { url, sha384: await digest(encoder.encode(text)), size: text.length }])));
        const reply = (bytes, status = 200) => Promise.resolve(new Response(bytes, { status }));
        const opened = (reply, held) => world.open({ offered: '/packs/new', held, reply });
        const text = async (bytes) => ((got) => got && new TextDecoder().decode(got))(await bytes);
        world.packs = { encoder, contents, good, pieces, outcome, files, reply, opened, text };")
    .await;
}

const WORDS: &str = "const { encoder, contents, good, pieces, outcome, files, reply, opened, text } = world.packs;";

/// What a script returns, as JSON.
async fn said(script: &str) -> String {
    run(&format!("{WORDS} world.said = await (async () => {{ {script} }})()")).await;
    json("world.said").await
}

#[wasm_bindgen_test]
async fn however_it_arrives_the_same_comes_out() {
    packs().await;
    // All in one; byte by byte; with nothing in between; and at random.
    let wrong = said(
        "const runs = [[good.length], [1], [0, 3], [4096], [19, 1, 0, 1]];
         for (let run = 0; run < 300; run++) {
             runs.push(Array.from({ length: 1 + Math.random() * 6 }, () => Math.floor(Math.random() ** 3 * 5000)).concat(1));
         }
         const wrong = [];
         for (const lengths of runs) {
             const { why, seen, expected } = await outcome(pieces(good, lengths));
             const same = JSON.stringify([seen, expected]) == JSON.stringify([contents, Object.keys(contents)]);
             if (why != 'whole' || !same) wrong.push([lengths, why]);
         }
         return wrong;",
    )
    .await;
    assert_eq!(wrong, "[]");
}

#[wasm_bindgen_test]
async fn what_comes_first_is_given_before_the_last_is_there() {
    packs().await;
    let given = said(
        "const given = [];
         const cut = pieces(good, [60]);
         await new Promise((done) => {
             world.divide(() => cut.length ? Promise.resolve(cut.shift()) : new Promise(() => {}), () => {}, (url) => {
                 given.push([url, cut.length > 0]);
                 if (url == '/empty.css') done();
             });
         });
         return given;",
    )
    .await;
    assert_eq!(given, r#"[["/a.js",true],["/empty.css",true]]"#);
}

#[wasm_bindgen_test]
async fn a_pack_that_lies_is_refused_before_it_costs_anything() {
    packs().await;
    for (what, bytes, why) in [
        ("nothing", "new Uint8Array()", "cut short"),
        ("no list", "encoder.encode('\\n\\n')", "no list"),
        ("a page", "encoder.encode('<!doctype html>\\n\\n')", "no list"),
        ("a negative size", "encoder.encode('/a -1\\n\\n')", "no list"),
        ("a size that is none", "encoder.encode('/a 1e9\\n\\n')", "no list"),
        ("too long a size", "encoder.encode('/a 99999999\\n\\n')", "no list"),
        ("too much in all", "encoder.encode('/a 8388608\\n/b 1\\n\\n')", "too much"),
        ("a list without an end", "new Uint8Array(200_000).fill(47)", "no list"),
        ("a foreign address", "encoder.encode('https://a/b 1\\n\\nx')", "no list"),
        ("more than it says", "encoder.encode('/a 1\\n\\nxy')", "too long"),
    ] {
        let said = said(&format!("return (await outcome(pieces({bytes}, [4096]))).why")).await;
        assert_eq!(said, format!("\"{why}\""), "{what}");
    }
    let whole = said(
        "const wrong = [];
         for (let cut = 0; cut < good.length; cut += cut < 80 ? 1 : 97) {
             const { why } = await outcome([good.subarray(0, cut)]);
             if (why != 'cut short') wrong.push([cut, why]);
         }
         return wrong;",
    )
    .await;
    assert_eq!(whole, "[]");
}

#[wasm_bindgen_test]
async fn a_file_of_it_is_given_once_and_only_if_it_is_genuine() {
    packs().await;
    let given = said(
        "const take = opened(reply(good));
         const first = await text(take(files['/a.js']));
         const again = await text(take(files['/a.js']));
         const forged = await text(take({ ...files['/b.wasm'], sha384: files['/a.js'].sha384 }));
         const unknown = await text(take({ url: '/c.js' }));
         return [first, again ?? null, forged ?? null, unknown ?? null];",
    )
    .await;
    assert_eq!(given, r#"["let a;\n\n",null,null,null]"#);
}

#[wasm_bindgen_test]
async fn the_pack_that_came_whole_is_the_one_that_is_held() {
    packs().await;
    let held = "localStorage['croupier.pack'] ?? null";
    let last = "await text(take(files['/b.wasm'])); await new Promise((done) => setTimeout(done));";
    for (what, taken, wanted) in [
        ("a first one", "opened(reply(good))", r#""/packs/new""#),
        ("that of before", "opened(reply(good), '/packs/old')", r#""/packs/old""#),
        ("half of one", "opened(reply(good.subarray(0, 200)))", "null"),
        ("none", "opened(reply('', 404))", "null"),
        ("no answer", "opened(Promise.resolve())", "null"),
    ] {
        let script = format!("localStorage.removeItem('croupier.pack'); const take = {taken}; {last} return {held}");
        assert_eq!(said(&script).await, wanted, "{what}");
    }
    // The browser has lost it: the one that is offered takes its place.
    let script = format!(
        "const fetched = globalThis.fetch;
         globalThis.fetch = () => reply(good);
         const take = opened(Promise.resolve(), '/packs/old');
         {last}
         globalThis.fetch = fetched;
         return {held}"
    );
    assert_eq!(said(&script).await, r#""/packs/new""#);
}

#[wasm_bindgen_test]
async fn one_that_stalls_keeps_nothing_from_being_loaded_singly() {
    packs().await;
    let taken = said(
        "const stalled = new ReadableStream({ start(controller) { controller.enqueue(good.subarray(0, 120)); } });
         const take = opened(reply(stalled));
         const start = performance.now();
         const first = await text(take(files['/a.js']));
         const last = await text(take(files['/b.wasm']));
         return [first, last ?? null, performance.now() - start < 5000];",
    )
    .await;
    assert_eq!(taken, r#"["let a;\n\n",null,true]"#);
}

#[wasm_bindgen_test]
async fn what_is_not_in_it_or_wanted_afresh_is_loaded_singly() {
    packs().await;
    let loaded = said(
        "const asked = [];
         const load = async (needed, fresh, ms) => needed.map(({ url }) => { asked.push([url, fresh, ms]); return encoder.encode('single').buffer; });
         const all = world.through(opened(reply(good)), load);
         const first = await all([files['/a.js'], { url: '/c.js' }, undefined], false, 9);
         const again = await all([files['/b.wasm']], true, 8);
         return [await Promise.all([...first, ...again].map(async (it) => await text(it) ?? null)), asked];",
    )
    .await;
    assert_eq!(loaded, r#"[["let a;\n\n","single",null,"single"],[["/c.js",false,9],["/b.wasm",true,8]]]"#);
}
