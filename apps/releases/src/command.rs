//! What an operator can ask for, and how it is sent.

use contract::event::Nothing;
use contract::registry::{EndCanaryCommand, KillCommand, PromoteCommand, ReviveCommand, RollbackCommand};
use contract::wire::{Encode, Sink};

/// What is asked for. One type, so that sending is compiled once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Switches a fragment off.
    Kill(KillCommand),
    /// Switches it on again.
    Revive(ReviveCommand),
    /// Goes back to the release that was live before.
    Rollback(RollbackCommand),
    /// Makes a published release the live one.
    Promote(PromoteCommand),
    /// Shows the live release to everybody again.
    EndCanary(EndCanaryCommand),
    /// Begins an inspection in this browser; changes no fragment.
    Inspect,
}

impl Command {
    /// The path that takes it.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Kill(_) => "/api/operator/releases/kill",
            Self::Revive(_) => "/api/operator/releases/revive",
            Self::Rollback(_) => "/api/operator/releases/rollback",
            Self::Promote(_) => "/api/operator/releases/promote",
            Self::EndCanary(_) => "/api/operator/releases/canary/end",
            Self::Inspect => "/api/operator/inspect",
        }
    }

    /// Which fragment it is about; empty where it is about none.
    #[must_use]
    pub fn fragment(&self) -> &str {
        match self {
            Self::Kill(KillCommand { fragment, .. })
            | Self::Revive(ReviveCommand { fragment })
            | Self::EndCanary(EndCanaryCommand { fragment })
            | Self::Rollback(RollbackCommand { fragment, .. })
            | Self::Promote(PromoteCommand { fragment, .. }) => fragment,
            Self::Inspect => "",
        }
    }

    /// Which release it makes live, if that is what it does.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::Rollback(RollbackCommand { to: version, .. }) | Self::Promote(PromoteCommand { version, .. }) => {
                version.as_deref()
            }
            Self::Kill(_) | Self::Revive(_) | Self::EndCanary(_) | Self::Inspect => None,
        }
    }

    /// In a word: of its button, and of the texts about it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Kill(_) => "kill",
            Self::Revive(_) => "revive",
            Self::Rollback(_) => "rollback",
            Self::Promote(_) => "promote",
            Self::EndCanary(_) => "end-canary",
            Self::Inspect => "inspect",
        }
    }
}

impl Encode for Command {
    fn write<S: Sink>(&self) -> S {
        match self {
            Self::Kill(command) => command.write(),
            Self::Revive(command) => command.write(),
            Self::Rollback(command) => command.write(),
            Self::Promote(command) => command.write(),
            Self::EndCanary(command) => command.write(),
            Self::Inspect => Nothing {}.write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_says_what_it_is_about() {
        let back = Command::Rollback(RollbackCommand { fragment: "wallet".into(), to: Some("1".into()) });
        assert_eq!((back.fragment(), back.version(), back.name()), ("wallet", Some("1"), "rollback"));
        let kill = Command::Kill(KillCommand { fragment: "live".into(), reason: "why".into() });
        assert_eq!((kill.fragment(), kill.version()), ("live", None));
        assert!(kill.path().ends_with(kill.name()) && back.path().ends_with(back.name()));
    }
}
