//! The API's description, held against a reviewed file: a change of the API shows in its diff.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

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
    ] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
}
