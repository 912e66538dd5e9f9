//! What the door does: finds out who asks, once for each request.

use super::door::Door;
use super::session::Caller;
use super::token::Token;
use crate::problem::ApiError;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::problem::Code;
use http::header::{CACHE_CONTROL, HOST, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};

pub(super) async fn guard(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    if !request.method().is_safe() && !is_same_origin(request.headers(), request.uri()) {
        return ApiError::new(Code::Forbidden, "A request that changes something has to come from our own page.")
            .field("origin")
            .into_response();
    }
    let (caller, cookie) = identify(&door, request.headers()).await;
    if let Caller::Player { session, .. } = &caller {
        request.extensions_mut().insert(door.0.ended.of(*session));
    }
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A handler that signs in or out has set its own.
    if let Some(cookie) = cookie.filter(|_| !headers.contains_key(SET_COOKIE)) {
        headers.insert(SET_COOKIE, cookie);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Who asks, and the cookie to set if theirs has to change.
async fn identify(door: &Door, headers: &HeaderMap) -> (Caller, Option<HeaderValue>) {
    let inner = &door.0;
    let Some(token) = Token::find(&inner.keys, headers) else { return (Caller::Visitor, None) };
    match inner.ended.has(inner.book.as_ref(), token.session).await {
        Ok(false) => {}
        // The cookie stays: by the time this answer arrives the browser may have that of another session.
        Ok(true) => return (Caller::Visitor, None),
        Err(error) => {
            tracing::warn!(%error, "what sessions have ended is not known");
            return (Caller::Unknown, None);
        }
    }
    let now_ms = inner.clock.now_ms();
    let player = |token: Token| Caller::Player {
        signed_in: token.signed_in(),
        session: token.session,
        csrf_token: token.csrf_token(&inner.keys),
    };
    if !token.is_old(now_ms) {
        return (player(token), None);
    }
    match inner.book.renew(token.player, token.session).await {
        Ok(true) => {
            let renewed = Token::issue(token.player, token.session, now_ms);
            (player(renewed), Some(inner.cookies.set(&renewed, &inner.keys)))
        }
        Ok(false) => (Caller::Visitor, Some(inner.cookies.clear())),
        Err(error) => {
            tracing::warn!(%error, "a session could not be renewed");
            (if token.is_expired(now_ms) { Caller::Unknown } else { player(token) }, None)
        }
    }
}

/// Browsers send `Origin` with every state-changing request. Where it is absent the browser's own
/// judgement counts, and nothing else.
pub(crate) fn is_same_origin(headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.authority().map(|a| a.as_str()));
    let origin_host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    matches!((origin_host, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}
