//! The roulette set: a European wheel seen from above on a dark felt.

use std::f64::consts::{FRAC_PI_2, TAU};

use contract::roulette::{RED as RED_NUMBERS, WHEEL};
use tiny_skia::{Color, Path, Pixmap, Transform};

use super::draw::{
    BLACK, BRASS, GREEN, IVORY, RED, blit, circle, fill, flood, line, pixmap, polar, px, radial, rgb, rgba, ring,
    rounded, sector, solid, sweep, weave,
};
use super::motion::{self, Ball, POCKET, TRACK_RADIUS, wheel_angle};
use super::text::{Align, Style, Typeface};
use super::{IDENTITY, canvas, restore};
use crate::scene::{Action, Scene};

/// The hub.
const CENTER: (f32, f32) = (320.0, 183.0);
/// The outer edge of the bowl.
const BOWL: f32 = 171.0;
/// The outer edge of the turning part.
const ROTOR: f32 = 131.0;
/// The turning part is kept larger than it is shown, so that numbers stay sharp at any angle.
const ROTOR_SCALE: f32 = 2.0;

/// Pockets are drawn once; a frame only turns them.
#[derive(Debug)]
pub(super) struct Roulette {
    room: Pixmap,
    rotor: Pixmap,
    light: Pixmap,
}

/// The colour of a number on the wheel and in captions.
pub(super) fn color_of(number: u8) -> u32 {
    match number {
        0 => GREEN,
        number if RED_NUMBERS.contains(&number) => RED,
        _ => BLACK,
    }
}

impl Roulette {
    pub(super) fn new(type_face: &Typeface) -> Self {
        Self { room: room(), rotor: rotor(type_face), light: light() }
    }

    pub(super) fn draw(&self, canvas: &mut Pixmap, scene: &Scene, now_ms: i64) {
        restore(canvas, &self.room);
        let turned = Transform::from_translate(CENTER.0, CENTER.1)
            .pre_rotate(px(wheel_angle(now_ms).to_degrees()))
            .pre_scale(1.0 / ROTOR_SCALE, 1.0 / ROTOR_SCALE)
            .pre_translate(-ROTOR * ROTOR_SCALE, -ROTOR * ROTOR_SCALE);
        blit(canvas, &self.rotor, turned);
        blit(canvas, &self.light, Transform::from_translate(CENTER.0 - BOWL, CENTER.1 - BOWL));
        match &scene.action {
            Action::Spin { number, started_ms, settles_ms } => {
                draw_spin(canvas, *number, *started_ms, *settles_ms, now_ms);
            }
            // The ball of the round before lies in its pocket until it is thrown again.
            Action::WaitingForBets | Action::Deal { .. } | Action::Idle => {
                if let Some(number) = scene.last.first().and_then(|outcome| outcome.number) {
                    draw_ball(canvas, motion::resting(number, now_ms), 1.0);
                }
            }
        }
    }
}

/// A fast ball leaves a trace, as on a camera whose shutter stays open.
fn draw_spin(canvas: &mut Pixmap, number: u8, started_ms: i64, settles_ms: i64, now_ms: i64) {
    let at = |ms: i64| motion::spinning(number, started_ms, settles_ms, ms);
    let ball = at(now_ms);
    for step in (1..=10_u8).rev() {
        let ghost = at((now_ms - i64::from(step) * 4).max(started_ms));
        if (ghost.angle - ball.angle).abs() > POCKET / 3.0 {
            let (x, y) = polar(CENTER, ghost.radius, ghost.angle);
            circle(canvas, x, y, 5.0, &solid(rgba(IVORY, 0.20 - 0.016 * f32::from(step))));
        }
    }
    let thrown = px((now_ms - started_ms) as f64 / 300.0).clamp(0.0, 1.0);
    draw_ball(canvas, ball, thrown);
}

fn draw_ball(canvas: &mut Pixmap, ball: Ball, strength: f32) {
    let (x, y) = polar(CENTER, ball.radius, ball.angle);
    let shadow = radial((x + 1.6, y + 2.4), 8.5, &[(0.0, rgba(0, 0.55 * strength)), (1.0, rgba(0, 0.0))]);
    circle(canvas, x + 1.6, y + 2.4, 8.5, &shadow);
    let ivory = radial(
        (x - 1.6, y - 2.0),
        8.0,
        &[(0.0, rgba(0xff_ffff, strength)), (0.45, rgba(0xf6_f3ea, strength)), (1.0, rgba(0xa8_a294, strength))],
    );
    circle(canvas, x, y, 5.4, &ivory);
}

