//! Calls between the processes of one house: what a service asks of another that runs elsewhere.
//!
//! Each service says in a trait of its own what it needs of another ([`crate::identity::Purse`],
//! [`crate::promotions::Payouts`], [`crate::wallet::vendor::VendorSessions`], [`crate::identity::Book`]).
//! Within one process the other service implements it; between processes a client here does, and asks the
//! service at the other end over a port that only processes of the house use. The questions are in
//! [`questions`], once for both ends.
//!
//! **Architecture invariant:** nothing of a service is decided here. Every question is authenticated,
//! bounded in time and size, and has one effect however often it is asked, or is asked once. A refusal
//! arrives as the refusal that it was; that nobody answered is `unavailable`. The secret is never sent,
//! logged or shown.

mod addresses;
mod clients;
mod doorway;
mod peer;
mod questions;
mod secret;

pub use clients::{IdentityPeer, LivePeer, WalletPeer, personal};
pub use doorway::{answers_of_identity, answers_of_live, answers_of_promotions, answers_of_wallet, only};
pub use peer::{Peer, Repeat, Unreachable};
pub use secret::{PEER, Purpose, Secret, SecretError};
