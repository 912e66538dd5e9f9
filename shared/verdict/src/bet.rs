//! Bets on one measure, carried on from look to look. Whatever is chosen for a look is chosen from what was there
//! before it, so that what they are worth is worth the stake at most, on average, if the canary is as good.

use serde::{Deserialize, Serialize};

use crate::normal;
use crate::urn::Urn;

/// How many times as high the canary's odds of failure are, for the bets that never end: from what shows after
/// thousands of trials to what shows after a few.
const ODDS: [f64; 5] = [1.3, 1.8, 3.0, 8.0, 40.0];
/// Worth less than this it is lost, and stays a number.
const LOST: f64 = -500.0;

/// Equal stakes on each of [`ODDS`], which never end: they find anything that is worse, sooner or later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Steady([f64; ODDS.len()]);

impl Steady {
    pub(crate) fn look(&mut self, urn: Urn, tolerated: f64) {
        for (worth, odds) in self.0.iter_mut().zip(ODDS) {
            *worth = (*worth + urn.gain(tolerated, odds.ln())).max(LOST);
        }
    }

    /// What one stake has come to.
    pub(crate) fn worth(&self) -> f64 {
        self.0.iter().map(|worth| worth.exp()).sum::<f64>() / ODDS.len() as f64
    }
}

/// A bet that is to be won within so many trials of the canary: what is left of them decides how boldly it is made,
/// so that it comes as near as can be to the best test that looks once, after the last of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bold {
    worth: f64,
    canary: u64,
    stable: u64,
    bad: u64,
}

impl Bold {
    /// The trials of the canary within which it is to be won.
    const WITHIN: u64 = 500;
    const BOLDEST: f64 = 4.0;

    /// `goal` is what it is to come to.
    pub(crate) fn look(&mut self, urn: Urn, goal: f64) {
        self.worth = (self.worth + urn.gain(0.0, self.tilt(urn, goal))).max(LOST);
        self.canary += urn.canary;
        self.stable += urn.stable;
        self.bad += urn.bad;
    }

    /// What a stake has come to.
    pub(crate) fn worth(&self) -> f64 {
        self.worth.exp()
    }

    /// To hold what pays the goal if the canary's failures pass a mark at the end, and nothing otherwise, is to bet
    /// at each look in proportion to how fast the chance of that changes with them.
    #[allow(clippy::cast_precision_loss)] // counts
    fn tilt(&self, urn: Urn, goal: f64) -> f64 {
        let left = Self::WITHIN.saturating_sub(self.canary);
        let chance = self.worth() / goal;
        if left == 0 || urn.canary == 0 || chance >= 1.0 {
            return 0.0;
        }
        // The trials and the failures of both are given before it is known whose they are.
        let (canary, stable) = ((self.canary + urn.canary) as f64, (self.stable + urn.stable) as f64);
        let rate = ((self.bad + urn.bad) as f64 + 0.5) / (canary + stable + 1.0);
        let variance = left as f64 * rate * (1.0 - rate) * stable / (canary + stable);
        let mark = normal::quantile(chance);
        let tilt = normal::density(mark) / (chance * variance.max(urn.variance()).sqrt());
        if tilt.is_finite() { tilt.min(Self::BOLDEST) } else { 0.0 }
    }
}
