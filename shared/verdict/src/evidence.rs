//! The bet that a canary does worse, over all that is measured.

use serde::{Deserialize, Serialize};

use crate::bet::{Bold, Steady};
use crate::tally::Tally;
use crate::urn::Urn;

/// The bet is won when it is worth this many stakes: by chance alone less than once in so many canaries.
pub const ALARM: f64 = 101.0;
/// Mounts of the stable release before anything is called slow.
const MOUNTS_TO_COMPARE: u64 = 200;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mounts that crashed.
    Crashes,
    /// Loads that failed.
    Failed,
    /// Mounts that took longer than nine in ten of the stable release do.
    Slow,
    /// Mounts that were without what they depend on.
    Degraded,
    /// Pages with a poor vital.
    Poor,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Crashes, Self::Failed, Self::Slow, Self::Degraded, Self::Poor];

    /// Its part of the stake that never ends. With what is on [`Bold`] it adds up to one.
    const fn stake(self) -> f64 {
        match self {
            Self::Crashes => 0.16,
            Self::Failed => 0.05,
            Self::Slow | Self::Degraded | Self::Poor => 0.03,
        }
    }

    /// How many times as high the canary's odds may be. What is new is in no cache: it is loaded over the network and
    /// compiled where the stable release is there already, and that is nothing against it.
    fn tolerated(self) -> f64 {
        match self {
            Self::Crashes | Self::Degraded => 1.0,
            Self::Failed | Self::Slow => 3.0,
            Self::Poor => 1.5,
        }
    }

    /// What it is called where its numbers are shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crashes => "crashes",
            Self::Failed => "failed loads",
            Self::Slow => "slow mounts",
            Self::Degraded => "degraded mounts",
            Self::Poor => "poor pages",
        }
    }

    /// Trials, and those that went wrong.
    fn of(self, tally: &Tally, slow_above: Option<usize>) -> (u64, u64) {
        let mounts = tally.mounts.count();
        match self {
            Self::Crashes => (mounts, tally.crashes),
            Self::Failed => (mounts + tally.failed, tally.failed),
            Self::Slow => slow_above.map_or((0, 0), |class| (mounts, tally.mounts.above(class))),
            Self::Degraded => (mounts, tally.degraded),
            Self::Poor => (tally.pages, tally.poor),
        }
    }
}

/// On crashes in a hurry.
const BOLD_STAKE: f64 = 0.7;

/// What has been seen so far, and what the bets on it are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What both have done since the beginning, the canary and the stable release, added up look by look: what was
    /// counted long ago is forgotten, so the counters may stand lower than they did.
    seen: (Tally, Tally),
    /// Where the counters stood at the last look.
    canary: Tally,
    stable: Tally,
    bold: Bold,
    steady: [Steady; Measure::ALL.len()],
}

impl Evidence {
    /// Begins where the counters stand: what was counted before is of another time.
    #[must_use]
    pub fn from(canary: Tally, stable: Tally) -> Self {
        Self { canary, stable, ..Self::default() }
    }

    /// Takes in what both have counted by now. One in which nothing has happened changes nothing.
    pub fn look(&mut self, canary: Tally, stable: Tally) {
        // By what was known before, so that nothing is called slow for how it came out.
        let slow_above = self.slow_above();
        let (of_canary, of_stable) = (canary.since(&self.canary), stable.since(&self.stable));
        for (measure, bet) in Measure::ALL.into_iter().zip(&mut self.steady) {
            let urn = Urn::new(measure.of(&of_canary, slow_above), measure.of(&of_stable, slow_above));
            bet.look(urn, measure.tolerated().ln());
            if measure == Measure::Crashes {
                self.bold.look(urn, ALARM / BOLD_STAKE);
            }
        }
        self.seen.0 += of_canary;
        self.seen.1 += of_stable;
        (self.canary, self.stable) = (canary, stable);
    }

    /// What a stake of one on "it does worse" has come to.
    #[must_use]
    pub fn worth(&self) -> f64 {
        let steady = Measure::ALL.into_iter().map(|measure| measure.stake() * self.steady(measure).worth());
        BOLD_STAKE * self.bold.worth() + steady.sum::<f64>()
    }

    /// The measure that says most against it.
    #[must_use]
    pub fn worst(&self) -> Measure {
        let part = |measure: Measure| {
            let bold = if measure == Measure::Crashes { BOLD_STAKE * self.bold.worth() } else { 0.0 };
            bold + measure.stake() * self.steady(measure).worth()
        };
        let by_part = |one: &Measure, other: &Measure| part(*one).total_cmp(&part(*other));
        Measure::ALL.into_iter().max_by(by_part).unwrap_or(Measure::Crashes)
    }

    /// What both have done since the beginning: the canary, and the stable release.
    #[must_use]
    pub const fn seen(&self) -> (Tally, Tally) {
        self.seen
    }

    /// The trials and what went wrong of them since the beginning: of the canary, and of the stable release.
    #[must_use]
    pub fn counts(&self, measure: Measure) -> [(u64, u64); 2] {
        let slow_above = self.slow_above();
        let (canary, stable) = self.seen;
        [canary, stable].map(|tally| measure.of(&tally, slow_above))
    }

    fn slow_above(&self) -> Option<usize> {
        self.stable.mounts.decile(9, MOUNTS_TO_COMPARE)
    }

    /// Whether that is too much for chance.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.worth() >= ALARM
    }

    fn steady(&self, measure: Measure) -> &Steady {
        &self.steady[measure as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stakes_add_up_to_one() {
        let all = BOLD_STAKE + Measure::ALL.into_iter().map(Measure::stake).sum::<f64>();
        assert!((all - 1.0).abs() < 1e-9, "{all}");
        assert!((Evidence::default().worth() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_counted_before_the_beginning_says_nothing() {
        let mut bad = Tally { crashes: 50, ..Tally::default() };
        bad.mounts.0[0] = 50;
        let mut good = Tally::default();
        good.mounts.0[0] = 1000;
        let mut evidence = Evidence::from(bad, good);
        evidence.look(bad, good);
        assert!((evidence.worth() - 1.0).abs() < 1e-9);
        evidence = Evidence::default();
        evidence.look(bad, good);
        assert!(evidence.is_worse() && evidence.worst() == Measure::Crashes);
        assert_eq!(evidence.counts(Measure::Crashes), [(50, 50), (1000, 0)]);
        assert_eq!(evidence.seen(), (bad, good));
    }

    /// A live release of long ago: for each hour that is counted one of a month ago is forgotten.
    #[test]
    fn what_is_forgotten_meanwhile_was_seen_all_the_same() {
        let hour = |mounts, crashes| {
            let mut hour = Tally { crashes, ..Tally::default() };
            hour.mounts.0[2] = mounts;
            hour
        };
        let mut evidence = Evidence::from(hour(0, 0), hour(72_000, 720));
        for told in 1..=10 {
            evidence.look(hour(20 * told, 0), hour(72_050, 721));
            // The hour of a month ago goes with the look after it.
            evidence.look(hour(20 * told, 0), hour(72_000, 720));
        }
        assert_eq!(evidence.counts(Measure::Crashes), [(200, 0), (500, 10)]);
    }
}
