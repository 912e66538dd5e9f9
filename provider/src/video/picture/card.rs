//! Playing cards: faces with true pips, and one back.

use contract::feed::Suit;
use tiny_skia::{Path, PathBuilder, Pixmap, Transform};

use super::IDENTITY;
use super::draw::{BRASS, fill, line, linear, pixmap, rgb, rgba, rounded, solid};
use super::text::{Align, Style, Typeface};

/// A card's width in pixels.
pub(super) const WIDTH: f32 = 66.0;
/// A card's height in pixels.
pub(super) const HEIGHT: f32 = 92.0;

const RADIUS: f32 = 6.0;
const SUITS: [Suit; 4] = [Suit::Spades, Suit::Hearts, Suit::Diamonds, Suit::Clubs];

/// All faces and the back, drawn once.
#[derive(Debug)]
pub(super) struct Deck {
    /// Thirteen ranks of each of [`SUITS`].
    faces: Vec<Pixmap>,
    back: Pixmap,
}

impl Deck {
    pub(super) fn new(type_face: &Typeface) -> Self {
        let faces = SUITS.into_iter().flat_map(|suit| (1..=13).map(move |rank| face(type_face, rank, suit))).collect();
        Self { faces, back: back() }
    }

    /// The face of a card; `None` for a rank that no card has.
    pub(super) fn face(&self, rank: u8, suit: Suit) -> Option<&Pixmap> {
        let row = SUITS.iter().position(|known| *known == suit)?;
        let column = usize::from(rank.checked_sub(1)?);
        (column < 13).then(|| self.faces.get(row * 13 + column)).flatten()
    }

    pub(super) const fn back(&self) -> &Pixmap {
        &self.back
    }
}

const fn color(suit: Suit) -> u32 {
    match suit {
        Suit::Spades | Suit::Clubs => 0x1b_2130,
        Suit::Hearts | Suit::Diamonds => 0xc8_2333,
    }
}

fn label(rank: u8) -> String {
    match rank {
        1 => "A".into(),
        11 => "J".into(),
        12 => "Q".into(),
        13 => "K".into(),
        pips => pips.to_string(),
    }
}

fn blank() -> Pixmap {
    let mut card = pixmap(66, 92);
    let body = rounded(0.5, 0.5, WIDTH - 1.0, HEIGHT - 1.0, RADIUS);
    fill(
        &mut card,
        &body,
        &linear((0.0, 0.0), (0.0, HEIGHT), &[(0.0, rgb(0xff_ffff)), (1.0, rgb(0xee_ebe2))]),
        IDENTITY,
    );
    line(&mut card, &body, &solid(rgb(0xb9_b4a6)), 1.0, IDENTITY);
    card
}

fn face(type_face: &Typeface, rank: u8, suit: Suit) -> Pixmap {
    let mut card = blank();
    // The index stands upright in one corner and upside down in the other.
    let upside_down = Transform::from_row(-1.0, 0.0, 0.0, -1.0, WIDTH, HEIGHT);
    let (size, spacing) = if rank == 10 { (15.0, -1.6) } else { (18.0, 0.0) };
    let style = Style::new(size, rgb(color(suit))).align(Align::Middle).spacing(spacing);
    for corner in [IDENTITY, upside_down] {
        type_face.draw_at(&mut card, &label(rank), &style, corner.pre_translate(10.5, 19.0));
        pip(&mut card, suit, 10.5, corner.pre_translate(10.5, 28.0));
    }
    match rank {
        1 => pip(&mut card, suit, 34.0, Transform::from_translate(WIDTH / 2.0, HEIGHT / 2.0)),
        2..=10 => {
            for (x, y) in layout(rank) {
                let at = Transform::from_translate(WIDTH / 2.0 + x * 9.5, HEIGHT / 2.0 + y * 31.0);
                let turned = if y > 0.0 { at.pre_scale(1.0, -1.0) } else { at };
                pip(&mut card, suit, 11.0, turned);
            }
        }
        _ => court(&mut card, type_face, rank, suit),
    }
    card
}

/// Where a card's pips stand: columns from −1 to 1, rows from −1 (top) to 1.
fn layout(rank: u8) -> Vec<(f32, f32)> {
    let sides = |rows: &[f32]| -> Vec<(f32, f32)> { rows.iter().flat_map(|row| [(-1.0, *row), (1.0, *row)]).collect() };
    let third = 1.0 / 3.0;
    let (mut pips, middle): (_, &[f32]) = match rank {
        2 => (vec![], &[-1.0, 1.0]),
        3 => (vec![], &[-1.0, 0.0, 1.0]),
        4 => (sides(&[-1.0, 1.0]), &[]),
        5 => (sides(&[-1.0, 1.0]), &[0.0]),
        6 => (sides(&[-1.0, 0.0, 1.0]), &[]),
        7 => (sides(&[-1.0, 0.0, 1.0]), &[-0.5]),
        8 => (sides(&[-1.0, 0.0, 1.0]), &[-0.5, 0.5]),
        9 => (sides(&[-1.0, -third, third, 1.0]), &[0.0]),
        _ => (sides(&[-1.0, -third, third, 1.0]), &[-2.0 * third, 2.0 * third]),
    };
    pips.extend(middle.iter().map(|row| (0.0, *row)));
    pips
}

