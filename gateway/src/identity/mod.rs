//! Players, their passwords and their sessions.
//!
//! A session is a signed cookie that anybody who holds the key can verify without asking: it names
//! the player and lives for minutes. [`Identity::guard`] verifies it, renews it from the database
//! when it grows old, and refuses state-changing requests from other sites; handlers then take
//! [`SignedIn`] or [`MaybeSignedIn`].
//!
//! **Architecture invariant:** a password is never kept, logged or compared as text, and no reply
//! tells whether an address has an account, except the one to its sign-up.

mod attempts;
mod checks;
mod error;
mod guard;
mod http;
mod keys;
mod password;
mod players;
mod session;
mod token;

pub use error::IdentityError;
pub use http::openapi;
pub use session::{Caller, MaybeSignedIn, SignedIn};

use crate::clock::Clock;
use crate::store::{Database, Storage};
use crate::wallet::Wallet;
use attempts::Attempts;
use axum::Router;
use keys::Keys;
use password::Passwords;
use std::path::Path;
use std::sync::Arc;
use token::Cookies;

/// The identity service. A clone is another handle on the same players.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    database: Database,
    wallet: Wallet,
    clock: Clock,
    keys: Keys,
    cookies: Cookies,
    passwords: Passwords,
    attempts: Attempts,
}

impl Identity {
    /// Opens the players, and the signing key in its file, or makes them. `https` says that players
    /// come over nothing else.
    ///
    /// # Errors
    /// A file can't be opened or made.
    pub fn open(
        storage: &Storage,
        key: &Path,
        wallet: Wallet,
        clock: Clock,
        https: bool,
    ) -> Result<Self, IdentityError> {
        Ok(Self(Arc::new(Inner {
            database: storage.open("identity", players::MIGRATIONS)?,
            wallet,
            clock,
            keys: Keys::open(key)?,
            cookies: Cookies { secure: https },
            passwords: Passwords::new()?,
            attempts: Attempts::default(),
        })))
    }

    /// For whoever relays the outbox.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The routes under `/api/identity/`. They need [`Identity::guard`] before them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }

    /// Puts the guard before all routes of `/api/`: it finds out who asks, renews an old cookie,
    /// and refuses state-changing requests that come from another site.
    pub fn guard(&self, routes: Router) -> Router {
        routes.layer(axum::middleware::from_fn_with_state(self.clone(), guard::guard))
    }
}
