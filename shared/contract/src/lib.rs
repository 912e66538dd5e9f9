//! The types that cross a boundary: page ↔ gateway, fragment ↔ fragment, player ↔ vendor,
//! vendor ↔ operator.
//!
//! Each type is written once, inside [`wire!`], and gets two codecs: serde for native programs
//! (feature `serde`) and [`wire::Wire`] for the browser, where the page's own JSON parser has
//! already done the work.
//!
//! **Architecture invariant:** this crate depends on nothing of ours, performs no I/O, and never
//! names a browser, a runtime or a server framework. It builds natively and for Wasm.

#[macro_use]
pub mod wire;

pub mod account;
pub mod event;
pub mod feed;
pub mod health;
pub mod identity;
#[cfg(not(target_arch = "wasm32"))]
pub mod inspect;
pub mod limits;
pub mod live;
pub mod manifest;
pub mod money;
pub mod operator;
#[cfg(not(target_arch = "wasm32"))]
pub mod own_page;
pub mod plain;
pub mod play;
pub mod problem;
pub mod promotions;
pub mod registry;
pub mod risk;
pub mod roulette;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
#[cfg(not(target_arch = "wasm32"))]
pub mod signed;
#[cfg(not(target_arch = "wasm32"))]
pub mod telemetry;
pub mod vendor;
pub mod wallet;

/// The name of the header that makes a money command safe to repeat. The client makes the key
/// (a UUID) and keeps it before it sends.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Set to `true` on a reply that was given before under the same key.
pub const IDEMPOTENCY_HIT: &str = "idempotency-hit";
/// On an answer out of the wallet's read models that is older than the ledger: how many entries it lacks at
/// most. Absent nearly always.
pub const ENTRIES_BEHIND: &str = "x-entries-behind";
/// The header that carries [`identity::Session::csrf_token`] on every state-changing call.
pub const CSRF_TOKEN: &str = "x-csrf-token";
/// The header that names the fragment a request is made for; for logs and metrics only.
pub const FRAGMENT: &str = "x-croupier-fragment";
