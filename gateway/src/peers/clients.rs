//! The other services, as a process sees them in which they do not run.

use contract::operator::Operator;
use contract::wallet::{Balance, Entry};
use futures::future::BoxFuture;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::Peer;
use super::questions::{
    self, BALANCE, BREAK_OF, CREDIT, Credited, ENDED_SINCE, FIND, Find, GRANT_OPENING, LATEST, Latest, ON_DUTY, Of,
    OfSession, REDEEM, RENEW, Redeem, Renew, Since,
};
use crate::faults::Switch;
use crate::identity::operator::SecretHash;
use crate::identity::{Book, EndedSince, Part, Purse};
use crate::problem::ApiError;
use crate::promotions::{NoCredit, Payouts};
use crate::wallet::CreditReward;
use crate::wallet::limits::Reached;
use crate::wallet::vendor::{SessionsUnavailable, VendorSession, VendorSessions};

/// Identity, elsewhere.
#[derive(Clone)]
pub struct IdentityPeer(pub Peer);

impl Book for IdentityPeer {
    fn renew(&self, player: Uuid, session: Uuid) -> BoxFuture<'_, Result<bool, ApiError>> {
        Box::pin(async move { self.0.ask(&RENEW, &Renew { player, session }).await })
    }

    fn ended_since(&self, since_ms: i64) -> BoxFuture<'_, Result<EndedSince, ApiError>> {
        Box::pin(async move { self.0.ask(&ENDED_SINCE, &Since { since_ms }).await })
    }

    fn on_duty(&self, secret_hash: SecretHash) -> BoxFuture<'_, Result<Option<Operator>, ApiError>> {
        Box::pin(async move { self.0.ask(&ON_DUTY, &OfSession { secret_hash }).await })
    }
}

/// The wallet, elsewhere.
#[derive(Clone)]
pub struct WalletPeer(pub Peer);

impl Purse for WalletPeer {
    fn grant_opening(&self, player: String) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { self.0.ask(&GRANT_OPENING, &Of { player }).await.map(|_| ()) })
    }

    fn balance(&self, player: String) -> BoxFuture<'_, Result<Balance, ApiError>> {
        Box::pin(async move { self.0.ask(&BALANCE, &Of { player }).await })
    }

    fn latest(&self, player: String, limit: u32) -> BoxFuture<'_, Result<Vec<Entry>, ApiError>> {
        Box::pin(async move { self.0.ask(&LATEST, &Latest { player, limit }).await })
    }
}

impl Payouts for WalletPeer {
    fn credit(&self, reward: CreditReward) -> BoxFuture<'_, Result<(), NoCredit>> {
        Box::pin(async move {
            match self.0.ask(&CREDIT, &reward).await.map_err(NoCredit::Later)? {
                Credited::Paid => Ok(()),
                Credited::Refused(refusal) => Err(match Peer::said(refusal) {
                    Some(refusal) => NoCredit::Never(refusal),
                    None => NoCredit::Later(self.0.strange(&"a refusal of an unknown kind")),
                }),
            }
        })
    }

    fn break_of(&self, player: String) -> BoxFuture<'_, Result<Option<Reached>, ApiError>> {
        Box::pin(async move { self.0.ask(&BREAK_OF, &Of { player }).await })
    }
}

/// The live service, elsewhere.
#[derive(Clone)]
pub struct LivePeer(pub Peer);

impl VendorSessions for LivePeer {
    async fn redeem(&self, token: &str) -> Result<Option<VendorSession>, SessionsUnavailable> {
        self.0.ask(&REDEEM, &Redeem { token: token.to_owned() }).await.map_err(|error| unavailable(&error))
    }

    async fn session(&self, id: &str) -> Result<Option<(VendorSession, bool)>, SessionsUnavailable> {
        self.0.ask(&FIND, &Find { session: id.to_owned() }).await.map_err(|error| unavailable(&error))
    }
}

fn unavailable(error: &ApiError) -> SessionsUnavailable {
    tracing::warn!(%error, "a vendor's session could not be asked for");
    SessionsUnavailable
}

/// What a service elsewhere holds on a player.
#[must_use]
pub fn personal(peer: Peer, switch: Switch) -> Part {
    let service = peer.service();
    Part::as_json(service.name(), switch, move |player| {
        let peer = peer.clone();
        Box::pin(async move {
            let part = peer.answer(&questions::personal(service), &Of { player }).await?;
            // It becomes part of a document.
            serde_json::from_slice::<IgnoredAny>(&part).map_err(|error| ApiError::internal(&error))?;
            String::from_utf8(part.into()).map_err(|error| ApiError::internal(&error))
        })
    })
}
