//! One look: of so many trials of the canary and so many of the stable release, so many went wrong together. Were
//! both alike, which of them the bad ones are of would be as if drawn from an urn, whatever the rate: a peak hour
//! or a browser's new version, which make both worse, say nothing here.

/// What was seen between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Urn {
    /// Trials of the canary.
    pub(crate) canary: u64,
    /// Trials of the stable release.
    pub(crate) stable: u64,
    /// What went wrong, of both.
    pub(crate) bad: u64,
    /// Of these, the canary's.
    pub(crate) of_canary: u64,
}

impl Urn {
    /// From trials and failures of both. A failure that is reported later than its trial counts when it comes, and
    /// no more than there are trials for.
    pub(crate) fn new((canary, of_canary): (u64, u64), (stable, of_stable): (u64, u64)) -> Self {
        let (of_canary, of_stable) = (of_canary.min(canary), of_stable.min(stable));
        Self { canary, stable, bad: of_canary + of_stable, of_canary }
    }

    #[allow(clippy::cast_precision_loss)] // counts
    fn parts(self) -> (f64, f64, f64, f64) {
        (self.canary as f64, self.stable as f64, self.bad as f64, self.of_canary as f64)
    }

    /// How far the canary's failures may be off what is expected of it, were both alike: their variance.
    pub(crate) fn variance(self) -> f64 {
        let (canary, stable, bad, _) = self.parts();
        let all = canary + stable;
        if all < 2.0 { 0.0 } else { bad * canary * stable * (all - bad) / (all * all * (all - 1.0)) }
    }

    /// The logarithm of what a stake comes to when it was put on odds of failure that are `e^tilt` times as high for
    /// the canary as what is tolerated, which is `e^tolerated` times as high as the stable release's: how much better
    /// they explain what was seen. It can't be won with, on average, if the canary's are what is tolerated, or less.
    pub(crate) fn gain(self, tolerated: f64, tilt: f64) -> f64 {
        let (_, _, bad, of_canary) = self.parts();
        if tilt <= 0.0 || bad == 0.0 || self.canary == 0 || self.stable == 0 {
            return 0.0;
        }
        let least = self.bad.saturating_sub(self.stable);
        #[allow(clippy::cast_precision_loss)]
        let above_least = of_canary - least as f64;
        above_least * tilt - (self.log_ways(least, tolerated + tilt) - self.log_ways(least, tolerated))
    }

    /// The logarithm of the sum of the ways to draw each number of the canary's, each by `e^tilt` more often than
    /// the number before, in units of the ways to draw the least.
    fn log_ways(self, least: u64, tilt: f64) -> f64 {
        const LARGE: f64 = 1e200;
        let (canary, stable, bad, _) = self.parts();
        let odds = tilt.exp();
        let (mut ways, mut sum, mut log_unit) = (1.0_f64, 1.0_f64, 0.0_f64);
        for number in least..self.bad.min(self.canary) {
            #[allow(clippy::cast_precision_loss)]
            let number = number as f64;
            ways *= odds * (canary - number) * (bad - number) / ((number + 1.0) * (stable - bad + number + 1.0));
            sum += ways;
            if sum > LARGE {
                (ways, sum, log_unit) = (ways / LARGE, sum / LARGE, log_unit + LARGE.ln());
            }
        }
        log_unit + sum.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choose(of: u64, number: u64) -> f64 {
        (0..number).map(|at| (of - at) as f64 / (at + 1) as f64).product()
    }

    proptest! {
        /// The mean of what comes back, were both alike, is the stake: in other words the bet is fair.
        #[test]
        fn no_bet_is_worth_more_than_its_stake(canary in 1_u64..40, stable in 1_u64..60, permille in 0_u64..1000, tilt in 0.01..4.0) {
            let bad = (canary + stable) * permille / 1000;
            let all = choose(canary + stable, bad);
            let mut mean = 0.0;
            let mut variance = 0.0;
            let expected = bad as f64 * canary as f64 / (canary + stable) as f64;
            for of_canary in bad.saturating_sub(stable)..=bad.min(canary) {
                let urn = Urn { canary, stable, bad, of_canary };
                let chance = choose(canary, of_canary) * choose(stable, bad - of_canary) / all;
                mean += chance * urn.gain(0.0, tilt).exp();
                variance += chance * (of_canary as f64 - expected).powi(2);
            }
            prop_assert!((mean - 1.0).abs() < 1e-6, "{mean}");
            let urn = Urn { canary, stable, bad, of_canary: 0 };
            prop_assert!((urn.variance() - variance).abs() < 1e-6);
        }
    }

    #[test]
    fn what_is_tolerated_is_not_won_with() {
        let urn = Urn::new((1000, 180), (1000, 100));
        assert!(urn.gain(0.0, 0.7) > 10.0);
        assert!(urn.gain(2.0_f64.ln(), 0.7) < 0.0);
    }

    #[test]
    fn large_numbers_stay_numbers() {
        let urn = Urn::new((100_000, 9_000), (900_000, 45_000));
        let gain = urn.gain(0.0, 0.7);
        assert!(gain.is_finite() && gain > 100.0, "{gain}");
        assert!(Urn::new((100_000, 5_000), (900_000, 45_000)).gain(0.0, 0.7) < 0.0);
    }

    #[test]
    fn what_says_nothing_changes_nothing() {
        for urn in [Urn::new((0, 0), (9, 3)), Urn::new((9, 9), (0, 0)), Urn::new((9, 0), (9, 0))] {
            assert!(urn.gain(0.0, 1.0).abs() < f64::EPSILON, "{urn:?}");
        }
        assert_eq!(Urn::new((1, 3), (2, 0)).of_canary, 1, "no more failures than trials");
    }
}
