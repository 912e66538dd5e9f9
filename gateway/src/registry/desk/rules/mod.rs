//! What follows from what was done: which release of a fragment is live, which one a roll back goes to, which one
//! a part of the audience sees beside it, and what is switched off. Pure.
//!
//! **Architecture invariant:** the log is the state. Nothing is known here that does not follow from its lines
//! in their order, so state and history can't tell two stories. A command is decided against it and becomes one
//! more line, or is refused, or changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use contract::registry::{
    Audience, CanaryNote, KillNote, ShippedRelease, ShippingAction as Action, ShippingLine as Line, Standing,
};

mod refusal;

pub(super) use refusal::{Fault, Refusal};

/// Fragments that have a canary at once: pages are made for every combination of theirs.
pub(super) const MAX_CANARIES: usize = 5;

/// A line that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) action: Action,
    pub(super) fragment: String,
    pub(super) version: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) audience: Option<Audience>,
}

impl Deed {
    pub(super) fn new(action: Action, fragment: &str, version: Option<String>) -> Self {
        Self { action, fragment: fragment.to_owned(), version, reason: None, audience: None }
    }
}

/// What a team asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Which release; without it the canary, else the newest.
    Promote(Option<String>),
    /// The canary, if it is still this release.
    PromoteCanary(String),
    /// Which release; without it the canary, else the newest. What is not named stays as it is.
    Canary {
        version: Option<String>,
        share_permille: Option<u32>,
        markets: Option<Vec<String>>,
    },
    /// More of the audience sees the canary, if it is still this release.
    Widen {
        version: String,
        share_permille: u32,
    },
    /// Of which release, if only of that one.
    EndCanary(Option<String>),
    /// To which release; without it to the one before.
    Rollback(Option<String>),
    /// Why.
    Kill(String),
    Revive,
}

impl Command {
    /// Whether somebody may see another release by it than before, so that it counts what that would live with.
    pub(super) fn shows_a_release(&self) -> bool {
        !matches!(self, Self::EndCanary(_) | Self::Kill(_) | Self::Revive)
    }
}

/// How a fragment stands by the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelf {
    /// In the order of publication.
    releases: Vec<ShippedRelease>,
    /// What was made live and not rolled back since; the last is live. Below the first is the floor's.
    lives: Vec<String>,
    /// What was rolled back, or ended by the gateway as worse, and not made live since.
    rolled_back: BTreeSet<String>,
    since_ms: Option<i64>,
    canary: Option<CanaryNote>,
    killed: Option<KillNote>,
}

impl Shelf {
    /// What a part of the audience sees.
    pub(super) fn canary(&self) -> Option<&CanaryNote> {
        self.canary.as_ref()
    }

    /// The live release, then those before it, the newest first; after them comes the floor's.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &str> {
        self.lives.iter().rev().map(String::as_str)
    }

    /// The live release and the canary, by their versions.
    pub(super) fn versions(&self) -> (Option<&str>, Option<&str>) {
        (self.candidates().next(), self.canary.as_ref().map(|canary| canary.version.as_str()))
    }

    /// The release that may be live next: the one that was published last, if it is neither the canary nor among the
    /// candidates. None of a fragment that no team has made live yet.
    pub(super) fn next(&self) -> Option<&str> {
        let newest = self.releases.last()?.version.as_str();
        let (live, canary) = self.versions();
        let is_next = live.is_some() && canary != Some(newest) && self.candidates().all(|version| version != newest);
        is_next.then_some(newest)
    }

    pub(super) fn is_killed(&self) -> bool {
        self.killed.is_some()
    }

    fn has(&self, version: &str) -> bool {
        self.releases.iter().any(|release| release.version == version)
    }

    /// What is promoted, and what is rolled back to, is everybody's.
    fn end_canary_of(&mut self, version: &str) {
        self.canary.take_if(|canary| canary.version == version);
    }

    fn start_canary(&mut self, version: String, audience: Audience, (team, at_ms): (String, i64)) {
        match &mut self.canary {
            Some(canary) if canary.version == version => canary.audience = audience,
            canary => *canary = Some(CanaryNote { version, audience, since_ms: at_ms, team, figures: None }),
        }
    }
}

