//! How a canary's share of the players grows while it is not worse, until everybody has it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::evidence::{Evidence, Measure};

/// From this worth of the bet on a share stays as it is: one in ten good ones comes so far by chance.
const DOUBT: f64 = 10.0;
/// Of the stable release there have to be so many of a canary's mounts at least, in parts: with nothing to compare it
/// with, nobody knows whether it is worse.
const COMPARED_PART: u64 = 10;
const MAX_STEPS: usize = 8;
const MAX_MOUNTS: u64 = 1_000_000;
/// A week.
const MAX_MINUTES: u32 = 7 * 24 * 60;
const MS_PER_MINUTE: i64 = 60_000;
const PERMILLE_PER_PERCENT: u16 = 10;

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// Too few or too many.
    #[error("a schedule has 1 to {MAX_STEPS} steps")]
    Steps,
    /// One of them can't be read.
    #[error("{0:?} is no step: a step is PERCENT:MOUNTS:MINUTES, such as 5:500:15")]
    Step(String),
    /// One of its numbers can't be.
    #[error("{step:?}: {what}")]
    Range {
        /// Which.
        step: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// A share, and what is asked of the canary before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Of a thousand devices.
    pub share_permille: u16,
    /// So many mounts at least, at this share.
    pub mounts: u64,
    /// And so many minutes.
    pub minutes: u32,
}

/// Steps whose shares rise; after the last one everybody has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<Step>);

impl Default for Schedule {
    fn default() -> Self {
        Self(vec![
            Step { share_permille: 50, mounts: 500, minutes: 15 },
            Step { share_permille: 250, mounts: 1000, minutes: 30 },
        ])
    }
}

impl Schedule {
    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The step that a share is at.
    fn at(&self, share_permille: u16) -> Step {
        self.0.iter().rev().find(|step| step.share_permille <= share_permille).copied().unwrap_or(self.0[0])
    }

    fn after(&self, share_permille: u16) -> Option<Step> {
        self.0.iter().find(|step| step.share_permille > share_permille).copied()
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let steps = text.split(',').map(str::trim).map(step).collect::<Result<Vec<_>, _>>()?;
        if steps.len() > MAX_STEPS {
            return Err(ScheduleError::Steps);
        }
        let falls = steps.windows(2).find(|pair| pair[0].share_permille >= pair[1].share_permille);
        if let Some(pair) = falls {
            return Err(ScheduleError::Range { step: pair[1].to_string(), what: "shares rise from step to step" });
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<String> = self.0.iter().map(Step::to_string).collect();
        f.write_str(&steps.join(","))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.share_permille / PERMILLE_PER_PERCENT, self.mounts, self.minutes)
    }
}

fn step(text: &str) -> Result<Step, ScheduleError> {
    let unreadable = || ScheduleError::Step(text.to_owned());
    let parts: Vec<&str> = text.split(':').collect();
    let &[share, mounts, minutes] = parts.as_slice() else { return Err(unreadable()) };
    let percent: u8 = share.parse().map_err(|_| unreadable())?;
    let step = Step {
        share_permille: u16::from(percent) * PERMILLE_PER_PERCENT,
        mounts: mounts.parse().map_err(|_| unreadable())?,
        minutes: minutes.parse().map_err(|_| unreadable())?,
    };
    let wrong = |what| Err(ScheduleError::Range { step: text.to_owned(), what });
    match step {
        _ if !(1..=99).contains(&percent) => wrong("a share is 1 to 99 percent"),
        Step { mounts, .. } if !(1..=MAX_MOUNTS).contains(&mounts) => wrong("mounts are 1 to 1000000"),
        Step { minutes, .. } if minutes > MAX_MINUTES => wrong("minutes are 10080 at most, a week"),
        step => Ok(step),
    }
}

/// How a canary stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its fragment is switched off.
    pub is_killed: bool,
    /// Its share, of a thousand devices.
    pub share_permille: u16,
    /// Since when it has that share.
    pub since_ms: i64,
    /// What it has mounted since then.
    pub mounts: u64,
}

/// What is to be done with a canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing for now.
    Wait,
    /// It is worse.
    RollBack,
    /// It gets this share of the players.
    Raise(u16),
    /// Everybody gets it.
    Promote,
}

/// Decides. Without a schedule a person raises the share, and what is worse is rolled back all the same.
#[must_use]
pub fn decide(schedule: Option<&Schedule>, standing: Standing, evidence: &Evidence, now_ms: i64) -> Decision {
    if standing.is_killed {
        return Decision::Wait;
    }
    if evidence.is_worse() {
        return Decision::RollBack;
    }
    let Some(schedule) = schedule else { return Decision::Wait };
    let step = schedule.at(standing.share_permille);
    let is_due = now_ms.saturating_sub(standing.since_ms) >= i64::from(step.minutes) * MS_PER_MINUTE;
    let is_compared = of_stable(evidence) >= step.mounts.div_ceil(COMPARED_PART);
    if !is_due || standing.mounts < step.mounts || !is_compared || evidence.worth() >= DOUBT {
        return Decision::Wait;
    }
    schedule.after(standing.share_permille).map_or(Decision::Promote, |next| Decision::Raise(next.share_permille))
}

