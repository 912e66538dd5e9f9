//! What follows from what was done: which release of a fragment is live, which one a roll back goes to, and
//! what is switched off. Pure.
//!
//! **Architecture invariant:** the log is the state. Nothing is known here that does not follow from its lines
//! in their order, so state and history can't tell two stories. A command is decided against it and becomes one
//! more line, or is refused, or changes nothing.

use std::collections::BTreeMap;

use contract::registry::{KillNote, ShippedRelease, ShippingAction as Action, ShippingLine as Line, Standing};
use thiserror::Error;

/// Why a command is refused. Each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Refusal {
    /// Nobody has published it, and the floor does not have it.
    #[error("There is no fragment {0:?}. Publish a release of it first.")]
    UnknownFragment(String),
    /// A promote without anything to promote.
    #[error("Nothing was published of {0:?}. Publish a release of it first.")]
    NothingPublished(String),
    /// A release that is not there.
    #[error("There is no release {version:?} of {fragment:?}. `status` lists those that were published.")]
    UnknownVersion {
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
    /// Another fragment would have to go.
    #[error("The slot {slot:?} is {owner:?}'s, and two fragments don't share one. Kill or change that one first.")]
    SlotTaken {
        /// Which.
        slot: String,
        /// Whose it is.
        owner: String,
    },
    /// The first release that there is.
    #[error("There is nothing before the live release of {0:?}. Kill the fragment, or promote another release.")]
    NothingBefore(String),
}

impl Refusal {
    /// The member of the command at fault.
    pub(super) const fn field(&self) -> &'static str {
        match self {
            Self::UnknownFragment(_) | Self::NothingPublished(_) | Self::NothingBefore(_) => "fragment",
            Self::UnknownVersion { .. } => "version",
            Self::NeverLive { .. } => "to",
            Self::SlotTaken { .. } => "slots",
        }
    }
}

/// A line that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) action: Action,
    pub(super) fragment: String,
    pub(super) version: Option<String>,
    pub(super) reason: Option<String>,
}

/// What a team asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Which release; without it the newest.
    Promote(Option<String>),
    /// To which release; without it to the one before.
    Rollback(Option<String>),
    /// Why.
    Kill(String),
    Revive,
}

/// How a fragment stands by the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelf {
    /// In the order of publication.
    releases: Vec<ShippedRelease>,
    /// What was made live and not rolled back since; the last is live. Below the first is the floor's.
    lives: Vec<String>,
    since_ms: Option<i64>,
    killed: Option<KillNote>,
}

impl Shelf {
    /// The live release, then those before it, the newest first; after them comes the floor's.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &str> {
        self.lives.iter().rev().map(String::as_str)
    }

    pub(super) fn is_killed(&self) -> bool {
        self.killed.is_some()
    }

    fn has(&self, version: &str) -> bool {
        self.releases.iter().any(|release| release.version == version)
    }
}

/// Every fragment that somebody has done something to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelves {
    /// The last line that counts.
    seq: u64,
    by_name: BTreeMap<String, Shelf>,
}

impl Shelves {
    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether somebody has done something to it.
    pub(super) fn knows(&self, fragment: &str) -> bool {
        self.by_name.contains_key(fragment)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Shelf)> {
        self.by_name.iter().map(|(name, shelf)| (name.as_str(), shelf))
    }

    /// Takes the next line of the log. One that was taken before changes nothing.
    pub(super) fn apply(&mut self, line: Line) {
        if line.seq <= self.seq {
            return;
        }
        self.seq = line.seq;
        let shelf = self.by_name.entry(line.fragment).or_default();
        match (line.action, line.version) {
            (Action::Publish, Some(version)) => {
                shelf.releases.push(ShippedRelease { version, team: line.team, at_ms: line.at_ms });
            }
            (Action::Promote, Some(version)) => {
                shelf.lives.push(version);
                shelf.since_ms = Some(line.at_ms);
            }
            (Action::Rollback, to) => {
                let kept = to.and_then(|to| shelf.lives.iter().rposition(|live| *live == to)).map_or(0, |at| at + 1);
                shelf.lives.truncate(kept);
                shelf.since_ms = Some(line.at_ms);
            }
            (Action::Kill, _) => {
                let reason = line.reason.unwrap_or_default();
                shelf.killed = Some(KillNote { reason, team: line.team, at_ms: line.at_ms });
            }
            (Action::Revive, _) => shelf.killed = None,
            // Lines that nobody can have written.
            (Action::Publish | Action::Promote, None) => {}
        }
    }

