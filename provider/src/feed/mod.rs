//! The live feed: one WebSocket for all tables, as [`contract::feed`] describes it.
//!
//! A connection has a bounded queue; a reader that is too slow for it is cut off rather than
//! waited for, so that no player delays another.
//!
//! **Architecture invariant:** nothing here decides about money. A connection may end at any
//! moment without changing what stands in the books.

mod connection;
mod message;
mod outbox;
mod players;
mod seat;

pub use connection::{MAX_CONNECTIONS, serve};
pub use outbox::{Outbox, encode};
pub use players::Players;
pub use seat::{Seat, Session};
