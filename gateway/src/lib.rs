//! The server of Croupier: the page and its manifest, players, money, offers, the lobby of live
//! tables and the event stream, in one process or in several.
//!
//! Each service is a module with its own database. [`app`] puts them together; [`edge`]
//! stands in front of them all; [`peers`] is how they ask each other where they run apart.
//!
//! **Architecture invariant:** a service reaches another only through its public handle or its
//! events, never through its tables; nothing here names a browser or a UI framework.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
mod cookie;
pub mod edge;
pub mod events;
pub mod faults;
pub mod idempotency;
pub mod identity;
pub mod keys;
pub mod language;
pub mod live;
pub mod openapi;
pub mod peers;
pub mod problem;
pub mod promotions;
pub mod reconcile;
pub mod registry;
pub mod service;
pub mod signed;
pub mod store;
pub mod telemetry;
pub mod wallet;
