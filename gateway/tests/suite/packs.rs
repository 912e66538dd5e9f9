//! Packs, and deltas against them: over HTTP, as a browser gets and decodes them.

use std::cell::RefCell;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::registry::CANARY;
use delivery::{Content, Dictionary};
use reqwest::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use crate::house::{House, client, until, write_with_twins};
use crate::team::Team;

const WASM: &str = "/fragments/wallet/wallet-00000000000000b1.wasm";
const NEXT: &str = "/fragments/wallet/wallet-00000000000000b2.wasm";

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = client().get(house.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("a reply")
}

/// Nothing that brotli could make smaller by itself.
fn code(length: usize) -> Vec<u8> {
    let mut hash = [0; 32];
    let blocks = std::iter::repeat_with(|| {
        hash = Sha256::digest(hash).into();
        hash
    });
    blocks.flatten().take(length).collect()
}

/// A release of the wallet whose binary is this, and whose files are what it says.
fn lay(house: &House, version: &str, wasm: (&str, &[u8])) {
    let file = house.floor().join("fragments/wallet/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    let mut put = |member: &str, url: &str, content: &[u8]| {
        write_with_twins(&house.floor().join(&url[1..]), content);
        let sha384 = STANDARD.encode(Sha384::digest(content));
        release[member] = json!({ "url": url, "sha384": sha384, "size": content.len() });
    };
    put("entry", "/fragments/wallet/wallet-00000000000000a1.js", b"export const mount = () => {};");
    put("style", "/fragments/wallet/style-00000000000000c1.css", b".wallet { color: red }");
    put("wasm", wasm.0, wasm.1);
    release["version"] = version.into();
    fs::write(file, release.to_string()).expect("written");
}

/// The pack that a page is offered.
fn offered_in(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("offer('")?;
    rest.split_once('\'').map(|(url, _)| url)
}

/// The page, once it offers a pack with this file; and the pack's address.
async fn offered(house: &House, file: &str) -> (String, String) {
    let found = RefCell::default();
    until("a pack is offered", async || {
        let html = get(house, "/", &[]).await.text().await.expect("text");
        let Some(url) = offered_in(&html).map(str::to_owned) else { return false };
        let pack = get(house, &url, &[]).await.bytes().await.expect("bytes");
        found.replace((html, url));
        delivery::read(&pack).expect("a pack").iter().any(|one| one.url == file)
    })
    .await;
    found.into_inner()
}

#[tokio::test]
async fn a_page_is_offered_one_pack_in_place_of_what_is_in_it() {
    let house = House::open().await;
    let html = get(&house, "/", &[]).await.text().await.expect("text");
    assert_eq!(offered_in(&html), None, "what is not what its release says goes into no pack");
    let wasm = code(30_000);
    lay(&house, "0.1.0-b1", (WASM, &wasm));
    let (html, url) = offered(&house, WASM).await;

    // The offer stands before the style sheets, and the policy allows it.
    let script = format!("offer('{url}', '/pack-0123456789abcdef.mjs')");
    assert!(html.find(&script).expect("the offer") < html.find("rel=\"stylesheet\"").expect("a style sheet"));
    let policy = get(&house, "/", &[]).await.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains(&STANDARD.encode(Sha256::digest(&script))), "{policy}");
    for (path, is_asked_for) in
        [("wallet-00000000000000a1.js", false), (&WASM[18..], false), ("messages.en-0123456789.json", true)]
    {
        let preload = format!("crossorigin href=\"/fragments/wallet/{path}\"");
        assert_eq!(html.contains(&preload), is_asked_for, "{path}");
    }

    let plain = get(&house, &url, &[]).await;
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("vary", "accept-encoding"),
        ("use-as-dictionary", "match=\"/fragments/*\""),
    ] {
        assert_eq!(plain.headers()[name], value, "{name}");
    }
    let plain = plain.bytes().await.expect("bytes");
    let files = delivery::read(&plain).expect("a pack");
    let names: Vec<&str> = files.iter().map(|file| file.url.rsplit('-').next().expect("a name")).collect();
    let wanted = ["00000000000000a1.js", "00000000000000c1.css", "00000000000000b1.wasm"];
    assert_eq!(names, wanted, "the binary comes last");
    assert_eq!(files[2], Content { url: WASM.to_owned(), bytes: wasm.into() });

    let reply = get(&house, &url, &[("accept-encoding", "gzip, br, zstd, dcb, dcz")]).await;
    assert_eq!(reply.headers()["content-encoding"], "br");
    let mut decoded = Vec::new();
    let body = reply.bytes().await.expect("bytes");
    brotli::BrotliDecompress(&mut body.as_ref(), &mut decoded).expect("brotli");
    assert_eq!(decoded, plain);
    assert_eq!(get(&house, "/packs/0000000000000000.pack", &[]).await.status(), 404);
}

