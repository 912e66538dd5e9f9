//! How a fragment and its releases have done, by what pages have told of them. Over time:
//! `GET /api/operator/releases/health`; the live one and a canary: [`crate::registry::Standing`].

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
        /// Half of the mounts took at most so long; as `mount_ms`, of fewer of them.
        pub median_ms: u64,
        /// Nine in ten mounts took at most so long, milliseconds; 0 where there were none. It is the upper bound of a
        /// class of times: 8192 stands for all that took longer than 4096.
        pub mount_ms: u64,
        /// Pages that it was on and that have said how they felt.
        pub pages: u64,
        /// Of these, those with a vital that counts as poor.
        pub poor: u64,
    }
}

impl Health {
    /// Whether no page has told of any mount, nor of an attempt.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.mounts == 0 && self.failed == 0
    }

    /// All that there is to show of it: mounts, those that crashed, those that were degraded, failed loads, half of the
    /// mounts within, nine in ten within, poor pages. Shares where one is a part of something, since a canary has few
    /// of everything.
    #[must_use]
    pub fn figures(&self) -> [Figure; 7] {
        let Self { mounts, crashes, degraded, failed, median_ms, mount_ms, pages, poor } = *self;
        let of = |part, whole| share(part, whole).map_or(Figure::Nothing, Figure::Share);
        // Zero says that nothing was mounted.
        let took = |ms| if ms == 0 { Figure::Nothing } else { Figure::Millis(ms) };
        [
            Figure::Count(mounts),
            of(crashes, mounts),
            of(degraded, mounts),
            of(failed, mounts.saturating_add(failed)),
            took(median_ms),
            took(mount_ms),
            of(poor, pages),
        ]
    }
}

/// One of [`Health::figures`], to be written as is usual where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// So many.
    Count(u64),
    /// So much of a whole, in thousandths of a per cent.
    Share(i64),
    /// So long, milliseconds.
    Millis(u64),
    /// There was nothing that it could be of.
    Nothing,
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

/// What part of a whole something is, in thousandths of a per cent: rounded to tenths of a per cent from 1 % on, where
/// more places say nothing. Nothing of nothing.
///
/// Not in integers: they would have to be of 128 bits, and dividing those is half a KiB of what a page loads.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // counts, for the eye
fn share(part: u64, whole: u64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let exact = part as f64 * 100_000.0 / whole as f64;
    let step: i64 = if exact < 1_000.0 { 1 } else { 100 };
    Some((exact / step as f64 + 0.5) as i64 * step)
}

#[cfg(test)]
mod tests {
    use super::{Figure, Health, share};

    #[test]
    fn a_share_has_as_many_places_as_say_something() {
        assert_eq!((share(20, 400), share(12, 8010), share(3, 100_000)), (Some(5_000), Some(150), Some(3)));
        assert_eq!((share(2, 3), share(7, 7), share(0, 9)), (Some(66_700), Some(100_000), Some(0)));
        assert_eq!(share(0, 0), None, "nothing of nothing is no share");
    }

    #[test]
    fn each_figure_is_a_share_of_what_it_is_a_part_of() {
        use Figure::{Count, Millis, Nothing, Share};
        let told = Health {
            mounts: 400,
            crashes: 20,
            degraded: 4,
            failed: 100,
            median_ms: 64,
            mount_ms: 4096,
            pages: 200,
            poor: 3,
        };
        let failed = Share(20_000); // of all attempts
        let figures = [Count(400), Share(5_000), Share(1_000), failed, Millis(64), Millis(4096), Share(1_500)];
        assert_eq!(told.figures(), figures);
        let none =
            Health { mounts: 0, crashes: 0, degraded: 0, failed: 1, median_ms: 0, mount_ms: 0, pages: 0, poor: 0 };
        assert_eq!(none.figures(), [Count(0), Nothing, Nothing, Share(100_000), Nothing, Nothing, Nothing]);
    }
}
