//! Why a team's command is refused, in words that say what to do.

use release::Finding;
use thiserror::Error;

use super::super::review;
use super::MAX_CANARIES;

/// Why a command is refused. Each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(in crate::registry::desk) enum Refusal {
    /// Nobody has published it, and the floor does not have it.
    #[error("There is no fragment {0:?}. Publish a release of it first.")]
    UnknownFragment(String),
    /// A promote without anything to promote.
    #[error("Nothing was published of {0:?}. Publish a release of it first.")]
    NothingPublished(String),
    /// A release that is not there.
    #[error("There is no release {version:?} of {fragment:?}. `history` lists those that were published.")]
    UnknownVersion {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// Nobody has named it, and it is the newest.
    #[error(
        "Release {version:?} of {fragment:?} was published last, and was rolled back or ended as a canary that does \
         worse. Publish another one; to show it all the same, name its version."
    )]
    WasRolledBack {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// It never was live.
    #[error("Release {version:?} of {fragment:?} was not live before the present one. Promote it instead.")]
    NeverLive {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// Another fragment would have to go; to be switched off is not to go.
    #[error(
        "The slot {slot:?} is {owner:?}'s, and two fragments don't share one. Let its team ship a release in another \
         slot first."
    )]
    SlotTaken {
        /// Which.
        slot: String,
        /// Whose it is.
        owner: String,
    },
    /// The same of a release that was live before.
    #[error(
        "What it would go back to is in the slot {slot:?}, which is {owner:?}'s by now, and two fragments don't share \
         one. Kill {fragment:?}, or promote a release of it in another slot."
    )]
    SlotTakenSince {
        /// Who would go back.
        fragment: String,
        /// Which.
        slot: String,
        /// Whose it is.
        owner: String,
    },
    /// Somebody else who is live would not understand it, or it them.
    #[error("{}; {}.", .0.problem, .0.remedy)]
    Misfit(Finding),
    /// It would run where a team's releases may not.
    #[error(
        "Release {version:?} of {fragment:?} has the placement {placement:?}, which the operator's list of teams does not \
         allow here. Change `placement`, or ask the operator for {placement:?} in your team's `placements`."
    )]
    Misplaced {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
        /// Where.
        placement: &'static str,
    },
    /// It would ask for what a team's releases may not.
    #[error(
        "Release {version:?} of {fragment:?} asks for {request:?}, which the operator's list of teams does not allow \
         here. Do without it, or ask the operator: the line `requests` of your team's entry has to name all that any \
         of its releases asks for, those it may go back to as well."
    )]
    Overreaches {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
        /// For what.
        request: String,
    },
    /// It is live.
    #[error("Release {version:?} of {fragment:?} is live. A canary is another release.")]
    IsLive {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// Nobody has said how many are to see it.
    #[error("Release {version:?} of {fragment:?} is not the canary yet. Say which share of the audience is to see it.")]
    NoShare {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// Somebody has ended it, or it is another one by now.
    #[error("{version:?} is not the canary of {fragment:?}.")]
    NotTheCanary {
        /// Of which fragment.
        fragment: String,
        /// Which.
        version: String,
    },
    /// As many as there may be.
    #[error(
        "{MAX_CANARIES} fragments have a canary, and more can't have one at once. Promote or end one of them first."
    )]
    TooManyCanaries,
    /// The first release that there is.
    #[error("There is nothing before the live release of {0:?}. Kill the fragment, or promote another release.")]
    NothingBefore(String),
}

impl Refusal {
    /// The member of the command at fault.
    pub(in crate::registry::desk) fn field(&self) -> &str {
        match self {
            Self::UnknownFragment(_) | Self::NothingPublished(_) | Self::NothingBefore(_) | Self::TooManyCanaries => {
                "fragment"
            }
            Self::UnknownVersion { .. }
            | Self::WasRolledBack { .. }
            | Self::IsLive { .. }
            | Self::NotTheCanary { .. } => "version",
            Self::NoShare { .. } => "share_permille",
            Self::NeverLive { .. } => "to",
            Self::SlotTaken { .. } | Self::SlotTakenSince { .. } => "slots",
            Self::Misplaced { .. } => "placement",
            Self::Overreaches { .. } => "capabilities.requests",
            Self::Misfit(finding) => review::field(finding),
        }
    }

    pub(in crate::registry::desk) const fn fault(&self) -> Fault {
        match self {
            Self::UnknownFragment(_)
            | Self::NothingPublished(_)
            | Self::NothingBefore(_)
            | Self::UnknownVersion { .. }
            | Self::NeverLive { .. } => Fault::Unknown,
            Self::NoShare { .. } => Fault::Invalid,
            Self::Misplaced { .. } | Self::Overreaches { .. } => Fault::Forbidden,
            Self::SlotTaken { .. }
            | Self::SlotTakenSince { .. }
            | Self::Misfit(_)
            | Self::WasRolledBack { .. }
            | Self::IsLive { .. }
            | Self::NotTheCanary { .. }
            | Self::TooManyCanaries => Fault::Conflict,
        }
    }
}

/// What a refusal is about: something that is not there, a value that is missing, what is there already, or what is
/// somebody else's to allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry::desk) enum Fault {
    Unknown,
    Invalid,
    Conflict,
    Forbidden,
}
