//! The baccarat set: a dealer's table with a box for each hand, and the cards that are dealt.

use std::cmp::Ordering;
use std::f64::consts::FRAC_PI_2;

use contract::feed::{Dealt, Hand, Phase, Winner};
use tiny_skia::{Path, PathBuilder, Pixmap, Transform};

use super::card::{self, Deck};
use super::draw::{
    BLUE, BRASS, IVORY, RED, blit, circle, fill, flood, line, linear, px, radial, rgb, rgba, rounded, solid, weave,
};
use super::text::{Align, Style, Typeface};
use super::{IDENTITY, canvas, dealer, restore};
use crate::scene::{Action, Scene};

/// A card slides from the shoe to its place …
const SLIDE_MS: i64 = 380;
/// … and is then turned over.
const TURN_MS: i64 = 240;
/// Where cards come from.
const SHOE: (f32, f32) = (566.0, 112.0);
const BOX_TOP: f32 = 146.0;
const BOX_HEIGHT: f32 = 148.0;
const BOX_WIDTH: f32 = 262.0;

/// The table, the dealer and a deck.
#[derive(Debug)]
pub(super) struct Baccarat {
    room: Pixmap,
    deck: Deck,
}

/// A card on its way or in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Which card.
    pub card: Dealt,
    /// Its middle, in pixels.
    pub x: f32,
    /// Its middle, in pixels.
    pub y: f32,
    /// Clockwise, in radians: a third card lies across.
    pub turn: f64,
    /// From −1, face down, to 1, face up; at 0 it stands on its edge.
    pub open: f32,
}

/// Where each card is at `now_ms`. A card that is not dealt yet is nowhere.
#[must_use]
pub fn placed(cards: &[(Dealt, i64)], now_ms: i64) -> Vec<Placed> {
    let mut laid = Vec::with_capacity(cards.len());
    let (mut player, mut banker) = (0_u8, 0_u8);
    for (card, shown_ms) in cards {
        let place = match card.hand {
            Hand::Player => &mut player,
            Hand::Banker => &mut banker,
        };
        let (x, y, turn) = spot(card.hand, *place);
        *place += 1;
        let since_ms = now_ms.saturating_sub(*shown_ms);
        if since_ms < 0 {
            continue;
        }
        let slid = px(since_ms as f64 / SLIDE_MS as f64).clamp(0.0, 1.0);
        let eased = 1.0 - (1.0 - slid).powi(3);
        let opened = px((since_ms - SLIDE_MS) as f64 / TURN_MS as f64).clamp(0.0, 1.0);
        laid.push(Placed {
            card: card.clone(),
            x: SHOE.0 + (x - SHOE.0) * eased,
            y: SHOE.1 + (y - SHOE.1) * eased,
            turn: turn * f64::from(eased),
            open: opened * 2.0 - 1.0,
        });
    }
    laid
}

/// The points of a hand, counting the cards that lie face up; `None` while there are none.
#[must_use]
pub fn points(laid: &[Placed], hand: Hand) -> Option<u8> {
    let mut ranks = laid.iter().filter(|placed| placed.open > 0.0 && placed.card.hand == hand).peekable();
    ranks.peek()?;
    Some(ranks.map(|placed| if placed.card.rank < 10 { placed.card.rank } else { 0 }).sum::<u8>() % 10)
}

/// How the hands on the table compare, once the round has its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) winner: Winner,
    pub(super) player: u8,
    pub(super) banker: u8,
    /// Not before the last card lies open.
    pub(super) known_ms: i64,
}

/// The result that the cards themselves show; `None` while the round goes on.
pub(super) fn decided(scene: &Scene) -> Option<Decided> {
    let Action::Deal { cards } = &scene.action else { return None };
    if !matches!(scene.phase, Phase::Result | Phase::Settled) {
        return None;
    }
    let last_ms = cards.iter().map(|(_, shown_ms)| *shown_ms).max()?;
    let open_ms = last_ms.saturating_add(SLIDE_MS + TURN_MS);
    let laid = placed(cards, open_ms);
    let (player, banker) = (points(&laid, Hand::Player)?, points(&laid, Hand::Banker)?);
    let winner = match player.cmp(&banker) {
        Ordering::Greater => Winner::Player,
        Ordering::Less => Winner::Banker,
        Ordering::Equal => Winner::Tie,
    };
    Some(Decided { winner, player, banker, known_ms: scene.phase_started_ms.max(open_ms) })
}

