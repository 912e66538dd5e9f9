//! An operator, made by the program itself while the gateway runs.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use gateway::config::Place;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused};
use crate::place;

pub(crate) const PASSWORD: &str = "the house always";

/// An operator's browser.
pub(crate) struct OnDuty {
    pub(crate) http: Client,
    /// What commands carry.
    pub(crate) token: String,
}

impl OnDuty {
    pub(crate) async fn sign_in(house: &House, email: &str, password: &str) -> Self {
        let http = client();
        let form = json!({ "email": email, "password": password });
        let reply = http.post(house.url("/api/operator/sign-in")).header("origin", house.url("")).json(&form).send();
        let session = json_of(reply.await.expect("a reply")).await;
        Self { http, token: session["csrf_token"].as_str().expect("a token").to_owned() }
    }

    /// Asks about releases.
    pub(crate) async fn get(&self, house: &House, what: &str) -> Response {
        self.http.get(house.url(&format!("/api/operator/releases{what}"))).send().await.expect("a reply")
    }

    /// Decides about releases.
    pub(crate) async fn post(&self, house: &House, what: &str, body: &Value) -> Response {
        let call = self.http.post(house.url(&format!("/api/operator/releases/{what}")));
        let call = call.header("origin", house.url("")).header("x-csrf-token", &self.token).json(body);
        call.send().await.expect("a reply")
    }
}

/// Adds an operator to a house that runs.
pub(crate) fn add(house: &House, email: &str, role: &str) -> Output {
    gateway(house, &["add", email, "--role", role], PASSWORD)
}

/// Runs the program with a password on its standard input.
pub(crate) fn gateway(house: &House, arguments: &[&str], password: &str) -> Output {
    gateway_at(&house.config().place, arguments, password)
}

fn gateway_at(place: &Place, arguments: &[&str], password: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gateway"));
    program.args(["operator"]).args(arguments).arg("--data").arg(&place.data);
    if let Some(url) = &place.database {
        program.arg("--database").arg(url);
    }
    let mut program =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // One that refuses before it asks may be gone.
    program.stdin.take().expect("a pipe").write_all(format!("{password}\n").as_bytes()).ok();
    program.wait_with_output().expect("it ends")
}

#[tokio::test]
async fn the_command_line_makes_and_removes_operators() {
    let house = House::open().await;
    let player = house.player().await;
    let added = add(&house, "Risk@house.example", "risk");
    assert!(added.status.success(), "{added:?}");
    assert!(!format!("{added:?}").contains(PASSWORD), "the password is nowhere");
    let place = house.config().place;
    let where_it_is = place.database.unwrap_or_else(|| place.data.display().to_string());
    assert!(String::from_utf8_lossy(&added.stdout).contains(&where_it_is), "{added:?}");
    let again = add(&house, "risk@house.example", "admin");
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("such an operator already"), "{again:?}");
    let short = gateway(&house, &["add", "a@house.example", "--role", "admin"], "short");
    assert!(String::from_utf8_lossy(&short.stderr).contains("12 characters"), "{short:?}");

    let OnDuty { http: browser, token } = OnDuty::sign_in(&house, "risk@house.example", PASSWORD).await;
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

#[test]
fn where_no_gateway_has_been_started_nobody_becomes_an_operator() {
    let nowhere = place::Place::new();
    let data = nowhere.folder().join("data");
    let place = Place { data, database: nowhere.database_url(), database_password_file: None, database_ca: None };
    // Twice: the first call has made nothing that the second one finds.
    for arguments in [&["add", "a@house.example", "--role", "admin"][..], &["remove", "a@house.example"][..]] {
        let refused = gateway_at(&place, arguments, PASSWORD);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(&format!("no gateway has been started in {place}: ")), "{said}");
    }
    assert!(!place.data.exists(), "nothing is made");
}
