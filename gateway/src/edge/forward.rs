//! The way from the public port to a service that runs in another process.
//!
//! The service finds out by itself who asks, as it does within one process: cookie, CSRF token and `Origin`
//! against `Host` arrive as they were sent. What a client may not say is dropped here: hop-by-hop headers,
//! where the request comes from, and the credential of our own processes.
//!
//! A request's body is small by contract and is read first, so that a slow client holds this process and no
//! other, and the request can go to another address. A reply is passed on as it comes, event streams too.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use contract::problem::Code;
use futures::StreamExt;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, FORWARDED, HOST, HeaderName, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use tokio::sync::watch;
use tower_http::timeout::TimeoutBody;

use crate::identity;
use crate::peers::{PEER, Peer, Purpose, Repeat};
use crate::problem::{self, ApiError};
use crate::service::Service;

/// Whose request it is, for the service; the edge's word, which comes with its credential.
pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// A reply that says nothing for so long has lost its service. An event stream beats much sooner.
const SILENT_FOR: Duration = Duration::from_secs(30);

/// Of one connection only.
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// What only the edge itself may say, or has dealt with.
const OURS: [HeaderName; 8] = [
    PEER,
    FORWARDED_FOR,
    FORWARDED,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    EXPECT,
    CONTENT_LENGTH,
];

/// The paths of a service's public routes. What operators decide about withdrawals is the wallet's, beside the
/// rest of theirs.
const fn paths(service: Service) -> &'static [&'static str] {
    match service {
        Service::Identity => {
            &["/api/identity/{*rest}", "/api/account", "/api/account/{*rest}", "/api/operator/{*rest}"]
        }
        Service::Wallet => &[
            "/api/wallet/{*rest}",
            "/api/limits",
            "/api/limits/{*rest}",
            "/api/operator/withdrawals",
            "/api/operator/withdrawals/{*rest}",
            "/api/operator/players/{id}/withdrawals/{*rest}",
            "/vendor/v1/{*rest}",
        ],
        Service::Promotions => &["/api/promotions/{*rest}"],
        Service::Live => &["/api/live/{*rest}"],
        Service::Events => &["/api/events"],
    }
}

#[derive(Clone)]
struct Way {
    peer: Peer,
    trusted_proxies: Arc<[IpNet]>,
    stopping: watch::Receiver<bool>,
}

/// Passes a service's paths on to where it runs. Proxies that are trusted are believed when they say where a
/// request comes from. Event streams end when the process stops, so that they do not hold it up.
pub fn forward(peer: Peer, trusted_proxies: &[IpNet], stopping: watch::Receiver<bool>) -> Router {
    let paths = paths(peer.service());
    let way = Way { peer, trusted_proxies: trusted_proxies.into(), stopping };
    paths.iter().fold(Router::new(), |routes, path| routes.route(path, any(pass_on))).with_state(way)
}

async fn pass_on(State(way): State<Way>, request: Request) -> Response {
    match try_to_pass_on(&way, request).await {
        Ok(reply) => reply,
        Err(error) => error.into_response(),
    }
}

async fn try_to_pass_on(way: &Way, request: Request) -> Result<Response, ApiError> {
    let source = source(&request, &way.trusted_proxies);
    let host = request.uri().authority().and_then(|authority| HeaderValue::try_from(authority.as_str()).ok());
    let (method, uri, mut headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let body = problem::body(request).await?;
    drop_hop_by_hop(&mut headers);
    for name in &OURS {
        headers.remove(name);
    }
    if let Some(host) = host {
        headers.entry(HOST).or_insert(host);
    }
    if let Some(source) = source.and_then(|source| HeaderValue::try_from(source.to_string()).ok()) {
        headers.insert(FORWARDED_FOR, source);
    }
    let repeat = if method.is_safe() { Repeat::Harmless } else { Repeat::Never };
    let mut passed = http::Request::new(body);
    *passed.method_mut() = method;
    *passed.uri_mut() = uri;
    *passed.headers_mut() = headers;
    let reply = way.peer.send(passed, Purpose::Forward, repeat).await.map_err(|_| {
        let detail = "This service does not answer right now; the others do. Repeat it with the same idempotency key.";
        ApiError::new(Code::Unavailable, detail)
    })?;
    let (mut parts, body) = reply.into_parts();
    drop_hop_by_hop(&mut parts.headers);
    let mut body = Body::new(TimeoutBody::new(SILENT_FOR, body));
    if parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
        let mut stopping = way.stopping.clone();
        let stopped = async move { stopping.wait_for(|stopping| *stopping).await.is_ok() };
        body = Body::from_stream(body.into_data_stream().take_until(Box::pin(stopped)));
    }
    Ok(Response::from_parts(parts, body))
}

/// Where the request comes from.
fn source(request: &Request, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(identity::behind(peer, request.headers(), trusted_proxies))
}

/// The usual ones, and those that `Connection` names.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_one_connection_goes_no_further() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "keep-alive, x-secret-hop"),
            ("x-secret-hop", "1"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("cookie", "a=b"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        drop_hop_by_hop(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["cookie"]);
    }

    /// Whoever adds an endpoint under a new path learns here that the edge has to know it.
    #[tokio::test]
    async fn every_path_of_the_api_leads_to_one_service() {
        let mut routes = Router::new();
        for service in Service::ALL {
            for path in paths(service) {
                // A path of two services does not get past this.
                routes = routes.route(path, any(async move || service.name()));
            }
        }
        let document = crate::openapi::document();
        assert!(document.paths.paths.len() > 30);
        // The registry's are answered by the edge itself.
        let own = [
            "/api/registry/",
            "/api/releases",
            "/api/inspect/",
            "/api/telemetry",
            "/api/operator/releases",
            "/api/operator/inspect",
        ];
        let is_passed_on = |path: &&String| !own.iter().any(|own| path.starts_with(own));
        for path in document.paths.paths.keys().filter(is_passed_on) {
            assert_eq!(led(&routes, path).await.0, 200, "{path} leads nowhere: add it to `paths`");
        }
        for (path, to) in [
            ("/api/operator/withdrawals", "wallet"),
            ("/api/operator/withdrawals/w/release", "wallet"),
            ("/api/operator/players/p/withdrawals/lock", "wallet"),
            ("/api/operator/players/p", "identity"),
            ("/api/operator/players/p/lock", "identity"),
            ("/api/operator/log", "identity"),
        ] {
            assert_eq!(led(&routes, path).await.1, to, "{path}");
        }
    }

    /// The status, and who answers.
    async fn led(routes: &Router, path: &str) -> (u16, String) {
        let request = http::Request::get(path.replace(['{', '}'], "")).body(Body::empty()).unwrap();
        let reply = tower::ServiceExt::oneshot(routes.clone(), request).await.unwrap();
        let status = reply.status().as_u16();
        let body = axum::body::to_bytes(reply.into_body(), 100).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}
