//! One player's way through one offer: a pure state machine.
//!
//! `offered → active → earned → claiming → claimed`, or `active → expired`. Time comes in with the
//! input; what has to happen outside comes out as effects.
//!
//! A bet counts as soon as it is placed, which is what the player sees. It earns only once it is settled,
//! when nobody can take it back any more: no reward has to be taken back from anybody.
//!
//! **Architecture invariant:** whether a bet is won or lost changes nothing here, and a bet that was taken
//! back leaves no trace. No I/O.

use contract::live::Game;
use contract::promotions::{OfferState, Progress, ProgressUnit};
use serde::Deserialize;
use thiserror::Error;

/// How an offer is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// The first deposit that is large enough is matched; the matched amount has to be wagered.
    Match {
        /// How much of the deposit is matched.
        percent: u32,
        /// The most that is matched.
        cap_minor: i64,
        /// The smallest deposit that counts.
        min_deposit_minor: i64,
        /// Times the matched amount that has to be wagered.
        multiplier: u32,
    },
    /// Stakes add up to a target.
    Wager {
        /// The target.
        target_minor: i64,
        /// What it earns.
        reward_minor: i64,
    },
    /// Rounds with a stake in them are counted.
    Rounds {
        /// How many.
        target: i64,
        /// What they earn.
        reward_minor: i64,
    },
}

/// The part of an offer's terms that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Which version a player accepts.
    pub version: u32,
    /// How it is earned.
    pub rule: Rule,
    /// How much of a roulette stake counts.
    pub roulette_percent: u32,
    /// How much of a baccarat stake counts.
    pub baccarat_percent: u32,
    /// A larger stake does not count at all.
    pub max_bet_minor: i64,
    /// From opting in to the end.
    pub valid_ms: i64,
}

/// Where a player stands, with one more step than the player sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Can be opted into.
    Offered,
    /// Progress counts.
    Active,
    /// The reward waits to be claimed.
    Earned,
    /// It was claimed; the wallet is being asked to credit it.
    Claiming,
    /// The wallet has credited it.
    Claimed,
    /// Too late.
    Expired,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 6] =
        [Self::Offered, Self::Active, Self::Earned, Self::Claiming, Self::Claimed, Self::Expired];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Active => "active",
            Self::Earned => "earned",
            Self::Claiming => "claiming",
            Self::Claimed => "claimed",
            Self::Expired => "expired",
        }
    }

    /// What the player sees.
    #[must_use]
    pub const fn shown(self) -> OfferState {
        match self {
            Self::Offered => OfferState::Offered,
            Self::Active => OfferState::Active,
            Self::Earned | Self::Claiming => OfferState::Earned,
            Self::Claimed => OfferState::Claimed,
            Self::Expired => OfferState::Expired,
        }
    }
}

/// Everything that is known of one player and one offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where the player stands.
    pub stage: Stage,
    /// What was matched; 0 until then, and for offers that match nothing.
    pub matched_minor: i64,
    /// Everything that counted and was not taken back: may be more than the target.
    pub counted: i64,
    /// The part of it that is settled.
    pub settled: i64,
    /// When the player opted in.
    pub opted_in_at_ms: i64,
    /// When it ends.
    pub expires_at_ms: i64,
    /// The terms that the player accepted; 0 before.
    pub terms_version: u32,
    /// Rises with each change.
    pub version: u64,
}

impl Standing {
    /// Of a player who has not opted in.
    pub const NEW: Self = Self {
        stage: Stage::Offered,
        matched_minor: 0,
        counted: 0,
        settled: 0,
        opted_in_at_ms: 0,
        expires_at_ms: 0,
        terms_version: 0,
        version: 0,
    };

    /// What will be, or was, credited. Before a deposit is matched: the most that can be.
    #[must_use]
    pub fn reward_minor(&self, terms: &Terms) -> i64 {
        match terms.rule {
            Rule::Match { cap_minor, .. } if self.matched_minor == 0 => cap_minor,
            Rule::Match { .. } => self.matched_minor,
            Rule::Wager { reward_minor, .. } | Rule::Rounds { reward_minor, .. } => reward_minor,
        }
    }

