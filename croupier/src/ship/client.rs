//! Calls to a gateway: to its registry, each signed with the team's key, or for one browser, each with its code.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use contract::problem::{Code, NOTHING_CHANGED, Problem};
use contract::registry::{DIGEST, KEY, SIGNATURE, TIMESTAMP};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use ureq::http::{Request, Uri};
use ureq::{Agent, Error};

use super::key::Key;
use super::options;
use crate::failure::Failure;
use crate::floor::hex;
use crate::gateway::{START_ONE, agent_for, remedy_for};

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a call may take, the sending of a large file included.
const WITHIN: Duration = Duration::from_secs(300);
/// No answer is longer.
const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// What to do where nobody says what came of a call, and it can be made once more whatever that was.
const AGAIN: &str = "run the command again: what was sent before is not sent twice.";
const NOT_NOW: &str = "run the command again in a moment: nothing was changed.";

/// A gateway, as one caller sees it.
pub(super) struct Client {
    agent: Agent,
    gateway: String,
    caller: Caller,
}

/// As whom.
enum Caller {
    Team {
        key: Box<Key>,
        /// A signature counts once: no two calls are signed at the same time.
        signed_ms: Cell<i64>,
    },
    /// Whoever has the code of a developer's browser.
    Browser(String),
}

impl Client {
    /// Whom to call, with the key that is named.
    ///
    /// # Errors
    /// The URL or the key can't be used.
    pub(super) fn new(desk: &options::Desk) -> Result<Self> {
        let agent = agent("--gateway", &desk.gateway)?;
        Ok(Self::of(
            agent,
            &desk.gateway,
            Caller::Team { key: Box::new(Key::read(&desk.key)?), signed_ms: Cell::new(0) },
        ))
    }

    /// Whom to call for a developer's browser, with its code.
    ///
    /// # Errors
    /// The URL can't be used.
    pub(super) fn for_browser(floor: &str, code: &str) -> Result<Self> {
        Ok(Self::of(agent("--floor", floor)?, floor, Caller::Browser(code.to_owned())))
    }

    fn of(agent: Agent, gateway: &str, caller: Caller) -> Self {
        Self { agent, gateway: gateway.trim_end_matches('/').to_owned(), caller }
    }

    /// Where it calls.
    pub(super) fn gateway(&self) -> &str {
        &self.gateway
    }

    /// Asks for something.
    ///
    /// # Errors
    /// What the registry says, or why it says nothing.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        read(&self.call("GET", path, &[], "application/json", AGAIN)?)
    }

    /// Asks for something that is the same when it is done twice.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub(super) fn post<T: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> Result<T> {
        read(&self.call("POST", path, &serde_json::to_vec(asked)?, "application/json", AGAIN)?)
    }

    /// Has something done to a fragment. Done twice it may be another thing: the second roll back goes further.
    ///
    /// # Errors
    /// See [`Self::get`]; where it may be done all the same, that says so.
    pub(super) fn command<T: DeserializeOwned>(
        &self,
        path: &str,
        fragment: &str,
        command: &impl Serialize,
    ) -> Result<T> {
        let unclear = look_first(fragment);
        read(&self.call("POST", path, &serde_json::to_vec(command)?, "application/json", &unclear)?)
    }

    /// Sends a file.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub(super) fn put(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.call("PUT", path, bytes, "application/octet-stream", AGAIN).map(drop)
    }

    /// Puts something in a place.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub(super) fn put_document<T: DeserializeOwned>(&self, path: &str, document: &impl Serialize) -> Result<T> {
        read(&self.call("PUT", path, &serde_json::to_vec(document)?, "application/json", AGAIN)?)
    }

    /// Takes something away.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub(super) fn delete(&self, path: &str) -> Result<()> {
        self.call("DELETE", path, &[], "application/json", AGAIN).map(drop)
    }

    /// `unclear` is what to do where nobody says what came of it.
    fn call(&self, method: &str, path: &str, body: &[u8], media_type: &str, unclear: &str) -> Result<Vec<u8>> {
        let request =
            Request::builder().method(method).uri(format!("{}{path}", self.gateway)).header("content-type", media_type);
        let request = match &self.caller {
            Caller::Browser(code) => request.header("authorization", format!("Bearer {code}")),
            Caller::Team { key, signed_ms } => {
                let now_ms = now_ms().max(signed_ms.get() + 1);
                signed_ms.set(now_ms);
                let digest = hex(&Sha256::digest(body));
                let text = contract::signed::text(method, path, now_ms, &digest);
                request
                    .header(KEY, key.id())
                    .header(TIMESTAMP, now_ms.to_string())
                    .header(DIGEST, digest)
                    .header(SIGNATURE, key.sign(&text))
            }
        };
        let request = request.body(body).with_context(|| format!("{method} {path}"))?;
        let mut response = self.agent.run(request).map_err(|error| unreachable(&self.gateway, &error, unclear))?;
        let answer = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        let answer = answer.map_err(|error| unreachable(&self.gateway, &error, unclear))?;
        if response.status().is_success() {
            return Ok(answer);
        }
        Err(refused(response.status().as_u16(), &answer, unclear).into())
    }
}

