//! Who asks: what [`super::guard`] found out about a request, and the extractors that hand it to
//! a handler.

use crate::problem::ApiError;
use axum::extract::FromRequestParts;
use contract::CSRF_TOKEN;
use contract::problem::Code;
use http::request::Parts;
use uuid::Uuid;

/// A signed-in player. As an extractor of a handler it refuses everybody else, and a
/// state-changing request without its CSRF token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The player's id, a UUID.
    pub player: String,
    /// The session's id, a UUID.
    pub session: String,
}

/// A player or a visitor. As an extractor it refuses nobody but a state-changing request of a
/// player without its CSRF token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaybeSignedIn(pub Option<SignedIn>);

/// What the guard found out; in the request's extensions.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody is signed in.
    Visitor,
    /// A player, and the token that a state-changing request has to carry.
    Player {
        /// Who.
        signed_in: SignedIn,
        /// The session, as [`super::SessionEnd`] knows it.
        session: Uuid,
        /// The token.
        csrf_token: String,
    },
    /// The session has to be looked up, and can't be now.
    Unknown,
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeSignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Visitor) => Ok(Self(None)),
            Some(Caller::Player { signed_in, csrf_token, .. }) => {
                if !parts.method.is_safe() {
                    check_csrf(parts, csrf_token)?;
                }
                Ok(Self(Some(signed_in.clone())))
            }
            Some(Caller::Unknown) => Err(ApiError::new(Code::Unavailable, "Sessions can't be checked right now.")),
            None => Err(ApiError::internal(&"a route asks for the player without the identity guard before it")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let MaybeSignedIn(signed_in) = <MaybeSignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        signed_in.ok_or_else(|| ApiError::new(Code::SignedOut, "Sign in first."))
    }
}

pub(super) fn check_csrf(parts: &Parts, expected: &str) -> Result<(), ApiError> {
    let given = parts.headers.get(CSRF_TOKEN).map(http::HeaderValue::as_bytes);
    // The token is an HMAC that the page may know; only other sites must not, and those can't
    // measure the comparison. It takes the same time anyway.
    if given.is_some_and(|given| super::token::equal(given, expected.as_bytes())) {
        return Ok(());
    }
    Err(ApiError::new(Code::Forbidden, "The CSRF token is missing or belongs to another session.").field(CSRF_TOKEN))
}
