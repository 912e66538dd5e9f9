//! How a fragment has done over time, by what pages have told of its releases:
//! `GET /api/operator/releases/health`.

wire! {
    /// How far back it goes. The present hour is the last one.
    pub enum Span {
        /// 24 hours, one by one.
        Day = "day",
        /// Seven days, six hours at a time.
        Week = "week",
        /// Thirty days, one by one.
        Month = "month",
    }
}

impl Span {
    /// How many steps there are, and how many hours each of them has.
    #[must_use]
    pub const fn steps(self) -> (usize, i64) {
        match self {
            Self::Day => (24, 1),
            Self::Week => (28, 6),
            Self::Month => (30, 24),
        }
    }
}

wire! {
    /// What was told of a fragment, all of its releases together.
    pub struct FragmentHealth {
        /// Whose.
        pub fragment: String,
        /// When the first step began, Unix milliseconds.
        pub from_ms: i64,
        /// How long a step is, milliseconds.
        pub step_ms: i64,
        /// What was told in each, the oldest first; the last one is not over yet.
        pub steps: Vec<Health>,
        /// All of them together.
        pub whole: Health,
        /// When another release became the live one, the oldest first; the last 50 of them.
        pub changes: Vec<ReleaseChange>,
    }
}

wire! {
    /// What was told in a while.
    pub struct Health {
        /// How often it came into a slot.
        pub mounts: u64,
        /// Of these, those that have crashed.
        pub crashes: u64,
        /// Of these, those that were without what they depend on for a while.
        pub degraded: u64,
        /// Attempts to load it that failed, or brought what is not genuine.
        pub failed: u64,
        /// Nine in ten mounts took at most so long, milliseconds; 0 where there were none. It is the upper bound of a
        /// class of times: 8192 stands for all that took longer than 4096.
        pub mount_ms: u64,
    }
}

wire! {
    /// Another release became the live one.
    pub struct ReleaseChange {
        /// When, Unix milliseconds.
        pub at_ms: i64,
        /// Which; absent for the floor's own.
        pub version: Option<String>,
    }
}
