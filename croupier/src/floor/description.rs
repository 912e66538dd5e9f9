//! `fragment.toml`: what a fragment says about itself. Digests, addresses and schemas are added by
//! packing; the result is one `release::Release`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use contract::event::TOPICS;
use contract::manifest::{Capabilities, Channel, Limits, Placement, Slot};
use serde::Deserialize;

use super::wasm::MOST_FUEL_MILLIONS;
use crate::failure::Failure;

/// The one outside origin that there is: wherever a gateway has its vendor.
const VENDOR: &str = "vendor";

/// The file, with its defaults filled in.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) name: String,
    /// Only of a fragment without a Cargo.toml.
    pub(super) version: Option<String>,
    /// What it may weigh, where `croupier/budgets.toml` says nothing: KiB after brotli 11.
    pub(super) budget_kib: Option<u64>,
    pub(super) slots: Vec<Slot>,
    pub(super) placement: Placement,
    pub(super) site: Option<String>,
    pub(super) channel: Channel,
    pub(super) publishes: Vec<String>,
    pub(super) subscribes: Vec<String>,
    pub(super) limits: Limits,
    pub(super) capabilities: Capabilities,
    /// What of the browser its code may reach.
    pub(super) browser: Vec<String>,
    pub(super) critical: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    version: Option<String>,
    budget_kib: Option<u64>,
    slots: Vec<SlotText>,
    #[serde(default = "document")]
    placement: Placement,
    site: Option<String>,
    #[serde(default = "stable")]
    channel: Channel,
    #[serde(default)]
    publishes: Vec<String>,
    #[serde(default)]
    subscribes: Vec<String>,
    #[serde(default)]
    limits: LimitsText,
    #[serde(default)]
    capabilities: CapabilitiesText,
    #[serde(default)]
    critical: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotText {
    name: String,
    #[serde(default)]
    routes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsText {
    memory_mib: u32,
    fuel_millions: u32,
    mount_ms: u32,
    load_ms: u32,
    payload_kib: u32,
    events_per_second: u32,
    heartbeat_ms: u32,
}

impl Default for LimitsText {
    fn default() -> Self {
        Self {
            memory_mib: 32,
            fuel_millions: 8,
            mount_ms: 2_000,
            load_ms: 15_000,
            payload_kib: 16,
            events_per_second: 50,
            heartbeat_ms: 2_000,
        }
    }
}

impl LimitsText {
    /// What can't be written into a binary.
    fn check(&self) -> Result<()> {
        let Self { memory_mib, fuel_millions, .. } = *self;
        if !(1..=4096).contains(&memory_mib) {
            let what = format!("limits.memory_mib: {memory_mib} is not a size that a memory can have");
            return Err(Failure::new(what, "give a number from 1 to 4096.").into());
        }
        if fuel_millions > MOST_FUEL_MILLIONS {
            let what = format!("limits.fuel_millions: {fuel_millions} is more than can be counted");
            let remedy = format!("give a number up to {MOST_FUEL_MILLIONS}, or 0 to count nothing.");
            return Err(Failure::new(what, remedy).into());
        }
        Ok(())
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CapabilitiesText {
    requests: Vec<String>,
    origins: Vec<String>,
    browser: Vec<String>,
}

fn document() -> Placement {
    Placement::Document
}

fn stable() -> Channel {
    Channel::Stable
}

/// Reads the description beside a fragment's Cargo.toml, or its entry.js.
pub(super) fn read(folder: &Path) -> Result<Description> {
    let path = folder.join("fragment.toml");
    if !path.is_file() {
        let what = format!("{} is not a fragment: it has no fragment.toml", folder.display());
        return Err(
            Failure::new(what, "name the folder that holds the fragment's Cargo.toml and fragment.toml.").into()
        );
    }
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text).with_context(|| format!("{}", path.display()))
}

fn parse(text: &str) -> Result<Description> {
    let text: Text = toml::from_str(text)?;
    for topic in text.publishes.iter().chain(&text.subscribes) {
        if !TOPICS.iter().any(|known| known.name == topic) {
            let known = TOPICS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ");
            return Err(Failure::new(
                format!("the contract has no topic {topic}"),
                format!("the topics are: {known}."),
            )
            .into());
        }
    }
    if let Some(granted) = text.capabilities.requests.iter().find(|granted| !is_grant(granted)) {
        let what = format!("capabilities.requests: \"{granted}\" is not a method and a path");
        return Err(Failure::new(what, "write it as \"GET /api/wallet/*\".").into());
    }
    if let Some(origin) = text.capabilities.origins.iter().find(|origin| *origin != VENDOR) {
        let what = format!("capabilities.origins: {origin:?} is no vendor; only {VENDOR:?} is known");
        return Err(Failure::new(what, "take it out: a gateway allows its vendor and nothing else.").into());
    }
    text.limits.check()?;
    Ok(Description {
        name: text.name,
        version: text.version,
        budget_kib: text.budget_kib,
        slots: text.slots.into_iter().map(|slot| Slot { name: slot.name, routes: slot.routes }).collect(),
        placement: text.placement,
        site: text.site,
        channel: text.channel,
        publishes: text.publishes,
        subscribes: text.subscribes,
        limits: Limits {
            memory_mib: text.limits.memory_mib,
            fuel_millions: text.limits.fuel_millions,
            mount_ms: text.limits.mount_ms,
            load_ms: text.limits.load_ms,
            payload_kib: text.limits.payload_kib,
            events_per_second: text.limits.events_per_second,
            heartbeat_ms: text.limits.heartbeat_ms,
        },
        capabilities: Capabilities { requests: text.capabilities.requests, origins: text.capabilities.origins },
        browser: text.capabilities.browser,
        critical: text.critical,
    })
}

fn is_grant(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(method, path)| {
        matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") && path.starts_with("/api/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_a_default() {
        let described = parse("name = \"wallet\"\nslots = [{ name = \"wallet\" }]\n").unwrap();
        assert_eq!(described.placement, Placement::Document);
        assert_eq!((described.limits.memory_mib, described.limits.fuel_millions), (32, 8));
        assert!(!described.critical);
        let framed = parse("name = \"x\"\nslots = []\nplacement = \"frame\"\n[limits]\nmemory_mib = 8\n").unwrap();
        assert_eq!((framed.placement, framed.limits.memory_mib, framed.limits.load_ms), (Placement::Frame, 8, 15_000));
    }

    #[test]
    fn a_mistake_is_named() {
        let refused = |text: &str| format!("{:#}", parse(text).unwrap_err());
        let with = |more: &str| format!("name = \"x\"\nslots = []\n{more}\n");
        assert!(refused(&with("slot = []")).contains("slot"));
        assert!(refused(&with("publishes = [\"wallet.balanc\"]")).contains("wallet.balanc"));
        assert!(refused(&with("[capabilities]\nrequests = [\"/api/wallet\"]")).contains("capabilities.requests"));
        let origins = |origin: &str| with(&format!("[capabilities]\norigins = [\"vendor\", \"{origin}\"]"));
        let foreign = "capabilities.origins: \"https://feed.example\" is no vendor; only \"vendor\" is known";
        assert_eq!(refused(&origins("https://feed.example")), foreign);
        assert!(parse(&origins("vendor")).is_ok());
        assert!(refused(&with("[limits]\nmemory = 3")).contains("memory"));
        assert!(refused(&with("[limits]\nmemory_mib = 0")).contains("limits.memory_mib"));
        assert!(refused(&with("[limits]\nfuel_millions = 2148")).contains("limits.fuel_millions"));
    }
}