    /// How far the player is, as shown.
    #[must_use]
    pub fn progress(&self, terms: &Terms) -> Progress {
        let (unit, target) = match terms.rule {
            Rule::Match { multiplier, .. } => (ProgressUnit::Money, self.reward_minor(terms) * i64::from(multiplier)),
            Rule::Wager { target_minor, .. } => (ProgressUnit::Money, target_minor),
            Rule::Rounds { target, .. } => (ProgressUnit::Count, target),
        };
        Progress { unit, current: self.counted.min(target), target }
    }

    fn is_met(&self, terms: &Terms) -> bool {
        let matched = !matches!(terms.rule, Rule::Match { .. }) || self.matched_minor > 0;
        matched && self.settled >= self.progress(terms).target
    }
}

/// What happens to a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The player accepts a version of the terms.
    OptIn {
        /// Which one.
        terms_version: u32,
        /// Now.
        now_ms: i64,
    },
    /// The player paid in.
    Deposit {
        /// How much.
        amount_minor: i64,
        /// When.
        at_ms: i64,
    },
    /// A stake was taken.
    Bet {
        /// At which game.
        game: Game,
        /// How much.
        stake_minor: i64,
        /// No other bet of this round counts yet.
        first_in_round: bool,
        /// When.
        at_ms: i64,
    },
    /// A bet that counted was won or lost.
    Settled {
        /// What it had counted.
        counted: i64,
    },
    /// A bet that counted was taken back.
    TakenBack {
        /// What it had counted.
        counted: i64,
        /// What of it counted as settled: nothing, but for bets from before settling was heard of.
        settled: i64,
    },
    /// The player asks for the reward.
    Claim,
    /// The wallet has credited it.
    Credited,
    /// The wallet has refused the credit for good.
    CreditRefused,
    /// Time has passed.
    Tick {
        /// Now.
        now_ms: i64,
    },
}

/// What has to happen outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Remember that the bet counted so much, in case it is taken back.
    Remember {
        /// What it counted.
        counted: i64,
    },
    /// Credit the reward; repeating it must have no second effect.
    Credit {
        /// How much.
        amount_minor: i64,
    },
    /// Tell the player of the new standing.
    Tell,
    /// Tell the player that the reward is in the wallet.
    TellCredited {
        /// How much.
        amount_minor: i64,
    },
}

/// Why the player's wish is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Other terms than those in force.
    #[error("the terms have changed: version {current} is in force")]
    OtherTerms {
        /// Those in force.
        current: u32,
    },
    /// Opting in twice.
    #[error("the offer was opted into before")]
    AlreadyIn,
    /// Claiming what is not earned.
    #[error("the reward is not earned yet")]
    NotEarned,
    /// Claiming twice.
    #[error("the reward was claimed before")]
    AlreadyClaimed,
    /// Too late.
    #[error("the offer has expired")]
    Expired,
}

/// The new standing and what has to happen. A refusal changes nothing.
///
/// # Errors
/// Only a player's own wishes, [`Input::OptIn`] and [`Input::Claim`], are refused; what has
/// happened elsewhere is taken as it is.
pub fn step(terms: &Terms, old: Standing, input: Input) -> Result<(Standing, Vec<Effect>), Refusal> {
    let mut new = old;
    let mut effects = Vec::new();
    match input {
        Input::OptIn { terms_version, now_ms } => opt_in(terms, &mut new, terms_version, now_ms)?,
        Input::Deposit { amount_minor, at_ms } => match_deposit(terms, &mut new, amount_minor, at_ms),
        Input::Bet { game, stake_minor, first_in_round, at_ms } => {
            if let Some(counted) = contribution(terms, &new, game, stake_minor, first_in_round, at_ms) {
                new.counted += counted;
                effects.push(Effect::Remember { counted });
            }
        }
        Input::Settled { counted } => {
            debug_assert!(counted <= new.counted - new.settled, "only what was counted is settled");
            new.settled = (new.settled + counted).min(new.counted);
        }
        Input::TakenBack { counted, settled } => {
            debug_assert!((0..=new.counted).contains(&counted), "only what was counted is taken back");
            new.counted = (new.counted - counted).max(0);
            new.settled = (new.settled - settled).clamp(0, new.counted);
        }
        Input::Claim => {
            new.stage = claimable(new.stage)?;
            effects.push(Effect::Credit { amount_minor: new.reward_minor(terms) });
        }
        Input::Credited if new.stage == Stage::Claiming => {
            new.stage = Stage::Claimed;
            effects.push(Effect::TellCredited { amount_minor: new.reward_minor(terms) });
        }
        Input::CreditRefused if new.stage == Stage::Claiming => new.stage = Stage::Earned,
        Input::Credited | Input::CreditRefused => {}
        Input::Tick { now_ms } => {
            // A bet that is open may still earn it.
            if new.stage == Stage::Active && now_ms >= new.expires_at_ms && new.settled == new.counted {
                new.stage = Stage::Expired;
            }
        }
    }
    new.stage = match new.stage {
        Stage::Active | Stage::Earned | Stage::Expired if new.is_met(terms) => Stage::Earned,
        // A bet that was placed in time is heard of later than the time itself.
        Stage::Expired if new.settled < new.counted => Stage::Active,
        Stage::Earned => Stage::Active,
        stage => stage,
    };
    let shown = |standing: &Standing| (standing.stage.shown(), standing.progress(terms), standing.reward_minor(terms));
    if shown(&new) != shown(&old) {
        new.version = old.version + 1;
        effects.push(Effect::Tell);
    }
    Ok((new, effects))
}

