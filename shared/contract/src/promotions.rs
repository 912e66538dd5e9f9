//! Offers: `/api/promotions/*`.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/promotions/offers` | – | [`Offers`], in the language of `accept-language` |
//! | `POST /api/promotions/offers/{id}/opt-in` | [`OptIn`], idempotency key | [`Offer`] |
//! | `POST /api/promotions/offers/{id}/claim` | `{}`, idempotency key | [`Offer`] |

use crate::money::Currency;

wire! {
    /// What kind of incentive.
    pub enum OfferKind {
        /// The house adds to a deposit.
        DepositMatch = "deposit-match",
        /// Bonus money to bet with.
        FreeBets = "free-bets",
        /// A task with a reward.
        Mission = "mission",
    }
}

wire! {
    /// Where a player stands with an offer. One event per change.
    pub enum OfferState {
        /// Can be opted into.
        Offered = "offered",
        /// Opted in, progress counts.
        Active = "active",
        /// The condition is met; the reward waits to be claimed.
        Earned = "earned",
        /// The reward is in the wallet.
        Claimed = "claimed",
        /// Too late.
        Expired = "expired",
    }
}

wire! {
    /// What counts towards the reward.
    pub enum ProgressUnit {
        /// Minor units of money staked or paid in.
        Money = "money",
        /// Rounds, tables or bets.
        Count = "count",
    }
}

wire! {
    /// How far a player is.
    pub struct Progress {
        /// What is counted.
        pub unit: ProgressUnit,
        /// So far; never above the target.
        pub current: i64,
        /// When it is reached the reward is earned.
        pub target: i64,
    }
}

wire! {
    /// What has to be on the card itself.
    pub struct Conditions {
        /// Times the base that must be staked; 0 for none.
        pub wagering_multiplier: u32,
        /// How much of a stake counts, in percent, for roulette.
        pub roulette_percent: u32,
        /// How much of a stake counts, in percent, for baccarat.
        pub baccarat_percent: u32,
        /// The smallest deposit that counts, if one is needed.
        pub min_deposit_minor: Option<i64>,
        /// The largest stake that counts.
        pub max_bet_minor: i64,
        /// The most that can be won from it.
        pub max_win_minor: i64,
        /// When it ends, Unix milliseconds.
        pub expires_at_ms: i64,
        /// Who may take part, in the player's language.
        pub eligible: String,
    }
}

wire! {
    /// An offer as one player sees it; as everybody does where nobody is signed in.
    pub struct Offer {
        /// Short, stable: `welcome-match`.
        pub id: String,
        /// What kind.
        pub kind: OfferKind,
        /// Where the player stands.
        pub state: OfferState,
        /// In the player's language.
        pub title: String,
        /// In the player's language.
        pub summary: String,
        /// The full terms, in the player's language.
        pub terms: String,
        /// Which version of the terms this is; sent back at opt-in.
        pub terms_version: u32,
        /// The conditions.
        pub conditions: Conditions,
        /// The progress.
        pub progress: Progress,
        /// What will be, or was, credited.
        pub reward_minor: i64,
        /// The reward is bonus money (true) or cash (false).
        pub reward_is_bonus: bool,
        /// The currency of all amounts.
        pub currency: Currency,
        /// Rises with each change; a lower one is older.
        pub version: u64,
    }
}

wire! {
    /// Everything on offer.
    pub struct Offers {
        /// In the order to show.
        pub offers: Vec<Offer>,
    }
}

wire! {
    /// Taking part.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct OptIn {
        /// The version of the terms that the player was shown and accepted.
        pub terms_version: u32,
    }
}
