//! A fault, how it is brought about and mended, and what is stated of it.

use anyhow::Result;
use futures::future::LocalBoxFuture;

use super::stage::Stage;

/// Something that is done to the floor.
pub(super) type Act = for<'a> fn(&'a mut Stage) -> LocalBoxFuture<'a, Result<()>>;

/// One row.
pub(super) struct Case {
    /// What it is called, and filtered by.
    pub(super) name: &'static str,
    /// In words.
    pub(super) what: &'static str,
    /// The page that it is played on.
    pub(super) path: &'static str,
    /// Whether the page is opened before or after it.
    pub(super) when: When,
    /// Brings it about.
    pub(super) begin: Act,
    /// Goes on while it lasts, once the player has been told: more is looked at, or done. It may change
    /// the balance.
    pub(super) meanwhile: Option<Act>,
    /// Mends it.
    pub(super) mend: Act,
    /// What is stated of it.
    pub(super) stated: Stated,
}

/// Whether the page is there when it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The page is opened into it.
    Opening,
    /// The page is open.
    Running,
}

/// What is stated.
#[derive(Clone, Copy)]
pub(super) struct Stated {
    /// The slots that are affected, and the state each is in meanwhile. No other slot changes its state.
    pub(super) slots: &'static [(&'static str, &'static str)],
    /// Where the player reads of it: scope and selector.
    pub(super) says: Option<(&'static str, &'static str)>,
    /// Within this the player knows.
    pub(super) shown_ms: u32,
    /// How it ends.
    pub(super) back: Back,
    /// Whether a deposit goes through meanwhile.
    pub(super) money: Money,
}

/// How everything is as before again, once the fault is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// It was never otherwise.
    Same,
    /// By itself, within so many milliseconds.
    ByItself(u32),
    /// By the button on the card.
    ByRetry,
    /// By loading the page again.
    ByReload,
}

/// What becomes of a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Money {
    /// It goes through while the fault lasts, and afterwards.
    Flows,
    /// It goes through afterwards; what was typed is still there.
    Waits,
    /// One is sent meanwhile, and its outcome is unknown; once all is well it is repeated and carried out
    /// once.
    Repeats,
}

/// The player notices nothing.
pub(super) const UNNOTICED: Stated =
    Stated { slots: &[], says: None, shown_ms: 0, back: Back::Same, money: Money::Flows };

/// The vendor's table says that it is lost, within three seconds, and is back within two. What this
/// machine is late by is on top.
pub(super) const FEED_LOST: Stated = Stated {
    slots: &[("live", "degraded")],
    says: Some((crate::scenario::LIVE, "[data-test=feed-notice]")),
    shown_ms: 3_000 + LATE_MS,
    back: Back::ByItself(2_000 + LATE_MS),
    money: Money::Flows,
};

/// A busy machine with two cores may be so late.
pub(super) const LATE_MS: u32 = 500;
