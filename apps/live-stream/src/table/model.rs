//! What a table's views are painted from.

use crate::bets::{Bets, Message, Pile};
use crate::countdown::Clock;
use crate::layout::Inside;
use crate::watch::Watch;
use contract::feed::{Outcome, Phase, Table as Round};
use contract::live::Table;
use contract::plain::integer;
use fragment::format;

/// How the feed is, as the player sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not heard yet.
    Connecting,
    /// What is on the screen is now.
    Live,
    /// Silent or closed; what is on the screen is old.
    Lost,
}

impl Link {
    /// As in `data-feed`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Lost => "lost",
        }
    }
}

/// One table and one player.
pub(crate) struct Model {
    /// Name, dealer, limits, addresses.
    pub(crate) table: Table,
    /// The tables that there are, for the way to a second one.
    pub(crate) others: Vec<String>,
    /// How the feed is.
    pub(crate) link: Link,
    /// What happens at the table.
    pub(crate) watch: Watch,
    /// The vendor's clock.
    pub(crate) clock: Clock,
    /// The player's bets.
    pub(crate) bets: Bets,
    /// The chip to bet with, minor units.
    pub(crate) chip_minor: i64,
    /// Somebody is signed in.
    pub(crate) signed_in: bool,
    /// The player's money, once known.
    pub(crate) balance_minor: Option<i64>,
    /// What the table answered last.
    pub(crate) said: Option<Message>,
    /// The panel with all inside bets is open at this kind.
    pub(crate) more: Option<Inside>,
}

impl Model {
    pub(crate) fn new(table: Table) -> Self {
        let bets = Bets::new(table.id.clone(), (table.min_minor, table.max_minor));
        let chip_minor = super::chips::CHOSEN * super::chips::whole(table.currency);
        Self {
            table,
            others: vec![],
            link: Link::Connecting,
            watch: Watch::default(),
            clock: Clock::default(),
            bets,
            chip_minor,
            signed_in: false,
            balance_minor: None,
            said: None,
            more: None,
        }
    }

    /// The table's state, once it is known.
    pub(crate) const fn round(&self) -> Option<&Round> {
        self.watch.state()
    }

    /// The phase, once known.
    pub(crate) fn phase(&self) -> Option<Phase> {
        self.round().map(|round| round.phase)
    }

    /// How the round ended, while that is on the screen.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        let round = self.round()?;
        round.outcome.as_ref().filter(|_| matches!(round.phase, Phase::Result | Phase::Settled))
    }

    /// The newest round of the history: its name stands for all of it.
    pub(crate) fn newest(&self) -> &str {
        self.round().and_then(|round| round.history.first()).map_or("", |outcome| &outcome.round)
    }

    /// The feed is silent or closed.
    pub(crate) fn lost(&self) -> bool {
        self.link == Link::Lost
    }

    /// An amount in the table's currency.
    pub(crate) fn money(&self, minor: i64) -> String {
        format::money(minor, self.table.currency)
    }

    /// What the cloth is painted from, in one text: chips, phase and outcome.
    pub(crate) fn cloth_key(&self, piles: &[Pile]) -> String {
        let mut key = String::from(if self.bets.takes_bets() { "open" } else { "shut" });
        key.push_str(self.outcome().map_or("", |outcome| &outcome.round));
        for pile in piles {
            key.push(if pile.pending { '?' } else { ' ' });
            key.push_str(&pile.spot);
            key.push(' ');
            key.push_str(&integer(pile.stake_minor));
        }
        key
    }
}

/// The chips on a spot.
pub(crate) fn pile_on<'a>(piles: &'a [Pile], spot: &str) -> Option<&'a Pile> {
    piles.iter().find(|pile| pile.spot == spot)
}
