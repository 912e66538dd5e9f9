//! The manifest's signature: over the exact bytes, wherever they are served, and by whose key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::SEAL;
use ed25519_dalek::{Signature, VerifyingKey};
use gateway::app::{Gateway, StartError};
use gateway::clock::Clock;
use gateway::config::Config;
use serde_json::Value;

use crate::house::{House, client, until};

const HOUR_MS: i64 = 3600 * 1000;

/// What a page has of a manifest: its text, and what stands beside it.
struct Inlined {
    text: String,
    seal: Value,
}

async fn inlined(url: &str) -> Inlined {
    let html = client().get(url).send().await.expect("a reply").text().await.expect("text");
    let element = |id: &str| {
        let content = html.split(&format!("id=\"{id}\">")).nth(1).and_then(|rest| rest.split("</script>").next());
        content.expect("an element").to_owned()
    };
    Inlined { text: element("manifest"), seal: serde_json::from_str(&element("seal")).expect("JSON") }
}

/// The body of `/manifest.json`, the id of the key and the signature.
async fn alone(url: &str) -> (String, String, String) {
    let reply = client().get(format!("{url}/manifest.json")).send().await.expect("a reply");
    let seal = reply.headers()[SEAL].to_str().expect("text").to_owned();
    let (id, signature) = seal.split_once(' ').expect("two words");
    let (id, signature) = (id.to_owned(), signature.to_owned());
    (reply.text().await.expect("text"), id, signature)
}

fn is_genuine(key: &str, text: &str, signature: &str) -> bool {
    let decoded = |text: &str| STANDARD.decode(text).expect("base64");
    let key = VerifyingKey::from_bytes(&decoded(key).try_into().expect("32 bytes")).expect("a key");
    let signature = Signature::from_slice(&decoded(signature)).expect("64 bytes");
    key.verify_strict(text.as_bytes(), &signature).is_ok()
}

/// A gateway on the house's folders whose edge has other flags.
async fn started(house: &House, change: impl FnOnce(&mut Config)) -> Result<Gateway, StartError> {
    let mut config = house.config();
    change(&mut config);
    Gateway::start(&config).await
}

fn text_of<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().expect(name)
}

#[tokio::test]
async fn the_exact_bytes_are_signed_in_the_page_and_by_themselves() {
    let mut house = House::open().await;
    let (text, id, signature) = alone(&house.url("")).await;
    let Inlined { text: in_page, seal } = inlined(&house.url("/")).await;
    assert_eq!(in_page, text, "one text, one signature");
    assert_eq!((text_of(&seal, "key"), text_of(&seal, "signature")), (id.as_str(), signature.as_str()));
    let key = text_of(&seal["trusted"], &id).to_owned();
    assert!(is_genuine(&key, &text, &signature));
    assert!(!is_genuine(&key, &text.replacen("wallet", "wallex", 1), &signature));

    let file = house.config().registry_key.file(&house.config().place);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    house.restart().await;
    let (text, again, signature) = alone(&house.url("")).await;
    assert_eq!(again, id, "a restart keeps the key");
    assert!(is_genuine(&key, &text, &signature));
    let edge = house.another_gateway().await;
    let (text, other, signature) = alone(&format!("http://{}", edge.listening())).await;
    assert_eq!(other, id, "edges that share the file sign alike");
    assert!(is_genuine(&key, &text, &signature));
}

#[tokio::test]
async fn what_a_client_holds_already_is_signed_as_well() {
    let house = House::open().await;
    let url = house.url("/manifest.json");
    let first = client().get(&url).send().await.expect("a reply");
    let etag = first.headers()["etag"].clone();
    let again = client().get(&url).header("if-none-match", etag).send().await.expect("a reply");
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()[SEAL], first.headers()[SEAL]);
}