fn opt_in(terms: &Terms, standing: &mut Standing, terms_version: u32, now_ms: i64) -> Result<(), Refusal> {
    match standing.stage {
        Stage::Offered if terms_version != terms.version => Err(Refusal::OtherTerms { current: terms.version }),
        Stage::Offered => {
            standing.stage = Stage::Active;
            standing.terms_version = terms_version;
            standing.opted_in_at_ms = now_ms;
            standing.expires_at_ms = now_ms + terms.valid_ms;
            Ok(())
        }
        Stage::Expired => Err(Refusal::Expired),
        Stage::Active | Stage::Earned | Stage::Claiming | Stage::Claimed => Err(Refusal::AlreadyIn),
    }
}

fn claimable(stage: Stage) -> Result<Stage, Refusal> {
    match stage {
        // A claim whose credit is not confirmed yet is carried on, not refused.
        Stage::Earned | Stage::Claiming => Ok(Stage::Claiming),
        Stage::Offered | Stage::Active => Err(Refusal::NotEarned),
        Stage::Claimed => Err(Refusal::AlreadyClaimed),
        Stage::Expired => Err(Refusal::Expired),
    }
}

fn in_time(standing: &Standing, at_ms: i64) -> bool {
    (standing.opted_in_at_ms..standing.expires_at_ms).contains(&at_ms)
}

fn match_deposit(terms: &Terms, standing: &mut Standing, amount_minor: i64, at_ms: i64) {
    if let Rule::Match { percent, cap_minor, min_deposit_minor, .. } = terms.rule
        && matches!(standing.stage, Stage::Active | Stage::Expired)
        && standing.matched_minor == 0
        && amount_minor >= min_deposit_minor
        && in_time(standing, at_ms)
    {
        standing.matched_minor = share(amount_minor, percent).min(cap_minor);
    }
}

/// What a bet counts; nothing if it does not.
fn contribution(
    terms: &Terms,
    standing: &Standing,
    game: Game,
    stake_minor: i64,
    first_in_round: bool,
    at_ms: i64,
) -> Option<i64> {
    let percent = match game {
        Game::Roulette => terms.roulette_percent,
        Game::Baccarat => terms.baccarat_percent,
    };
    let counts = matches!(standing.stage, Stage::Active | Stage::Earned | Stage::Expired)
        && in_time(standing, at_ms)
        && percent > 0
        && (1..=terms.max_bet_minor).contains(&stake_minor);
    match terms.rule {
        _ if !counts => None,
        Rule::Match { .. } if standing.matched_minor == 0 => None,
        Rule::Match { .. } | Rule::Wager { .. } => Some(share(stake_minor, percent)),
        Rule::Rounds { .. } => Some(i64::from(first_in_round)),
    }
}

/// A share in percent, rounded down.
fn share(amount_minor: i64, percent: u32) -> i64 {
    // Amounts have at most 53 bits and percentages are small; the wide product is exact anyway.
    i64::try_from(i128::from(amount_minor) * i128::from(percent) / 100).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
