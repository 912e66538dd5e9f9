//! The limits that players set themselves, and their breaks: `/api/limits*`. What is shown beside
//! every game is in [`crate::play`].
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/limits` | – | [`Limits`] |
//! | `PUT /api/limits` | [`SetLimit`], idempotency key | [`Limits`] |
//! | `POST /api/limits/confirm` | [`LimitName`], idempotency key | [`Limits`] |
//! | `POST /api/limits/cancel` | [`LimitName`], idempotency key | [`Limits`] |
//! | `POST /api/limits/time-out` | [`TakeBreak`], idempotency key | [`Limits`] |
//! | `POST /api/limits/self-exclusion` | [`Exclude`], idempotency key | [`Limits`] |
//! | `PUT /api/limits/reality-check` | [`SetCheck`], idempotency key | [`Limits`] |
//!
//! A lower limit holds from the next request. A higher one, and none at all, waits 24 hours and then
//! for a second confirmation; until then it can be cancelled at once.

use crate::money::Currency;

wire! {
    /// What is limited.
    pub enum LimitKind {
        /// What is paid in, in minor units.
        Deposit = "deposit",
        /// Stakes less wins, in minor units.
        Loss = "loss",
        /// Stakes, in minor units.
        Stake = "stake",
        /// Time played, in minutes.
        Time = "time",
    }
}

wire! {
    /// Over which time, in the calendar of the player's market.
    pub enum Period {
        /// From midnight.
        Day = "day",
        /// From Monday's midnight.
        Week = "week",
        /// From the first day's midnight.
        Month = "month",
    }
}

wire! {
    /// Where a player's limits and breaks stand.
    pub struct Limits {
        /// Rises with each change; a lower one is older.
        pub version: u64,
        /// The account's currency, for the amounts.
        pub currency: Currency,
        /// One for each kind and period, by kind, then by period.
        pub limits: Vec<Limit>,
        /// When the time-out ends; absent if there is none.
        pub time_out_until_ms: Option<i64>,
        /// When the self-exclusion ends; absent if there is none.
        pub excluded_until_ms: Option<i64>,
        /// Minutes of a session from one reality check to the next.
        pub check_minutes: u32,
        /// What can be chosen for it.
        pub check_choices: Vec<u32>,
        /// The shortest self-exclusion, in months.
        pub exclusion_least_months: u32,
        /// The longest self-exclusion, in months.
        pub exclusion_most_months: u32,
        /// The server's time of this answer.
        pub now_ms: i64,
    }
}

wire! {
    /// One limit. Amounts are minor units, times are minutes.
    pub struct Limit {
        /// What is limited.
        pub kind: LimitKind,
        /// Over which time.
        pub period: Period,
        /// The player's own; absent if there is none.
        pub value: Option<i64>,
        /// The house's; absent if there is none. The lower of both applies.
        pub house: Option<i64>,
        /// Used up in the present period. For losses below 0 when more was won than staked.
        pub used: i64,
        /// When the present period ends, Unix milliseconds.
        pub resets_at_ms: i64,
        /// A higher limit that does not hold yet.
        pub increase: Option<Increase>,
    }
}

wire! {
    /// A higher limit that was asked for.
    pub struct Increase {
        /// The limit to be; absent for none at all.
        pub value: Option<i64>,
        /// From when on it can be confirmed, Unix milliseconds.
        pub effective_at_ms: i64,
        /// That time has come: it holds as soon as it is confirmed.
        pub awaits_confirmation: bool,
    }
}

wire! {
    /// Which limit.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct LimitName {
        /// What is limited.
        pub kind: LimitKind,
        /// Over which time.
        pub period: Period,
    }
}

wire! {
    /// Sets, lowers, raises or removes a limit.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct SetLimit {
        /// What is limited.
        pub kind: LimitKind,
        /// Over which time.
        pub period: Period,
        /// In minor units or minutes, from 0; absent to have no limit.
        pub value: Option<i64>,
    }
}

wire! {
    /// How long a time-out is.
    pub enum BreakLength {
        /// 24 hours.
        Day = "24h",
        /// Seven days.
        Week = "1w",
        /// A month of the calendar.
        Month = "1m",
        /// Six weeks.
        SixWeeks = "6w",
    }
}

wire! {
    /// Begins a time-out, at once. It can't be shortened.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct TakeBreak {
        /// How long.
        pub length: BreakLength,
    }
}

wire! {
    /// Begins a self-exclusion, at once. It can't be shortened.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Exclude {
        /// How long: from [`Limits::exclusion_least_months`] to [`Limits::exclusion_most_months`].
        pub months: u32,
    }
}

wire! {
    /// Chooses the time between reality checks.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct SetCheck {
        /// One of [`Limits::check_choices`]; absent for the house's own, which is the longest.
        pub minutes: Option<u32>,
    }
}

wire! {
    /// The limits of a player changed: ask for them again. The payload of
    /// [`crate::event::PlayerLimits`].
    pub struct LimitsChanged {
        /// The new [`Limits::version`].
        pub version: u64,
    }
}
