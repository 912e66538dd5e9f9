//! What is true of every operation of a kind, said once: who may call it, in which media type it refuses,
//! and what it answers before its handler is asked.
//!
//! Must never say what an operation does or refuses by itself: that stands beside its handler.

use contract::problem::Problem;
use contract::registry;
use contract::vendor::{SIGNATURE, TIMESTAMP, VENDOR};
use contract::{CSRF_TOKEN, IDEMPOTENCY_KEY};
use http::header::AUTHORIZATION;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response};

use crate::idempotency::MAX_KEY_CHARS;
use crate::identity::{OPERATOR_COOKIE, PLAYER_COOKIE};

const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";

/// What can be called without a session; everything else of `/api/` needs one.
const OPEN: [&str; 11] = [
    "/api/events",
    "/api/identity/demo",
    "/api/identity/session",
    "/api/identity/sign-in",
    "/api/identity/sign-out",
    "/api/identity/sign-up",
    "/api/live/tables",
    "/api/operator/sign-in",
    "/api/operator/sign-out",
    "/api/releases",
    "/api/telemetry",
];
/// These show a player more than a visitor.
const FOR_EVERYBODY: [&str; 1] = ["/api/promotions/offers"];

/// How a tool is known; the page that it brings builds into is by its cookie.
const INSPECTION: &str = "`Bearer` and the code of an inspection; a page shows the cookie instead";

/// What signatures are made over.
const SIGNED: &str = "Base64 of the Ed25519 signature over method, path, time and digest of the body, one a line";

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Anybody,
    Player,
    Operator,
    Vendor,
    Team,
    Inspection,
}

impl Caller {
    fn of(path: &str) -> Self {
        if path.starts_with("/vendor/") {
            Self::Vendor
        } else if path.starts_with("/api/registry/") {
            Self::Team
        } else if path.starts_with("/api/inspect/") {
            Self::Inspection
        } else if OPEN.contains(&path) || FOR_EVERYBODY.contains(&path) {
            Self::Anybody
        } else if path.starts_with("/api/operator/") {
            Self::Operator
        } else {
            Self::Player
        }
    }

    /// What the caller has to show, all of it.
    fn shows(self, changes: bool) -> Vec<&'static str> {
        let mut shown = match self {
            Self::Anybody => vec![],
            Self::Player => vec!["session"],
            Self::Operator => vec!["operator"],
            Self::Vendor => vec!["vendor", "vendor-timestamp", "vendor-signature"],
            Self::Team => vec!["team-key", "team-timestamp", "team-digest", "team-signature"],
            Self::Inspection => vec!["inspection"],
        };
        if changes && matches!(self, Self::Player | Self::Operator) {
            shown.push("csrf");
        }
        shown
    }

    /// Why it is refused, even if it shows all that.
    fn forbidden(self, changes: bool) -> Option<&'static str> {
        match (self, changes) {
            (Self::Team, _) => {
                Some("The key was revoked, the team has no such right, or the gateway takes no releases")
            }
            (Self::Operator, true) => Some("From another site, without the CSRF token, or not allowed to this role"),
            (Self::Operator, false) => Some("Not allowed to this role"),
            (Self::Player, true) => Some("From another site, or without the CSRF token"),
            (Self::Anybody, true) | (Self::Inspection, _) => Some("From another site"),
            (Self::Anybody | Self::Player, false) | (Self::Vendor, _) => None,
        }
    }
}

/// Adds it to every operation.
pub(super) fn describe(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (changes, operation) in operations(item) {
            complete(path, changes, operation);
        }
    }
    let components = document.components.get_or_insert_default();
    for (name, key) in schemes() {
        components.security_schemes.insert(name.to_owned(), SecurityScheme::ApiKey(key).into());
    }
    document
}

/// Each operation, and whether it changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let changing = [put, post, delete, patch].map(|operation| (true, operation));
    let all = [(false, get)].into_iter().chain(changing);
    all.filter_map(|(changes, operation)| Some((changes, operation.as_mut()?)))
}

