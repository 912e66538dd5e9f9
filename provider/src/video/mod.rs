//! The live video of a table: drawn, encoded and served as HLS, only while somebody watches.
//!
//! [`picture`] turns a [`crate::scene::Scene`] and an instant into pixels, [`encoder`] turns
//! pixels into H.264, [`fmp4`] puts the pictures of a second into a segment, [`playlist`] keeps
//! the last segments, [`Stream`] runs all of that on a thread of its own at the pace of the wall
//! clock, and [`router`] serves it.
//!
//! **Architecture invariant:** nothing here decides or knows an outcome beyond what the scene
//! says, and nothing here knows players, bets or money. A picture depends on the scene and the
//! time alone. Memory is bounded by the window of segments.

pub mod encoder;
pub mod fmp4;
mod http;
pub mod picture;
pub mod playlist;
mod stream;

pub use http::{router, still_path};
pub use stream::Stream;

/// Width of the picture.
pub const WIDTH: u16 = 640;
/// Height of the picture.
pub const HEIGHT: u16 = 360;
/// Pictures in a second, and so in a segment.
pub const FRAMES_PER_SECOND: u16 = 20;
/// From one picture to the next.
pub const FRAME_MS: u16 = 1000 / FRAMES_PER_SECOND;
