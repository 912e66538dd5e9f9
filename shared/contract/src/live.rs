//! The lobby: `/api/live/*`. What happens at a table comes over the vendor's feed ([`crate::feed`]).
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/live/tables` | – | [`Tables`] |
//! | `POST /api/live/launch` | [`LaunchRequest`] | 201 [`Launch`] |

use crate::money::Currency;

wire! {
    /// A game.
    pub enum Game {
        /// European roulette, one zero.
        Roulette = "roulette",
        /// Punto banco, eight decks.
        Baccarat = "baccarat",
    }
}

wire! {
    /// A table as the lobby shows it.
    pub struct Table {
        /// Short, stable: `roulette-1`.
        pub id: String,
        /// Which game.
        pub game: Game,
        /// The table's name; a proper name, not translated.
        pub name: String,
        /// Who deals.
        pub dealer: String,
        /// The smallest stake on a spot.
        pub min_minor: i64,
        /// The largest stake on a spot.
        pub max_minor: i64,
        /// The currency of stakes.
        pub currency: Currency,
        /// How many players sit there now.
        pub seated: u32,
        /// The vendor answers for this table.
        pub online: bool,
        /// The WebSocket of the vendor's feed. One socket serves all tables.
        pub feed_url: String,
        /// The HLS playlist of the table's video.
        pub video_url: String,
        /// A still picture, for browsers without HLS and for the lobby.
        pub still_url: String,
    }
}

wire! {
    /// The lobby.
    pub struct Tables {
        /// In the order to show. Kept from the last good answer while the vendor is down.
        pub tables: Vec<Table>,
        /// Since when the vendor has not answered, Unix milliseconds; none while it does.
        pub offline_since_ms: Option<i64>,
    }
}

wire! {
    /// A player wants to bet at the vendor's tables.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct LaunchRequest {
        /// Which table.
        pub table: String,
    }
}

wire! {
    /// The permission to bet: handed to the vendor over the feed, once.
    pub struct Launch {
        /// Single use, bound to player, table, game and currency.
        pub token: String,
        /// At most 60 s from now, Unix milliseconds.
        pub expires_at_ms: i64,
    }
}
