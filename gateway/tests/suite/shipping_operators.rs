//! Operators at the registry's desk: what each role may see and do there, and that a refusal changes nothing.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused};
use crate::operators::{OnDuty, PASSWORD, add};
use crate::team::Team;

/// An operator of that role at their page.
async fn on_duty(house: &House, role: &str) -> OnDuty {
    let email = format!("{role}@house.example");
    assert!(add(house, &email, role).status.success());
    OnDuty::sign_in(house, &email, PASSWORD).await
}

async fn done(operator: &OnDuty, house: &House, what: &str, body: Value) -> Value {
    let reply = operator.post(house, what, &body).await;
    assert_eq!(reply.status(), 200, "{what}");
    json_of(reply).await
}

async fn lines(operator: &OnDuty, house: &House, query: &str) -> Vec<Value> {
    let history = json_of(operator.get(house, &format!("/history{query}")).await).await;
    history["lines"].as_array().expect("lines").clone()
}

/// Whether pages are told that the one fragment of the house is off, and which release of it they get.
async fn told(house: &House) -> (bool, String) {
    let manifest = json_of(client().get(house.url("/manifest.json")).send().await.expect("a reply")).await;
    let wallet = &manifest["fragments"][0];
    (wallet["killed"] == true, wallet["version"].as_str().expect("a version").to_owned())
}

#[tokio::test]
async fn an_operator_decides_by_the_rules_that_hold_for_teams_and_the_log_names_them() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    team.ship(&house, "2").await;
    let admin = on_duty(&house, "admin").await;
    let status = json_of(admin.get(&house, "").await).await;
    let wallet = &status["fragments"][0];
    assert_eq!((&wallet["live"], &wallet["previous"]), (&json!("2"), &json!("1")));
    assert_eq!((&wallet["releases"][0]["version"], &wallet["releases"][0]["team"]), (&json!("2"), &json!("house")));

    let off = done(&admin, &house, "kill", json!({ "fragment": "wallet", "reason": " wrong sums " })).await;
    assert_eq!(
        (&off["killed"]["reason"], &off["killed"]["team"]),
        (&json!("wrong sums"), &json!("admin@house.example"))
    );
    assert!(told(&house).await.0, "at once");
    done(&admin, &house, "revive", json!({ "fragment": "wallet" })).await;
    done(&admin, &house, "rollback", json!({ "fragment": "wallet", "to": "1" })).await;
    assert_eq!(told(&house).await, (false, "1".to_owned()));
    done(&admin, &house, "promote", json!({ "fragment": "wallet", "version": "2" })).await;
    assert_eq!(told(&house).await.1, "2");
    let canary = json!({ "fragment": "wallet", "version": "1", "share_permille": 1000 });
    assert_eq!(team.post(&house, "canary", &canary).await.status(), 200);
    let ended = done(&admin, &house, "canary/end", json!({ "fragment": "wallet" })).await;
    assert_eq!(ended["canary"], Value::Null);

    let by_operator: Vec<Value> =
        lines(&admin, &house, "").await.into_iter().filter(|line| line["key"] == "operator").collect();
    let told: Vec<_> = by_operator.iter().map(|line| line["action"].as_str().expect("an action")).collect();
    assert_eq!(told, ["end-canary", "promote", "rollback", "revive", "kill"], "newest first");
    assert!(by_operator.iter().all(|line| line["team"] == "admin@house.example" && line["automatic"] == false));
    assert_eq!(lines(&admin, &house, "?fragment=nothing").await, Vec::<Value>::new());
    // What the team's own tool shows is the same log.
    let teams = json_of(team.get(&house, "history").await).await;
    assert_eq!(teams["lines"][0]["team"], "admin@house.example");
}

