//! The one error envelope over HTTP, and the extractors that speak it.
//!
//! Whatever a handler refuses, and whatever is wrong with a body or a query, leaves as
//! `application/problem+json` (RFC 9457) with the member at fault named in `field`.
//!
//! **Architecture invariant:** an error of ours is logged here, once, and never shown: the reply
//! says only that it happened.

use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use contract::problem::{Code, NOTHING_CHANGED, Problem};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode, request::Parts};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_json::error::Category;

use crate::store::StoreError;

/// The largest body of a command.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct ApiError {
    /// The kind.
    pub code: Code,
    /// The HTTP status.
    pub status: StatusCode,
    /// A sentence that may be shown to a person.
    pub detail: String,
    /// The member, parameter or header at fault.
    pub field: Option<String>,
}

impl ApiError {
    /// A refusal with the usual status of its kind.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, status: status(code), detail: detail.into(), field: None }
    }

    /// A member, parameter or header whose value is not allowed.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidValue, detail).field(field)
    }

    /// Our mistake: logged with its cause, told without.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal, "Something went wrong on our side.")
    }

    /// Names the member at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Another status than the kind's usual one.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A rule of the business said no, so the answer may be kept under the command's key. A request
    /// that is wrong in itself (400) never became a command; errors of ours and "later" may end
    /// otherwise.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.status.is_client_error()
            && self.status != StatusCode::BAD_REQUEST
            && !matches!(self.code, Code::TooMany | Code::InFlight)
    }

    /// The envelope.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            r#type: format!("/problems/{}", self.code.as_str()),
            title: title(self.code).to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            field: self.field.clone(),
        }
    }
}

/// The media type of the envelope.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.problem())).into_response();
        response.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
        if matches!(self.code, Code::TooMany | Code::Unavailable) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if !error.is_temporary() {
            return Self::internal(&error);
        }
        tracing::warn!(%error, "the store is not available");
        let detail = format!("The service can't answer right now. {NOTHING_CHANGED}; try again.");
        Self::new(Code::Unavailable, detail)
    }
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidBody | Code::InvalidValue | Code::KeyMissing => StatusCode::BAD_REQUEST,
        Code::KeyReused | Code::InsufficientFunds | Code::LimitReached | Code::PlayBlocked => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::InFlight | Code::EmailTaken | Code::Conflict => StatusCode::CONFLICT,
        Code::SignedOut | Code::WrongCredentials => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::Locked => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title(code: Code) -> &'static str {
    match code {
        Code::InvalidBody => "The request can't be read",
        Code::InvalidValue => "A value is not allowed",
        Code::KeyMissing => "The idempotency key is missing",
        Code::KeyReused => "The idempotency key was used before",
        Code::InFlight => "The command is being carried out",
        Code::SignedOut => "Nobody is signed in",
        Code::WrongCredentials => "Wrong address or password",
        Code::Locked => "The account is locked",
        Code::EmailTaken => "The address has an account",
        Code::Forbidden => "Not allowed from here",
        Code::NotFound => "Not found",
        Code::InsufficientFunds => "Not enough money",
        Code::Conflict => "Not possible now",
        Code::LimitReached => "A limit was reached",
        Code::PlayBlocked => "A break is in force",
        Code::TooLarge => "The body is too large",
        Code::TooMany => "Too many requests",
        Code::Unavailable => "The service is not available",
        Code::Internal => "An error of ours",
    }
}

/// An empty JSON object: the body of a command that needs nothing said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// A JSON body of at most [`MAX_BODY_BYTES`], read strictly.
#[derive(Clone, Copy, Debug)]
pub struct StrictJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for StrictJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        parse(&body(request).await?).map(Self)
    }
}

/// Reads a body of at most [`MAX_BODY_BYTES`].
///
/// # Errors
/// 413 if it is larger, 400 if it broke off.
pub async fn body(request: Request) -> Result<Bytes, ApiError> {
    body_within(request, MAX_BODY_BYTES).await
}

/// The same with another bound.
///
/// # Errors
/// See [`body`].
pub async fn body_within(mut request: Request, max_bytes: usize) -> Result<Bytes, ApiError> {
    DefaultBodyLimit::max(max_bytes).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection: BytesRejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::new(Code::TooLarge, format!("The body may have at most {max_bytes} bytes."))
        } else {
            ApiError::new(Code::InvalidBody, "The body could not be read to its end.")
        }
    })
}

/// Refuses a body that does not say that it is JSON.
///
/// # Errors
/// 415 naming the header.
pub fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::new(Code::InvalidBody, "The body has to be application/json.")
        .field("content-type")
        .status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

/// Reads a JSON object strictly: the whole of it, with the member at fault named.
///
/// # Errors
/// 400 `invalid-body`.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // An array of the members' values would do for serde, and then a member could be left unnamed.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::new(Code::InvalidBody, "The body has to be a JSON object."));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let (detail, category) = (error.inner().to_string(), error.inner().classify());
        // Text that is no JSON has no member at fault, however far the parser came. An object in the place of
        // a name is told as if it were no JSON.
        let is_json = category == Category::Data || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        let field = if is_json { field(&path, &detail) } else { None };
        ApiError { field, ..ApiError::new(Code::InvalidBody, format!("The body can't be read: {detail}.")) }
    })?;
    reader.end().map_err(|_| ApiError::new(Code::InvalidBody, "There is more in the body after the JSON."))?;
    must_hold_no_nul(bytes)?;
    Ok(value)
}

