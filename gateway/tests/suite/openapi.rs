//! The API's description, held against a reviewed file: a change of the API shows in its diff.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use contract::money::Currency;
use contract::vendor::Status;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, client, new_key, refused};

#[test]
fn the_api_is_the_reviewed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.snap.json");
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let now = serde_json::to_string_pretty(&sorted(document)).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &now).expect("written");
    }
    let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        reviewed == now,
        "the API differs from {}; run the test with UPDATE_SNAPSHOTS=1 and review the diff",
        file.display()
    );
}

/// Members by name: in which order they are otherwise depends on what else is built at the same time.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().map(|(name, of)| (name, sorted(of))).collect();
            members.into_iter().collect()
        }
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[test]
fn every_call_of_the_contract_is_described() {
    let document: Value = serde_json::from_str(&gateway::openapi::document().to_json().expect("JSON")).expect("JSON");
    for path in [
        "/api/identity/session",
        "/api/account/export",
        "/api/operator/players/{id}/lock",
        "/api/wallet/balance",
        "/api/wallet/deposits",
        "/api/limits",
        "/api/limits/session",
        "/vendor/v1/bet",
        "/api/promotions/offers/{id}/claim",
        "/api/live/launch",
        "/api/events",
        "/api/telemetry",
    ] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
}

/// Every operation of the description: method, path with something in the place of its parameters, and
/// what is said of it.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let path =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        let methods = item.as_object().expect("operations").clone();
        methods
            .into_iter()
            .map(move |(method, says)| (method.to_uppercase().parse().expect("a method"), path.clone(), says))
    };
    paths.into_iter().flat_map(of_path).collect()
}

fn needs(says: &Value, scheme: &str) -> bool {
    says["security"].as_array().is_some_and(|all| all.iter().any(|one| one.get(scheme).is_some()))
}

#[test]
fn an_operation_has_a_name_of_its_own_and_refuses_in_one_form() {
    let mut names = BTreeSet::new();
    for (method, path, says) in operations() {
        let name = says["operationId"].as_str().expect("a name").to_owned();
        assert!(names.insert(name.clone()), "{name} is the name of two operations");
        let responses = says["responses"].as_object().expect("responses");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let content = response["content"].as_object().expect("content");
            let types: Vec<_> = content.keys().collect();
            assert_eq!(types, ["application/problem+json"], "{method} {path}: {status}");
        }
    }
}

#[test]
fn every_refusal_says_when_it_comes() {
    for (method, path, says) in operations() {
        for (status, response) in says["responses"].as_object().expect("responses") {
            let description = response["description"].as_str().unwrap_or_default();
            assert!(status.as_str() < "400" || !description.is_empty(), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn whoever_shows_nothing_is_refused_where_the_description_says_so() {
    let house = House::open().await;
    let mut refusing = 0;
    for (method, path, says) in operations() {
        if !["session", "operator", "vendor", "team-key", "inspection"].iter().any(|scheme| needs(&says, scheme)) {
            continue;
        }
        let call = client().request(method.clone(), house.url(&path)).header("sec-fetch-site", "same-origin");
        let reply = call.json(&json!({})).send().await.expect("a reply");
        assert_eq!(reply.status(), 401, "{method} {path}");
        assert_eq!(reply.headers()["content-type"], "application/problem+json", "{method} {path}");
        refusing += 1;
    }
    assert!(refusing > 20, "{refusing}");
}

#[tokio::test]
async fn whatever_changes_something_is_refused_to_another_site_and_without_the_token() {
    let house = House::open().await;
    let player = house.player().await.without_token();
    let mut changing = 0;
    for (method, path, says) in
        operations().into_iter().filter(|(method, path, _)| !method.is_safe() && path.starts_with("/api/"))
    {
        // Signed calls carry no cookie that a browser would send along for another site.
        if needs(&says, "team-key") {
            continue;
        }
        let call = client().request(method.clone(), house.url(&path)).header("origin", "https://elsewhere.example");
        let reply = call.json(&json!({})).send().await.expect("a reply");
        refused(reply, 403, "forbidden").await;
        if needs(&says, "session") {
            let reply = player.send(&house, (method, &path), &json!({}), Some(&new_key())).await;
            refused(reply, 403, "forbidden").await;
        }
        changing += 1;
    }
    assert!(changing > 15, "{changing}");
}

#[test]
fn names_are_described_as_they_are_on_the_wire() {
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let described = |schema: &str| document["components"]["schemas"][schema]["enum"].clone();
    let names = |all: &[&str]| json!(all);
    assert_eq!(described("Currency"), names(&Currency::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>()));
    assert_eq!(described("Status"), names(&Status::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>()));
}