fn complete(path: &str, changes: bool, operation: &mut Operation) {
    let caller = Caller::of(path);
    let shown = caller.shows(changes);
    if !shown.is_empty() {
        let none: [&str; 0] = [];
        let all = shown.iter().fold(SecurityRequirement::default(), |all, name| all.add(*name, none));
        operation.security = Some(vec![all]);
    }
    // The name alone is not the only one of its kind: everybody signs in.
    let service = operation.tags.iter().flatten().next().cloned();
    if let (Some(service), Some(id)) = (service, &mut operation.operation_id) {
        *id = format!("{service}_{id}");
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            refuses_as_problem(response);
            // What an event holds is its topic's matter: the whole of the stream has no schema.
            if let Some(RefOr::T(stream)) = response.content.get_mut("text/event-stream") {
                stream.schema = None;
            }
        }
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.name == IDEMPOTENCY_KEY
        {
            let key = ObjectBuilder::new().schema_type(Type::String);
            let key = key.min_length(Some(1)).max_length(Some(MAX_KEY_CHARS)).pattern(Some("^[!-~]+$"));
            parameter.schema = Some(key.build().into());
        }
    }
    for (status, description) in early(caller, changes, operation) {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(description).into());
    }
}

/// What is refused before the handler is asked.
fn early(caller: Caller, changes: bool, operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let parameters = || operation.parameters.iter().flatten().filter_map(plain);
    let silent = if changes {
        "The service can't answer now; unless it says that nothing was changed, it may be done all the same"
    } else {
        "The service can't answer now"
    };
    let mut all = vec![("503", silent)];
    if caller != Caller::Anybody {
        all.push(("401", "The caller is not known"));
    }
    all.extend(caller.forbidden(changes).map(|description| ("403", description)));
    if parameters().any(|parameter| parameter.parameter_in == ParameterIn::Query) {
        all.push(("400", "A parameter is not allowed; `field` names it"));
    }
    if parameters().any(|parameter| parameter.name == IDEMPOTENCY_KEY) {
        all.push(("400", "The body or the key is not allowed; `field` names what it is"));
        all.push(("409", "A command with this key is still being carried out"));
        all.push(("422", "The key belongs to another command"));
    }
    if operation.request_body.is_some() {
        all.push(("400", "The body is not allowed; `field` names the member at fault"));
        all.push(("413", "The body is too large"));
        all.push(("415", "The body is not application/json"));
    }
    all
}

fn plain(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// Errors have a media type of their own, whatever the annotation of the handler leaves it at.
fn refuses_as_problem(response: &mut Response) {
    let the_problem = RefOr::Ref(Ref::from_schema_name(Problem::name()));
    let Some(RefOr::T(content)) = response.content.get(JSON) else { return };
    if content.schema.as_ref() == Some(&the_problem) {
        let content = content.clone();
        response.content.clear();
        response.content.insert(PROBLEM_JSON.to_owned(), content.into());
    }
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    Response::builder().description(description).content(PROBLEM_JSON, content).build()
}

fn schemes() -> [(&'static str, ApiKey); 11] {
    let key = |name: &str, says: &str| {
        let mut key = ApiKeyValue::new(name);
        key.description = Some(says.to_owned());
        key
    };
    [
        ("session", ApiKey::Cookie(key(PLAYER_COOKIE, "A player's session; set by signing in"))),
        ("operator", ApiKey::Cookie(key(OPERATOR_COOKIE, "An operator's session; set by signing in"))),
        ("csrf", ApiKey::Header(key(CSRF_TOKEN, "`csrf_token` of the session; with whatever changes something"))),
        ("inspection", ApiKey::Header(key(AUTHORIZATION.as_str(), INSPECTION))),
        ("team-key", ApiKey::Header(key(registry::KEY, "The id of the team's key"))),
        ("team-timestamp", ApiKey::Header(key(registry::TIMESTAMP, "When it was signed: Unix milliseconds"))),
        ("team-digest", ApiKey::Header(key(registry::DIGEST, "The hex SHA-256 of the body"))),
        ("team-signature", ApiKey::Header(key(registry::SIGNATURE, SIGNED))),
        ("vendor", ApiKey::Header(key(VENDOR, "The vendor's name"))),
        ("vendor-timestamp", ApiKey::Header(key(TIMESTAMP, "When it was signed: Unix milliseconds"))),
        ("vendor-signature", ApiKey::Header(key(SIGNATURE, SIGNED))),
    ]
}
