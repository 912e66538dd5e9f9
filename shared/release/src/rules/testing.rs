//! Releases for the tests.

use contract::manifest::{Capabilities, Channel, File, Fragment, Limits, Placement, Slot};

use crate::document::Release;

pub(crate) const LIMITS: Limits = Limits {
    memory_mib: 8,
    fuel_millions: 2,
    mount_ms: 1000,
    load_ms: 1000,
    payload_kib: 16,
    events_per_second: 20,
    heartbeat_ms: 1000,
};

/// One with a slot of its own name.
pub(crate) fn release(name: &str, publishes: &[&str], subscribes: &[&str]) -> Release {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let fragment = Fragment {
        name: name.to_owned(),
        version: "0.1.0-0".to_owned(),
        channel: Channel::Stable,
        slots: vec![Slot { name: name.to_owned(), routes: vec![] }],
        placement: Placement::Document,
        site: None,
        entry: File { url: format!("/fragments/{name}/entry.js"), sha384: "A".repeat(64), size: 1 },
        wasm: None,
        style: None,
        messages: vec![],
        publishes: texts(publishes),
        subscribes: texts(subscribes),
        limits: LIMITS,
        capabilities: Capabilities { requests: vec![], origins: vec![] },
        critical: false,
        killed: false,
        previous: None,
        contracts: vec![],
    };
    Release::of(fragment, vec![])
}