    /// The line that a command becomes; none if it is so already. `floor` is the version of the floor's own
    /// release of this fragment, which lies below all that was published.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub(super) fn decide(
        &self,
        fragment: &str,
        command: Command,
        floor: Option<&str>,
    ) -> Result<Option<Deed>, Refusal> {
        let nothing = Shelf::default();
        let shelf = self.by_name.get(fragment).unwrap_or(&nothing);
        if shelf.releases.is_empty() && floor.is_none() {
            return Err(Refusal::UnknownFragment(fragment.to_owned()));
        }
        let deed = |action, version, reason| Some(Deed { action, fragment: fragment.to_owned(), version, reason });
        match command {
            Command::Promote(version) => {
                let version = promoted(fragment, shelf, version)?;
                let is_live = shelf.lives.last() == Some(&version);
                Ok(if is_live { None } else { deed(Action::Promote, Some(version), None) })
            }
            Command::Rollback(to) => {
                let to = rolled_back(fragment, shelf, to, floor)?;
                Ok(deed(Action::Rollback, to, None))
            }
            Command::Kill(_) if shelf.is_killed() => Ok(None),
            Command::Kill(reason) => Ok(deed(Action::Kill, None, Some(reason))),
            Command::Revive => Ok(if shelf.is_killed() { deed(Action::Revive, None, None) } else { None }),
        }
    }

    /// How a fragment stands.
    pub(super) fn standing(&self, fragment: &str, floor: Option<&str>) -> Standing {
        let shelf = self.by_name.get(fragment).cloned().unwrap_or_default();
        let mut below = shelf.candidates().chain(floor).map(str::to_owned);
        let (live, mut rest) = (below.next(), below);
        let previous = rest.find(|version| Some(version) != live.as_ref());
        let releases = shelf.releases.iter().rev().cloned().collect();
        Standing {
            fragment: fragment.to_owned(),
            live,
            previous,
            since_ms: shelf.since_ms,
            killed: shelf.killed.clone(),
            releases,
        }
    }
}

fn promoted(fragment: &str, shelf: &Shelf, version: Option<String>) -> Result<String, Refusal> {
    match version {
        Some(version) if shelf.has(&version) => Ok(version),
        Some(version) => Err(Refusal::UnknownVersion { fragment: fragment.to_owned(), version }),
        None => {
            let newest = shelf.releases.last().map(|release| release.version.clone());
            newest.ok_or_else(|| Refusal::NothingPublished(fragment.to_owned()))
        }
    }
}

