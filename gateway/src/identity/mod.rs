//! Players, their passwords and their sessions; and the operators who look after them.
//!
//! A session is a signed cookie that anybody who holds the key can verify without asking: it names
//! the player and lives for minutes. A [`Door`] verifies it, renews it from the database
//! when it grows old, and refuses state-changing requests from other sites; handlers then take
//! [`SignedIn`] or [`MaybeSignedIn`]. A session that is ended counts as ended from the next request,
//! and [`SessionEnd`] tells whoever holds a connection open for it.
//!
//! **Architecture invariant:** a password is never kept, logged or compared as text, and no reply
//! tells whether an address has an account, except the one to its sign-up. No network address is
//! kept. No player is an operator.

mod account;
mod attempts;
pub mod changes;
mod checks;
mod device;
mod door;
mod ended;
mod error;
mod guard;
mod http;
mod keys;
mod known;
pub mod operator;
mod password;
mod players;
mod purse;
mod session;
mod sessions;
mod source;
mod token;

pub use account::Part;
pub use door::{Book, Door};
pub use ended::{EndedSince, SessionEnd};
pub use error::IdentityError;
pub(crate) use guard::is_same_origin;
pub use operator::NAME as OPERATOR_COOKIE;
pub use purse::Purse;
pub use session::{Caller, MaybeSignedIn, SignedIn};
pub use sessions::{ALL_ENDED, AllEnded};
pub use source::{behind, network};
pub use token::NAME as PLAYER_COOKIE;

use crate::clock::Clock;
use crate::events::Subscription;
use crate::problem::ApiError;
use crate::store::{Database, Storage};
use ::http::header::SET_COOKIE;
use account::Exports;
use attempts::Subject;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use contract::identity::{Player, Session};
use contract::problem::Code;
use door::OwnBook;
use ended::Ended;
use ipnet::IpNet;
use keys::Keys;
use password::Passwords;
use source::Source;
use std::path::Path;
use std::sync::Arc;
use token::{Cookies, Token};

/// The identity service. A clone is another handle on the same players.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    database: Database,
    wallet: Arc<dyn Purse>,
    clock: Clock,
    keys: Arc<Keys>,
    cookies: Cookies,
    passwords: Passwords,
    trusted_proxies: Vec<IpNet>,
    ended: Ended,
    exports: Exports,
}

/// How requests reach us.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Players come over nothing but HTTPS.
    pub https: bool,
    /// Proxies of ours, which are believed when they say where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
}

/// The description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi().merge_from(account::openapi()).merge_from(operator::openapi())
}

impl Identity {
    /// Opens the players, and the signing key in its file, or makes them.
    ///
    /// # Errors
    /// A file can't be opened or made.
    pub fn open(
        storage: &Storage,
        key: &Path,
        wallet: impl Purse + 'static,
        clock: Clock,
        front: Front,
    ) -> Result<Self, IdentityError> {
        Ok(Self(Arc::new(Inner {
            database: storage.open("identity", players::MIGRATIONS)?,
            wallet: Arc::new(wallet),
            ended: Ended::new(clock.clone()),
            clock,
            keys: Arc::new(Keys::open(key)?),
            cookies: Cookies { secure: front.https },
            passwords: Passwords::new()?,
            trusted_proxies: front.trusted_proxies,
            exports: Exports::new(),
        })))
    }

    /// For whoever relays the outbox.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The routes under `/api/identity/`, `/api/account/` and `/api/operator/`. They need
    /// [`Door::guard`] before them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone()).merge(account::routes(self.clone())).merge(operator::routes(self.clone()))
    }

    /// The route under which a player gets everything that is held on them: here, and by `others`.
    /// It needs [`Door::guard`] before it.
    pub fn export_routes(&self, others: Vec<Part>) -> Router {
        account::export_routes(self.clone(), others)
    }

    /// Writes down what the wallet tells that operators did, for as long as it runs.
    pub async fn follow(self, wallet: Subscription) {
        operator::follow(self, wallet).await;
    }

    /// The door of the process that runs identity.
    #[must_use]
    pub fn door(&self) -> Door {
        let inner = &self.0;
        let (keys, clock, ended) = (Arc::clone(&inner.keys), inner.clock.clone(), inner.ended.clone());
        Door(Arc::new(door::Inner { keys, cookies: inner.cookies, clock, ended, book: Arc::new(self.book()) }))
    }

    /// What is written down of sessions, for the doors of other processes.
    #[must_use]
    pub fn book(&self) -> impl Book + Clone + use<> {
        OwnBook { database: self.0.database.clone(), clock: self.0.clock.clone() }
    }

    /// Counts an attempt at a password as failed, until it is taken back: by [`attempts::succeeded`], or here where
    /// the password could not be looked at, which is nobody's fault who has to wait for it.
    async fn attempt<T>(
        &self,
        subjects: &[Subject],
        look: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let (now_ms, counted) = (self.0.clock.now_ms(), subjects.to_vec());
        if !self.0.database.write(move |tx| attempts::begin(tx, &counted, now_ms)).await? {
            return Err(ApiError::new(Code::TooMany, "Too many wrong passwords; wait a quarter of an hour."));
        }
        let looked = look.await;
        if looked.is_err() {
            let counted = subjects.to_vec();
            if let Err(error) = self.0.database.write(move |tx| attempts::never_was(tx, &counted)).await {
                tracing::warn!(%error, "an attempt that was none stays counted");
            }
        }
        looked
    }

    /// Counts a new player, unless too many have come from that place.
    ///
    /// # Errors
    /// They have, or the database.
    async fn admit(&self, source: Source) -> Result<(), ApiError> {
        let Some(place) = Subject::of_new_player(&self.0.keys, source) else { return Ok(()) };
        let now_ms = self.0.clock.now_ms();
        if self.0.database.write(move |tx| attempts::begin(tx, std::slice::from_ref(&place), now_ms)).await? {
            return Ok(());
        }
        Err(ApiError::new(Code::TooMany, "Too many new players from this place; wait a quarter of an hour."))
    }

    /// The answer that gives a browser its new session.
    fn signed_in(&self, player: Option<Player>, token: &Token) -> Response {
        let session = Session { player, csrf_token: Some(token.csrf_token(&self.0.keys)) };
        ([(SET_COOKIE, self.0.cookies.set(token, &self.0.keys))], Json(session)).into_response()
    }
}
