//! What a vendor calls on us: `POST /vendor/v1/*`, see `contract::vendor`.
//!
//! **Architecture invariant:** a vendor's transaction id has one effect and one answer, for ever.
//! Launch tokens and the vendor's sessions belong to the live service; the wallet asks it through
//! [`VendorSessions`] and otherwise trusts only the signature.

mod answers;
mod bets;
mod http;
mod ids;
pub(super) mod moves;
mod overdue;
mod promos;
mod signature;
mod wagers;

pub use bets::Wager;
pub use http::openapi;
pub(super) use http::routes;
pub use overdue::{HEARD_FIRST_MS, OPEN_FOR_MS};
pub(super) use overdue::{give_back_overdue, is_any_overdue};
pub use signature::Vendor;

use contract::live::Game;
use contract::money::Currency;
use serde::{Deserialize, Serialize};
use std::future::Future;

/// The vendor's name in its signed calls.
pub const VENDOR_NAME: &str = "studio";

/// A vendor's session with a player at a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorSession {
    /// The session's id, as the vendor knows it.
    pub session: String,
    /// The player's id.
    pub player: String,
    /// The table that it was launched for.
    pub table: String,
    /// The currency of its stakes.
    pub currency: Currency,
    /// The game of that table.
    pub game: Game,
}

/// The live service can't tell now: the vendor has to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the live service is not available")]
pub struct SessionsUnavailable;

/// The live service, as the wallet sees it.
pub trait VendorSessions: Clone + Send + Sync + 'static {
    /// Exchanges a launch token for a new session; a token works once, and only in its time.
    fn redeem(&self, token: &str) -> impl Future<Output = Result<Option<VendorSession>, SessionsUnavailable>> + Send;

    /// The session of that id, and whether it has ended. Ended ones are kept: wins and rollbacks
    /// still come.
    fn session(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<(VendorSession, bool)>, SessionsUnavailable>> + Send;
}