/// Jack, queen and king: a framed monogram under a crown or a feather's line.
fn court(card: &mut Pixmap, type_face: &Typeface, rank: u8, suit: Suit) {
    let frame = rounded(20.5, 12.5, WIDTH - 41.0, HEIGHT - 25.0, 3.0);
    let tint = if matches!(suit, Suit::Hearts | Suit::Diamonds) { 0xf9_e3da } else { 0xdf_e6ee };
    fill(card, &frame, &linear((0.0, 12.0), (0.0, 80.0), &[(0.0, rgb(tint)), (1.0, rgb(0xf7_edd5))]), IDENTITY);
    line(card, &frame, &solid(rgb(0xb8_904e)), 1.0, IDENTITY);
    let upside_down = Transform::from_row(-1.0, 0.0, 0.0, -1.0, WIDTH, HEIGHT);
    for half in [IDENTITY, upside_down] {
        if let Some(crown) = crown(rank) {
            fill(card, &crown, &solid(rgb(0xc2_9442)), half.pre_translate(WIDTH / 2.0, 24.0));
        }
    }
    let style = Style::new(25.0, rgb(color(suit))).align(Align::Middle);
    type_face.draw(card, WIDTH / 2.0, HEIGHT / 2.0 + 9.0, &label(rank), &style);
}

/// A crown with as many points as the rank asks for.
fn crown(rank: u8) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(-8.5, 5.0);
    let points: &[(f32, f32)] = match rank {
        13 => &[(-9.5, -5.0), (-4.5, 0.0), (0.0, -7.0), (4.5, 0.0), (9.5, -5.0)],
        12 => &[(-9.0, -2.0), (-6.0, 0.5), (-3.5, -5.0), (0.0, 0.0), (3.5, -5.0), (6.0, 0.5), (9.0, -2.0)],
        _ => &[(-8.5, 1.0), (-2.0, 0.0), (5.0, -6.0), (8.5, -5.0), (6.0, 1.0)],
    };
    for (x, y) in points {
        path.line_to(*x, *y);
    }
    path.line_to(8.5, 5.0);
    path.close();
    path.finish()
}

fn back() -> Pixmap {
    let mut card = blank();
    let panel = rounded(4.5, 4.5, WIDTH - 9.0, HEIGHT - 9.0, 3.5);
    fill(
        &mut card,
        &panel,
        &linear((0.0, 0.0), (WIDTH, HEIGHT), &[(0.0, rgb(0x16_5a48)), (1.0, rgb(0x0b_3328))]),
        IDENTITY,
    );
    line(&mut card, &panel, &solid(rgb(BRASS)), 1.0, IDENTITY);
    for row in 0..9_u8 {
        for column in 0..6_u8 {
            let stagger = if row.is_multiple_of(2) { 0.0 } else { 4.7 };
            let (x, y) = (11.0 + f32::from(column) * 9.4 + stagger, 11.0 + f32::from(row) * 8.75);
            if x < WIDTH - 8.0 {
                let at = Transform::from_translate(x, y).pre_scale(5.0, 5.0);
                if let Some(diamond) = pip_path(Suit::Diamonds) {
                    fill(&mut card, &diamond, &solid(rgba(BRASS, 0.5)), at);
                }
            }
        }
    }
    card
}

/// A suit's sign, `size` pixels high, around the origin of `at`.
fn pip(canvas: &mut Pixmap, suit: Suit, size: f32, at: Transform) {
    if let Some(path) = pip_path(suit) {
        fill(canvas, &path, &solid(rgb(color(suit))), at.pre_scale(size, size));
    }
}

/// A suit's sign in a square of side 1 around the origin.
fn pip_path(suit: Suit) -> Option<Path> {
    let mut path = PathBuilder::new();
    match suit {
        Suit::Diamonds => {
            path.move_to(0.0, -0.5);
            path.quad_to(0.17, -0.2, 0.39, 0.0);
            path.quad_to(0.17, 0.2, 0.0, 0.5);
            path.quad_to(-0.17, 0.2, -0.39, 0.0);
            path.quad_to(-0.17, -0.2, 0.0, -0.5);
        }
        Suit::Hearts => {
            path.move_to(0.0, 0.48);
            path.cubic_to(-0.12, 0.28, -0.48, 0.08, -0.48, -0.2);
            path.cubic_to(-0.48, -0.4, -0.34, -0.48, -0.23, -0.48);
            path.cubic_to(-0.1, -0.48, -0.03, -0.4, 0.0, -0.28);
            path.cubic_to(0.03, -0.4, 0.1, -0.48, 0.23, -0.48);
            path.cubic_to(0.34, -0.48, 0.48, -0.4, 0.48, -0.2);
            path.cubic_to(0.48, 0.08, 0.12, 0.28, 0.0, 0.48);
        }
        Suit::Spades => {
            path.move_to(0.0, -0.5);
            path.cubic_to(0.1, -0.3, 0.46, -0.1, 0.46, 0.14);
            path.cubic_to(0.46, 0.36, 0.14, 0.4, 0.04, 0.2);
            path.quad_to(0.06, 0.4, 0.18, 0.49);
            path.line_to(-0.18, 0.49);
            path.quad_to(-0.06, 0.4, -0.04, 0.2);
            path.cubic_to(-0.14, 0.4, -0.46, 0.36, -0.46, 0.14);
            path.cubic_to(-0.46, -0.1, -0.1, -0.3, 0.0, -0.5);
        }
        Suit::Clubs => {
            path.move_to(0.03, 0.05);
            path.quad_to(0.05, 0.38, 0.18, 0.49);
            path.line_to(-0.18, 0.49);
            path.quad_to(-0.05, 0.38, -0.03, 0.05);
            path.close();
            path.push_circle(0.0, -0.26, 0.23);
            path.push_circle(-0.25, 0.1, 0.23);
            path.push_circle(0.25, 0.1, 0.23);
            path.push_circle(0.0, 0.02, 0.1);
        }
    }
    path.close();
    path.finish()
}