#[tokio::test]
async fn who_holds_a_pack_gets_what_has_changed_since_as_what_differs_from_it() {
    let house = House::open().await;
    let before = code(30_000);
    lay(&house, "0.1.0-b1", (WASM, &before));
    let (_, url) = offered(&house, WASM).await;
    let dictionary = get(&house, &url, &[]).await.bytes().await.expect("bytes");
    let named = format!(":{}:", STANDARD.encode(Sha256::digest(&dictionary)));
    let mut after = before.clone();
    after.splice(9_000..9_100, *b"something else");
    lay(&house, "0.1.0-b2", (NEXT, &after));
    let (_, next) = offered(&house, NEXT).await;
    assert_ne!(next, url);

    let takes = [("accept-encoding", "gzip, br, zstd, dcb, dcz"), ("available-dictionary", named.as_str())];
    let reply = get(&house, NEXT, &takes).await;
    for (name, value) in [
        ("content-type", "application/wasm"),
        ("content-encoding", "dcz"),
        ("vary", "accept-encoding, available-dictionary"),
        ("use-as-dictionary", "match=\"/fragments/wallet/wallet-*.wasm\""),
    ] {
        assert_eq!(reply.headers()[name], value, "{name}");
    }
    let delta = reply.bytes().await.expect("bytes");
    assert!(delta.len() < 300, "{} bytes", delta.len());
    let held = Dictionary::new(dictionary.clone());
    assert_eq!(held.restore(&delta, after.len()).expect("restored"), after);
    // Who came with the page of before can still have its pack; nobody is told by it what it holds.
    assert_eq!(get(&house, &url, &[]).await.bytes().await.expect("bytes"), dictionary);
    assert_eq!(get(&house, WASM, &takes).await.headers()["content-encoding"], "br");
}

#[tokio::test]
async fn the_last_few_packs_are_kept() {
    let house = House::open().await;
    let mut urls = Vec::new();
    for number in 1..=6_u8 {
        let wasm = format!("/fragments/wallet/wallet-00000000000000d{number}.wasm");
        lay(&house, &format!("0.1.0-b{number}"), (&wasm, &[number; 200]));
        urls.push(offered(&house, &wasm).await.1);
    }
    for (index, url) in urls.iter().enumerate() {
        assert_eq!(get(&house, url, &[]).await.status().as_u16(), if index < 2 { 404 } else { 200 }, "{index}");
    }
}

#[tokio::test]
async fn a_release_with_a_file_that_is_not_what_it_should_be_is_in_no_pack() {
    let house = House::open().await;
    lay(&house, "0.1.0-b1", (WASM, &code(30_000)));
    let (_, url) = offered(&house, WASM).await;
    lay(&house, "0.1.0-b2", (NEXT, &code(20_000)));
    fs::write(house.floor().join(&NEXT[1..]), b"something else").expect("written");
    let seen = RefCell::new(String::new());
    until("the release is there", async || {
        let html = get(&house, "/", &[]).await.text().await.expect("text");
        let is_there = html.contains(NEXT);
        seen.replace(html);
        is_there
    })
    .await;
    let html = seen.into_inner();
    assert_eq!(offered_in(&html), Some(url.as_str()), "what is the same is in the pack of before");
    assert!(html.contains(&format!("crossorigin href=\"{NEXT}\"")), "what is in no pack is asked for singly");
}

/// A fragment that comes before the wallet in the pack, and is as large as this.
fn lay_first(house: &House, bytes: usize) {
    let folder = house.floor().join("fragments/aces");
    let wallet = fs::read(house.floor().join("fragments/wallet/release.json")).expect("read");
    let mut release: Value = serde_json::from_slice(&wallet).expect("JSON");
    let (name, content) = ("aces-00000000000000e1.js", vec![b' '; bytes]);
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join(name), &content).expect("written");
    release["name"] = "aces".into();
    release["slots"] = json!([{ "name": "aces", "routes": [] }]);
    let sha384 = STANDARD.encode(Sha384::digest(&content));
    release["entry"] = json!({ "url": format!("/fragments/aces/{name}"), "sha384": sha384, "size": bytes });
    (release["wasm"], release["messages"]) = (Value::Null, json!([]));
    fs::write(folder.join("release.json"), release.to_string()).expect("written");
}

#[tokio::test]
async fn what_does_not_fit_into_the_pack_leaves_its_room_to_the_others() {
    let house = House::open().await;
    lay_first(&house, delivery::MAX_BYTES / 2 + 1);
    until("it is there", async || {
        get(&house, "/manifest.json", &[]).await.text().await.expect("text").contains("\"aces\"")
    })
    .await;
    lay(&house, "0.1.0-b1", (WASM, &code(30_000)));
    let (html, url) = offered(&house, WASM).await;
    let pack = get(&house, &url, &[]).await.bytes().await.expect("bytes");
    assert!(delivery::read(&pack).expect("a pack").iter().all(|file| !file.url.contains("aces")));
    assert!(html.contains("crossorigin href=\"/fragments/aces/aces-00000000000000e1.js\""), "it is asked for singly");
}

#[tokio::test]
async fn what_a_canary_has_of_its_own_comes_singly_beside_the_pack() {
    let house = House::open().await;
    lay(&house, "0.1.0-b1", (WASM, &code(30_000)));
    let (_, url) = offered(&house, WASM).await;
    let team = Team::of(&house);
    assert_eq!(team.publish(&house, "2").await.status(), 201);
    let canary = json!({ "fragment": "wallet", "version": "2", "share_permille": 1 });
    assert_eq!(team.post(&house, "canary", &canary).await.status(), 200);
    let live = get(&house, "/", &[(CANARY, "none")]).await.text().await.expect("text");
    let seen = get(&house, "/", &[(CANARY, "wallet")]).await.text().await.expect("text");
    assert_eq!([offered_in(&live), offered_in(&seen)], [Some(url.as_str()); 2], "one pack for all");
    let entry = seen.split("crossorigin href=\"/fragments/wallet/wallet-").nth(1);
    assert!(entry.is_some(), "asked for singly: {seen}");
    assert!(!live.contains("crossorigin href=\"/fragments/wallet/wallet-"), "{live}");
}
