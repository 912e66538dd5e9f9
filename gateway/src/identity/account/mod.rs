//! A player's own account: details, password, sessions, and everything that is held on them.
//!
//! The address to sign in with is not changed here: whoever finds a session open must not be able to
//! take the account with it. For the same reason a new password needs the old one.

mod checks;
mod details;
mod export;
mod http;
mod password;

pub(super) use details::account as details_of;
pub(super) use export::Exports;
pub use export::Part;
pub(super) use http::{export_routes, openapi, routes};
