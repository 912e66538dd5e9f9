//! Files as what differs from what a browser holds: over HTTP, as a browser gets and decodes them.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::manifest::{Fragment, Manifest};
use contract::registry::CANARY;
use delivery::Dictionary;
use reqwest::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use crate::house::{House, client, until, write_with_twins};
use crate::team::{Team, release};

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = client().get(house.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("a reply")
}

async fn wallet(house: &House, headers: &[(&str, &str)]) -> Fragment {
    let text = get(house, "/manifest.json", headers).await.text().await.expect("text");
    serde_json::from_str::<Manifest>(&text).expect("a manifest").fragments.remove(0)
}

/// Code that brotli makes half as long by itself, and that differs in the number.
fn code(number: u32) -> Vec<u8> {
    let noise = (0_u32..400).flat_map(|block| Sha256::digest(block.to_le_bytes()));
    let noise: String = noise.map(|byte| format!("{byte:02x}")).collect();
    format!("export function mount() {{}}\n// {noise}\n// {number}\n").into_bytes()
}

async fn publish(house: &House, team: &Team, number: u32) {
    let content = code(number);
    assert_eq!(team.upload(house, &content).await.status(), 204);
    let document = release("wallet", &number.to_string(), &content);
    assert_eq!(team.post(house, "releases", &document).await.status(), 201);
}

/// Publishes it; `what` follows: `promote` or `canary`.
async fn ship(house: &House, team: &Team, number: u32, (what, more): (&str, Value)) {
    publish(house, team, number).await;
    let mut command = json!({ "fragment": "wallet", "version": number.to_string() });
    command.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    assert_eq!(team.post(house, what, &command).await.status(), 200, "{what}");
}

fn name_of(dictionary: &[u8]) -> String {
    format!(":{}:", STANDARD.encode(Sha256::digest(dictionary)))
}

/// The delta for who holds `before`, once there is one.
async fn delta(house: &House, url: &str, before: &[u8]) -> Response {
    let held = name_of(before);
    let takes = [("accept-encoding", "gzip, br, zstd, dcb, dcz"), ("available-dictionary", held.as_str())];
    until("there is a delta", async || {
        let reply = get(house, url, &takes).await;
        reply.headers().get("content-encoding").is_some_and(|encoding| encoding == "dcz")
    })
    .await;
    get(house, url, &takes).await
}

/// It is small, and gives back what it stands for.
async fn assert_tells(reply: Response, before: &[u8], after: &[u8]) {
    let bytes = reply.bytes().await.expect("bytes");
    assert!(bytes.len() < 200, "{} bytes", bytes.len());
    let dictionary = Dictionary::new(Bytes::copy_from_slice(before));
    assert_eq!(dictionary.restore(&bytes, after.len()).expect("restored"), after);
}

#[tokio::test]
async fn who_holds_the_release_of_before_gets_what_differs_also_after_a_restart() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    ship(&house, &team, 1, ("promote", json!({}))).await;
    let first = wallet(&house, &[]).await.entry.url;
    let reply = get(&house, &first, &[("accept-encoding", "br")]).await;
    assert_eq!(reply.headers()["use-as-dictionary"], "match=\"/fragments/wallet/wallet-*.js\"");
    ship(&house, &team, 2, ("promote", json!({}))).await;
    let url = wallet(&house, &[]).await.entry.url;
    for restarts in [false, true] {
        if restarts {
            house.restart().await;
        }
        let reply = delta(&house, &url, &code(1)).await;
        for (name, value) in [
            ("content-type", "text/javascript; charset=utf-8"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("vary", "accept-encoding, available-dictionary"),
            ("use-as-dictionary", "match=\"/fragments/wallet/wallet-*.js\""),
        ] {
            assert_eq!(reply.headers()[name], value, "{name}");
        }
        assert_tells(reply, &code(1), &code(2)).await;
    }
    // Back again, for who came in between.
    assert_eq!(team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await.status(), 200);
    assert_tells(delta(&house, &first, &code(2)).await, &code(2), &code(1)).await;
}

#[tokio::test]
async fn who_holds_something_else_or_takes_no_delta_gets_the_whole_file_and_nothing_is_made_for_it() {
    let house = House::open().await;
    let team = Team::of(&house);
    ship(&house, &team, 1, ("promote", json!({}))).await;
    ship(&house, &team, 2, ("promote", json!({}))).await;
    let url = wallet(&house, &[]).await.entry.url;
    delta(&house, &url, &code(1)).await;
    let (held, unknown, itself) = (name_of(&code(1)), name_of(b"what nobody knows"), name_of(&code(2)));
    for (accepted, dictionary) in [
        ("gzip, br, dcb, dcz", unknown.as_str()),
        ("gzip, br, dcb, dcz", itself.as_str()),
        ("gzip, br, dcb, dcz", "no hash"),
        ("gzip, br, dcz;q=0", &held),
        ("gzip, br, dcb", &held),
        ("gzip, br", &held),
    ] {
        // Asking again and again changes nothing: what there is was made before.
        for _ in 0..3 {
            let reply = get(&house, &url, &[("accept-encoding", accepted), ("available-dictionary", dictionary)]).await;
            assert_eq!(reply.headers()["content-encoding"], "br", "{accepted} {dictionary}");
            assert_eq!(reply.headers()["vary"], "accept-encoding, available-dictionary");
            let mut decoded = Vec::new();
            let body = reply.bytes().await.expect("bytes");
            brotli::BrotliDecompress(&mut body.as_ref(), &mut decoded).expect("brotli");
            assert_eq!(decoded, code(2));
        }
    }
}

