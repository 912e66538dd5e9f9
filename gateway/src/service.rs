//! Which services there are. Each may run as a process of its own, and be switched on its own.

use serde::{Deserialize, Serialize};

/// A part of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Players and sessions.
    Identity,
    /// Money, for players and for vendors.
    Wallet,
    /// Offers.
    Promotions,
    /// The lobby.
    Live,
    /// The event stream.
    Events,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Wallet, Self::Promotions, Self::Live, Self::Events];

    /// Its name: on the command line, in messages, and of its database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Wallet => "wallet",
            Self::Promotions => "promotions",
            Self::Live => "live",
            Self::Events => "events",
        }
    }

    /// The service of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}
