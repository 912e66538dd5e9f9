//! What pages have counted of one release.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// The upper bounds of the classes that the times of mounting are sorted into; what is above all of them is in
/// one more.
pub const BOUNDS_MS: [u32; 15] = [4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024, 4096];

/// How many mounts took how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mounts(pub [u64; BOUNDS_MS.len() + 1]);

impl Mounts {
    /// The class of a time.
    #[must_use]
    pub fn class_of(ms: u32) -> usize {
        BOUNDS_MS.partition_point(|bound| *bound < ms)
    }

    /// All of them.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Those above a class.
    #[must_use]
    pub fn above(&self, class: usize) -> u64 {
        self.0.iter().skip(class + 1).sum()
    }

    /// The first class that so many in ten are in or below; nothing of fewer than `at_least`.
    #[must_use]
    pub fn decile(&self, tenths: u64, at_least: u64) -> Option<usize> {
        let count = self.count();
        let above = count * 10_u64.saturating_sub(tenths);
        (count >= at_least).then(|| (0..self.0.len()).find(|class| self.above(*class) * 10 <= above))?
    }
}

/// What pages have counted. Everything but the times is at most once a mount, or once a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// It came into a slot. What is restarted after a crash is still the same mount.
    pub mounts: Mounts,
    /// Of these, those that have crashed.
    pub crashes: u64,
    /// Of these, those that were without what they depend on for a while.
    pub degraded: u64,
    /// It should have come into a slot and could not be loaded, or was not genuine.
    pub failed: u64,
    /// Pages that it was on and that have said how they felt.
    pub pages: u64,
    /// Of these, those with a vital that counts as poor.
    pub poor: u64,
}

impl Tally {
    /// What was counted since an earlier look. Counters only rise; one that does not, has been reset.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut mounts = self.mounts;
        for (count, before) in mounts.0.iter_mut().zip(earlier.mounts.0) {
            *count = count.saturating_sub(before);
        }
        Self {
            mounts,
            crashes: self.crashes.saturating_sub(earlier.crashes),
            degraded: self.degraded.saturating_sub(earlier.degraded),
            failed: self.failed.saturating_sub(earlier.failed),
            pages: self.pages.saturating_sub(earlier.pages),
            poor: self.poor.saturating_sub(earlier.poor),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.mounts.0.iter_mut().zip(other.mounts.0) {
            *count += more;
        }
        self.crashes += other.crashes;
        self.degraded += other.degraded;
        self.failed += other.failed;
        self.pages += other.pages;
        self.poor += other.poor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_class_that_its_bound_closes() {
        assert_eq!((Mounts::class_of(0), Mounts::class_of(4), Mounts::class_of(5)), (0, 0, 1));
        assert_eq!((Mounts::class_of(4096), Mounts::class_of(u32::MAX)), (14, 15));
    }

    #[test]
    fn so_many_in_ten_are_in_or_below_a_decile() {
        let mut mounts = Mounts::default();
        (mounts.0[2], mounts.0[5], mounts.0[9]) = (80, 10, 10);
        assert_eq!((mounts.decile(9, 100), mounts.above(5)), (Some(5), 10));
        assert_eq!((mounts.decile(5, 100), mounts.decile(8, 100), mounts.decile(10, 100)), (Some(2), Some(2), Some(9)));
        assert_eq!(mounts.decile(9, 101), None, "too few to say");
    }

    #[test]
    fn what_was_counted_since_is_the_difference() {
        let mut earlier = Tally { crashes: 2, pages: 9, ..Tally::default() };
        earlier.mounts.0[3] = 7;
        let mut now = earlier;
        let more = Tally { crashes: 1, failed: 4, ..Tally::default() };
        now += more;
        assert_eq!(now.since(&earlier), more);
        assert_eq!(earlier.since(&now), Tally::default(), "a reset counter says nothing");
    }
}