#[tokio::test]
async fn what_protects_asks_for_less_than_what_undoes_it() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    let commands = [
        ("kill", json!({ "fragment": "wallet", "reason": "why" })),
        ("canary/end", json!({ "fragment": "wallet" })),
        ("rollback", json!({ "fragment": "wallet" })),
        ("revive", json!({ "fragment": "wallet" })),
        ("promote", json!({ "fragment": "wallet", "version": "1" })),
    ];
    for (role, may) in [("viewer", 0), ("support", 0), ("risk", 3), ("admin", 5)] {
        let operator = on_duty(&house, role).await;
        assert_eq!(operator.get(&house, "").await.status(), 200, "{role}");
        assert_eq!(operator.get(&house, "/history").await.status(), 200, "{role}");
        for (number, (what, body)) in commands.iter().enumerate() {
            let reply = operator.post(&house, what, body).await;
            if number < may {
                assert!(matches!(reply.status().as_u16(), 200 | 404), "{role} {what}: {}", reply.status());
            } else {
                assert_eq!(refused(reply, 403, "forbidden").await["field"], "role", "{role} {what}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_else_gets_in_and_no_other_site_speaks_for_an_operator() {
    let house = House::open().await;
    let player = house.player().await;
    for path in ["/api/operator/releases", "/api/operator/releases/history"] {
        refused(player.get(&house, path).await, 401, "signed-out").await;
    }
    let body = json!({ "fragment": "wallet", "reason": "why" });
    let asks = async |who: Option<&OnDuty>, origin: &str, token: &str| -> Response {
        let http = who.map_or_else(client, |who| who.http.clone());
        let call = http.request(Method::POST, house.url("/api/operator/releases/kill"));
        call.header("origin", origin).header("x-csrf-token", token).json(&body).send().await.expect("a reply")
    };
    let admin = on_duty(&house, "admin").await;
    let own = house.url("");
    refused(player.post(&house, "/api/operator/releases/kill", &body, None).await, 401, "signed-out").await;
    refused(asks(None, &own, &admin.token).await, 401, "signed-out").await;
    let other_site =
        refused(asks(Some(&admin), "https://elsewhere.example", &admin.token).await, 403, "forbidden").await;
    assert_eq!(other_site["field"], "origin");
    for token in ["", "of somebody else"] {
        assert_eq!(refused(asks(Some(&admin), &own, token).await, 403, "forbidden").await["field"], "x-csrf-token");
    }
    assert_eq!(lines(&admin, &house, "").await, Vec::<Value>::new(), "nothing was done");
    assert!(!told(&house).await.0);
}

#[tokio::test]
async fn bad_input_is_named_and_changes_nothing() {
    let house = House::open().await;
    let admin = on_duty(&house, "admin").await;
    let long = "x".repeat(301);
    for (what, body, status, code, field) in [
        ("kill", json!({ "fragment": "wallet", "reason": " " }), 400, "invalid-value", "reason"),
        ("kill", json!({ "fragment": "wallet", "reason": long }), 400, "invalid-value", "reason"),
        ("kill", json!({ "fragment": "wallet", "reason": "one\ntwo" }), 400, "invalid-value", "reason"),
        ("kill", json!({ "fragment": "wallet" }), 400, "invalid-body", "reason"),
        ("kill", json!({ "fragment": "nothing", "reason": "why" }), 404, "not-found", "fragment"),
        ("revive", json!({ "fragment": "wallet", "force": true }), 400, "invalid-body", "force"),
        ("promote", json!({ "fragment": "wallet" }), 404, "not-found", "fragment"),
        ("promote", json!({ "fragment": "wallet", "version": "9" }), 404, "not-found", "version"),
        ("rollback", json!({ "fragment": "wallet" }), 404, "not-found", "fragment"),
    ] {
        let problem = refused(admin.post(&house, what, &body).await, status, code).await;
        assert_eq!(problem["field"], field, "{what} {body}: {problem}");
    }
    for (query, field) in [("?before=0", "before"), ("?of=wallet", "of")] {
        let problem = refused(admin.get(&house, &format!("/history{query}")).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], field, "{problem}");
    }
    assert_eq!(lines(&admin, &house, "").await, Vec::<Value>::new());
}
