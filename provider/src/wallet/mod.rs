//! The operator's wallet, as the vendor uses it: signed calls, and the patience to bring wins and
//! rollbacks to a final answer.

mod client;
mod settler;

pub use client::{Client, WalletError};
pub use settler::{OnPaid, Settler};
