//! Holds a release to the rules of the crate `release`, beside everything that somebody is shown: those that a
//! team's tool asks before it sends anything, asked again where nobody gets around them.
//!
//! **Architecture invariant:** has no rule of its own.

use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use contract::manifest::{Fragment, Placement};
use contract::problem::Code;
use release::{AuditError, Candidate, Finding, Live, Module, Operation, Platform, Release, Rule, Weight};

use super::super::Registry;
use super::super::encoding::{Compressed, Encoding};
use super::super::scan;
use super::Desk;
use super::record;
use super::release::Draft;
use super::rules::Shelves;
use super::teams::Team;
use crate::openapi;
use crate::problem::ApiError;
use crate::store::{Sql, StoreError};

static PLATFORM: LazyLock<Platform> = LazyLock::new(Platform::of_this_build);
/// What the API has; none if its description could not be read, which its tests would show.
static OPERATIONS: LazyLock<Option<Vec<Operation>>> = LazyLock::new(|| {
    let description = serde_json::to_value(openapi::document()).ok()?;
    release::operations(&description).ok()
});

/// Everything that a release would live with.
#[derive(Clone, Debug)]
pub(super) struct Around {
    /// What somebody is shown, what everybody is before any canary.
    releases: Vec<Release>,
    /// What the floor brings: it is live where nothing that was published is.
    floor: Vec<Release>,
    /// How everything stood then.
    shelves: Shelves,
}

impl Around {
    /// What it has become by what everybody has done since, at whichever gateway.
    ///
    /// # Errors
    /// A document can't be read.
    pub(super) fn caught_up(&self, sql: &Sql, shelves: &Shelves) -> Result<Cow<'_, Self>, StoreError> {
        let mut changed = shelves.changed(&self.shelves).peekable();
        if changed.peek().is_none() {
            return Ok(Cow::Borrowed(self));
        }
        let mut around = Self { releases: self.releases.clone(), floor: self.floor.clone(), shelves: shelves.clone() };
        for (name, shelf) in changed {
            around.releases.retain(|release| release.fragment.name != name);
            let (live, canary) = shelf.versions();
            if live.is_none() {
                around.releases.extend(self.floors(name).cloned());
            }
            for version in live.into_iter().chain(canary) {
                around.releases.extend(record::document(sql, name, version)?);
            }
        }
        Ok(Cow::Owned(around))
    }

    /// What somebody is shown.
    pub(super) fn into_releases(self) -> Vec<Release> {
        self.releases
    }

    fn live(&self) -> Live<'_> {
        Live { releases: &self.releases, platform: &PLATFORM, operations: OPERATIONS.as_deref() }
    }

    /// Where a fragment runs; where its canary does, if nothing of it is live.
    pub(super) fn placement_of(&self, fragment: &str) -> Option<Placement> {
        let mut own = self.releases.iter().map(|release| &release.fragment).filter(|own| own.name == fragment);
        own.next().map(|own| own.placement)
    }

    /// What the floor brings of a fragment.
    pub(super) fn floors(&self, fragment: &str) -> Option<&Release> {
        self.floor.iter().find(|release| release.fragment.name == fragment)
    }

    /// Whose a slot is, if it is another fragment's. In the way of whoever goes back is no canary: pages leave it out.
    pub(super) fn owner_of(&self, slot: &str, fragment: &str, goes_back: bool) -> Option<&str> {
        let others = self.releases.iter().map(|release| &release.fragment).filter(|other| other.name != fragment);
        let mut owners = others.filter(|other| other.slots.iter().any(|taken| taken.name == slot));
        owners.find(|owner| !(goes_back && self.is_canary(owner))).map(|owner| owner.name.as_str())
    }

    fn is_canary(&self, shown: &Fragment) -> bool {
        let (live, canary) = self.shelves.versions(&shown.name);
        let live = live.or_else(|| self.floors(&shown.name).map(|release| release.fragment.version.as_str()));
        let version = Some(shown.version.as_str());
        canary == version && live != version
    }

    /// What keeps a release from being shown now that was good when it was published: who is live may have changed.
    pub(super) fn misfit(&self, release: &Release) -> Option<Finding> {
        release::check_topics(release, &self.live()).into_iter().find(|finding| finding.weight == Weight::Refused)
    }
}

/// Refuses a release with a file that is too large for its kind, before any of them is read.
///
/// # Errors
/// Names the file.
pub(super) fn must_be_small(release: &Release) -> Result<(), ApiError> {
    refusal(&release::check_files(&release.fragment)).map_or(Ok(()), Err)
}

impl Desk {
    /// Refuses a release that breaks a rule. Whose its slots are is asked when somebody is to see it.
    ///
    /// # Errors
    /// Names the member at fault, says everything that is wrong and what to do about it.
    pub(super) async fn must_keep_the_rules(
        &self,
        draft: Draft,
        team: &Team,
        around: Around,
    ) -> Result<Draft, ApiError> {
        let (_room, budget_bytes) = (self.0.room.to_look(&team.name).await?, team.budget_bytes());
        let fragment = &draft.release.fragment;
        let entry = self.held(&fragment.entry.sha384).await?;
        let wasm = match &fragment.wasm {
            Some(wasm) => Some(self.held(&wasm.sha384).await?),
            None => None,
        };
        let module = self.0.auditor.audit(&fragment.name, entry.bytes(Encoding::Plain)).await?;
        let checked = tokio::task::spawn_blocking(move || {
            let findings = findings(&draft.release, module, (&entry, wasm.as_ref()), budget_bytes, &around);
            refusal(&findings).map_or(Ok(draft), Err)
        });
        checked.await.map_err(|error| ApiError::internal(&error))?
    }