#[tokio::test]
async fn a_key_is_trusted_before_it_signs_and_the_old_one_until_it_is_taken_off_the_list() {
    let house = House::open().await;
    let folder = house.floor();
    let (next, list) = (folder.join("../next.key"), folder.join("../registry.trust"));
    // As an operator does it: the program prints the line for the list.
    let line = |key: &std::path::Path| {
        let key = key.to_str().expect("utf-8");
        let said = Command::new(env!("CARGO_BIN_EXE_gateway")).args(["registry-key", "--registry-key", key]).output();
        let said = said.expect("it runs");
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).expect("text")
    };
    let present = house.config().registry_key.file(&house.config().place);
    let (old_line, next_line) = (line(&present), line(&next));
    let trusted = |seal: &Value| seal["trusted"].as_object().expect("an object").clone();
    let url = |gateway: &Gateway| format!("http://{}/", gateway.listening());

    fs::write(&list, &next_line).expect("written");
    let before = started(&house, |config| config.registry_trust = Some(list.clone())).await.expect("it starts");
    let Inlined { seal: early, .. } = inlined(&url(&before)).await;
    assert_eq!(trusted(&early).len(), 2, "a page knows the next key before it signs");

    fs::write(&list, &old_line).expect("written");
    let swapped = |config: &mut Config| {
        config.registry_key.registry_key = Some(next.clone());
        config.registry_trust = Some(list.clone());
    };
    let after = started(&house, swapped).await.expect("it starts");
    let Inlined { text, seal: late } = inlined(&url(&after)).await;
    let id = text_of(&late, "key");
    assert_eq!(next_line, format!("{} # {id}\n", text_of(&late["trusted"], id)));
    // The page from before believes what the new key signs, and the new page what the old one has signed.
    assert!(is_genuine(text_of(&early["trusted"], id), &text, text_of(&late, "signature")));
    assert_eq!(trusted(&late), trusted(&early));

    fs::write(&list, "# nobody else\n").expect("written");
    let revoked = started(&house, swapped).await.expect("it starts");
    let Inlined { seal, .. } = inlined(&url(&revoked)).await;
    assert_eq!(trusted(&seal).keys().collect::<Vec<_>>(), [id], "the old key is nobody any more");
}

#[tokio::test]
async fn a_key_or_a_list_that_is_none_is_named_with_its_flag() {
    let house = House::open().await;
    let file = house.floor().join("../garbage");
    fs::write(&file, "no key").expect("written");
    let by_key = started(&house, |config| config.registry_key.registry_key = Some(file.clone())).await;
    let by_list = started(&house, |config| config.registry_trust = Some(file.clone())).await;
    let folder = started(&house, |config| config.registry_key.registry_key = Some(house.floor())).await;
    for (outcome, flag, named) in [
        (by_key, "--registry-key", "garbage"),
        (by_list, "--registry-trust", "garbage, line 1"),
        (folder, "--registry-key", "floor"),
    ] {
        let error = outcome.expect_err("no key");
        assert!(matches!(error, StartError::Seal(_)), "{error}");
        let says = error.to_string();
        assert!(says.starts_with(flag) && says.contains(named), "{says}");
    }
    assert_eq!(fs::read(&file).expect("a file"), b"no key", "nothing is written over it");
}

#[tokio::test]
async fn the_same_content_is_signed_afresh_within_an_hour_also_after_a_clock_that_was_ahead() {
    let clock = Clock::standing_at(1_800_000_000_000);
    let house = House::open_with(clock.clone()).await;
    let manifest = async || -> Value {
        let (text, ..) = alone(&house.url("")).await;
        serde_json::from_str(&text).expect("JSON")
    };
    let first = manifest().await;
    for (ahead_ms, what) in [(HOUR_MS + 1, "an hour has passed"), (-HOUR_MS, "the clock was ahead")] {
        let before = manifest().await;
        clock.set_ahead(ahead_ms);
        until(what, async || manifest().await["issued_at_ms"] == clock.now_ms()).await;
        let after = manifest().await;
        assert_ne!(after["issued_at_ms"], before["issued_at_ms"], "{what}");
        for same in ["serial", "content", "fragments"] {
            assert_eq!(after[same], first[same], "{what}: {same}");
        }
    }
}
