//! Whether a canary does worse than the stable release, and what follows for its share of the players.
//!
//! [`Evidence`] is a bet that it does worse, made again at each look on what both releases did since the look before.
//! Were both alike, the bet could not be won: whenever one looks, and however often, the chance that its worth was
//! ever [`ALARM`] times the stake is less than one in [`ALARM`]. [`decide`] turns it, the counts and the time into
//! one decision.
//!
//! What it can not see: what no counter counts, such as a wrong sum; harm to so few players that chance does as
//! much; and a fault that both releases have.
//!
//! **Architecture invariant:** performs no I/O and knows no clock and no chance.

mod bet;
mod evidence;
mod normal;
mod schedule;
mod tally;
mod urn;

pub use evidence::{ALARM, Evidence, Measure};
pub use schedule::{Decision, Schedule, ScheduleError, Standing, Step, decide};
pub use tally::{BOUNDS_MS, Mounts, Tally};
