//! What is shown beside every game: the clock of the player's gaming session, its net position,
//! whether a reality check or a break stands in the way of the next bet.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/limits/session` | – | [`Play`] |
//! | `POST /api/limits/reality-check/acknowledge` | `{}`, idempotency key | [`GamingSession`] |
//!
//! Small on purpose: the fragment that is on every page pays for these types. What the limits page
//! needs is in [`crate::limits`].

use crate::limits::Period;
use crate::money::Currency;

wire! {
    /// Everything that is shown beside a game.
    pub struct Play {
        /// The clock and the net position.
        pub session: GamingSession,
        /// Whether a break is in force.
        pub block: PlayBlock,
        /// The deposit limit that leaves least; absent if there is none.
        pub deposit: Option<Allowance>,
    }
}

wire! {
    /// A gaming session: from a first stake until there was none for a while. Also the payload of
    /// [`crate::event::PlayerSession`].
    pub struct GamingSession {
        /// Rises with each change; a lower one is older.
        pub version: u64,
        /// The account's currency.
        pub currency: Currency,
        /// When the first stake was taken, Unix milliseconds; absent if nobody is playing.
        pub started_at_ms: Option<i64>,
        /// When the session ends if no further stake is taken; absent with `started_at_ms`.
        pub ends_at_ms: Option<i64>,
        /// What the games have brought since then; below 0 when they have cost.
        pub net_minor: i64,
        /// Stakes that are on a table now. A reality check is shown once there are none.
        pub open_bets: u32,
        /// When the next reality check falls due; absent with `started_at_ms`.
        pub check_at_ms: Option<i64>,
        /// One is due: the next bet is refused until it is acknowledged.
        pub check_due: bool,
        /// The server's time of this answer: measure the others against it, not against the
        /// page's own clock.
        pub now_ms: i64,
    }
}

wire! {
    /// Whether bets, deposits and promotions are blocked. Also the payload of
    /// [`crate::event::PlayerBlock`].
    pub struct PlayBlock {
        /// Rises with each change; a lower one is older.
        pub version: u64,
        /// When the block ends, Unix milliseconds; absent if there is none.
        pub until_ms: Option<i64>,
        /// It is a self-exclusion; a time-out otherwise.
        pub self_excluded: bool,
        /// The server's time of this answer.
        pub now_ms: i64,
    }
}

wire! {
    /// What a limit leaves.
    pub struct Allowance {
        /// Over which time.
        pub period: Period,
        /// The limit.
        pub limit_minor: i64,
        /// What is left of it, from 0.
        pub left_minor: i64,
        /// When it is whole again, Unix milliseconds.
        pub resets_at_ms: i64,
    }
}

wire! {
    /// Why a stake or a deposit was refused.
    pub enum ReachedReason {
        /// The deposits of the period.
        Deposit = "deposit",
        /// Stakes less wins of the period.
        Loss = "loss",
        /// The stakes of the period.
        Stake = "stake",
        /// The time played in the period.
        Time = "time",
        /// A reality check waits to be acknowledged.
        RealityCheck = "reality-check",
        /// A time-out is in force.
        TimeOut = "time-out",
        /// A self-exclusion is in force.
        SelfExclusion = "self-exclusion",
    }
}

wire! {
    /// A bet was refused. The payload of [`crate::event::PlayerLimitReached`]; a refused deposit
    /// says so in its own answer.
    pub struct Reached {
        /// Why.
        pub reason: ReachedReason,
        /// The limit's period; absent where the reason has none.
        pub period: Option<Period>,
        /// The limit, in minor units or minutes; absent where the reason has none.
        pub limit: Option<i64>,
        /// What it leaves, from 0, in the same unit; absent where the reason has none.
        pub left: Option<i64>,
        /// When the limit is whole again, or the break ends; absent for a reality check.
        pub until_ms: Option<i64>,
        /// The account's currency, for the amounts.
        pub currency: Currency,
        /// When it was refused, Unix milliseconds.
        pub at_ms: i64,
    }
}