/// Refuses a text with a NUL in it: a database server does not keep one, and would say so with an error of its own.
fn must_hold_no_nul(bytes: &[u8]) -> Result<(), ApiError> {
    const ESCAPED: &[u8] = br"\u0000";
    let may = bytes.windows(ESCAPED.len()).any(|part| part == ESCAPED);
    let read = || serde_json::from_slice(bytes).ok();
    let field = if may { read().and_then(|value| with_nul(&value, String::new())) } else { None };
    field.map_or(Ok(()), |field| Err(ApiError::invalid(field, NO_NUL)))
}

const NO_NUL: &str = "A text may have no NUL in it.";

/// Where in a body the first text with a NUL is.
fn with_nul(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(path),
        Value::Array(all) => all.iter().enumerate().find_map(|(index, one)| with_nul(one, format!("{path}[{index}]"))),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            with_nul(member, if path.is_empty() { name.clone() } else { format!("{path}.{name}") })
        }),
        _ => None,
    }
}

/// The member at fault: the path, and the member that serde names where the path ends at its object.
fn field(path: &str, message: &str) -> Option<String> {
    let named = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match (path.trim_start_matches('.'), named) {
        ("" | "?", None) => None,
        ("" | "?", Some(name)) => Some(name.to_owned()),
        (path, None) => Some(path.to_owned()),
        (path, Some(name)) if path == name || path.ends_with(&format!(".{name}")) => Some(path.to_owned()),
        (path, Some(name)) => Some(format!("{path}.{name}")),
    }
}

/// The query's parameters, read strictly: one that is there has a value.
#[derive(Clone, Copy, Debug)]
pub struct StrictQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        if let Some((name, _)) = form_urlencoded::parse(query.as_bytes()).find(|(_, value)| value.contains('\0')) {
            return Err(ApiError::invalid(name.into_owned(), NO_NUL));
        }
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let detail = error.inner().to_string();
            let field = field(&error.path().to_string(), &detail);
            ApiError { field, ..ApiError::new(Code::InvalidValue, format!("The query can't be read: {detail}.")) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::wallet::MoneyCommand;

    fn refused(body: &str) -> (Code, Option<String>) {
        let error = parse::<MoneyCommand>(body.as_bytes()).unwrap_err();
        (error.code, error.field)
    }

    #[test]
    fn the_member_at_fault_is_named() {
        let field = |name: &str| (Code::InvalidBody, Some(name.to_owned()));
        assert_eq!(refused(r#"{"amount_minor":1.5,"currency":"EUR"}"#), field("amount_minor"));
        assert_eq!(refused(r#"{"amount_minor":"1","currency":"EUR"}"#), field("amount_minor"));
        assert_eq!(refused(r#"{"amount_minor":100000000000000000000,"currency":"EUR"}"#), field("amount_minor"));
        assert_eq!(refused(r#"{"amount_minor":1,"currency":"XXX"}"#), field("currency"));
        assert_eq!(refused(r#"{"amount_minor":1,"currency":{}}"#), field("currency"));
        assert_eq!(refused(r#"{"amount_minor":{"a":[]},"currency":"EUR"}"#), field("amount_minor"));
        assert_eq!(refused(r#"{"amount_minor":1}"#), field("currency"));
        assert_eq!(refused(r#"{"amount_minor":1,"currency":"EUR","to":"me"}"#), field("to"));
        assert_eq!(refused(r#"{"amount_minor":1,"amount_minor":2,"currency":"EUR"}"#), field("amount_minor"));
    }

    #[test]
    fn a_nul_is_refused_where_it_stands_and_what_only_looks_like_one_is_not() {
        let found = |body: &str| parse::<Value>(body.as_bytes()).err().map(|error| (error.code, error.field));
        let at = |field: &str| Some((Code::InvalidValue, Some(field.to_owned())));
        assert_eq!(found(r#"{"note":"a\u0000"}"#), at("note"));
        assert_eq!(found(r#"{"of":[{"a":1},{"b":"\u0000"}]}"#), at("of[1].b"));
        assert_eq!(found(r#"{"note":"a\\u0000"}"#), None);
    }

    #[test]
    fn text_that_is_no_json_names_no_member() {
        for body in [
            "",
            "{",
            "nonsense",
            r#"{"amount_minor":1,"currency":"EUR"} {}"#,
            r#"[1,"EUR"]"#,
            " []",
            r#"{"amount_minor":1,"curr"#,
        ] {
            assert_eq!(refused(body), (Code::InvalidBody, None), "{body}");
        }
        assert_eq!(refused("[]").0, Code::InvalidBody);
        assert_eq!(refused("null").0, Code::InvalidBody);
    }

    #[test]
    fn every_kind_has_an_error_status() {
        for code in Code::ALL {
            let error = ApiError::new(*code, "");
            assert!(error.status.as_u16() >= 400, "{}", code.as_str());
            assert_eq!(error.problem().code(), Some(*code));
        }
    }
}
