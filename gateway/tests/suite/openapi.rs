//! The API's description, held against a reviewed file: a change of the API shows in its diff.

use std::path::Path;

#[test]
fn the_api_is_the_reviewed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.snap.json");
    let now = gateway::openapi::document().to_pretty_json().expect("JSON") + "\n";
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

#[test]
fn every_call_of_the_contract_is_described() {
    let document: serde_json::Value =
        serde_json::from_str(&gateway::openapi::document().to_json().expect("JSON")).expect("JSON");
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
