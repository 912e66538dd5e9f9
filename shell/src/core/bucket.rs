//! How many events a fragment may publish.

/// A token bucket: a second's worth of events at once, refilled evenly.
#[derive(Debug)]
pub struct Bucket {
    per_second: i64,
    /// Thousandths of an event.
    milli: i64,
    filled_ms: i64,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(per_second: u32, now_ms: i64) -> Self {
        let per_second = i64::from(per_second);
        Self { per_second, milli: per_second * 1000, filled_ms: now_ms }
    }

    /// Takes one; false when none is left.
    pub fn take(&mut self, now_ms: i64) -> bool {
        // A clock that went back refills nothing; a long pause fills the bucket, no more.
        let elapsed_ms = (now_ms - self.filled_ms).clamp(0, 1000);
        self.filled_ms = now_ms;
        self.milli = (self.milli + elapsed_ms * self.per_second).min(self.per_second * 1000);
        let taken = self.milli >= 1000;
        if taken {
            self.milli -= 1000;
        }
        taken
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_burst_is_bounded_and_refills() {
        let mut bucket = Bucket::new(2, 0);
        assert!(bucket.take(0) && bucket.take(0));
        assert!(!bucket.take(499));
        assert!(bucket.take(500));
        assert!(!bucket.take(500));
    }

    proptest! {
        #[test]
        fn never_more_than_a_burst_and_the_rate(rate in 1_u32..50, steps in proptest::collection::vec(0_i64..300, 1..200)) {
            let mut bucket = Bucket::new(rate, 0);
            let (mut now, mut taken) = (0, 0_i64);
            for step in steps {
                now += step;
                taken += i64::from(bucket.take(now));
                prop_assert!(taken * 1000 <= i64::from(rate) * (now + 1000));
            }
        }
    }
}
