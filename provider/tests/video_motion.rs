//! Wheel and ball: the ball rests in the pocket of the true number, for every number.

#![allow(missing_docs, reason = "a test")]

use std::f64::consts::TAU;

use contract::feed::Phase;
use contract::live::Game;
use contract::roulette::{RED, WHEEL};
use provider::scene::{Action, Scene};
use provider::video::picture::motion::{POCKET, POCKET_RADIUS, TRACK_RADIUS, spinning, wheel_angle};
use provider::video::picture::{Studio, canvas};

const STARTED_MS: i64 = 1_800_000_000_123;
/// Where the hub is in the picture.
const HUB: (f64, f64) = (320.0, 183.0);

/// The number whose pocket is at an angle of the wheel, by the order of the wheel alone.
fn number_at(angle: f64) -> u8 {
    let pockets = (angle / POCKET).round().rem_euclid(37.0);
    let place = (0..37_u8).find(|place| (f64::from(*place) - pockets).abs() < 0.5).unwrap();
    WHEEL[usize::from(place)]
}

#[test]
fn the_ball_rests_in_the_middle_of_the_true_pocket_and_stays() {
    for number in 0..=36 {
        for lasts_ms in [400, 5_000, 9_000, 14_321] {
            let settles_ms = STARTED_MS + lasts_ms;
            for after_ms in [0, 1, 50, 4_999, 60_000] {
                let now_ms = settles_ms + after_ms;
                let ball = spinning(number, STARTED_MS, settles_ms, now_ms);
                let on_wheel = (ball.angle - wheel_angle(now_ms)).rem_euclid(TAU);
                assert_eq!(number_at(on_wheel), number, "{lasts_ms} ms, {after_ms} ms after");
                let off = (on_wheel / POCKET - (on_wheel / POCKET).round()).abs();
                assert!(off < 1e-9, "{number}: {off} of a pocket beside the middle");
                assert!((ball.radius - POCKET_RADIUS).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn the_ball_starts_on_the_track_runs_against_the_wheel_and_never_jumps() {
    let settles_ms = STARTED_MS + 9_000;
    let at = |ms| spinning(17, STARTED_MS, settles_ms, ms);
    assert!((at(STARTED_MS).radius - TRACK_RADIUS).abs() < 1e-9);
    let short_way = |from: f64, to: f64| (to - from + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
    for ms in STARTED_MS..settles_ms {
        let (before, after) = (at(ms), at(ms + 1));
        let turned = short_way(before.angle, after.angle);
        let wheel = short_way(wheel_angle(ms), wheel_angle(ms + 1));
        assert!(turned <= wheel + 1e-9, "the ball overtakes the wheel at {ms}");
        assert!(turned > -0.03, "the ball jumps by {turned} at {ms}");
        assert!((after.radius - before.radius).abs() < 1.0, "the ball jumps inwards at {ms}");
    }
}

#[test]
fn the_picture_shows_the_ball_at_the_true_number() {
    let studio = Studio::new(Game::Roulette);
    let mut picture = canvas();
    for number in 0..=36 {
        let settles_ms = STARTED_MS + 9_000;
        let scene = Scene {
            table: "roulette-1".into(),
            name: "Azure Roulette".into(),
            dealer: "Mara".into(),
            game: Game::Roulette,
            phase: Phase::Dealing,
            phase_started_ms: STARTED_MS,
            phase_ends_at_ms: settles_ms,
            action: Action::Spin { number, started_ms: STARTED_MS, settles_ms },
            last: vec![],
        };
        studio.render(&scene, settles_ms, &mut picture);
        let angle =
            wheel_angle(settles_ms) + WHEEL.iter().position(|pocket| *pocket == number).unwrap() as f64 * POCKET;
        let pixel = |radius: f64| {
            let (x, y) = (HUB.0 + radius * angle.sin(), HUB.1 - radius * angle.cos());
            let at = |value: f64| (0..640_u16).find(|pixel| f64::from(*pixel) + 1.0 > value).unwrap();
            let color = picture.pixel(at(x).into(), at(y).into()).unwrap();
            (color.red(), color.green(), color.blue())
        };
        let (red, green, blue) = pixel(POCKET_RADIUS);
        assert!(red.min(green).min(blue) > 200, "no ball at {number}: {red} {green} {blue}");
        let (red, green, blue) = pixel(107.0);
        let as_it_should = match number {
            0 => green > red && green > blue,
            number if RED.contains(&number) => red > 2 * green.max(blue),
            _ => red < 90 && green < 90 && blue < 90,
        };
        assert!(as_it_should, "{number} has the colour {red} {green} {blue}");
    }
}