/// Felt, bowl and ball track: all that stands still below the wheel.
fn room() -> Pixmap {
    let mut room = canvas();
    let felt = [(0.0, rgb(0x1a_6a50)), (0.45, rgb(0x12_4d3a)), (1.0, rgb(0x07_241b))];
    flood(&mut room, &radial((320.0, 150.0), 400.0, &felt));
    for inset in [10.0, 14.0] {
        let edge = rounded(inset, inset, 640.0 - 2.0 * inset, 360.0 - 2.0 * inset, 22.0);
        line(&mut room, &edge, &solid(rgba(BRASS, 0.13)), 1.0, IDENTITY);
    }
    weave(&mut room, 2);
    flood(&mut room, &radial((320.0, 180.0), 385.0, &[(0.55, rgba(0, 0.0)), (1.0, rgba(0, 0.62))]));
    bowl(&mut room);
    room
}

fn bowl(room: &mut Pixmap) {
    let (x, y) = CENTER;
    let shadow = [(0.0, rgba(0, 0.0)), (0.84, rgba(0, 0.6)), (1.0, rgba(0, 0.0))];
    circle(room, x, y + 9.0, 198.0, &radial((x, y + 9.0), 198.0, &shadow));
    let wood = [
        (0.0, rgb(0x2a_120a)),
        (0.88, rgb(0x3d_1b0e)),
        (0.915, rgb(0x7a_4021)),
        (0.955, rgb(0x5a_2a15)),
        (1.0, rgb(0x24_0f08)),
    ];
    circle(room, x, y, BOWL, &radial((x, y), BOWL, &wood));
    let brass = brass_around((x, y));
    ring(room, x, y, BOWL - 1.0, 2.0, &brass);
    ring(room, x, y, 153.0, 1.6, &brass);
    // The track slopes inwards: lighter outside, dark where it meets the wheel.
    let track = [(0.0, rgb(0x1b_0c07)), (0.85, rgb(0x2c_140b)), (0.90, rgb(0x4a_2413)), (1.0, rgb(0x84_4a28))];
    circle(room, x, y, 152.0, &radial((x, y), 152.0, &track));
    for stop in 0..8_u8 {
        deflector(room, f64::from(stop) * TAU / 8.0 + TAU / 16.0, stop.is_multiple_of(2));
    }
    ring(room, x, y, ROTOR + 0.5, 2.4, &brass);
}

/// The brass diamonds on the track, lying and standing in turn.
fn deflector(room: &mut Pixmap, angle: f64, standing: bool) {
    let (along, across) = if standing { (2.2, 6.0) } else { (7.0, 2.4) };
    let mut path = tiny_skia::PathBuilder::new();
    path.move_to(0.0, -across);
    path.line_to(along, 0.0);
    path.line_to(0.0, across);
    path.line_to(-along, 0.0);
    path.close();
    let Some(path) = path.finish() else { return };
    let (x, y) = polar(CENTER, TRACK_RADIUS - 0.5, angle);
    let at = Transform::from_translate(x, y).pre_rotate(px(angle.to_degrees()));
    fill(room, &path, &solid(rgba(0, 0.45)), at.post_translate(1.0, 1.6));
    fill(room, &path, &solid(rgb(0xb8_904e)), at);
    fill(room, &path, &solid(rgba(0xff_e9bd, 0.55)), at.pre_scale(0.5, 0.5).post_translate(-0.5, -0.7));
}

fn brass_around(center: (f32, f32)) -> tiny_skia::Paint<'static> {
    let (dark, mid, bright) = (rgb(0x7d_5b28), rgb(0xc0_9850), rgb(0xff_e7b4));
    sweep(
        center,
        &[
            (0.0, mid),
            (0.12, dark),
            (0.25, mid),
            (0.40, dark),
            (0.58, mid),
            (0.64, bright),
            (0.72, mid),
            (0.88, dark),
            (1.0, mid),
        ],
    )
}

/// Everything that turns, around the middle of its own layer.
fn rotor(type_face: &Typeface) -> Pixmap {
    let size = ROTOR * ROTOR_SCALE * 2.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive constant")]
    let mut layer = pixmap(size as u32, size as u32);
    let origin = Transform::from_scale(ROTOR_SCALE, ROTOR_SCALE).pre_translate(ROTOR, ROTOR);
    let disc = |layer: &mut Pixmap, radius: f32, color: Color| {
        let (middle, radius) = (ROTOR * ROTOR_SCALE, radius * ROTOR_SCALE);
        circle(layer, middle, middle, radius, &solid(color));
    };
    disc(&mut layer, ROTOR, rgb(0x8d_6930));
    for (place, number) in WHEEL.iter().enumerate() {
        pocket(&mut layer, type_face, *number, place as f64 * POCKET, origin);
    }
    let rim = |layer: &mut Pixmap, radius: f32, width: f32| {
        let (middle, radius) = (ROTOR * ROTOR_SCALE, radius * ROTOR_SCALE);
        ring(layer, middle, middle, radius, width * ROTOR_SCALE, &solid(rgb(0xb8_904e)));
    };
    rim(&mut layer, 105.0, 1.3);
    rim(&mut layer, 129.2, 1.2);
    cone(&mut layer, origin);
    rim(&mut layer, 82.0, 2.0);
    turret(&mut layer, origin);
    layer
}

