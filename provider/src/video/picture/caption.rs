//! What the vision mixer lays over the picture: names, clock, phase, history and result.

use contract::feed::{Outcome, Phase, Winner};
use contract::live::Game;
use tiny_skia::Pixmap;

use super::IDENTITY;
use super::baccarat::{Decided, decided};
use super::draw::{BLACK, BLUE, BRASS, GREEN, IVORY, MUTED, RED, circle, fill, line, px, rgb, rgba, rounded, solid};
use super::roulette::color_of;
use super::text::{Align, Style, Typeface};
use crate::scene::{Action, Scene};

const LEFT: f32 = 24.0;
const RIGHT: f32 = 616.0;
/// How many of the last outcomes are shown.
const SHOWN: u8 = 7;
/// A caption slides in for so long.
const SLIDE_MS: i64 = 320;

/// What the lower third says once the outcome is known.
struct Verdict {
    /// The big sign on the left and its colour.
    sign: String,
    color: u32,
    title: String,
    detail: String,
    known_ms: i64,
}

/// Draws the captions of a scene.
pub(super) fn draw(canvas: &mut Pixmap, type_face: &Typeface, scene: &Scene, now_ms: i64) {
    names(canvas, type_face, scene);
    clock(canvas, type_face, now_ms);
    history(canvas, type_face, scene);
    match verdict(scene).filter(|verdict| now_ms >= verdict.known_ms) {
        Some(verdict) => lower_third(canvas, type_face, &verdict, now_ms),
        None => phase(canvas, type_face, scene.phase),
    }
}

fn names(canvas: &mut Pixmap, type_face: &Typeface, scene: &Scene) {
    type_face.draw(canvas, LEFT, 40.0, &scene.name, &Style::new(17.0, rgb(IVORY)));
    let dealer = format!("Dealer  {}", scene.dealer);
    type_face.draw(canvas, LEFT, 57.0, &dealer, &Style::new(11.5, rgb(MUTED)));
}

/// The true time of the picture, so that a viewer can see how far the video lags behind.
fn clock(canvas: &mut Pixmap, type_face: &Typeface, now_ms: i64) {
    let seconds = now_ms.div_euclid(1000).rem_euclid(86_400);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let style = Style::new(14.0, rgb(IVORY)).align(Align::End);
    type_face.draw(canvas, RIGHT - 27.0, 40.0, &time, &style);
    let zone = Style::new(9.5, rgb(MUTED)).align(Align::End);
    type_face.draw(canvas, RIGHT, 40.0, "UTC", &zone);
    let left = RIGHT - 27.0 - type_face.width(&time, &style);
    circle(canvas, left - 9.0, 35.0, 3.2, &solid(rgb(0xf0_4b46)));

    let mark = Style::new(9.0, rgb(BRASS)).align(Align::Middle).spacing(1.0);
    let width = type_face.width("PLAY MONEY", &mark) + 14.0;
    let frame = rounded(RIGHT - width, 48.0, width, 16.0, 8.0);
    fill(canvas, &frame, &solid(rgba(0x03_1410, 0.55)), IDENTITY);
    line(canvas, &frame, &solid(rgba(BRASS, 0.6)), 1.0, IDENTITY);
    type_face.draw(canvas, RIGHT - width / 2.0, 59.3, "PLAY MONEY", &mark);
}

fn phase(canvas: &mut Pixmap, type_face: &Typeface, phase: Phase) {
    let (text, color) = match phase {
        Phase::Open => ("Place your bets", 0x35_c797),
        Phase::Closing => ("Last bets", 0xf2_c14e),
        Phase::Closed => ("No more bets", 0xf0_4b46),
        Phase::Dealing => ("Round in play", BRASS),
        Phase::Result | Phase::Settled => ("Round complete", BRASS),
        Phase::Cancelled => ("Round cancelled", 0xf0_4b46),
    };
    let style = Style::new(12.5, rgb(IVORY));
    let width = type_face.width(text, &style) + 38.0;
    let pill = rounded(LEFT, 310.0, width, 28.0, 14.0);
    fill(canvas, &pill, &solid(rgba(0x03_1410, 0.78)), IDENTITY);
    circle(canvas, LEFT + 15.0, 324.0, 4.0, &solid(rgb(color)));
    type_face.draw(canvas, LEFT + 26.0, 328.5, text, &style);
}

