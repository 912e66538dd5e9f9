//! The door of `/api/`: what a process needs to find out who asks, whether or not it runs identity.
//!
//! The cookie is verified here, by the key that all processes share; nobody's word is taken for it. Only
//! what the cookie can't say is asked of identity, through [`Book`]: whether an old session can be
//! renewed, and which have ended. An operator's cookie says nothing by itself: whose it is, is asked for
//! each request, by a hash that is no cookie.

use super::ended::{self, Ended, EndedSince};
use super::guard;
use super::keys::Keys;
use super::operator;
use super::token::Cookies;
use super::{IdentityError, sessions};
use crate::clock::Clock;
use crate::problem::ApiError;
use crate::store::Database;
use axum::Router;
use contract::operator::Operator;
use futures::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// What is written down of sessions, as a door sees it.
pub trait Book: Send + Sync {
    /// Whether a player's session can be renewed; if so, it counts as seen.
    fn renew(&self, player: Uuid, session: Uuid) -> BoxFuture<'_, Result<bool, ApiError>>;

    /// The sessions that count as ended from after a time on, Unix milliseconds.
    fn ended_since(&self, since_ms: i64) -> BoxFuture<'_, Result<EndedSince, ApiError>>;

    /// The operator whose session has a secret of this hash, if it is under way.
    fn on_duty(&self, session: operator::SecretHash) -> BoxFuture<'_, Result<Option<Operator>, ApiError>>;
}

/// Finds out who asks. A clone is another handle on the same knowledge.
#[derive(Clone)]
pub struct Door(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) keys: Arc<Keys>,
    pub(super) cookies: Cookies,
    pub(super) clock: Clock,
    pub(super) ended: Ended,
    pub(super) book: Arc<dyn Book>,
}

impl Door {
    /// Of a process that does not run identity.
    ///
    /// # Errors
    /// The signing key can't be read or made.
    pub fn away(key: &Path, https: bool, clock: Clock, book: Arc<dyn Book>) -> Result<Self, IdentityError> {
        let (keys, cookies) = (Arc::new(Keys::open(key)?), Cookies { secure: https });
        Ok(Self(Arc::new(Inner { keys, cookies, ended: Ended::new(clock.clone()), clock, book })))
    }

    /// Puts the guard before all routes of `/api/`: it finds out who asks, renews an old cookie,
    /// and refuses state-changing requests that come from another site.
    pub fn guard(&self, routes: Router) -> Router {
        routes.layer(axum::middleware::from_fn_with_state(self.clone(), guard::guard))
    }

    /// Puts the operators' door before routes under `/api/operator/`: it finds out which operator asks. They
    /// need [`Self::guard`] before them as well.
    pub fn operators(&self, routes: Router) -> Router {
        operator::door(self.clone(), routes)
    }

    /// Hears of sessions that end in other processes, for as long as it runs.
    pub async fn keep_up(self) {
        self.0.ended.keep_up(self.0.book.as_ref()).await;
    }
}

/// Identity's own.
#[derive(Clone)]
pub(super) struct OwnBook {
    pub(super) database: Database,
    pub(super) clock: Clock,
}

impl Book for OwnBook {
    fn renew(&self, player: Uuid, session: Uuid) -> BoxFuture<'_, Result<bool, ApiError>> {
        Box::pin(async move {
            let now_ms = self.clock.now_ms();
            let live = sessions::is_live(&self.database, player, session, now_ms).await?;
            if live {
                note_seen(&self.database, session, now_ms);
            }
            Ok(live)
        })
    }

    fn ended_since(&self, since_ms: i64) -> BoxFuture<'_, Result<EndedSince, ApiError>> {
        Box::pin(async move { Ok(ended::since(&self.database, since_ms, self.clock.now_ms()).await?) })
    }

    fn on_duty(&self, session: operator::SecretHash) -> BoxFuture<'_, Result<Option<Operator>, ApiError>> {
        Box::pin(async move { Ok(operator::on_duty(&self.database, session, self.clock.now_ms()).await?) })
    }
}

/// Beside the answer: whoever only reads must not wait for the disk, nor fail because it is full.
fn note_seen(database: &Database, session: Uuid, now_ms: i64) {
    let database = database.clone();
    tokio::spawn(async move {
        if let Err(error) = database.write(move |tx| sessions::seen(tx, session, now_ms)).await {
            tracing::debug!(%error, "when a session was last seen is not noted");
        }
    });
}
