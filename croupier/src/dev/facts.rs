//! What the page of `dev` has to know of a build: the topics that it may say and hear, the requests that it is granted,
//! and what can come of each.

use contract::event::{TOPICS, payload_schema};
use contract::manifest::{Fragment, Manifest, SCHEMA};
use release::Release;
use serde::Serialize;
use serde_json::{Value, json};

use super::example;
use crate::floor::LANGUAGES;

/// For the page.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    fragment: Fragment,
    locales: [&'static str; LANGUAGES.len()],
    topics: Vec<Topic>,
    requests: Vec<Request>,
}

#[derive(Debug, Serialize)]
struct Topic {
    name: &'static str,
    retained: bool,
    /// The fragment may subscribe to it.
    heard: bool,
    /// It may publish it.
    said: bool,
    /// A payload to begin with.
    example: Value,
}

/// One operation of the API that the fragment is granted.
#[derive(Debug, Serialize)]
struct Request {
    method: String,
    /// With names in braces for what varies.
    path: String,
    /// What the API's description says may come: the first is how it goes well.
    answers: Vec<Answer>,
}

#[derive(Debug, Serialize)]
struct Answer {
    status: u16,
    what: String,
    body: Value,
}

impl Facts {
    /// Of a release, by the description of the API.
    pub(super) fn of(release: &Release, api: &Value) -> Self {
        let fragment = &release.fragment;
        let topics = TOPICS.iter().map(|topic| Topic {
            name: topic.name,
            retained: topic.retained,
            heard: fragment.subscribes.iter().any(|name| name == topic.name),
            said: fragment.publishes.iter().any(|name| name == topic.name),
            example: payload_schema(topic.name).map_or(Value::Null, |schema| example::of_schema(&schema)),
        });
        Self {
            fragment: fragment.clone(),
            locales: LANGUAGES,
            topics: topics.collect(),
            requests: requests(fragment, api),
        }
    }
}

/// The manifest of a floor that has nothing but this release.
pub(super) fn manifest(release: &Release, serial: u64) -> Value {
    let manifest = Manifest {
        schema: SCHEMA,
        serial,
        content: release.fragment.version.clone(),
        issued_at_ms: 0,
        expires_at_ms: 0,
        fragments: vec![release.fragment.clone()],
    };
    json!(manifest)
}

fn requests(fragment: &Fragment, api: &Value) -> Vec<Request> {
    let mut requests = Vec::new();
    for operation in release::operations(api).unwrap_or_default() {
        // What stands in braces is a word of somebody's.
        let asked = operation.path.replace(['{', '}'], "");
        if fragment.capabilities.grants(&operation.method, &asked) {
            let described = &api["paths"][&operation.path][operation.method.to_lowercase()]["responses"];
            requests.push(Request { answers: answers(api, described), method: operation.method, path: operation.path });
        }
    }
    requests
}

fn answers(api: &Value, described: &Value) -> Vec<Answer> {
    let mut answers: Vec<Answer> = described
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(status, answer)| {
            let status = status.parse().ok()?;
            let what = answer["description"].as_str().unwrap_or_default().to_owned();
            Some(Answer { status, body: body(api, answer, status, &what), what })
        })
        .collect();
    // Of what the description need not say of each.
    for (status, what) in [(500, "A fault of the server's"), (503, "The service can't answer now")] {
        if !answers.iter().any(|answer| answer.status == status) {
            answers.push(Answer { status, what: what.to_owned(), body: problem(status, what) });
        }
    }
    answers.sort_by_key(|answer| answer.status);
    answers
}

fn body(api: &Value, answer: &Value, status: u16, what: &str) -> Value {
    if status >= 400 {
        return problem(status, what);
    }
    match answer["content"].as_object().and_then(|content| content.get("application/json")) {
        Some(content) => example::of_openapi(api, &content["schema"]),
        None => Value::Null,
    }
}

/// A problem of that status; which one of several, whoever tries it out may change.
fn problem(status: u16, what: &str) -> Value {
    let code = match status {
        400 => "invalid-value",
        401 => "signed-out",
        403 => "forbidden",
        404 => "not-found",
        409 => "conflict",
        413 => "too-large",
        422 => "insufficient-funds",
        429 => "too-many-requests",
        503 => "unavailable",
        _ => "internal",
    };
    json!({ "type": format!("/problems/{code}"), "title": code.replace('-', " "), "status": status, "detail": what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::problem::{Code, Problem};

    fn api() -> Value {
        serde_json::from_str(include_str!("../../../gateway/tests/openapi.snap.json")).unwrap()
    }

    fn release(more: Value) -> Release {
        let file = json!({ "url": "/fragments/a/a.js", "sha384": "", "size": 1 });
        let mut fragment = json!({ "name": "a", "version": "1", "channel": "stable", "slots": [], "entry": file,
            "messages": [], "placement": "document", "publishes": [], "subscribes": [], "critical": false,
            "killed": false, "contracts": [], "limits": { "memory_mib": 1, "fuel_millions": 1, "mount_ms": 1,
            "load_ms": 1, "payload_kib": 1, "events_per_second": 1, "heartbeat_ms": 1 },
            "capabilities": { "requests": [], "origins": [] } });
        let members = more.as_object().unwrap().clone();
        fragment.as_object_mut().unwrap().extend(members);
        serde_json::from_value(fragment).unwrap()
    }

    #[test]
    fn each_granted_operation_has_its_answers_and_no_other_is_there() {
        let granted = json!({ "requests": ["GET /api/live/*", "POST /api/wallet/deposits"], "origins": [] });
        let facts = Facts::of(&release(json!({ "capabilities": granted })), &api());
        let asked: Vec<_> = facts.requests.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
        assert!(asked.contains(&"GET /api/live/tables".to_owned()), "{asked:?}");
        assert!(asked.iter().all(|one| one.starts_with("GET /api/live/") || one == "POST /api/wallet/deposits"));
        for request in &facts.requests {
            assert!(request.answers[0].status < 300, "{request:?}");
            let failures: Vec<_> = request.answers.iter().filter(|answer| answer.status >= 400).collect();
            assert!(failures.iter().any(|answer| answer.status == 503), "{request:?}");
            for answer in failures {
                let problem: Problem = contract::wire::read(answer.body.clone()).unwrap();
                assert!(problem.code().is_some_and(|code| Code::from_name(code.as_str()).is_some()), "{answer:?}");
            }
        }
    }

    #[test]
    fn topics_say_who_may_what_and_the_manifest_reads_back() {
        let release = release(json!({ "publishes": ["session.stale"], "subscribes": ["session.changed"] }));
        let facts = Facts::of(&release, &api());
        let rights = |name: &str| {
            let topic = facts.topics.iter().find(|topic| topic.name == name).unwrap();
            (topic.said, topic.heard, topic.retained)
        };
        assert_eq!((rights("session.stale"), rights("session.changed")), ((true, false, false), (false, true, true)));
        assert_eq!(rights("wallet.entry"), (false, false, false));
        let manifest = manifest(&release, 3);
        assert_eq!((&manifest["serial"], &manifest["fragments"][0]["name"]), (&json!(3), &json!("a")));
    }
}
