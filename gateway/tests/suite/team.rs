//! A team with a key of its own, and the releases that it ships.

use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::registry::{DIGEST, KEY, SIGNATURE, TIMESTAMP, address};
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock::Clock;
use gateway::signed::hex;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use crate::house::{House, client};

/// Times of signing differ, as those of one person's calls do.
static SIGNED: AtomicI64 = AtomicI64::new(0);

pub(crate) struct Team {
    pub(crate) key: SigningKey,
}

impl Team {
    pub(crate) fn new(seed: u8) -> Self {
        Self { key: SigningKey::from_bytes(&[seed; 32]) }
    }

    /// As it stands in the operator's list.
    pub(crate) fn entry(&self, name: &str, rest: &str) -> String {
        let key = STANDARD.encode(self.key.verifying_key().as_bytes());
        format!("[[team]]\nname = \"{name}\"\nkey = \"{key}\"\n{rest}\n")
    }

    /// One that may do everything, in a house that lists nobody else.
    pub(crate) fn of(house: &House) -> Self {
        let team = Self::new(7);
        house.list_teams(&team.entry("house", "fragments = [\"*\"]\nrights = [\"publish\", \"promote\", \"kill\"]"));
        team
    }

    pub(crate) fn now_ms() -> i64 {
        Clock::system().now_ms() + SIGNED.fetch_add(1, Ordering::Relaxed) % 1000
    }

    /// A signed call that is not sent yet.
    pub(crate) fn signed(&self, at: &str, (method, path): (Method, &str), body: Vec<u8>, at_ms: i64) -> RequestBuilder {
        let digest = hex(&Sha256::digest(&body));
        let text = contract::signed::text(method.as_str(), path, at_ms, &digest);
        client()
            .request(method, format!("{at}{path}"))
            .header(KEY, hex(&Sha256::digest(self.key.verifying_key().as_bytes())[..8]))
            .header(TIMESTAMP, at_ms.to_string())
            .header(DIGEST, digest)
            .header(SIGNATURE, STANDARD.encode(self.key.sign(text.as_bytes()).to_bytes()))
            .header("content-type", "application/json")
            .body(body)
    }

    pub(crate) async fn call(&self, at: &str, call: (Method, &str), body: Vec<u8>) -> Response {
        self.signed(at, call, body, Self::now_ms()).send().await.expect("a reply")
    }

    pub(crate) async fn post(&self, house: &House, what: &str, body: &Value) -> Response {
        let path = format!("/api/registry/{what}");
        self.call(&house.url(""), (Method::POST, &path), body.to_string().into_bytes()).await
    }

    pub(crate) async fn get(&self, house: &House, what: &str) -> Response {
        self.call(&house.url(""), (Method::GET, &format!("/api/registry/{what}")), Vec::new()).await
    }

    pub(crate) async fn upload(&self, house: &House, content: &[u8]) -> Response {
        let path = format!("/api/registry/files/{}", address_of(content));
        self.call(&house.url(""), (Method::PUT, &path), content.to_vec()).await
    }

    /// Sends a release's file and its document.
    pub(crate) async fn publish(&self, house: &House, version: &str) -> Response {
        let content = content(version);
        assert_eq!(self.upload(house, &content).await.status(), 204);
        self.post(house, "releases", &release("wallet", version, &content)).await
    }

    /// Publishes and promotes.
    pub(crate) async fn ship(&self, house: &House, version: &str) {
        assert_eq!(self.publish(house, version).await.status(), 201);
        let promoted = self.post(house, "promote", &json!({ "fragment": "wallet", "version": version })).await;
        assert_eq!(promoted.status(), 200);
    }
}

/// The code of a release.
pub(crate) fn content(version: &str) -> Vec<u8> {
    format!("export function mount() {{}}\n{}", format!("// release {version}\n").repeat(90)).into_bytes()
}

/// A release of one file.
pub(crate) fn release(name: &str, version: &str, content: &[u8]) -> Value {
    let entry =
        json!({ "url": "/wherever.js", "sha384": STANDARD.encode(Sha384::digest(content)), "size": content.len() });
    json!({
        "name": name, "version": version, "channel": "stable", "slots": [{ "name": "wallet", "routes": [] }],
        "placement": "document", "site": null, "entry": entry, "wasm": null, "style": null, "messages": [],
        "publishes": [], "subscribes": [],
        "limits": { "memory_mib": 16, "fuel_millions": 1, "mount_ms": 1000, "load_ms": 9000, "payload_kib": 16,
                    "events_per_second": 50, "heartbeat_ms": 2000 },
        "capabilities": { "requests": [], "origins": ["vendor"] }, "critical": true, "killed": false, "previous": null,
    })
}

pub(crate) fn address_of(content: &[u8]) -> String {
    address(&STANDARD.encode(Sha384::digest(content))).expect("a digest")
}
