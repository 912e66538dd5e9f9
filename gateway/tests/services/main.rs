//! Identity, wallet and the vendor's calls, over their routes, on files of their own.

mod identity_abuse;
mod identity_sessions;
mod support;
mod vendor_calls;
mod vendor_signatures;
mod wallet_bad_input;
mod wallet_commands;
mod wallet_history;
mod wallet_properties;
