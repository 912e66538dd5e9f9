//! Who may ship what: the teams' public keys and rights, as the operator's file lists them.
//!
//! The file is read again with each call, so that a key that is revoked in it counts for nothing from then on.
//!
//! **Architecture invariant:** holds no secret. Teams keep their own.

use std::path::Path;

use contract::manifest::Placement;
use contract::problem::Code;
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use thiserror::Error;

use super::bounds::{Bounds, is_request};
use crate::keys::{self, PublicKeyError};
use crate::problem::ApiError;

/// Every fragment, where names are listed.
const ANY: &str = "*";

/// Why the list of teams can't be used.
#[derive(Debug, Error)]
pub enum TeamsError {
    /// It can't be read.
    #[error("can't be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is no such list.
    #[error("is not a list of teams: {}", .0.to_string().trim_end())]
    Text(#[from] toml::de::Error),
    /// A key is none.
    #[error("team {name:?}: key: {source}")]
    Key {
        /// Whose.
        name: String,
        /// What is wrong with it.
        source: PublicKeyError,
    },
    /// Nobody could say who it was.
    #[error("team {0:?}: key: another team has the same one")]
    SameKey(String),
    /// It allows nothing.
    #[error("team {name:?}: requests: {request:?} is no method and path, such as \"GET /api/live/*\", nor \"*\"")]
    Request {
        /// Whose.
        name: String,
        /// What is written there.
        request: String,
    },
}

/// What a team may do with its fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Right {
    /// Bring releases.
    Publish,
    /// Say which one is live, also by rolling back.
    Promote,
    /// Switch off and on.
    Kill,
}

impl Right {
    const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Promote => "promote",
            Self::Kill => "kill",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    team: Vec<TeamText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamText {
    name: String,
    key: String,
    fragments: Vec<String>,
    rights: Vec<Right>,
    #[serde(default)]
    revoked: bool,
    /// Where its releases may run; see [`Bounds`] for where nothing is said.
    placements: Option<Vec<Placement>>,
    /// What they may ask for; see there as well.
    requests: Option<Vec<String>>,
    /// What binary and entry module of a release may weigh together: KiB after brotli.
    #[serde(default = "TeamText::max_kib")]
    max_kib: u32,
}

impl TeamText {
    /// As the heaviest template of a new fragment.
    const fn max_kib() -> u32 {
        80
    }
}

/// A team by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Team {
    pub(super) name: String,
    pub(super) key: VerifyingKey,
    /// What the key is called.
    pub(super) id: String,
    fragments: Vec<String>,
    rights: Vec<Right>,
    revoked: bool,
    bounds: Bounds,
    max_kib: u32,
}

impl Team {
    /// Where its releases may run, and what they may ask for.
    pub(super) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// What a release of the team may weigh.
    pub(super) fn budget_bytes(&self) -> u64 {
        u64::from(self.max_kib) * 1024
    }

    /// Refuses a key that counts no longer.
    pub(super) fn must_count(&self) -> Result<(), ApiError> {
        if self.revoked {
            let detail =
                format!("The key {} of the team {:?} was revoked. Use the team's present key.", self.id, self.name);
            return Err(ApiError::new(Code::Forbidden, detail).field(contract::registry::KEY));
        }
        Ok(())
    }

    /// Refuses what the team may not do to any fragment.
    pub(super) fn must_have(&self, right: Right) -> Result<(), ApiError> {
        if self.rights.contains(&right) {
            return Ok(());
        }
        let detail =
            format!("The team {:?} has no right to {}. The operator's list of teams says so.", self.name, right.name());
        Err(ApiError::new(Code::Forbidden, detail))
    }

