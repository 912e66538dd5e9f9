//! What the gateway does with a canary by itself, as the figures of it say.
//!
//! It is written into the log as what a team does is, with its reason.

use contract::registry::Standing;

use super::super::Registry;
use super::record::{self, Doer, Who};
use super::rules::Command;
use super::teams::Right;
use crate::identity::operator::MAX_REASON_CHARS;
use crate::problem::ApiError;

/// What becomes of a canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many of a thousand devices see it.
    Widen(u32),
    /// Everybody sees it.
    Promote,
    /// Nobody does.
    End,
}

impl Registry {
    /// Whether a team may promote a release now, by whichever of its keys counts: it has the right, and the list of
    /// teams allows what the release is. Nobody may where the list or the release is not there or can't be read.
    pub(in crate::registry) async fn may_promote(&self, team: &str, fragment: &str, version: &str) -> bool {
        let (name, named) = (fragment.to_owned(), version.to_owned());
        let release = self.desk().0.database.read(move |sql| record::document(sql, &name, &named)).await;
        let (around, teams) = (self.around().await, self.desk().teams().await);
        let (Ok(Some(release)), Ok(around), Ok(teams)) = (release, around, teams) else { return false };
        let live = around.placement_of(fragment);
        teams.named(team).any(|team| {
            team.must_count().is_ok()
                && team.may(Right::Promote, fragment).is_ok()
                && team.bounds().must_allow(&release.fragment, live, false).is_ok()
        })
    }

    /// Decides on a canary, if it is still this release.
    ///
    /// # Errors
    /// It is not, or the desk's database can't be used.
    pub async fn settle(
        &self,
        fragment: &str,
        version: &str,
        outcome: Outcome,
        reason: &str,
    ) -> Result<Standing, ApiError> {
        let reason = reason.chars().take(MAX_REASON_CHARS).collect();
        let doer = Doer { who: Who::Automatic { reason }, at_ms: self.0.clock.now_ms() };
        let command = match outcome {
            Outcome::Widen(share_permille) => Command::Widen { version: version.to_owned(), share_permille },
            Outcome::Promote => Command::PromoteCanary(version.to_owned()),
            Outcome::End => Command::EndCanary(Some(version.to_owned())),
        };
        self.carry_out(doer, fragment.to_owned(), command).await
    }
}