/// Left edge of a hand's box.
const fn box_left(hand: Hand) -> f32 {
    match hand {
        Hand::Player => 40.0,
        Hand::Banker => 338.0,
    }
}

fn box_frame(hand: Hand) -> Path {
    rounded(box_left(hand), BOX_TOP, BOX_WIDTH, BOX_HEIGHT, 12.0)
}

/// The place of a hand's nth card: two side by side, the third across on the outer side.
fn spot(hand: Hand, nth: u8) -> (f32, f32, f64) {
    let middle_y = BOX_TOP + 90.0;
    let (outer, inner) = (12.0 + card::HEIGHT / 2.0, 12.0 + card::HEIGHT + 8.0 + card::WIDTH / 2.0);
    let next = f32::from(nth.min(1)) * (card::WIDTH + 6.0);
    let left = box_left(hand);
    match (hand, nth) {
        (Hand::Player, 0 | 1) => (left + inner + next, middle_y, 0.0),
        (Hand::Player, _) => (left + outer, middle_y, -FRAC_PI_2),
        (Hand::Banker, 0 | 1) => (left + BOX_WIDTH - inner - card::WIDTH - 6.0 + next, middle_y, 0.0),
        (Hand::Banker, _) => (left + BOX_WIDTH - outer, middle_y, FRAC_PI_2),
    }
}

impl Baccarat {
    pub(super) fn new(type_face: &Typeface) -> Self {
        let mut room = canvas();
        wall(&mut room);
        dealer::draw(&mut room);
        table(&mut room);
        boxes(&mut room, type_face);
        shoe(&mut room);
        Self { room, deck: Deck::new(type_face) }
    }

    pub(super) fn draw(&self, canvas: &mut Pixmap, type_face: &Typeface, scene: &Scene, now_ms: i64) {
        restore(canvas, &self.room);
        let laid = match &scene.action {
            Action::Deal { cards } => placed(cards, now_ms),
            Action::WaitingForBets | Action::Spin { .. } | Action::Idle => Vec::new(),
        };
        let winner = decided(scene).filter(|decided| now_ms >= decided.known_ms).map(|decided| decided.winner);
        for (hand, wins) in [(Hand::Player, Winner::Player), (Hand::Banker, Winner::Banker)] {
            if winner == Some(wins) {
                let frame = box_frame(hand);
                line(canvas, &frame, &solid(rgba(BRASS, 0.25)), 6.0, IDENTITY);
                line(canvas, &frame, &solid(rgb(BRASS)), 2.0, IDENTITY);
            }
            if let Some(points) = points(&laid, hand) {
                let style = Style::new(24.0, rgb(IVORY)).align(Align::End);
                let right = box_left(hand) + BOX_WIDTH - 14.0;
                type_face.draw(canvas, right, BOX_TOP + 29.0, &points.to_string(), &style);
            }
        }
        for placed in &laid {
            self.draw_card(canvas, placed);
        }
    }

    fn draw_card(&self, canvas: &mut Pixmap, placed: &Placed) {
        let face = if placed.open > 0.0 { self.deck.face(placed.card.rank, placed.card.suit) } else { None };
        let layer = face.unwrap_or_else(|| self.deck.back());
        let middle = Transform::from_translate(placed.x, placed.y)
            .pre_rotate(px(placed.turn.to_degrees()))
            .pre_scale(placed.open.abs().max(0.04), 1.0)
            .pre_translate(-card::WIDTH / 2.0, -card::HEIGHT / 2.0);
        let shadow = rounded(0.0, 0.0, card::WIDTH, card::HEIGHT, 6.0);
        fill(canvas, &shadow, &solid(rgba(0, 0.16)), middle.post_translate(1.0, 4.0));
        fill(canvas, &shadow, &solid(rgba(0, 0.22)), middle.post_translate(0.5, 2.0));
        blit(canvas, layer, middle);
    }
}

/// The studio behind the dealer.
fn wall(room: &mut Pixmap) {
    flood(room, &linear((0.0, 0.0), (0.0, 130.0), &[(0.0, rgb(0x0c_1417)), (1.0, rgb(0x17_2527))]));
    for slat in 0..32_u8 {
        let x = f32::from(slat) * 20.0 + 9.0;
        let bar = rounded(x, -4.0, 2.0, 140.0, 1.0);
        fill(
            room,
            &bar,
            &linear((0.0, 0.0), (0.0, 120.0), &[(0.0, rgba(BRASS, 0.04)), (1.0, rgba(BRASS, 0.2))]),
            IDENTITY,
        );
    }
    flood(room, &radial((320.0, 62.0), 250.0, &[(0.0, rgba(0xff_e2ad, 0.26)), (1.0, rgba(0xff_e2ad, 0.0))]));
}