/// A number's field and, inside of it, the pocket that the ball falls into.
fn pocket(layer: &mut Pixmap, type_face: &Typeface, number: u8, angle: f64, origin: Transform) {
    let half = POCKET / 2.0;
    let field = color_of(number);
    fill(layer, &sector(105.0, 129.0, angle - half, angle + half), &solid(rgb(field)), origin);
    let deep = sector(82.0, 105.0, angle - half, angle + half);
    fill(layer, &deep, &solid(rgb(field)), origin);
    let shade = radial((0.0, 0.0), 105.0, &[(0.78, rgba(0, 0.62)), (0.9, rgba(0, 0.34)), (1.0, rgba(0, 0.5))]);
    fill(layer, &deep, &shade, origin);
    let fret = sector(82.0, 129.0, angle + half - 0.006, angle + half + 0.006);
    fill(layer, &fret, &solid(rgb(0xb0_8a4a)), origin);
    let style = Style::new(14.0, rgb(IVORY)).align(Align::Middle);
    let (x, y) = polar((0.0, 0.0), 112.0, angle);
    let at = origin.pre_translate(x, y).pre_rotate(px(angle.to_degrees()));
    type_face.draw_at(layer, &number.to_string(), &style, at);
}

/// The slope between hub and pockets.
fn cone(layer: &mut Pixmap, origin: Transform) {
    let wood = [(0.0, rgb(0x9a_5a30)), (0.35, rgb(0x7a_4222)), (0.8, rgb(0x4d_2613)), (1.0, rgb(0x2a_130a))];
    let Some(disc) = circle_path(82.0) else { return };
    fill(layer, &disc, &radial((0.0, 0.0), 82.0, &wood), origin);
    for spoke in 0..8_u8 {
        let angle = f64::from(spoke) * TAU / 8.0;
        fill(layer, &sector(30.0, 78.0, angle - 0.012, angle + 0.012), &solid(rgba(BRASS, 0.35)), origin);
    }
    if let Some(inlay) = circle_path(54.0) {
        line(layer, &inlay, &solid(rgba(BRASS, 0.55)), 1.0, origin);
    }
}

/// The brass cross by which the dealer turns the wheel.
fn turret(layer: &mut Pixmap, origin: Transform) {
    let knob = radial((-1.5, -1.5), 7.0, &[(0.0, rgb(0xff_efc8)), (0.5, rgb(0xd0_a75c)), (1.0, rgb(0x7d_5b28))]);
    let arm_paint = super::draw::linear(
        (0.0, -3.0),
        (0.0, 3.0),
        &[(0.0, rgb(0x8a_6730)), (0.4, rgb(0xf5_d797)), (1.0, rgb(0x7a_5826))],
    );
    let arm = rounded(8.0, -2.6, 30.0, 5.2, 2.4);
    for quarter in 0..4_u8 {
        let at = origin.pre_rotate(px((f64::from(quarter) * FRAC_PI_2).to_degrees()));
        fill(layer, &arm, &solid(rgba(0, 0.3)), at.post_translate(2.0, 4.0));
        fill(layer, &arm, &arm_paint, at);
        if let Some(end) = circle_path(5.6) {
            fill(layer, &end, &knob, at.pre_translate(40.0, 0.0));
        }
    }
    for (radius, bright, dark) in
        [(19.0, 0xd8_b066, 0x6a_4b20), (12.5, 0xff_edc2, 0x9a_7437), (6.0, 0xff_f6df, 0xc0_9850)]
    {
        let metal = radial((-radius * 0.3, -radius * 0.3), radius * 1.3, &[(0.0, rgb(bright)), (1.0, rgb(dark))]);
        if let Some(hub) = circle_path(radius) {
            fill(layer, &hub, &metal, origin);
        }
    }
}

fn circle_path(radius: f32) -> Option<Path> {
    tiny_skia::PathBuilder::from_circle(0.0, 0.0, radius)
}

/// The light of the room on the turning wheel; it stands still while the wheel turns below it.
fn light() -> Pixmap {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive constant")]
    let side = (BOWL * 2.0) as u32;
    let mut layer = pixmap(side, side);
    let center = (BOWL, BOWL);
    let (none, soft, bright) = (rgba(0xff_ffff, 0.0), rgba(0xff_ffff, 0.05), rgba(0xff_f4dc, 0.16));
    let gleam = sweep(
        center,
        &[
            (0.0, none),
            (0.08, soft),
            (0.16, none),
            (0.55, none),
            (0.64, bright),
            (0.73, none),
            (0.9, none),
            (1.0, none),
        ],
    );
    circle(&mut layer, center.0, center.1, ROTOR, &gleam);
    let shade = radial(center, ROTOR, &[(0.6, rgba(0, 0.0)), (0.93, rgba(0, 0.02)), (1.0, rgba(0, 0.38))]);
    circle(&mut layer, center.0, center.1, ROTOR, &shade);
    layer
}