fn history(canvas: &mut Pixmap, type_face: &Typeface, scene: &Scene) {
    let mut right = RIGHT;
    // The newest stands on the right; older ones fade.
    for (age, outcome) in (0..SHOWN).zip(&scene.last) {
        let (text, color) = sign(scene.game, outcome);
        let strength = 1.0 - f32::from(age) * 0.09;
        let chip = rounded(right - 23.0, 316.0, 23.0, 22.0, 5.0);
        fill(canvas, &chip, &solid(rgba(color, strength)), IDENTITY);
        let edge = if age == 0 { rgb(BRASS) } else { rgba(IVORY, 0.22 * strength) };
        line(canvas, &chip, &solid(edge), 1.2, IDENTITY);
        let style = Style::new(11.5, rgba(IVORY, strength)).align(Align::Middle);
        type_face.draw(canvas, right - 11.5, 331.2, &text, &style);
        right -= 26.0;
    }
}

fn lower_third(canvas: &mut Pixmap, type_face: &Typeface, verdict: &Verdict, now_ms: i64) {
    let shown = px((now_ms - verdict.known_ms) as f64 / SLIDE_MS as f64).clamp(0.0, 1.0);
    let eased = 1.0 - (1.0 - shown).powi(3);
    let left = LEFT - (1.0 - eased) * 40.0;
    let (title, detail) = (Style::new(15.0, rgba(IVORY, eased)), Style::new(11.0, rgba(0xc6_d2cb, eased)));
    let text = type_face.width(&verdict.title, &title).max(type_face.width(&verdict.detail, &detail));
    let panel = rounded(left, 298.0, text + 66.0, 42.0, 8.0);
    fill(canvas, &panel, &solid(rgba(0x03_1410, 0.86 * eased)), IDENTITY);
    let tile = rounded(left, 298.0, 42.0, 42.0, 8.0);
    fill(canvas, &tile, &solid(rgba(verdict.color, eased)), IDENTITY);
    line(canvas, &tile, &solid(rgba(BRASS, 0.8 * eased)), 1.2, IDENTITY);
    let sign = Style::new(23.0, rgba(IVORY, eased)).align(Align::Middle);
    type_face.draw(canvas, left + 21.0, 327.2, &verdict.sign, &sign);
    type_face.draw(canvas, left + 53.0, 316.0, &verdict.title, &title);
    type_face.draw(canvas, left + 53.0, 331.5, &verdict.detail, &detail);
}

/// An outcome's chip in the history.
fn sign(game: Game, outcome: &Outcome) -> (String, u32) {
    match (game, outcome.number, outcome.winner) {
        (Game::Roulette, Some(number), _) => (number.to_string(), color_of(number)),
        (_, _, Some(winner)) => {
            let (sign, _, color) = winner_words(winner);
            (sign.into(), color)
        }
        _ => ("–".into(), BLACK),
    }
}

const fn winner_words(winner: Winner) -> (&'static str, &'static str, u32) {
    match winner {
        Winner::Player => ("P", "Player wins", BLUE),
        Winner::Banker => ("B", "Banker wins", RED),
        Winner::Tie => ("T", "Tie", GREEN),
    }
}

/// The outcome that the table itself shows, if the round has come to one.
fn verdict(scene: &Scene) -> Option<Verdict> {
    if matches!(scene.phase, Phase::Cancelled) {
        return None;
    }
    if let Action::Spin { number, settles_ms, .. } = &scene.action {
        return Some(spun(*number, *settles_ms));
    }
    let Decided { winner, player, banker, known_ms } = decided(scene)?;
    let (sign, title, color) = winner_words(winner);
    let detail = format!("Player {player}  –  Banker {banker}");
    Some(Verdict { sign: sign.into(), color, title: title.into(), detail, known_ms })
}

fn spun(number: u8, known_ms: i64) -> Verdict {
    let color = color_of(number);
    let title = match color {
        GREEN => "Zero",
        RED => "Red",
        _ => "Black",
    };
    let detail = match number {
        0 => "House number".to_owned(),
        _ => format!(
            "{} · {}",
            if number.is_multiple_of(2) { "Even" } else { "Odd" },
            if number <= 18 { "1 to 18" } else { "19 to 36" }
        ),
    };
    Verdict { sign: number.to_string(), color, title: title.into(), detail, known_ms }
}