/// Felt with a padded rail towards the dealer.
fn table(room: &mut Pixmap) {
    let edge = |inset: f32| {
        let mut path = PathBuilder::new();
        path.move_to(-20.0, 112.0 + inset);
        path.quad_to(320.0, 140.0 + inset, 660.0, 112.0 + inset);
        path.line_to(660.0, 380.0);
        path.line_to(-20.0, 380.0);
        path.close();
        path.finish().expect("the table has an area")
    };
    fill(room, &edge(-9.0), &solid(rgba(0, 0.35)), IDENTITY);
    let leather = [(0.0, rgb(0x55_2c18)), (0.35, rgb(0x35_190d)), (1.0, rgb(0x1c_0c06))];
    fill(room, &edge(-6.0), &linear((0.0, 112.0), (0.0, 140.0), &leather), IDENTITY);
    let mut felt = canvas();
    let light = [(0.0, rgb(0x1b_7a5a)), (0.5, rgb(0x12_573f)), (1.0, rgb(0x08_2b20))];
    fill(&mut felt, &edge(5.0), &radial((320.0, 190.0), 390.0, &light), IDENTITY);
    blit(room, &felt, IDENTITY);
    weave(room, 2);
    line(room, &edge(5.0), &solid(rgba(BRASS, 0.6)), 1.4, IDENTITY);
    flood(room, &radial((320.0, 190.0), 390.0, &[(0.6, rgba(0, 0.0)), (1.0, rgba(0, 0.5))]));
}

/// The two boxes, each with the outlines of the places for its cards.
fn boxes(room: &mut Pixmap, type_face: &Typeface) {
    for (hand, name, color) in [(Hand::Player, "PLAYER", BLUE), (Hand::Banker, "BANKER", RED)] {
        let left = box_left(hand);
        let frame = box_frame(hand);
        fill(room, &frame, &solid(rgba(0x02_1510, 0.30)), IDENTITY);
        line(room, &frame, &solid(rgba(BRASS, 0.55)), 1.3, IDENTITY);
        let tag = rounded(left + 12.0, BOX_TOP + 11.0, 4.0, 18.0, 2.0);
        fill(room, &tag, &solid(rgb(color)), IDENTITY);
        let style = Style::new(13.0, rgb(IVORY)).spacing(1.6);
        type_face.draw(room, left + 24.0, BOX_TOP + 25.0, name, &style);
        for nth in 0..3 {
            let (x, y, turn) = spot(hand, nth);
            let place = rounded(-card::WIDTH / 2.0, -card::HEIGHT / 2.0, card::WIDTH, card::HEIGHT, 6.0);
            let at = Transform::from_translate(x, y).pre_rotate(px(turn.to_degrees()));
            line(room, &place, &solid(rgba(IVORY, 0.16)), 1.0, at);
        }
    }
}

/// The shoe that the cards come from.
fn shoe(room: &mut Pixmap) {
    let (x, y) = SHOE;
    circle(
        room,
        x + 8.0,
        y + 16.0,
        50.0,
        &radial((x + 8.0, y + 16.0), 50.0, &[(0.3, rgba(0, 0.35)), (1.0, rgba(0, 0.0))]),
    );
    let mut body = PathBuilder::new();
    body.move_to(x - 26.0, y + 14.0);
    body.line_to(x - 14.0, y - 22.0);
    body.line_to(x + 46.0, y - 26.0);
    body.line_to(x + 50.0, y + 12.0);
    body.close();
    if let Some(path) = body.finish() {
        let acrylic = [(0.0, rgb(0x3a_4448)), (0.5, rgb(0x1a_2023)), (1.0, rgb(0x0d_1113))];
        fill(room, &path, &linear((x, y - 26.0), (x, y + 14.0), &acrylic), IDENTITY);
        line(room, &path, &solid(rgba(BRASS, 0.55)), 1.0, IDENTITY);
    }
    let slot = rounded(x - 18.0, y - 4.0, 30.0, 9.0, 2.0);
    fill(room, &slot, &solid(rgb(0xf4_efe2)), Transform::from_rotate_at(-4.0, x, y));
}
