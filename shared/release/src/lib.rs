//! Whether a release of a fragment may ship, and what two releases differ in.
//!
//! Whoever packs, checks or publishes asks the same rules: [`check`] is the one entry point, from a candidate and
//! what is live to a list of findings; one of [`Weight::Refused`] among them, and it may not ship. [`diff`] says
//! what changes for players and operators between two releases.
//!
//! **Architecture invariant:** performs no I/O and knows no clock; it judges bytes and documents that others have
//! read. It runs natively, never in a page, and depends on nothing of ours but the contract.

mod abi;
mod audit;
mod compatible;
mod diff;
mod document;
mod frame;
mod requests;
mod rules;

pub use abi::{AbiError, FUEL_EXPORT};
pub use audit::{AuditError, CAPABILITIES, Capability, Module, Reach, audit, ungranted};
pub use compatible::{Mismatch, readable};
pub use diff::{Bytes, Change, Packed, diff};
pub use document::{Neighbours, Release, schema_hash};
pub use frame::Frame;
pub use requests::{ApiError, Operation, operations};
pub use rules::{
    Candidate, Finding, Layout, Live, OWN_PAGE, Platform, Rule, Weight, check, check_files, check_places, check_topics,
    is_refused,
};
