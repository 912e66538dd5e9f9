//! Every question that a service can put to another over the network: its path, what is asked and answered,
//! how long that may take, and whether it may be asked again. Both ends are made from these.

use std::marker::PhantomData;
use std::time::Duration;

use contract::operator::Operator;
use contract::problem::Problem;
use contract::wallet::{Balance, Entry};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::peer::Repeat;
use crate::identity::EndedSince;
use crate::identity::operator::SecretHash;
use crate::problem::Empty;
use crate::service::Service;
use crate::wallet::CreditReward;
use crate::wallet::limits::Reached;
use crate::wallet::vendor::VendorSession;

/// Who asks has a player who waits.
const SOON: Duration = Duration::from_secs(3);
/// A player's whole history; still within the time that the edge gives a reply.
const LATER: Duration = Duration::from_secs(8);

/// A question of type `Q` with an answer of type `A`.
pub(super) struct Question<Q, A> {
    pub(super) path: &'static str,
    pub(super) within: Duration,
    pub(super) repeat: Repeat,
    types: PhantomData<fn(Q) -> A>,
}

impl<Q, A> Question<Q, A> {
    const fn new(path: &'static str, within: Duration, repeat: Repeat) -> Self {
        Self { path, within, repeat, types: PhantomData }
    }
}

/// Whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    pub(super) player: String,
}

/// The newest lines of somebody's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Latest {
    pub(super) player: String,
    pub(super) limit: u32,
}

/// A launch token.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redeem {
    pub(super) token: String,
}

/// A vendor's session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Find {
    pub(super) session: String,
}

/// A player's session that is to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Renew {
    pub(super) player: Uuid,
    pub(super) session: Uuid,
}

/// A time, Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    pub(super) since_ms: i64,
}

/// An operator's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfSession {
    pub(super) secret_hash: SecretHash,
}

/// What came of a reward. A refusal for good is an answer: whatever else goes wrong between two processes
/// must not be taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Credited {
    Paid,
    Refused(Problem),
}

pub(super) const RENEW: Question<Renew, bool> = Question::new("/internal/identity/renew", SOON, Repeat::Harmless);
pub(super) const ENDED_SINCE: Question<Since, EndedSince> =
    Question::new("/internal/identity/ended-since", SOON, Repeat::Harmless);
pub(super) const ON_DUTY: Question<OfSession, Option<Operator>> =
    Question::new("/internal/identity/on-duty", SOON, Repeat::Harmless);

pub(super) const GRANT_OPENING: Question<Of, Empty> =
    Question::new("/internal/wallet/grant-opening", SOON, Repeat::Harmless);
pub(super) const BALANCE: Question<Of, Balance> = Question::new("/internal/wallet/balance", SOON, Repeat::Harmless);
pub(super) const LATEST: Question<Latest, Vec<Entry>> =
    Question::new("/internal/wallet/latest", SOON, Repeat::Harmless);
/// Once under its key.
pub(super) const CREDIT: Question<CreditReward, Credited> =
    Question::new("/internal/wallet/credit", SOON, Repeat::Harmless);
pub(super) const BREAK_OF: Question<Of, Option<Reached>> =
    Question::new("/internal/wallet/break-of", SOON, Repeat::Harmless);

/// A token works once: asked again, it would be refused although it was good.
pub(super) const REDEEM: Question<Redeem, Option<VendorSession>> =
    Question::new("/internal/live/redeem", SOON, Repeat::Never);
pub(super) const FIND: Question<Find, Option<(VendorSession, bool)>> =
    Question::new("/internal/live/session", SOON, Repeat::Harmless);

/// What a service holds on a player, as JSON of its own that nobody else reads. One process may run several
/// services, so that each has a path of its own.
pub(super) const fn personal(service: Service) -> Question<Of, IgnoredAny> {
    let path = match service {
        Service::Identity => "/internal/identity/personal",
        Service::Wallet => "/internal/wallet/personal",
        Service::Promotions => "/internal/promotions/personal",
        Service::Live => "/internal/live/personal",
        Service::Events => "/internal/events/personal",
    };
    Question::new(path, LATER, Repeat::Harmless)
}