    async fn held(&self, sha384: &str) -> Result<Compressed, ApiError> {
        let address = contract::registry::address(sha384).unwrap_or_default();
        let held = self.0.files.get(&address).await?;
        held.ok_or_else(|| ApiError::new(Code::Conflict, "A file is not there any more. Send it again.").field("files"))
    }
}

fn findings(
    release: &Release,
    module: Result<Module, AuditError>,
    (entry, wasm): (&Compressed, Option<&Compressed>),
    budget_bytes: u64,
    around: &Around,
) -> Vec<Finding> {
    let brotli_bytes: usize =
        [Some(entry), wasm].into_iter().flatten().map(|file| file.bytes(Encoding::Brotli).len()).sum();
    let candidate = Candidate {
        release,
        module,
        wasm: wasm.map(|wasm| &wasm.bytes(Encoding::Plain)[..]),
        brotli_bytes: brotli_bytes as u64,
        budget_bytes,
    };
    let mut findings = release::check(&candidate, &around.live());
    findings.retain(|finding| finding.weight == Weight::Refused && finding.rule != Rule::Slots);
    findings
}

/// What is wrong with it by itself is a bad request; what does not go together with others is a conflict.
fn refusal(findings: &[Finding]) -> Option<ApiError> {
    let first = findings.first()?;
    let code = if first.rule == Rule::Topics { Code::Conflict } else { Code::InvalidValue };
    let all: Vec<_> = findings.iter().map(|finding| format!("{}; {}", finding.problem, finding.remedy)).collect();
    let detail = format!("The release breaks a rule. {}.", all.join(". "));
    Some(ApiError::new(code, detail).field(field(first)))
}

/// A problem begins with the member at fault.
pub(super) fn field(finding: &Finding) -> &str {
    finding.problem.split(':').next().unwrap_or_default()
}

impl Registry {
    /// What a release of this fragment would live with: everything that somebody is shown, canaries as well, each
    /// with the schemas that it came with.
    pub(super) async fn around(&self) -> Result<Around, ApiError> {
        let edition = self.current().await;
        let shown: Vec<_> = edition.fragments().cloned().collect();
        let shelves = edition.shown().shelves().clone();
        let (floor, brought) = (self.0.floor.clone(), self.floor());
        let read = self.desk().0.database.read(move |sql| {
            let published = shown.into_iter().map(|fragment| {
                let document = record::document(sql, &fragment.name, &fragment.version)?;
                // Nothing can be said of the schemas of one that has no document at all.
                let bare = || Release { fragment, browser: Vec::new(), schemas: [].into() };
                Ok::<_, StoreError>(document.unwrap_or_else(|| with_papers(&floor, bare())))
            });
            let releases = published.collect::<Result<_, _>>()?;
            let floor = brought.keys().filter_map(|name| scan::document(&floor, name)).collect();
            Ok::<_, StoreError>(Around { releases, floor, shelves })
        });
        Ok(read.await?)
    }
}

impl Registry {
    /// Those of everything that is shown that somebody beside them would not understand, or they them: which release
    /// of which fragment, and what it is.
    pub(in crate::registry) async fn misfits(&self) -> Result<Vec<(String, String, String)>, ApiError> {
        let around = self.around().await?;
        let misfits = around.releases.iter().filter_map(|release| {
            let finding = around.misfit(release)?;
            Some((release.fragment.name.clone(), release.fragment.version.clone(), finding.problem))
        });
        Ok(misfits.collect())
    }
}

/// What the floor brings comes with its document, too.
fn with_papers(floor: &Path, bare: Release) -> Release {
    scan::document(floor, &bare.fragment.name)
        .filter(|document| document.fragment.version == bare.fragment.version)
        .unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: Rule, problem: &str) -> Finding {
        Finding { rule, weight: Weight::Refused, problem: problem.into(), remedy: "mend it".into() }
    }

    #[test]
    fn a_refusal_names_the_member_and_says_all_that_is_wrong() {
        assert!(refusal(&[]).is_none());
        let browser = finding(Rule::Browser, "capabilities.browser: `fetch` is not granted");
        let topics = finding(Rule::Topics, "publishes: wallet.balance is gone");
        let own = refusal(&[browser, topics.clone()]).unwrap();
        assert_eq!((own.code, own.field.as_deref()), (Code::InvalidValue, Some("capabilities.browser")));
        assert!(own.detail.contains("`fetch` is not granted; mend it. publishes: "), "{}", own.detail);
        assert_eq!(refusal(&[topics]).unwrap().code, Code::Conflict);
    }

    #[test]
    fn the_api_is_known_here() {
        assert!(OPERATIONS.as_ref().unwrap().iter().any(|it| it.path == "/api/wallet/deposits"));
    }
}
