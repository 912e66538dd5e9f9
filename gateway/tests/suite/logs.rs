//! What the real program writes into its log when it is asked for everything.

use serde_json::json;

use crate::house::{House, client};
use crate::process::Process;

/// Over PostgreSQL this is what matters: its driver would write down every parameter of every statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_a_player_tells_is_in_the_log() {
    let mut house = House::open().await;
    house.stop().await;
    let file = house.file("gateway.log");
    let process = Process::start_logged(&house, "trace,tokio_postgres::query=trace", &file);
    let form = json!({ "name": "Ada Augusta", "email": "ada@example.com", "password": "correct horse battery" });
    let request = client().post(format!("{}/api/identity/sign-up", process.url)).header("origin", &process.url);
    let reply = request.json(&form).send().await.expect("a reply");
    assert!(reply.status().is_success(), "{}", reply.status());
    drop(process);
    let log = std::fs::read_to_string(&file).expect("a log");
    assert!(log.contains("gateway"), "our own lines are there: {log}");
    for told in ["Ada Augusta", "ada@example.com", "correct horse battery", "$argon2"] {
        assert!(!log.contains(told), "{told} is in the log");
    }
}
