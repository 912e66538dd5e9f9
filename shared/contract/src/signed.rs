//! Calls between programs that are signed with Ed25519: a vendor's on the operator, a team's on the registry.
//!
//! Only what is signed stands here; which headers carry the signature, each kind of call says by itself.

/// The text that is signed: method, path with its query, time of signing in Unix milliseconds, and the hex
/// SHA-256 of the body, one a line.
#[must_use]
pub fn text(method: &str, path: &str, timestamp_ms: i64, body_sha256_hex: &str) -> String {
    format!("{method}\n{path}\n{timestamp_ms}\n{body_sha256_hex}")
}