/// Every fragment that somebody has done something to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelves {
    /// The last line that counts.
    seq: u64,
    /// Of the last line that pages can tell from the one before.
    number: u64,
    by_name: BTreeMap<String, Shelf>,
}

impl Shelves {
    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// Rises with each line that pages can tell, and is the same wherever the log is read: the time of that line in
    /// milliseconds, or one more than before.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether somebody has done something to it.
    pub(super) fn knows(&self, fragment: &str) -> bool {
        self.by_name.contains_key(fragment)
    }

    /// Whether it was published.
    pub(super) fn has(&self, fragment: &str, version: &str) -> bool {
        self.by_name.get(fragment).is_some_and(|shelf| shelf.has(version))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Shelf)> {
        self.by_name.iter().map(|(name, shelf)| (name.as_str(), shelf))
    }

    /// The live release of a fragment and its canary, by their versions.
    pub(super) fn versions(&self, fragment: &str) -> (Option<&str>, Option<&str>) {
        self.by_name.get(fragment).map(Shelf::versions).unwrap_or_default()
    }

    /// Those of which somebody sees another release than before.
    pub(super) fn changed<'s>(&'s self, before: &'s Self) -> impl Iterator<Item = (&'s str, &'s Shelf)> {
        self.iter().filter(move |(name, shelf)| shelf.versions() != before.versions(name))
    }

    /// Takes the next line of the log. One that was taken before changes nothing.
    pub(super) fn apply(&mut self, line: Line) {
        if line.seq <= self.seq {
            return;
        }
        self.seq = line.seq;
        if line.action != Action::Publish {
            self.number = u64::try_from(line.at_ms).unwrap_or_default().max(self.number + 1);
        }
        let shelf = self.by_name.entry(line.fragment).or_default();
        match (line.action, line.version) {
            (Action::Publish, Some(version)) => {
                shelf.releases.push(ShippedRelease { version, team: line.team, at_ms: line.at_ms });
            }
            (Action::Promote, Some(version)) => {
                shelf.rolled_back.remove(&version);
                shelf.lives.push(version);
                shelf.since_ms = Some(line.at_ms);
                shelf.canary = None;
            }
            (Action::Rollback, to) => {
                let kept = to.and_then(|to| shelf.lives.iter().rposition(|live| *live == to)).map_or(0, |at| at + 1);
                shelf.rolled_back.extend(shelf.lives.drain(kept..));
                shelf.since_ms = Some(line.at_ms);
                if let Some(live) = shelf.lives.last().cloned() {
                    shelf.rolled_back.remove(&live);
                    shelf.end_canary_of(&live);
                }
            }
            (Action::Canary, Some(version)) => {
                if let Some(audience) = line.audience {
                    shelf.start_canary(version, audience, (line.team, line.at_ms));
                }
            }
            (Action::EndCanary, version) => {
                if line.automatic {
                    shelf.rolled_back.extend(version);
                }
                shelf.canary = None;
            }
            (Action::Kill, _) => {
                let reason = line.reason.unwrap_or_default();
                shelf.killed = Some(KillNote { reason, team: line.team, at_ms: line.at_ms });
            }
            (Action::Revive, _) => shelf.killed = None,
            // Lines that nobody can have written.
            (Action::Publish | Action::Promote | Action::Canary, None) => {}
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
        let deed = |action, version| Some(Deed::new(action, fragment, version));
        let not_the_canary =
            |version: &String| Refusal::NotTheCanary { fragment: fragment.to_owned(), version: version.clone() };
        match command {
            Command::Promote(version) => {
                let version = meant(fragment, shelf, version)?;
                if shelf.lives.last() != Some(&version) {
                    return Ok(deed(Action::Promote, Some(version)));
                }
                // It is live already. What is beside it ends as with any other promotion.
                Ok(shelf.canary.as_ref().and_then(|canary| deed(Action::EndCanary, Some(canary.version.clone()))))
            }
            Command::PromoteCanary(version) => match &shelf.canary {
                Some(canary) if canary.version == version => Ok(deed(Action::Promote, Some(version))),
                _ => Err(not_the_canary(&version)),
            },
            Command::Canary { version, share_permille, markets } => {
                let asked = (share_permille, markets);
                let (version, audience) = self.shown_to(fragment, shelf, version, asked, floor)?;
                let is_so = shelf.canary.as_ref().is_some_and(|it| it.version == version && it.audience == audience);
                let line = Deed { audience: Some(audience), ..Deed::new(Action::Canary, fragment, Some(version)) };
                Ok(if is_so { None } else { Some(line) })
            }
            Command::Widen { version, share_permille } => match &shelf.canary {
                // Another gateway on the same log was quicker, or a person.
                Some(canary) if canary.version == version && canary.audience.share_permille >= share_permille => {
                    Ok(None)
                }
                Some(canary) if canary.version == version => {
                    let audience = Audience { share_permille, ..canary.audience.clone() };
                    Ok(Some(Deed { audience: Some(audience), ..Deed::new(Action::Canary, fragment, Some(version)) }))
                }
                _ => Err(not_the_canary(&version)),
            },
            Command::EndCanary(only) => match (&shelf.canary, only) {
                (Some(canary), Some(only)) if canary.version != only => Err(not_the_canary(&only)),
                (None, Some(only)) => Err(not_the_canary(&only)),
                (Some(canary), _) => Ok(deed(Action::EndCanary, Some(canary.version.clone()))),
                (None, None) => Ok(None),
            },
            Command::Rollback(to) => {
                let to = rolled_back(fragment, shelf, to, floor)?;
                Ok(deed(Action::Rollback, to))
            }
            Command::Kill(_) if shelf.is_killed() => Ok(None),
            Command::Kill(reason) => Ok(Some(Deed { reason: Some(reason), ..Deed::new(Action::Kill, fragment, None) })),
            Command::Revive => Ok(if shelf.is_killed() { deed(Action::Revive, None) } else { None }),
        }
    }

    /// Which release is to be the canary, and for whom.
    fn shown_to(
        &self,
        fragment: &str,
        shelf: &Shelf,
        version: Option<String>,
        (share_permille, markets): (Option<u32>, Option<Vec<String>>),
        floor: Option<&str>,
    ) -> Result<(String, Audience), Refusal> {
        let version = meant(fragment, shelf, version)?;
        if shelf.candidates().chain(floor).next() == Some(version.as_str()) {
            return Err(Refusal::IsLive { fragment: fragment.to_owned(), version });
        }
        let others = self.iter().filter(|(name, other)| *name != fragment && other.canary.is_some());
        if shelf.canary.is_none() && others.count() >= MAX_CANARIES {
            return Err(Refusal::TooManyCanaries);
        }
        let before = shelf.canary.as_ref().filter(|canary| canary.version == version).map(|canary| &canary.audience);
        let Some(share_permille) = share_permille.or(before.map(|audience| audience.share_permille)) else {
            return Err(Refusal::NoShare { fragment: fragment.to_owned(), version });
        };
        let markets = markets.or_else(|| before.map(|audience| audience.markets.clone())).unwrap_or_default();
        Ok((version, Audience { share_permille, markets }))
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
            canary: shelf.canary.clone(),
            killed: shelf.killed.clone(),
            health: None,
            releases,
        }
    }
}

/// The release that is meant; without a name the canary, else the newest. One that was rolled back, or ended as worse,
/// is meant by its name alone: whoever asks for the newest may not know of it.
fn meant(fragment: &str, shelf: &Shelf, version: Option<String>) -> Result<String, Refusal> {
    match version.or_else(|| shelf.canary.as_ref().map(|canary| canary.version.clone())) {
        Some(version) if shelf.has(&version) => Ok(version),
        Some(version) => Err(Refusal::UnknownVersion { fragment: fragment.to_owned(), version }),
        None => {
            let newest = shelf.releases.last().map(|release| release.version.clone());
            let version = newest.ok_or_else(|| Refusal::NothingPublished(fragment.to_owned()))?;
            if shelf.rolled_back.contains(&version) {
                return Err(Refusal::WasRolledBack { fragment: fragment.to_owned(), version });
            }
            Ok(version)
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
mod tests;
