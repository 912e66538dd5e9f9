//! An operator, made by the program itself while the gateway runs.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::house::{House, client, json_of, refused};

pub(crate) const PASSWORD: &str = "the house always";

/// Runs the program with a password on its standard input.
pub(crate) fn gateway(house: &House, arguments: &[&str], password: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gateway"));
    program.args(["operator"]).args(arguments).arg("--data").arg(&house.config().place.data);
    if let Some(url) = &house.config().place.database {
        program.arg("--database").arg(url);
    }
    let mut program =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    program.stdin.take().expect("a pipe").write_all(format!("{password}\n").as_bytes()).expect("written");
    program.wait_with_output().expect("it ends")
}

#[tokio::test]
async fn the_command_line_makes_and_removes_operators() {
    let house = House::open().await;
    let player = house.player().await;
    let added = gateway(&house, &["add", "Risk@house.example", "--role", "risk"], PASSWORD);
    assert!(added.status.success(), "{added:?}");
    assert!(!format!("{added:?}").contains(PASSWORD), "the password is nowhere");
    let again = gateway(&house, &["add", "risk@house.example", "--role", "admin"], PASSWORD);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("such an operator already"), "{again:?}");
    let short = gateway(&house, &["add", "a@house.example", "--role", "admin"], "short");
    assert!(String::from_utf8_lossy(&short.stderr).contains("12 characters"), "{short:?}");

    let browser = client();
    let form = json!({ "email": "risk@house.example", "password": PASSWORD });
    let reply = browser.post(house.url("/api/operator/sign-in")).header("origin", house.url("")).json(&form).send();
    let session = json_of(reply.await.expect("a reply")).await;
    let token = session["csrf_token"].as_str().expect("a token");
    let lock = browser
        .post(house.url(&format!("/api/operator/players/{}/lock", player.id)))
        .header("origin", house.url(""))
        .header("x-csrf-token", token)
        .json(&json!({ "reason": "somebody else has it" }));
    assert_eq!(lock.send().await.expect("a reply").status(), 200);
    refused(player.get(&house, "/api/wallet/balance").await, 401, "signed-out").await;

    assert!(gateway(&house, &["remove", "risk@house.example"], "").status.success());
    let after = browser.get(house.url("/api/operator/session")).send().await.expect("a reply");
    refused(after, 401, "signed-out").await;
}
