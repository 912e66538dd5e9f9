//! The examples in the API's description: each money call has them, and they say what the code says.

use std::collections::BTreeSet;

use contract::vendor::{Authenticate, Authenticated, BalanceQuery, PromoPayout, Reply, Rollback, Transaction};
use contract::wallet::{Balance, History, MoneyCommand, Receipt, Summary};
use serde::de::DeserializeOwned;
use serde_json::Value;

fn is_a<T: DeserializeOwned>(example: &Value) -> Result<(), String> {
    serde_json::from_value::<T>(example.clone()).map(drop).map_err(|error| error.to_string())
}

/// Holds an example against the type that the description names.
fn fits(schema: &str, example: &Value) -> Result<(), String> {
    match schema.rsplit('/').next().unwrap_or_default() {
        "Authenticate" => is_a::<Authenticate>(example),
        "Authenticated" => is_a::<Authenticated>(example),
        "BalanceQuery" => is_a::<BalanceQuery>(example),
        "Transaction" => is_a::<Transaction>(example),
        "Rollback" => is_a::<Rollback>(example),
        "PromoPayout" => is_a::<PromoPayout>(example),
        "Reply" => is_a::<Reply>(example),
        "MoneyCommand" => is_a::<MoneyCommand>(example),
        "Balance" => is_a::<Balance>(example),
        "Receipt" => is_a::<Receipt>(example),
        "History" => is_a::<History>(example),
        "Summary" => is_a::<Summary>(example),
        other => Err(format!("an example of a {other}, which this test does not know")),
    }
}

#[test]
fn every_money_call_shows_what_goes_in_and_what_comes_out() {
    let document: Value = serde_json::from_str(&gateway::openapi::document().to_json().expect("JSON")).expect("JSON");
    let mut shown = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        if !path.starts_with("/vendor/") && !path.starts_with("/api/wallet/") {
            continue;
        }
        for (method, operation) in item.as_object().expect("operations") {
            let mut bodies = vec![];
            if let Some(body) = operation.get("requestBody") {
                bodies.push(&body["content"]["application/json"]);
            }
            let responses = operation["responses"].as_object().expect("responses");
            let good = responses.iter().filter(|(status, _)| status.starts_with('2'));
            bodies.extend(good.map(|(_, response)| &response["content"]["application/json"]));
            assert!(!bodies.is_empty(), "{method} {path}");
            for body in bodies {
                let schema = body["schema"]["$ref"].as_str().expect("a schema");
                let fit = body.get("example").ok_or_else(|| "no example".to_owned());
                let fit = fit.and_then(|example| fits(schema, example));
                assert_eq!(fit, Ok(()), "{method} {path} {schema}");
            }
            shown.insert(path.as_str());
        }
    }
    let vendor = ["authenticate", "balance", "bet", "promo-payout", "rollback", "win"];
    for call in vendor {
        assert!(shown.contains(format!("/vendor/v1/{call}").as_str()), "{call}");
    }
}
