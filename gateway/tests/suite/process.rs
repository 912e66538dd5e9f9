//! The real program, on the folders of a house that has stopped, and a player who calls it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use contract::identity::Session;
use reqwest::{Client, Response};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use crate::house::{House, client, json_of};

/// The real program. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
    pub(crate) control: String,
}

impl Process {
    pub(crate) fn start(house: &House) -> Self {
        Self::start_with(house, &[], &[])
    }

    /// With more flags, and variables of its own.
    pub(crate) fn start_with(house: &House, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let flags = flags.iter().map(|&flag| flag.to_owned());
        Self::start_as(house.arguments().into_iter().chain(flags), variables)
    }

    /// With as much in its log as `RUST_LOG` may ask for, and that in a file.
    pub(crate) fn start_logged(house: &House, wanted: &str, file: &Path) -> Self {
        let log = File::create(file).expect("a file");
        Self::spawn(house.arguments(), &[("RUST_LOG", wanted)], log.into())
    }

    /// With these flags alone.
    pub(crate) fn start_as(flags: impl IntoIterator<Item = String>, variables: &[(&str, &str)]) -> Self {
        Self::spawn(flags, variables, Stdio::null())
    }

    fn spawn(flags: impl IntoIterator<Item = String>, variables: &[(&str, &str)], log: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .args(flags)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("the ready line");
        let address = |name: &str| ready[name].as_str().expect("an address").to_owned();
        Self { child, url: address("listening"), control: address("control") }
    }

    /// Limits how large a file it may write from now on: with 0 no write to any file succeeds, as on a full
    /// disk. `None` takes the limit away.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).expect("it can be limited");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: nothing of the program runs any more.
        self.child.kill().expect("it ran");
        self.child.wait().expect("it has ended");
    }
}

/// A signed-in player, who outlives the process.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) client: Client,
    csrf_token: String,
}

impl Caller {
    pub(crate) async fn demo(process: &Process) -> Self {
        let client = client();
        let url = format!("{}/api/identity/demo", process.url);
        let reply = client.post(url).header("origin", &process.url).json(&json!({})).send().await.expect("a reply");
        let session: Session = serde_json::from_value(json_of(reply).await).expect("a session");
        Self { client, csrf_token: session.csrf_token.expect("a token") }
    }

    /// A deposit or a withdrawal; nothing if there was no answer.
    pub(crate) async fn money(&self, url: &str, what: &str, key: &str, amount_minor: i64) -> Option<Response> {
        let request = self
            .client
            .post(format!("{url}/api/wallet/{what}"))
            .header("origin", url)
            .header("x-csrf-token", &self.csrf_token)
            .header("idempotency-key", key)
            .json(&json!({ "amount_minor": amount_minor, "currency": "EUR" }));
        request.send().await.ok()
    }
}
