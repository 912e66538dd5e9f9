//! A service that runs elsewhere, and how it is reached.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use contract::problem::{Code, Problem};
use http::header::CONTENT_TYPE;
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::addresses::Addresses;
use super::questions::Question;
use super::secret::{PEER, Purpose, Secret};
use crate::edge;
use crate::problem::ApiError;
use crate::service::Service;

/// How long a connection may take to be made: a machine that is gone answers nothing at all.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);
/// How long a connection that nobody uses is kept.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// How long a process may take to say that it lives.
const HEALTH_WITHIN: Duration = Duration::from_secs(1);
/// The longest answer to a question: a player's whole history is one.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Whether a request may reach the service twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It reads, or has one effect under its key: asked again when the answer was lost.
    Harmless,
    /// Asked again only where it was never received.
    Never,
}

/// Nobody answered. Whether a request that must not be repeated was received is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} can't be reached", .0.name())]
pub struct Unreachable(pub Service);

impl From<Unreachable> for ApiError {
    fn from(error: Unreachable) -> Self {
        let detail = format!("Another service is needed and does not answer: {}. Try again.", error.0.name());
        Self::new(Code::Unavailable, detail)
    }
}

/// A service that runs in other processes. A clone is another handle on the same connections.
#[derive(Clone)]
pub struct Peer(Arc<Inner>);

struct Inner {
    service: Service,
    addresses: Addresses,
    http: Client<HttpConnector, Body>,
    forward: HeaderValue,
    question: HeaderValue,
}

impl Peer {
    /// At these addresses.
    #[must_use]
    pub fn new(service: Service, addresses: Vec<http::uri::Authority>, secret: &Secret) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_WITHIN));
        // A question of a few bytes must not wait for more to fill a packet.
        connector.set_nodelay(true);
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_idle_timeout(IDLE_FOR).pool_timer(TokioTimer::new());
        Self(Arc::new(Inner {
            service,
            addresses: Addresses::new(addresses),
            http: client.build(connector),
            forward: secret.credential(Purpose::Forward),
            question: secret.credential(Purpose::Question),
        }))
    }

    /// Which service that is.
    #[must_use]
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// Sends a request as it is, for the purpose; the reply's body is not read yet.
    ///
    /// # Errors
    /// No address could be connected to, or the connection was lost before there was a reply.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        purpose: Purpose,
        repeat: Repeat,
    ) -> Result<Response, Unreachable> {
        let inner = &self.0;
        let (mut parts, body) = request.into_parts();
        let credential = if purpose == Purpose::Forward { &inner.forward } else { &inner.question };
        parts.headers.insert(PEER, credential.clone());
        let order = inner.addresses.in_turn();
        // One address more where it does no harm: the connection may have been one that was about to end.
        let again = order.first().filter(|_| repeat == Repeat::Harmless);
        for (number, address) in order.iter().chain(again).enumerate() {
            if number == order.len() && address.is_spared() {
                break;
            }
            let mut copy = Request::new(Body::from(body.clone()));
            *copy.method_mut() = parts.method.clone();
            *copy.headers_mut() = parts.headers.clone();
            *copy.uri_mut() = at(&address.authority, &parts.uri);
            match inner.http.request(copy).await {
                Ok(reply) => {
                    address.note(true);
                    return Ok(reply.map(Body::new));
                }
                Err(error) => {
                    let unconnected = error.is_connect();
                    if unconnected {
                        address.note(false);
                    }
                    tracing::debug!(service = inner.service.name(), address = %address.authority, %error, "no reply");
                    if !unconnected && repeat == Repeat::Never {
                        break;
                    }
                }
            }
        }
        metrics::counter!("peer_unreachable_total", "service" => inner.service.name()).increment(1);
        Err(Unreachable(inner.service))
    }

    /// Asks, and reads the answer.
    ///
    /// # Errors
    /// The refusal of the service, as it was; or nobody answered in time.
    pub(super) async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        question: &Question<Q, A>,
        content: &Q,
    ) -> Result<A, ApiError> {
        let answer = self.answer(question, content).await?;
        serde_json::from_slice(&answer).map_err(|error| self.strange(&error))
    }

    /// The same, with the answer as it came.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub(super) async fn answer<Q: Serialize, A>(
        &self,
        question: &Question<Q, A>,
        content: &Q,
    ) -> Result<Bytes, ApiError> {
        let body = serde_json::to_vec(content).map_err(|error| ApiError::internal(&error))?;
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static(question.path);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().extend(edge::current());
        let asked = async {
            let reply = self.send(request, Purpose::Question, question.repeat).await?;
            let (parts, body) = reply.into_parts();
            let lost = |_| Unreachable(self.0.service);
            Ok::<_, Unreachable>((parts.status, axum::body::to_bytes(body, MAX_ANSWER_BYTES).await.map_err(lost)?))
        };
        let late = |_| Unreachable(self.0.service);
        let (status, body) = tokio::time::timeout(question.within, asked).await.map_err(late)??;
        if status.is_success() {
            return Ok(body);
        }
        Err(self.refusal(status, &body))
    }

    /// What the service said instead of an answer.
    fn refusal(&self, status: StatusCode, body: &[u8]) -> ApiError {
        match serde_json::from_slice::<Problem>(body) {
            // Its log has the cause.
            Ok(problem) => {
                Self::said(problem).unwrap_or_else(|| self.strange(&format!("an unknown problem with status {status}")))
            }
            Err(error) => self.strange(&format!("status {status}: {error}")),
        }
    }

    /// The refusal that a problem tells of, if its kind is known here.
    pub(super) fn said(problem: Problem) -> Option<ApiError> {
        let (code, status) = (problem.code()?, StatusCode::from_u16(problem.status).ok()?);
        Some(ApiError { code, status, detail: problem.detail, field: problem.field })
    }

    pub(super) fn strange(&self, what: &dyn std::fmt::Display) -> ApiError {
        ApiError::internal(&format!("an answer of {} can't be read: {what}", self.0.service.name()))
    }

    /// Each address, and whether the process there lives.
    pub async fn states(&self) -> Vec<(String, bool)> {
        let lives = self.0.addresses.all().iter().map(async |address| {
            let mut request = Request::new(Body::empty());
            *request.uri_mut() = at(&address.authority, &Uri::from_static("/healthz"));
            let asked = tokio::time::timeout(HEALTH_WITHIN, self.0.http.request(request)).await;
            let lives = matches!(asked, Ok(Ok(reply)) if reply.status().is_success());
            (address.authority.to_string(), lives)
        });
        futures::future::join_all(lives).await
    }
}

/// The same path at an address.
fn at(authority: &http::uri::Authority, uri: &Uri) -> Uri {
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority.clone());
    parts.path_and_query = uri.path_and_query().cloned().or_else(|| Some(PathAndQuery::from_static("/")));
    // All three are there: it is a URI.
    Uri::from_parts(parts).unwrap_or_default()
}
