//! May it ship? All rules, over one candidate and what is live.

use std::collections::BTreeMap;

use contract::event::{Connection, SessionChanged, SessionStale, SignInWanted, TOPICS, Topic, payload_schema};
use contract::manifest::Fragment;
use contract::schema::Schema;
use serde::Serialize;

use crate::abi;
use crate::audit::{AuditError, CAPABILITIES, Module, ungranted};
use crate::compatible::readable;
use crate::document::{Release, schema_hash};
use crate::requests::{Operation, exists};

mod place;

pub use place::{Layout, OWN_PAGE, check_places};

// What a file may have before compression. However little of it travels, every player's browser unpacks, compares and
// holds all of it, and so does the gateway. Each bound is several times what anybody needs.

/// Entry modules of ours have up to 8 KiB; one with a framework in it has some 200.
const MAX_ENTRY_KIB: u64 = 2 * 1024;
/// Ours have up to 140 KiB; an engine that draws a game by itself has ten MiB.
const MAX_WASM_KIB: u64 = 16 * 1024;
/// Ours have up to 35 KiB.
const MAX_STYLE_KIB: u64 = 256;
/// Of one language. Ours have up to 8 KiB.
const MAX_CATALOGUE_KIB: u64 = 256;

/// What somebody wants to ship: the document, and what it names.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The document.
    pub release: &'a Release,
    /// What an audit says of the entry module.
    pub module: Result<Module, AuditError>,
    /// The binary, if it has one.
    pub wasm: Option<&'a [u8]>,
    /// Binary and entry module after brotli.
    pub brotli_bytes: u64,
    /// What those may be.
    pub budget_bytes: u64,
}

/// What it will live with.
#[derive(Debug)]
pub struct Live<'a> {
    /// Every release that is live; that of the candidate's own name is the one which it follows.
    pub releases: &'a [Release],
    /// Shell and server.
    pub platform: &'a Platform,
    /// What the API has; none if that is not known here.
    pub operations: Option<&'a [Operation]>,
}

/// What shell and server publish and hear, with the schemas of the contract that they are built with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    publishes: BTreeMap<String, Schema>,
    hears: BTreeMap<String, Schema>,
}

impl Platform {
    /// That of this build.
    #[must_use]
    pub fn of_this_build() -> Self {
        let described = |topics: &[&str]| {
            let known = topics.iter().filter_map(|topic| Some(((*topic).to_owned(), payload_schema(topic)?)));
            known.collect::<BTreeMap<_, _>>()
        };
        let mut says = vec![SessionChanged::NAME, Connection::NAME];
        says.extend(TOPICS.iter().filter(|topic| topic.from_server).map(|topic| topic.name));
        Self { publishes: described(&says), hears: described(&[SessionStale::NAME, SignInWanted::NAME]) }
    }
}

/// What a finding is about, in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The shell can mount it, and its bounds are in its binary.
    Abi,
    /// Its code reaches what it is granted, and nothing else.
    Browser,
    /// It weighs what it may.
    Size,
    /// Whoever speaks and hears on its topics understands each other.
    Topics,
    /// The API has what it may request.
    Requests,
    /// Its slots are no other's.
    Slots,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Abi, Self::Browser, Self::Size, Self::Topics, Self::Requests, Self::Slots];
}

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It may not ship.
    Refused,
    /// Somebody should know.
    Warning,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// What it means.
    pub weight: Weight,
    /// What is wrong; begins with the field at fault.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// Holds a candidate against every rule. It may ship unless [`is_refused`].
#[must_use]
pub fn check(candidate: &Candidate<'_>, live: &Live<'_>) -> Vec<Finding> {
    let mut findings = Findings(check_files(&candidate.release.fragment));
    // What is too large is not read.
    if findings.0.is_empty() {
        findings.code(candidate);
    }
    findings.size(candidate);
    findings.schemas(candidate.release);
    findings.topics(candidate.release, live);
    findings.requests(candidate.release, live.operations);
    findings.slots(candidate.release, live.releases);
    findings.0.sort_by_key(|finding| (finding.rule, finding.weight));
    findings.0
}

/// What the rule [`Rule::Size`] says of a release's files by what its document tells of them, before any is read.
#[must_use]
pub fn check_files(fragment: &Fragment) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.files(fragment);
    findings.0
}

/// The rule [`Rule::Topics`] alone, for one that kept all others before: who is live has changed since.
#[must_use]
pub fn check_topics(release: &Release, live: &Live<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.topics(release, live);
    findings.0
}

/// Whether these keep it from shipping.
#[must_use]
pub fn is_refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.weight == Weight::Refused)
}

struct Findings(Vec<Finding>);