/// The release that is live afterwards; none for the floor's.
fn rolled_back(
    fragment: &str,
    shelf: &Shelf,
    to: Option<String>,
    floor: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let nothing = || Refusal::NothingBefore(fragment.to_owned());
    let (_, before) = shelf.lives.split_last().ok_or_else(nothing)?;
    match to {
        Some(version) if before.contains(&version) => Ok(Some(version)),
        Some(version) if floor == Some(version.as_str()) => Ok(None),
        Some(version) => Err(Refusal::NeverLive { fragment: fragment.to_owned(), version }),
        None => match before.last() {
            Some(version) => Ok(Some(version.clone())),
            None => floor.map(|_| None).ok_or_else(nothing),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLOOR: Option<&str> = Some("0-floor");

    /// The shelves, and the number of the next line.
    #[derive(Default)]
    struct Book(Shelves);

    impl Book {
        fn write(&mut self, deed: Deed) {
            let Deed { action, fragment, version, reason } = deed;
            let seq = self.0.seq() + 1;
            let line = Line {
                seq,
                at_ms: i64::try_from(seq).unwrap(),
                team: "team".into(),
                key: "key".into(),
                action,
                fragment,
                version,
                reason,
            };
            self.0.apply(line);
        }

        fn publish(&mut self, version: &str) {
            let (action, fragment) = (Action::Publish, "wallet".into());
            self.write(Deed { action, fragment, version: Some(version.into()), reason: None });
        }

        fn ask(&mut self, command: Command, floor: Option<&str>) -> Result<bool, Refusal> {
            let deed = self.0.decide("wallet", command, floor)?;
            let changes = deed.is_some();
            deed.into_iter().for_each(|deed| self.write(deed));
            Ok(changes)
        }

        fn promote(&mut self, version: &str) -> Result<bool, Refusal> {
            self.ask(Command::Promote(Some(version.into())), FLOOR)
        }

        fn live(&self) -> (Option<String>, Option<String>) {
            let standing = self.0.standing("wallet", FLOOR);
            (standing.live, standing.previous)
        }
    }

    fn pair(live: &str, previous: &str) -> (Option<String>, Option<String>) {
        (Some(live.to_owned()), Some(previous.to_owned()))
    }

    #[test]
    fn a_roll_back_goes_the_way_back_step_by_step_down_to_the_floor() {
        let mut book = Book::default();
        for version in ["1", "2", "3"] {
            book.publish(version);
            assert_eq!(book.promote(version), Ok(true));
        }
        assert_eq!(book.live(), pair("3", "2"));
        assert_eq!(book.promote("3"), Ok(false), "it is live");
        assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
        assert_eq!(book.live(), pair("2", "1"), "what was bad is not what it falls back to");
        assert_eq!(book.ask(Command::Promote(None), FLOOR), Ok(true), "the newest");
        assert_eq!(book.live(), pair("3", "2"));
        assert_eq!(book.ask(Command::Rollback(Some("1".into())), FLOOR), Ok(true));
        assert_eq!(book.live(), pair("1", "0-floor"));
        assert_eq!(book.ask(Command::Rollback(None), None), Err(Refusal::NothingBefore("wallet".into())));
        assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
        assert_eq!(book.live(), (Some("0-floor".into()), None));
        assert_eq!(book.ask(Command::Rollback(None), FLOOR), Err(Refusal::NothingBefore("wallet".into())));
    }

    #[test]
    fn what_is_not_there_is_refused_by_its_name() {
        let mut book = Book::default();
        let unknown = Refusal::UnknownFragment("wallet".into());
        assert_eq!(book.ask(Command::Kill("why".into()), None), Err(unknown));
        assert_eq!(book.ask(Command::Promote(None), FLOOR), Err(Refusal::NothingPublished("wallet".into())));
        book.publish("1");
        book.publish("2");
        let refusal = book.promote("9").unwrap_err();
        assert_eq!(refusal.field(), "version");
        book.promote("1").unwrap();
        let refusal = book.ask(Command::Rollback(Some("2".into())), FLOOR).unwrap_err();
        assert_eq!(refusal, Refusal::NeverLive { fragment: "wallet".into(), version: "2".into() });
    }

    fn any_step() -> impl Strategy<Value = Step> {
        let version = || (0..6_u8).prop_map(|number| number.to_string());
        prop_oneof![
            version().prop_map(Step::Publish),
            proptest::option::of(version()).prop_map(|version| Step::Ask(Command::Promote(version))),
            proptest::option::of(version()).prop_map(|to| Step::Ask(Command::Rollback(to))),
            Just(Step::Ask(Command::Kill("why".into()))),
            Just(Step::Ask(Command::Revive)),
        ]
    }

    #[derive(Clone, Debug)]
    enum Step {
        Publish(String),
        Ask(Command),
    }

    proptest! {
        /// Whatever is asked for in whatever order: what is live was published or is the floor's, what it falls
        /// back to is another one, and off stays off until it is revived.
        #[test]
        fn histories_keep_their_promises(steps in proptest::collection::vec(any_step(), 0..60)) {
            let mut book = Book::default();
            let mut published = Vec::new();
            let mut off = false;
            for step in steps {
                let before = book.0.clone();
                match step {
                    Step::Publish(version) if published.contains(&version) => {}
                    Step::Publish(version) => {
                        book.publish(&version);
                        published.push(version);
                        prop_assert_eq!(book.0.standing("wallet", FLOOR).live, before.standing("wallet", FLOOR).live);
                    }
                    Step::Ask(command) => {
                        let asked = command.clone();
                        let outcome = book.ask(command, FLOOR);
                        match (asked, &outcome) {
                            (Command::Kill(_), Ok(_)) => off = true,
                            (Command::Revive, Ok(_)) => off = false,
                            _ => {}
                        }
                        if !matches!(outcome, Ok(true)) {
                            prop_assert_eq!(&book.0, &before, "a refusal and a repetition change nothing");
                        }
                    }
                }
                let standing = book.0.standing("wallet", FLOOR);
                let live = standing.live.expect("something is live");
                prop_assert!(live == "0-floor" || published.contains(&live));
                prop_assert_ne!(Some(&live), standing.previous.as_ref());
                prop_assert_eq!(standing.killed.is_some(), off);
                prop_assert!(book.0.seq() >= before.seq());
            }
        }

        /// A roll back undoes a promotion, whatever was before.
        #[test]
        fn a_roll_back_undoes_a_promotion(steps in proptest::collection::vec(any_step(), 0..40)) {
            let mut book = Book::default();
            for step in steps {
                match step {
                    Step::Publish(version) => if !book.0.by_name.get("wallet").is_some_and(|shelf| shelf.has(&version)) {
                        book.publish(&version);
                    },
                    Step::Ask(command) => drop(book.ask(command, FLOOR)),
                }
            }
            let before = book.live();
            book.publish("new");
            prop_assert_eq!(book.promote("new"), Ok(true));
            prop_assert_eq!(book.live(), (Some("new".to_owned()), before.0.clone()));
            prop_assert_eq!(book.ask(Command::Rollback(None), FLOOR), Ok(true));
            prop_assert_eq!(book.live(), before);
        }
    }
}
