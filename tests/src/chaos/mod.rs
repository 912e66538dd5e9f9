//! The failure matrix: each fault of the rogues' gallery in each placement and browser, what came of it, and
//! whether that is what we say of it.
//!
//! | module | idea |
//! |---|---|
//! | [`gallery`] | the faults, and what is expected of each |
//! | [`cell`] | one fault in one placement, on a floor and in a browser of its own |
//! | `watch` | what the page itself notes: changes of state, how long it was blocked |
//! | `neighbour` | whether the wallet works as before |
//! | [`outside`] | everything that can be at fault but a fragment's code |
//! | [`report`] | the table, for the terminal and as a page |
//! | [`markdown`] | the table of docs/containment.md |
//!
//! **Invariant:** a cell says what was seen. An expectation may be that a fault is *not* contained; it
//! is stated all the same, and a cell that turns out better than stated misses it as well.

pub mod cell;
pub mod gallery;
pub mod markdown;
mod neighbour;
pub mod outside;
pub mod report;
mod watch;
