//! The people who run the house: who they are, what they may do, and what they did.
//!
//! An operator is made on the command line, by whoever has the data; there is no other way to become
//! one, and no player is one. Their sessions are looked up for each request, so that one who is
//! removed is out at once. What they do to a player is written down in the transaction that does it, and what
//! they do to a withdrawal by the wallet's events.
//!
//! **Architecture invariant:** a line of the log is never changed or removed, which the database
//! itself refuses. No operator moves money here: the wallet's is the only hand on it.

pub mod command;
mod deeds;
mod http;
mod locks;
mod log;
mod roles;
mod store;

pub(super) use deeds::run as follow;
pub use http::{MAX_REASON_CHARS, checked_reason};
pub(super) use http::{openapi, routes};
pub(super) use roles::door;
pub use roles::{Admin, Developer, Least, Operator, Risk, Support, Viewer};
pub(super) use store::on_duty;
pub use store::{NAME, SecretHash};
