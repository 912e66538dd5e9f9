//! What the shell decides, without a browser: clocks and randomness come in as arguments, effects
//! go out as values.
//!
//! **Architecture invariant:** nothing here names web-sys, js-sys or wasm-bindgen.

pub mod backoff;
pub mod breaker;
pub mod bucket;
pub mod bus;
pub mod cause;
pub mod requests;
pub mod room;
pub mod router;
pub mod supervisor;
