//! How wheel and ball move: pure functions of the time.
//!
//! Angles are in radians, clockwise, 0 at the top. The wheel turns clockwise all the time, by the
//! wall clock alone, so that a picture never depends on the one before it. The ball runs against
//! it. Its way is computed in the wheel's own frame, backwards from the pocket where it must rest:
//! the end is exact for whatever duration.

use std::f64::consts::{PI, TAU};

use contract::roulette::WHEEL;

/// One turn of the wheel.
const WHEEL_TURN_MS: i64 = 18_000;
/// From one pocket's middle to the next.
pub const POCKET: f64 = TAU / 37.0;

/// Where the ball runs after it was thrown, in pixels from the hub.
pub const TRACK_RADIUS: f64 = 143.0;
/// Where the ball rests.
pub const POCKET_RADIUS: f64 = 94.0;

/// The ball leaves the track at this part of the spin …
const LEAVES_TRACK: f64 = 0.62;
/// … and first touches the pockets at this one.
const TOUCHES_POCKETS: f64 = 0.78;

/// How far the wheel has turned.
#[must_use]
pub fn wheel_angle(now_ms: i64) -> f64 {
    now_ms.rem_euclid(WHEEL_TURN_MS) as f64 / WHEEL_TURN_MS as f64 * TAU
}

/// The middle of a number's pocket, from the wheel's own mark (the zero).
///
/// A number that is not on the wheel is a fault of the caller; the ball then rests in the zero.
#[must_use]
pub fn pocket_angle(number: u8) -> f64 {
    let place = WHEEL.iter().position(|pocket| *pocket == number).unwrap_or_default();
    place as f64 * POCKET
}

/// Where the ball is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ball {
    /// On the screen, not on the wheel.
    pub angle: f64,
    /// From the hub, in pixels.
    pub radius: f64,
}

/// The ball in the pocket of `number`, turning with the wheel.
#[must_use]
pub fn resting(number: u8, now_ms: i64) -> Ball {
    Ball { angle: wheel_angle(now_ms) + pocket_angle(number), radius: POCKET_RADIUS }
}

/// The ball of a spin. From `settles_ms` on it is the same as [`resting`].
#[must_use]
pub fn spinning(number: u8, started_ms: i64, settles_ms: i64, now_ms: i64) -> Ball {
    let rest = resting(number, now_ms);
    let lasts_ms = (settles_ms - started_ms).max(1) as f64;
    let done = ((now_ms - started_ms) as f64 / lasts_ms).clamp(0.0, 1.0);
    // Evenly decelerated against the wheel: about 1.7 turns a second at first.
    let turns = (lasts_ms / 1000.0 * 0.85).round().clamp(1.0, 20.0);
    let ahead = turns * TAU * (1.0 - done).powi(2);
    Ball { angle: rest.angle + ahead, radius: ball_radius(done) }
}

/// On the track, then down the slope, then hopping over the pockets, lower each time.
fn ball_radius(done: f64) -> f64 {
    if done <= LEAVES_TRACK {
        return TRACK_RADIUS;
    }
    if done < TOUCHES_POCKETS {
        let fall = (done - LEAVES_TRACK) / (TOUCHES_POCKETS - LEAVES_TRACK);
        return TRACK_RADIUS - (TRACK_RADIUS - POCKET_RADIUS) * fall * fall * (1.6 - 0.6 * fall);
    }
    let hop = (done - TOUCHES_POCKETS) / (1.0 - TOUCHES_POCKETS);
    // Three hops, each lower and shorter than the one before.
    let height = 24.0 * (1.0 - hop).powi(2);
    POCKET_RADIUS + height * (hop * (0.8 + 0.2 * hop) * 3.0 * PI).sin().abs()
}
