//! What the registry's own tests begin with.

use serde_json::{Value, json};

/// The document of a release that asks for nothing, in the document and with one file. Tests change what they are about.
pub(super) fn release(name: &str) -> Value {
    json!({
        "name": name, "version": "1", "channel": "stable", "slots": [{ "name": name, "routes": [] }],
        "placement": "document", "site": null,
        "entry": { "url": "/a.js", "sha384": "A".repeat(64), "size": 1 }, "wasm": null, "style": null,
        "messages": [], "publishes": [], "subscribes": [],
        "limits": { "memory_mib": 1, "fuel_millions": 1, "mount_ms": 1, "load_ms": 1, "payload_kib": 1,
                    "events_per_second": 1, "heartbeat_ms": 1 },
        "capabilities": { "requests": [], "origins": [] }, "critical": false, "killed": false, "previous": null,
    })
}
