//! Who may do what: the extractor that guards a route, and the door that finds out who asks.

use super::store;
use crate::identity::Door;
use crate::identity::session::check_csrf;
use crate::problem::ApiError;
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use contract::operator::{Operator as Who, Role};
use contract::problem::Code;
use http::request::Parts;
use std::marker::PhantomData;

/// The least role that a route asks for.
pub trait Least: Send + Sync + 'static {
    /// It.
    const ROLE: Role;
}

macro_rules! roles {
    ($($(#[$meta:meta])* $name:ident)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Least for $name {
            const ROLE: Role = Role::$name;
        }
    )* };
}
roles! {
    /// Every operator.
    Developer
    /// Who may look at players.
    Viewer
    /// Support, and who may do more.
    Support
    /// Risk and admins.
    Risk
    /// Admins.
    Admin
}

/// An operator with at least the role `R`. As an extractor it refuses everybody else, and a
/// state-changing request without its CSRF token. Its route needs [`Door::operators`] before it.
#[derive(Clone, Debug)]
pub struct Operator<R> {
    /// Who.
    pub who: Who,
    least: PhantomData<R>,
}

/// What the door found out; in the request's extensions.
#[derive(Clone, Debug)]
pub(super) enum OnDuty {
    /// No operator.
    Nobody,
    /// An operator, and the token that a state-changing request has to carry.
    Operator { who: Who, csrf_token: String },
    /// Sessions can't be looked up now.
    Unknown,
}

/// Puts the door before routes.
pub(crate) fn door(door: Door, routes: Router) -> Router {
    routes.layer(axum::middleware::from_fn_with_state(door, guard))
}

/// The door of `/api/operator/`: finds out who asks, once for each request.
async fn guard(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let on_duty = match store::find_session(&door, request.headers()).await {
        Ok(Some((who, csrf_token))) => OnDuty::Operator { who, csrf_token },
        Ok(None) => OnDuty::Nobody,
        Err(error) => {
            tracing::warn!(%error, "an operator's session can't be looked up");
            OnDuty::Unknown
        }
    };
    request.extensions_mut().insert(on_duty);
    next.run(request).await
}

impl<S: Send + Sync, R: Least> FromRequestParts<S> for Operator<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let (who, csrf_token) = match parts.extensions.get::<OnDuty>() {
            Some(OnDuty::Operator { who, csrf_token }) => (who, csrf_token),
            Some(OnDuty::Nobody) => return Err(ApiError::new(Code::SignedOut, "Sign in as an operator first.")),
            Some(OnDuty::Unknown) => {
                return Err(ApiError::new(Code::Unavailable, "Sessions can't be checked right now."));
            }
            None => return Err(ApiError::internal(&"a route asks for an operator without the door before it")),
        };
        if who.role < R::ROLE {
            let detail = format!("This needs the role {}.", R::ROLE.as_str());
            return Err(ApiError::new(Code::Forbidden, detail).field("role"));
        }
        if !parts.method.is_safe() {
            check_csrf(parts, csrf_token)?;
        }
        Ok(Self { who: who.clone(), least: PhantomData })
    }
}