impl Findings {
    fn refuse(&mut self, rule: Rule, problem: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Finding { rule, weight: Weight::Refused, problem: problem.into(), remedy: remedy.into() });
    }

    fn warn(&mut self, rule: Rule, problem: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Finding { rule, weight: Weight::Warning, problem: problem.into(), remedy: remedy.into() });
    }

    fn code(&mut self, candidate: &Candidate<'_>) {
        const REPACK: &str = "pack it again with `cargo croupier pack`, which writes both";
        const SIMPLIFY: &str = "make it flatter or smaller; if it is neither deep nor large, try again";
        if let Some(wasm) = candidate.wasm
            && let Err(error) = abi::check(wasm, &candidate.release.fragment.limits)
        {
            self.refuse(Rule::Abi, format!("wasm: {error}"), REPACK);
        }
        let module = match &candidate.module {
            Ok(module) => module,
            Err(error) => {
                let remedy = if *error == AuditError::Unreadable { SIMPLIFY } else { REPACK };
                return self.refuse(Rule::Abi, format!("entry: {error}"), remedy);
            }
        };
        let export = if candidate.wasm.is_some() { "instantiate" } else { "mount" };
        if !module.exports.contains(export) {
            let problem = format!("entry: the module exports no `{export}`");
            self.refuse(Rule::Abi, problem, "export it: docs/write-a-fragment.md says what it is given and returns");
        }
        for import in &module.imports {
            let problem = format!("entry: the module imports {import:?}, which no digest covers");
            self.refuse(Rule::Abi, problem, "bundle everything into the one module");
        }
        self.browser(module, &candidate.release.browser);
    }

    fn browser(&mut self, module: &Module, grants: &[String]) {
        let mut needed = grants.to_vec();
        needed.extend(ungranted(module, grants).map(|reach| reach.grant.clone()));
        needed.dedup();
        for reach in ungranted(module, grants) {
            let known = CAPABILITIES.iter().find(|capability| capability.name == reach.grant);
            let (what, why) = known
                .map_or(("is in no table of this version", "nobody has said yet what it can do"), |capability| {
                    (capability.what, capability.why)
                });
            let problem = format!("capabilities.browser: `{}` {what} and is not granted: {why}", reach.name);
            let remedy = format!("do without it, or grant it in [capabilities] of fragment.toml: browser = {needed:?}");
            self.refuse(Rule::Browser, problem, remedy);
        }
        for grant in grants.iter().filter(|grant| module.reaches.iter().all(|reach| reach.grant != **grant)) {
            let problem = format!("capabilities.browser: {grant:?} is granted, and nothing of it is used");
            self.warn(Rule::Browser, problem, "take it out of fragment.toml");
        }
    }

    fn files(&mut self, fragment: &Fragment) {
        let parts = [
            ("entry", Some(&fragment.entry), MAX_ENTRY_KIB),
            ("wasm", fragment.wasm.as_ref(), MAX_WASM_KIB),
            ("style", fragment.style.as_ref(), MAX_STYLE_KIB),
        ];
        let parts = parts.into_iter().filter_map(|(name, file, most_kib)| Some((name.to_owned(), file?, most_kib)));
        let texts = fragment.messages.iter();
        let texts = texts.map(|texts| (format!("messages.{}", texts.locale), &texts.file, MAX_CATALOGUE_KIB));
        for (name, file, most_kib) in parts.chain(texts).filter(|(_, file, most_kib)| file.size > most_kib * 1024) {
            let problem = format!("{name}: has {} bytes, and may have {most_kib} KiB before compression", file.size);
            self.refuse(Rule::Size, problem, "make it smaller: every player's browser unpacks and holds all of it");
        }
    }

    fn size(&mut self, candidate: &Candidate<'_>) {
        // Asked by the tool and by a gateway, each with a bound of its own.
        const REMEDY: &str = "make it smaller; for `check` the bound is `budget_kib` in fragment.toml, for a gateway \
                              `max_kib` of the team's entry, which is the operator's";
        let Candidate { brotli_bytes, budget_bytes, .. } = *candidate;
        if brotli_bytes > budget_bytes {
            let over = brotli_bytes - budget_bytes;
            let problem = format!("size: binary and entry have {brotli_bytes} bytes after brotli, {over} too many");
            self.refuse(Rule::Size, problem, REMEDY);
        }
    }

    /// Each topic has a schema, and each schema is what its hash says.
    fn schemas(&mut self, release: &Release) {
        const REPACK: &str = "pack it again with `cargo croupier pack`, which writes them";
        let fragment = &release.fragment;
        for topic in fragment.publishes.iter().chain(&fragment.subscribes) {
            if release.schema_of(topic).is_none() {
                self.refuse(Rule::Topics, format!("contracts: {topic} has no schema"), REPACK);
            }
        }
        for (hash, schema) in &release.schemas {
            if schema_hash(schema) != *hash {
                self.refuse(Rule::Topics, format!("schemas: {hash} is not the hash of its schema"), REPACK);
            }
        }
    }

    /// Both ways, with shell, server and every other fragment. What shell and server say, nobody says in their place.
    fn topics(&mut self, release: &Release, live: &Live<'_>) {
        let fragment = &release.fragment;
        let others: Vec<_> = live.releases.iter().filter(|other| other.fragment.name == fragment.name).collect();
        let present = others.first().copied();
        let others = || live.releases.iter().filter(|other| other.fragment.name != fragment.name);
        for topic in &fragment.publishes {
            if live.platform.publishes.contains_key(topic) {
                let problem = format!("publishes: {topic} is for the shell or the server alone to say");
                self.refuse(
                    Rule::Topics,
                    problem,
                    "take it out of fragment.toml: whoever hears it takes it for theirs",
                );
            }
            let readers = others().filter(|other| other.fragment.subscribes.contains(topic));
            let mut readers: Vec<_> = readers.map(|it| (it.fragment.name.as_str(), it.schema_of(topic))).collect();
            readers.extend(live.platform.hears.get(topic).map(|schema| ("the shell", Some(schema))));
            for (who, reader) in readers {
                if let Some(problem) = misread(reader, release.schema_of(topic)) {
                    let problem = format!("publishes: {topic} would not be understood by {who}: {problem}");
                    self.refuse(Rule::Topics, problem, format!("ship it after a release of {who} that understands it"));
                }
            }
        }
        for topic in &fragment.subscribes {
            let writers = others().filter(|other| other.fragment.publishes.contains(topic));
            let mut writers: Vec<_> = writers.map(|it| (it.fragment.name.as_str(), it.schema_of(topic))).collect();
            writers.extend(live.platform.publishes.get(topic).map(|schema| ("shell or server", Some(schema))));
            if writers.is_empty() {
                let problem = format!("subscribes: nobody who is live publishes {topic}");
                self.warn(Rule::Topics, problem, "it works once somebody does; until then it hears nothing");
            }
            for (who, writer) in writers {
                if let Some(problem) = misread(release.schema_of(topic), writer) {
                    let problem = format!("subscribes: what {who} publishes as {topic} is not understood: {problem}");
                    self.refuse(Rule::Topics, problem, "build it with the contract that is live");
                }
            }
        }
        if let Some(present) = present {
            self.dropped(present, release, &others().collect::<Vec<_>>(), live.platform);
        }
    }

    /// Topics that its present release publishes and this one does not.
    fn dropped(&mut self, present: &Release, release: &Release, others: &[&Release], platform: &Platform) {
        for topic in present.fragment.publishes.iter().filter(|topic| !release.fragment.publishes.contains(topic)) {
            let still_said = platform.publishes.contains_key(topic)
                || others.iter().any(|other| other.fragment.publishes.contains(topic));
            let hearers = others.iter().filter(|other| other.fragment.subscribes.contains(topic));
            let hearers: Vec<_> = hearers.map(|other| other.fragment.name.as_str()).collect();
            if !still_said && !hearers.is_empty() {
                let who = hearers.join(", ");
                let problem = format!("publishes: {topic} is gone, and {who} still subscribes to it");
                self.refuse(Rule::Topics, problem, format!("publish it until {who} has a release that does without"));
            }
        }
    }

    fn requests(&mut self, release: &Release, operations: Option<&[Operation]>) {
        let Some(operations) = operations else { return };
        for grant in release.fragment.capabilities.requests.iter().filter(|grant| !exists(grant, operations)) {
            let problem = format!("capabilities.requests: the API has nothing that {grant:?} allows");
            self.refuse(Rule::Requests, problem, "mend it in fragment.toml, or ship after the API that has it");
        }
    }

    fn slots(&mut self, release: &Release, live: &[Release]) {
        for other in live.iter().filter(|other| other.fragment.name != release.fragment.name) {
            for slot in &release.fragment.slots {
                if other.fragment.slots.iter().any(|taken| taken.name == slot.name) {
                    let who = &other.fragment.name;
                    let problem = format!("slots: {:?} is {who}'s", slot.name);
                    self.refuse(
                        Rule::Slots,
                        problem,
                        "take another slot, or a page of its own: a slot of its own name",
                    );
                }
            }
        }
    }
}

/// Why a reader would not understand a writer. Of a release from before there were schemas nothing can be said.
fn misread(reader: Option<&Schema>, writer: Option<&Schema>) -> Option<String> {
    let mismatch = readable(reader?, writer?).err()?;
    Some(mismatch.to_string())
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
