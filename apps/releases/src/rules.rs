//! What can be done to a fragment as it stands, and by whom. For what is offered; whether it is done, the server says.
//! Pure.

use contract::operator::Role;
use contract::registry::{ShippedRelease, Standing};

use crate::command::Command;

/// The longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 300;

/// How a fragment stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Pages show it.
    Live,
    /// It is switched off.
    Off,
    /// Published, and never made live.
    Nothing,
}

impl Stands {
    /// The value of `data-stands`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Off => "off",
            Self::Nothing => "nothing",
        }
    }
}

/// How a fragment stands. Off outweighs everything: whatever is live below it, pages don't get it.
#[must_use]
pub fn stands(standing: &Standing) -> Stands {
    match (&standing.killed, &standing.live) {
        (Some(_), _) => Stands::Off,
        (None, Some(_)) => Stands::Live,
        (None, None) => Stands::Nothing,
    }
}

/// How it stands, without its figures: those change all the time, and nothing was done about it.
#[must_use]
pub fn without_figures(standing: &Standing) -> Standing {
    let mut standing = standing.clone();
    standing.health = None;
    if let Some(canary) = &mut standing.canary {
        canary.figures = None;
    }
    standing
}

/// How it stands after a command, with the figures that were known of what that has left as it was. Commands are
/// answered without: until the next answer they would be gone, and all that is below them would move twice.
#[must_use]
pub fn with_figures_of(known: &Standing, mut standing: Standing) -> Standing {
    if standing.live != known.live {
        return standing;
    }
    let canaries = standing.canary.as_mut().zip(known.canary.as_ref());
    let canaries = canaries.filter(|(now, before)| (&now.version, now.since_ms) == (&before.version, before.since_ms));
    // Where nothing is live, the last day is the canary's.
    if known.live.is_some() || canaries.is_some() {
        standing.health = known.health.clone();
    }
    if let Some((now, before)) = canaries {
        now.figures = before.figures.clone();
    }
    standing
}

/// Whether there is something to go back to. What the floor alone has brought was never promoted.
#[must_use]
pub fn goes_back_to(standing: &Standing) -> Option<&str> {
    standing.since_ms.and(standing.previous.as_deref()).filter(|_| is_published(standing))
}

/// Whether what is live was published, rather than brought by the floor.
fn is_published(standing: &Standing) -> bool {
    standing.releases.iter().any(|release| standing.live.as_ref() == Some(&release.version))
}

/// Whether a release can be made live.
#[must_use]
pub fn can_be_promoted(standing: &Standing, release: &ShippedRelease) -> bool {
    standing.live.as_ref() != Some(&release.version)
}

/// The least role that a command asks for: what protects players asks for less than what undoes it.
#[must_use]
pub const fn least(command: &Command) -> Role {
    match command {
        Command::Kill(_) | Command::Rollback(_) | Command::EndCanary(_) => Role::Risk,
        Command::Revive(_) | Command::Promote(_) => Role::Admin,
        Command::Inspect => Role::Developer,
    }
}

/// A text's id for what a role may not do; none for one that may everything.
#[must_use]
pub const fn bounds(role: Role) -> Option<&'static str> {
    match role {
        Role::Developer | Role::Viewer | Role::Support => Some("may-look"),
        Role::Risk => Some("may-stop"),
        Role::Admin => None,
    }
}