#[tokio::test]
async fn a_canary_is_told_by_the_live_release_before_anybody_else_sees_it() {
    let house = House::open().await;
    let team = Team::of(&house);
    ship(&house, &team, 1, ("promote", json!({}))).await;
    ship(&house, &team, 2, ("canary", json!({ "share_permille": 10 }))).await;
    let url = wallet(&house, &[(CANARY, "wallet")]).await.entry.url;
    assert_ne!(url, wallet(&house, &[(CANARY, "none")]).await.entry.url);
    assert_tells(delta(&house, &url, &code(1)).await, &code(1), &code(2)).await;
}

#[tokio::test]
async fn what_may_be_live_next_is_told_by_the_live_release_before_it_is_promoted() {
    let house = House::open().await;
    let team = Team::of(&house);
    ship(&house, &team, 1, ("promote", json!({}))).await;
    publish(&house, &team, 2).await;
    let digest: String = Sha384::digest(code(2))[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let url = format!("/fragments/wallet/wallet-{digest}.js");
    assert_tells(delta(&house, &url, &code(1)).await, &code(1), &code(2)).await;
    for path in ["/manifest.json", "/"] {
        let text = get(&house, path, &[]).await.text().await.expect("text");
        assert!(!text.contains(&digest), "{path}: nobody is told of it");
    }
    let promote = json!({ "fragment": "wallet", "version": "2" });
    assert_eq!(team.post(&house, "promote", &promote).await.status(), 200);
    assert_eq!(wallet(&house, &[]).await.entry.url, url);
    let held = name_of(&code(1));
    let takes = [("accept-encoding", "br, dcz"), ("available-dictionary", held.as_str())];
    assert_eq!(get(&house, &url, &takes).await.headers()["content-encoding"], "dcz", "at once");
}

/// A release of the floor, with this number.
fn lay(house: &House, number: u32, content: &[u8], sha384: &str) -> String {
    let file = house.floor().join("fragments/wallet/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
    let url = format!("/fragments/wallet/wallet-{number:016x}.js");
    write_with_twins(&house.floor().join(&url[1..]), content);
    release["entry"] = json!({ "url": url, "sha384": sha384, "size": content.len() });
    release["version"] = format!("{number}").into();
    fs::write(file, release.to_string()).expect("written");
    url
}

#[tokio::test]
async fn of_the_floors_releases_the_last_few_are_kept_and_no_damaged_one() {
    let house = House::open().await;
    let digest = |number: u32| STANDARD.encode(Sha384::digest(code(number)));
    lay(&house, 1, &code(1), &digest(1));
    for number in 2..=4 {
        until("the release before is live", async || wallet(&house, &[]).await.version == (number - 1).to_string())
            .await;
        let url = lay(&house, number, &code(number), &digest(number));
        until("it is live", async || wallet(&house, &[]).await.version == number.to_string()).await;
        assert_tells(delta(&house, &url, &code(1)).await, &code(1), &code(number)).await;
    }
    // The fifth is one too many for the first.
    let url = lay(&house, 5, &code(5), &digest(5));
    until("it is live", async || wallet(&house, &[]).await.version == "5").await;
    assert_tells(delta(&house, &url, &code(2)).await, &code(2), &code(5)).await;
    let held = name_of(&code(1));
    let takes = [("accept-encoding", "br, dcz"), ("available-dictionary", held.as_str())];
    assert_eq!(get(&house, &url, &takes).await.headers()["content-encoding"], "br");
    // What is not what its release says is told by nothing, and whatever follows it is not told by it.
    let damaged = lay(&house, 6, &code(6), &digest(7));
    until("it is live", async || wallet(&house, &[]).await.version == "6").await;
    let good = lay(&house, 7, &code(7), &digest(7));
    until("it is live", async || wallet(&house, &[]).await.version == "7").await;
    assert_tells(delta(&house, &good, &code(5)).await, &code(5), &code(7)).await;
    for (url, held) in [(&damaged, code(5)), (&good, code(6))] {
        let held = name_of(&held);
        let takes = [("accept-encoding", "br, dcz"), ("available-dictionary", held.as_str())];
        assert_eq!(get(&house, url, &takes).await.headers()["content-encoding"], "br");
    }
}
