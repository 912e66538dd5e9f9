//! What a withdrawal is decided from: integers and flags under the names that the rules use. Pure.
//!
//! A fact that is added later needs `#[serde(default)]`: decisions from before it are made again as well.
//!
//! **Architecture invariant:** no amount is a float, and nothing here that a decision was not given: whoever
//! reads a kept decision reads all of it.

use contract::money::Currency;
use contract::risk::Fact;
use serde::{Deserialize, Serialize};

/// Hours since something that has never happened, for the rules: more than a century, so that "less than a
/// day ago" is false.
pub(super) const NEVER_HOURS: i64 = 1_000_000;

/// A fact's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Minor units, a count, a share, or hours.
    Number(i64),
    /// Hours since it last happened, if it ever did.
    Since(Option<i64>),
    /// Whether it is so.
    Flag(bool),
}

impl From<i64> for Known {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<i64>> for Known {
    fn from(since: Option<i64>) -> Self {
        Self::Since(since)
    }
}

impl From<bool> for Known {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

macro_rules! facts {
    ($($(#[$meta:meta])* $name:ident: $type:ty,)*) => {
        /// All that is known when a withdrawal is decided about. "Within 24 hours" and "within 7 days" end now;
        /// the days of "within 30 days" are UTC's, today's is the last of them.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(super) struct Facts {
            /// The account's currency.
            pub(super) currency: Currency,
            $($(#[$meta])* pub(super) $name: $type,)*
        }

        impl Facts {
            /// The names, beside `currency`.
            pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// Each with its name.
            pub(super) fn each(&self) -> impl Iterator<Item = (&'static str, Known)> {
                [$((stringify!($name), Known::from(self.$name))),*].into_iter()
            }
        }
    };
}
facts! {
    /// How much is to be withdrawn.
    amount_minor: i64,
    /// The cash before it.
    cash_minor: i64,
    /// Whether all of the player's withdrawals are set aside.
    locked: bool,
    /// Withdrawals asked for within 24 hours before this one.
    day_withdrawals: i64,
    /// What they come to.
    day_withdrawn_minor: i64,
    /// Withdrawals asked for within 7 days before this one.
    week_withdrawals: i64,
    /// What they come to.
    week_withdrawn_minor: i64,
    /// Hours since the withdrawal before this one.
    withdrawal_hours: Option<i64>,
    /// Paid in by the player within 30 days.
    deposited_minor: i64,
    /// Staked within 30 days, without what was given back.
    staked_minor: i64,
    /// Rewards and gifts within 30 days, cash or bonus money.
    bonus_minor: i64,
    /// Hours since the account was made.
    account_hours: i64,
    /// Hours since the player signed in with a browser that was new for them.
    device_hours: Option<i64>,
    /// Hours since the player signed in from a place on the network that was new for them.
    place_hours: Option<i64>,
    /// Hours since the password was changed.
    password_hours: Option<i64>,
    /// Hours since the contact details were changed.
    contact_hours: Option<i64>,
    /// Of what was staked within 30 days, how many of a hundred in rounds in which the player's stakes covered
    /// each other. Of bets whose spots the vendor tells.
    hedged_percent: i64,
    /// Rounds within 30 days in which the player's stakes and those of one other player covered each other: with
    /// whom it were the most.
    opposed_rounds: i64,
}

impl Facts {
    /// As an operator gets to see them.
    pub(super) fn listed(&self) -> Vec<Fact> {
        let value = |known| match known {
            Known::Number(number) => Some(number),
            Known::Since(hours) => hours,
            Known::Flag(flag) => Some(flag.into()),
        };
        self.each().map(|(name, known)| Fact { name: name.to_owned(), value: value(known) }).collect()
    }

    /// Of a player of whom nothing is known, with a balance of what is withdrawn.
    pub(super) fn unremarkable(currency: Currency, amount_minor: i64) -> Self {
        Self {
            currency,
            amount_minor,
            cash_minor: amount_minor,
            locked: false,
            day_withdrawals: 0,
            day_withdrawn_minor: 0,
            week_withdrawals: 0,
            week_withdrawn_minor: 0,
            withdrawal_hours: None,
            deposited_minor: 0,
            staked_minor: 0,
            bonus_minor: 0,
            account_hours: NEVER_HOURS,
            device_hours: None,
            place_hours: None,
            password_hours: None,
            contact_hours: None,
            hedged_percent: 0,
            opposed_rounds: 0,
        }
    }
}
