//! A third-party live vendor, simulated: tables with real rounds, a rendered video, a feed, and a
//! client of the operator's seamless wallet.
//!
//! A round goes `round` (pure) → `table::Dealer` (carries it out) → `journal` (writes it down) →
//! `table::Board` (tells everybody) and `scene` (shows the camera). A bet goes `feed` → `desk` →
//! `journal` → `wallet`. What is owed to the operator goes `journal` → `wallet::Settler`.
//!
//! **Architecture invariants:** this crate shares no database and no code with the operator's
//! server but the contract. Nothing is done with money that is not in the journal first. No
//! outcome exists while bets are taken.

pub mod bets;
pub mod clock;
pub mod config;
pub mod control;
pub mod desk;
pub mod faults;
pub mod feed;
pub mod floor;
pub mod game;
pub mod journal;
pub mod keys;
pub mod linger;
pub mod problem;
pub mod promotion;
pub mod public;
pub mod random;
pub mod refusal;
pub mod round;
pub mod scene;
pub mod signer;
pub mod table;
pub mod vendor;
pub mod video;
pub mod wallet;