/// What the stable release has mounted beside the canary.
fn of_stable(evidence: &Evidence) -> u64 {
    let [_, (mounts, _)] = evidence.counts(Measure::Crashes);
    mounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;
    use proptest::prelude::*;

    fn schedule() -> Schedule {
        "5:500:15,25:1000:30".parse().unwrap()
    }

    fn tally(mounts: u64, crashes: u64) -> Tally {
        let mut tally = Tally { crashes: crashes.min(mounts), ..Tally::default() };
        tally.mounts.0[3] = mounts;
        tally
    }

    #[test]
    fn a_good_one_takes_each_step_when_it_is_due_and_not_before() {
        let at = |percent: u16, since_ms, mounts| Standing {
            is_killed: false,
            share_permille: percent * 10,
            since_ms,
            mounts,
        };
        let beside = |mounts| {
            let mut evidence = Evidence::default();
            evidence.look(Tally::default(), tally(mounts, 0));
            evidence
        };
        let evidence = beside(100);
        let minute = |minutes| 1000 + minutes * MS_PER_MINUTE;
        let ask = |standing, now_ms| decide(Some(&schedule()), standing, &evidence, now_ms);
        assert_eq!(ask(at(5, 1000, 500), minute(15)), Decision::Raise(250));
        assert_eq!(ask(at(5, 1000, 499), minute(15)), Decision::Wait, "too few mounts");
        assert_eq!(ask(at(5, 1000, 500), minute(15) - 1), Decision::Wait, "too early");
        assert_eq!(ask(at(25, 1000, 1000), minute(30)), Decision::Promote);
        assert_eq!(ask(at(10, 1000, 500), minute(15)), Decision::Raise(250), "a share of a person's");
        assert_eq!(ask(at(2, 1000, 500), minute(15)), Decision::Raise(50));
        assert_eq!(ask(at(60, 1000, 999), minute(30)), Decision::Wait);
        let alone = decide(Some(&schedule()), at(100, 1000, 5000), &beside(99), minute(30));
        assert_eq!(alone, Decision::Wait, "nothing to compare it with");
        assert_eq!(decide(None, at(25, 1000, 5000), &evidence, minute(60)), Decision::Wait, "by hand");
    }

    #[test]
    fn a_schedule_is_what_it_says_it_is() {
        assert_eq!(schedule(), Schedule::default());
        assert_eq!(schedule().to_string().parse(), Ok(schedule()));
        for (text, says) in [
            ("", "\"\" is no step"),
            ("5", "\"5\" is no step"),
            ("5:500:15,", "\"\" is no step"),
            ("5:-1:15", "\"5:-1:15\" is no step"),
            ("0:500:15", "\"0:500:15\": a share is"),
            ("100:500:15", "\"100:500:15\": a share is"),
            ("5:0:15", "\"5:0:15\": mounts are"),
            ("5:1:10081", "\"5:1:10081\": minutes are"),
            ("25:1:1,5:1:1", "\"5:1:1\": shares rise"),
            ("1:1:1,2:1:1,3:1:1,4:1:1,5:1:1,6:1:1,7:1:1,8:1:1,9:1:1", "1 to 8 steps"),
        ] {
            let error = text.parse::<Schedule>().unwrap_err().to_string();
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }

    prop_compose! {
        fn any_standing()(is_killed: bool, share_permille in 1_u16..=1000, since_ms in 0_i64..10_000_000, mounts in 0_u64..5000) -> Standing {
            Standing { is_killed, share_permille, since_ms, mounts }
        }
    }

    fn any_evidence() -> impl Strategy<Value = Evidence> {
        proptest::collection::vec((0_u64..200, 0_u64..40, 0_u64..600, 0_u64..40), 0..12).prop_map(|looks| {
            let mut evidence = Evidence::default();
            let (mut canary, mut stable) = (Tally::default(), Tally::default());
            for (mounts, crashes, of_stable, crashed) in looks {
                canary += tally(mounts, crashes);
                stable += tally(of_stable, crashed);
                evidence.look(canary, stable);
            }
            evidence
        })
    }

    proptest! {
        #[test]
        fn nothing_is_decided_past_a_kill_against_the_evidence_or_without_enough_data(
            standing in any_standing(), evidence in any_evidence(), now_ms in 0_i64..20_000_000, by_hand: bool,
        ) {
            let plan = schedule();
            let decision = decide((!by_hand).then_some(&plan), standing, &evidence, now_ms);
            let step = plan.at(standing.share_permille);
            if standing.is_killed {
                prop_assert_eq!(decision, Decision::Wait);
            } else if evidence.is_worse() {
                prop_assert_eq!(decision, Decision::RollBack);
            } else {
                prop_assert_ne!(decision, Decision::RollBack);
            }
            if let Decision::Raise(_) | Decision::Promote = decision {
                prop_assert!(!by_hand && standing.mounts >= step.mounts);
                prop_assert!(now_ms - standing.since_ms >= i64::from(step.minutes) * MS_PER_MINUTE);
                prop_assert!(evidence.worth() < DOUBT && of_stable(&evidence) >= step.mounts / 10);
            }
            if let Decision::Raise(share) = decision {
                prop_assert!(share > standing.share_permille && plan.steps().iter().any(|step| step.share_permille == share));
            }
        }
    }
}
