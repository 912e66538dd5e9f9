//! A disk that is full: what would write is refused and says so, what only reads goes on, and once there is
//! room again everything works, without a restart and without a repair.

use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused};
use crate::process::{Caller, Process};

#[tokio::test]
async fn writes_are_refused_reads_go_on_and_nothing_has_to_be_repaired() {
    let mut house = House::open().await;
    house.stop().await;
    let process = Process::start(&house);
    let url = process.url.clone();
    let caller = Caller::demo(&process).await;
    let deposit = async |key: &str| caller.money(&url, "deposits", key, 100).await.expect("an answer");
    assert_eq!(deposit("before").await.status(), 201);

    process.limit_files(Some(0));
    for _ in 0..3 {
        let reply = deposit("meanwhile").await;
        assert_eq!(reply.headers()["retry-after"], "1");
        refused(reply, 503, "unavailable").await;
    }
    let sign_up = json!({ "name": "Late", "email": "late@example.com", "password": "long enough" });
    let reply = client().post(format!("{url}/api/identity/sign-up")).header("origin", &url).json(&sign_up).send().await;
    refused(reply.expect("an answer"), 503, "unavailable").await;
    for path in [
        "/",
        "/healthz",
        "/api/wallet/balance",
        "/api/wallet/history",
        "/api/promotions/offers",
        "/api/identity/session",
    ] {
        let reply = caller.client.get(format!("{url}{path}")).send().await.expect("an answer");
        assert_eq!(reply.status(), 200, "{path}");
    }

    process.limit_files(None);
    assert_eq!(deposit("meanwhile").await.status(), 201, "the command that was refused is carried out");
    assert_eq!(deposit("before").await.headers()["idempotency-hit"], "true");
    let balance: Value =
        json_of(caller.client.get(format!("{url}/api/wallet/balance")).send().await.expect("an answer")).await;
    assert_eq!(balance["cash_minor"], 100_200);
    let audit = json_of(client().get(format!("{}/ledger/check", process.control)).send().await.expect("a reply")).await;
    assert_eq!((&audit["balanced"], &audit["entries"]), (&json!(true), &json!(3)), "{audit}");
}