    /// Refuses what the team may not do to this fragment.
    pub(super) fn may(&self, right: Right, fragment: &str) -> Result<(), ApiError> {
        self.must_have(right)?;
        if self.fragments.iter().any(|own| own == fragment || own == ANY) {
            return Ok(());
        }
        let detail = format!(
            "{fragment:?} is not a fragment of the team {:?}. The operator's list of teams says whose it is.",
            self.name
        );
        Err(ApiError::new(Code::Forbidden, detail).field("fragment"))
    }
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Teams(Vec<Team>);

impl Teams {
    /// Reads it.
    ///
    /// # Errors
    /// See [`TeamsError`].
    pub(super) fn read(file: &Path) -> Result<Self, TeamsError> {
        Self::parse(&std::fs::read_to_string(file)?)
    }

    fn parse(text: &str) -> Result<Self, TeamsError> {
        let text: Text = toml::from_str(text)?;
        let mut teams: Vec<Team> = Vec::new();
        for TeamText { name, key, fragments, rights, revoked, placements, requests, max_kib } in text.team {
            let key = keys::public_key(&key).map_err(|source| TeamsError::Key { name: name.clone(), source })?;
            if teams.iter().any(|other| other.key == key) {
                return Err(TeamsError::SameKey(name));
            }
            if let Some(request) = requests.iter().flatten().find(|request| !is_request(request)) {
                return Err(TeamsError::Request { name, request: request.clone() });
            }
            let (id, bounds) = (keys::id_of(&key), Bounds { placements, requests });
            teams.push(Team { name, id, key, fragments, rights, revoked, bounds, max_kib });
        }
        Ok(Self(teams))
    }

    /// Those of this name: while a key is changed a team has two.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Team> {
        self.0.iter().filter(move |team| team.name == name)
    }

    /// Whose key that is.
    pub(super) fn by_key(&self, id: &str) -> Option<&Team> {
        self.0.iter().find(|team| team.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use ed25519_dalek::SigningKey;

    fn key(seed: u8) -> VerifyingKey {
        SigningKey::from_bytes(&[seed; 32]).verifying_key()
    }

    fn entry(name: &str, seed: u8, rest: &str) -> String {
        format!("[[team]]\nname = '{name}'\nkey = '{}'\n{rest}\n", STANDARD.encode(key(seed).as_bytes()))
    }

    #[test]
    fn a_team_may_what_it_is_listed_for_and_nothing_else() {
        let text = entry("payments", 1, "fragments = ['wallet']\nrights = ['publish', 'promote']")
            + &entry("house", 2, "fragments = ['*']\nrights = ['kill']")
            + &entry("gone", 3, "fragments = ['*']\nrights = ['publish']\nrevoked = true");
        let teams = Teams::parse(&text).unwrap();
        let team = |seed| teams.by_key(&keys::id_of(&key(seed))).unwrap();
        assert_eq!(team(1).may(Right::Publish, "wallet"), Ok(()));
        let refusal = team(1).may(Right::Publish, "promotions").unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("fragment"));
        assert!(team(1).may(Right::Kill, "wallet").unwrap_err().detail.contains("no right to kill"));
        assert_eq!(team(2).may(Right::Kill, "whatever"), Ok(()));
        assert!(team(3).must_count().unwrap_err().detail.contains("was revoked"));
        assert_eq!(teams.by_key("0123456789abcdef"), None);
    }

    #[test]
    fn a_list_that_makes_no_sense_says_where() {
        let rest = "fragments = []\nrights = []";
        for (text, says) in [
            (
                "[[team]]\nname = 'a'\nkey = 'b'\nfragments = []\nrights = []".to_owned(),
                "team \"a\": key: a public key is",
            ),
            (entry("a", 1, rest) + &entry("b", 1, rest), "team \"b\": key: another team"),
            (entry("a", 1, "fragments = []\nrights = ['ship']"), "unknown variant `ship`"),
            (entry("a", 1, "fragments = []\nrights = []\nrovoked = true"), "unknown field `rovoked`"),
            (entry("a", 1, "fragments = []\nrights = []\nplacements = ['page']"), "unknown variant `page`"),
            (entry("a", 1, "fragments = []\nrights = []\nrequests = ['GET']"), "team \"a\": requests: \"GET\" is"),
        ] {
            let error = Teams::parse(&text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