/// Who calls the gateway that a flag names.
fn agent(flag: &str, gateway: &str) -> Result<Agent> {
    let uri: Option<Uri> = gateway.trim_end_matches('/').parse().ok();
    let host = uri.as_ref().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.path() == "/");
    let host = host.and_then(Uri::host).ok_or_else(|| {
        Failure::new(
            format!("{flag} {gateway:?} is no gateway's address"),
            "write it as https://host or http://host:port.",
        )
    })?;
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(CONNECT_WITHIN))
        .timeout_global(Some(WITHIN))
        .max_redirects(0);
    Ok(agent_for(host, config))
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T> {
    let remedy = "this tool and the gateway are of different versions: use the tool of the gateway's version.";
    serde_json::from_slice(answer)
        .map_err(|error| Failure::new(format!("the gateway's answer can't be read: {error}"), remedy).into())
}

/// What to do where nobody says whether something was done to a fragment.
fn look_first(fragment: &str) -> String {
    format!(
        "it may be done: look at `cargo croupier status {fragment}` first. What names its release can be repeated \
         safely: `promote {fragment} V`, `rollback {fragment} --to V`."
    )
}

fn unreachable(gateway: &str, error: &Error, unclear: &str) -> Failure {
    let is_nobody_there = match error {
        Error::ConnectionFailed | Error::HostNotFound => true,
        Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    let remedy = if is_nobody_there { START_ONE } else { remedy_for(error, unclear) };
    Failure::new(format!("no answer from the gateway at {gateway}: {error}"), remedy)
}

/// What the registry says, and what to do about it.
fn refused(status: u16, answer: &[u8], unclear: &str) -> Failure {
    let Ok(problem) = serde_json::from_slice::<Problem>(answer) else {
        // Whoever stands between may have lost the answer.
        let remedy = if status >= 500 { unclear } else { "is --gateway the address of a gateway of Croupier?" };
        return Failure::new(format!("the gateway answered {status} without saying why"), remedy);
    };
    let field = problem.field.as_deref();
    let what = field.map_or_else(|| problem.detail.clone(), |field| format!("{field}: {}", problem.detail));
    let remedy = match (problem.code(), field) {
        (_, Some("authorization")) => {
            "open that floor with /?inspect, choose \"Local builds\", press \"Show code\": it shows what --code is."
        }
        (Some(Code::Forbidden), Some(TIMESTAMP)) => "set this machine's clock right.",
        (Some(Code::Forbidden), Some(KEY)) => {
            "use the right --key, or give the operator what `cargo croupier key` prints for their list of teams."
        }
        (Some(Code::Forbidden), _) => "ask the operator, whose list of teams (--registry-teams) says who may do what.",
        (Some(Code::InvalidValue), Some("share_permille")) => "add it, such as --share 10%.",
        (Some(Code::NotFound), None) => "is --gateway the address of a gateway that takes releases?",
        (Some(Code::NotFound), Some("version" | "to")) => "`cargo croupier history NAME` shows what was published.",
        (Some(Code::NotFound), _) => "`cargo croupier status` shows what there is.",
        (Some(Code::TooMany), _) => NOT_NOW,
        (Some(Code::Unavailable), _) if problem.detail.contains(NOTHING_CHANGED) => NOT_NOW,
        (Some(Code::Unavailable), _) => unclear,
        (Some(Code::Internal), _) => return Failure::new(what, format!("{unclear} The gateway's log says more.")),
        _ => "change what is named, and run the command again.",
    };
    Failure::new(what, remedy)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gateway, problem, typed};
    use super::*;
    use std::path::PathBuf;

    fn client(gateway: &str) -> Result<Client> {
        let folder = tempfile::tempdir().unwrap();
        super::super::key::for_this_machine(folder.path()).unwrap();
        let key = folder.path().join(PathBuf::from("team.key"));
        Client::new(&options::Desk { gateway: gateway.to_owned(), key, json: false })
    }

    #[test]
    fn an_address_that_is_none_is_refused_before_anything_is_built() {
        for gateway in ["localhost:8080", "ftp://a", "http://a/path", ""] {
            let error = client(gateway).err().expect(gateway);
            assert!(crate::failure::explain(&error).contains("http://host:port"), "{gateway}");
        }
        assert_eq!(client("http://[::1]:8080/").unwrap().gateway(), "http://[::1]:8080");
    }

    #[test]
    fn nobody_there_says_how_to_start_somebody() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = client(&format!("http://{free}")).unwrap().get::<Problem>("/").unwrap_err();
        assert!(crate::failure::explain(&error).contains("cargo croupier up"), "{error}");
    }

    #[test]
    fn a_refusal_is_told_with_its_field_and_a_remedy() {
        let problem = br#"{"type":"/problems/forbidden","title":"","status":401,"detail":"This key is unknown.","field":"x-registry-key"}"#;
        let error = anyhow::Error::from(refused(401, problem, AGAIN));
        let text = crate::failure::explain(&error);
        assert!(text.contains("x-registry-key: This key is unknown.") && text.contains("cargo croupier key"), "{text}");
        let problem = br#"{"type":"/problems/signed-out","title":"","status":401,"detail":"This code is over.","field":"authorization"}"#;
        let text = crate::failure::explain(&anyhow::Error::from(refused(401, problem, AGAIN)));
        assert!(text.contains("authorization: This code is over.") && text.contains("Show code"), "{text}");
        for (field, remedy) in [("to", "history NAME"), ("fragment", "status")] {
            let problem = r#"{"type":"/problems/not-found","title":"","status":404,"detail":"","field":"FIELD"}"#;
            let problem = problem.replace("FIELD", field);
            let text = crate::failure::explain(&anyhow::Error::from(refused(404, problem.as_bytes(), AGAIN)));
            assert!(text.contains(&format!("`cargo croupier {remedy}`")), "{text}");
        }
        let other = anyhow::Error::from(refused(502, b"<html>", AGAIN));
        assert!(other.to_string().contains("502"), "{other}");
    }

    #[test]
    fn whoever_does_not_learn_what_came_of_a_command_is_told_to_look_first() {
        let late = problem(503, "unavailable", "This took too long.", "null");
        for answer in [None, late, Some((502, "<html>".to_owned())), problem(500, "internal", "Ours.", "null")] {
            for command in ["rollback", "promote"] {
                let (address, _) = gateway(vec![answer.clone()]);
                let said = typed(&address, &[command, "wallet"]).expect_err("nobody knows");
                assert!(said.contains("it may be done: look at `cargo croupier status wallet` first"), "{said}");
                assert!(!said.contains("run the command again") && !said.contains("nothing was changed"), "{said}");
            }
        }
        let detail = "The service can't answer right now. Nothing was changed; try again.";
        let (address, _) = gateway(vec![problem(503, "unavailable", detail, "null")]);
        let said = typed(&address, &["rollback", "wallet"]).expect_err("the store is away");
        assert!(said.ends_with("What to do: run the command again in a moment: nothing was changed."), "{said}");
    }

    #[test]
    fn what_changes_nothing_is_asked_again() {
        for answer in [None, problem(503, "unavailable", "This took too long.", "null")] {
            let (address, _) = gateway(vec![answer]);
            let said = typed(&address, &["status"]).expect_err("no answer");
            assert!(said.ends_with("run the command again: what was sent before is not sent twice."), "{said}");
        }
    }
}
