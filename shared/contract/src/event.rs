//! The bus: topics and their payloads.
//!
//! Some topics come from the server (over the shell's one SSE connection), some from the shell,
//! some from fragments. A retained topic gives its last payload to a late subscriber at once.

use crate::feed::{Outcome, Phase};
use crate::identity::Player;
use crate::wire::Wire;

/// A topic with its payload's type: `WalletBalance::NAME` and `WalletBalance::Payload` can't be
/// mixed up at a call.
pub trait Topic {
    /// On the wire.
    const NAME: &'static str;
    /// What is published.
    type Payload: Wire;
    /// Whether the last payload is kept for late subscribers.
    const RETAINED: bool;
    /// Whether the server publishes it over SSE.
    const FROM_SERVER: bool;
}

macro_rules! topics {
    ($($(#[$meta:meta])* $name:ident = $text:literal: $payload:ty, retained $retained:literal, server $server:literal;)*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Topic for $name {
                const NAME: &'static str = $text;
                type Payload = $payload;
                const RETAINED: bool = $retained;
                const FROM_SERVER: bool = $server;
            }
        )*

        /// What the shell needs to know of a topic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct TopicInfo {
            /// On the wire.
            pub name: &'static str,
            /// Whether the last payload is kept for late subscribers.
            pub retained: bool,
            /// Whether the server publishes it over SSE.
            pub from_server: bool,
        }

        /// Every topic of this version.
        pub const TOPICS: &[TopicInfo] = &[
            $(TopicInfo { name: $text, retained: $retained, from_server: $server }),*
        ];

        /// What the payload of a topic looks like; none of a name that is no topic.
        #[cfg(not(target_arch = "wasm32"))]
        #[must_use]
        pub fn payload_schema(topic: &str) -> Option<crate::schema::Schema> {
            match topic {
                $($text => Some(<$payload as crate::schema::Describe>::schema()),)*
                _ => None,
            }
        }
    };
}

topics! {
    /// Who is signed in. The shell publishes it after every change.
    SessionChanged = "session.changed": SessionState, retained true, server false;
    /// A fragment asks the shell to look at the session again, after sign-in or sign-out.
    SessionStale = "session.stale": Nothing, retained false, server false;
    /// A fragment needs a signed-in player; the wallet offers to sign in and takes the focus.
    SignInWanted = "session.sign-in-wanted": Nothing, retained false, server false;
    /// Whether requests and server events get through.
    Connection = "shell.connection": ConnectionState, retained true, server false;
    /// The player's balance, after each change.
    WalletBalance = "wallet.balance": crate::wallet::Balance, retained true, server true;
    /// A new line of the player's history.
    WalletEntry = "wallet.entry": crate::wallet::Entry, retained false, server true;
    /// The clock and net position of the player's gaming session: after each stake and settlement,
    /// and when a reality check falls due or is acknowledged.
    PlayerSession = "player.session": crate::play::GamingSession, retained true, server true;
    /// Bets, deposits and promotions are blocked for the player, or no longer.
    PlayerBlock = "player.block": crate::play::PlayBlock, retained true, server true;
    /// A bet of the player's was refused by a limit, a reality check or a break.
    PlayerLimitReached = "player.limit-reached": crate::play::Reached, retained false, server true;
    /// The player's limits or breaks changed.
    PlayerLimits = "player.limits": crate::limits::LimitsChanged, retained false, server true;
    /// An offer changed for the player.
    PromotionsOffer = "promotions.offer": OfferChanged, retained false, server true;
    /// A reward was credited.
    PromotionsCredited = "promotions.credited": Credited, retained false, server true;
    /// The lobby changed: a table or the vendor came or went.
    LiveTables = "live.tables": crate::live::Tables, retained true, server true;
    /// A table's round moved on; published by the fragment that shows it.
    LiveRound = "live.round": LiveRoundState, retained false, server false;
}

wire! {
    /// No content.
    pub struct Nothing {}
}

wire! {
    /// See [`SessionChanged`].
    pub struct SessionState {
        /// Absent for a visitor.
        pub player: Option<Player>,
    }
}

wire! {
    /// See [`Connection`].
    pub struct ConnectionState {
        /// False while the event stream is down.
        pub online: bool,
    }
}

wire! {
    /// See [`PromotionsOffer`]. The text of the offer is in the player's language only when it is
    /// asked for, so this says what to ask for.
    pub struct OfferChanged {
        /// Which offer.
        pub offer: String,
        /// The new state.
        pub state: crate::promotions::OfferState,
        /// The new progress.
        pub progress: crate::promotions::Progress,
        /// What will be, or was, credited.
        pub reward_minor: i64,
        /// Rises with each change; a lower one is older.
        pub version: u64,
    }
}

wire! {
    /// See [`PromotionsCredited`].
    pub struct Credited {
        /// Which offer.
        pub offer: String,
        /// How much.
        pub amount_minor: i64,
        /// In which currency.
        pub currency: crate::money::Currency,
    }
}

wire! {
    /// See [`LiveRound`].
    pub struct LiveRoundState {
        /// Which table.
        pub table: String,
        /// Which round.
        pub round: String,
        /// Its phase.
        pub phase: Phase,
        /// How it ended, once it has.
        pub outcome: Option<Outcome>,
    }
}