/// What is wrong with a reason: a text's id, empty if nothing is.
#[must_use]
pub fn reason_fault(reason: &str) -> &'static str {
    let reason = reason.trim();
    if reason.is_empty() {
        "reason-empty"
    } else if reason.chars().count() > MAX_REASON_CHARS {
        "reason-long"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::health::Health;
    use contract::registry::{
        Audience, CanaryFigures, CanaryNote, KillCommand, KillNote, PromoteCommand, ReviveCommand, RollbackCommand,
    };

    fn release(version: &str) -> ShippedRelease {
        ShippedRelease { version: version.into(), team: "payments".into(), at_ms: 1 }
    }

    fn standing(live: Option<&str>, previous: Option<&str>, published: &[&str]) -> Standing {
        Standing {
            fragment: "wallet".into(),
            live: live.map(str::to_owned),
            previous: previous.map(str::to_owned),
            since_ms: (!published.is_empty()).then_some(1),
            canary: None,
            killed: None,
            health: None,
            releases: published.iter().map(|version| release(version)).collect(),
        }
    }

    /// With a canary; so many mounts were told of.
    fn did(mounts: u64) -> Standing {
        let health =
            Health { mounts, crashes: 0, degraded: 0, failed: 0, median_ms: 0, mount_ms: 0, pages: 0, poor: 0 };
        let (canary, stable) = (health.clone(), health.clone());
        let figures = Some(CanaryFigures { canary, stable, e_value_percent: 100, alarm_percent: 10_100 });
        let audience = Audience { share_permille: 50, markets: vec![] };
        let canary = CanaryNote { version: "2".into(), audience, since_ms: 1, team: "payments".into(), figures };
        Standing { canary: Some(canary), health: Some(health), ..standing(Some("1"), None, &["2", "1"]) }
    }

    #[test]
    fn off_outweighs_what_is_live() {
        let mut stand = standing(Some("1"), None, &["1"]);
        assert_eq!(stands(&stand), Stands::Live);
        stand.killed = Some(KillNote { reason: "why".into(), team: "ada@house.example".into(), at_ms: 1 });
        assert_eq!(stands(&stand), Stands::Off);
        assert_eq!(stands(&standing(None, None, &["1"])), Stands::Nothing);
    }

    #[test]
    fn how_it_does_is_no_part_of_how_it_stands() {
        assert_ne!(did(1), did(2));
        assert_eq!(without_figures(&did(1)), without_figures(&did(2)));
        let ended = Standing { canary: None, ..did(1) };
        assert_ne!(without_figures(&did(1)), without_figures(&ended));
    }

    #[test]
    fn after_a_command_the_figures_stay_of_what_it_has_left_as_it_was() {
        let known = did(7);
        let answer = without_figures(&known);
        assert_eq!(with_figures_of(&known, answer.clone()), known);
        let ended = Standing { canary: None, ..answer.clone() };
        assert_eq!(with_figures_of(&known, ended.clone()).health, known.health, "the live release's own");
        let mut again = answer.clone();
        again.canary.iter_mut().for_each(|canary| canary.since_ms = 2);
        let again = with_figures_of(&known, again);
        assert_eq!((again.health, again.canary.unwrap().figures), (known.health.clone(), None), "it has begun anew");
        let promoted = Standing { live: Some("2".into()), ..ended.clone() };
        assert_eq!(with_figures_of(&known, promoted.clone()), promoted, "they were another one's");
        let (alone, ended) = (Standing { live: None, ..known }, Standing { live: None, ..ended });
        assert_eq!(with_figures_of(&alone, ended.clone()), ended, "they were the canary's");
    }

    #[test]
    fn only_what_was_published_is_taken_back() {
        assert_eq!(goes_back_to(&standing(Some("2"), Some("1"), &["2", "1"])), Some("1"));
        assert_eq!(goes_back_to(&standing(Some("1"), Some("floor"), &["1"])), Some("floor"));
        assert_eq!(goes_back_to(&standing(Some("1"), None, &["1"])), None, "nothing is before it");
        assert_eq!(goes_back_to(&standing(Some("floor"), Some("older"), &[])), None, "the floor's own");
        assert_eq!(goes_back_to(&standing(Some("floor"), Some("older"), &["1"])), None, "rolled back to the floor's");
    }

    #[test]
    fn what_is_live_is_not_promoted_again() {
        let stand = standing(Some("2"), Some("1"), &["2", "1"]);
        assert!(!can_be_promoted(&stand, &release("2")));
        assert!(can_be_promoted(&stand, &release("1")));
    }

    #[test]
    fn what_protects_asks_for_less_than_what_undoes_it() {
        let fragment = || "wallet".to_owned();
        let kill = Command::Kill(KillCommand { fragment: fragment(), reason: "why".into() });
        let back = Command::Rollback(RollbackCommand { fragment: fragment(), to: None });
        let revive = Command::Revive(ReviveCommand { fragment: fragment() });
        let promote = Command::Promote(PromoteCommand { fragment: fragment(), version: None });
        assert!(least(&kill) < least(&revive) && least(&back) < least(&promote));
        for (role, may) in
            [(Role::Support, [false; 4]), (Role::Risk, [true, true, false, false]), (Role::Admin, [true; 4])]
        {
            assert_eq!([&kill, &back, &revive, &promote].map(|command| role >= least(command)), may, "{role:?}");
            assert_eq!(bounds(role).is_none(), may == [true; 4]);
        }
    }

    #[test]
    fn a_reason_is_something_and_not_a_novel() {
        assert_eq!(reason_fault("  "), "reason-empty");
        assert_eq!(reason_fault(&"ß".repeat(MAX_REASON_CHARS)), "");
        assert_eq!(reason_fault(&"ß".repeat(MAX_REASON_CHARS + 1)), "reason-long");
    }
}
