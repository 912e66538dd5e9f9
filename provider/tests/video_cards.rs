//! Baccarat: the cards shown are the cards dealt, each not before its time.

#![allow(missing_docs, reason = "a test")]

use contract::feed::{Dealt, Hand, Phase, Suit};
use contract::live::Game;
use provider::scene::{Action, Scene};
use provider::video::picture::{Studio, canvas, placed, points};

const DEALT_MS: i64 = 1_800_000_000_000;
/// Long enough for a card to lie open.
const OPEN_MS: i64 = 1_000;

fn card(hand: Hand, rank: u8, suit: Suit, nth: i64) -> (Dealt, i64) {
    (Dealt { hand, rank, suit }, DEALT_MS + nth * 1_000)
}

fn six() -> Vec<(Dealt, i64)> {
    vec![
        card(Hand::Player, 4, Suit::Hearts, 0),
        card(Hand::Banker, 13, Suit::Spades, 1),
        card(Hand::Player, 1, Suit::Clubs, 2),
        card(Hand::Banker, 5, Suit::Diamonds, 3),
        card(Hand::Player, 9, Suit::Diamonds, 4),
        card(Hand::Banker, 10, Suit::Clubs, 5),
    ]
}

fn scene(cards: Vec<(Dealt, i64)>) -> Scene {
    Scene {
        table: "baccarat-1".into(),
        name: "Jade Baccarat".into(),
        dealer: "Noé".into(),
        game: Game::Baccarat,
        phase: Phase::Dealing,
        phase_started_ms: DEALT_MS,
        phase_ends_at_ms: DEALT_MS + 9_000,
        action: Action::Deal { cards },
        last: vec![],
    }
}

fn picture(studio: &Studio, cards: Vec<(Dealt, i64)>, now_ms: i64) -> Vec<u8> {
    let mut picture = canvas();
    studio.render(&scene(cards), now_ms, &mut picture);
    picture.data().to_vec()
}

#[test]
fn each_card_appears_at_its_time_and_all_lie_open_at_the_end() {
    let cards = six();
    for (dealt, (_, shown_ms)) in cards.iter().enumerate() {
        assert_eq!(placed(&cards, shown_ms - 1).len(), dealt);
        assert_eq!(placed(&cards, *shown_ms).len(), dealt + 1);
    }
    let laid = placed(&cards, DEALT_MS + 5_000 + OPEN_MS);
    let shown: Vec<_> = laid.iter().filter(|placed| placed.open > 0.999).map(|placed| placed.card.clone()).collect();
    assert_eq!(shown, cards.into_iter().map(|(card, _)| card).collect::<Vec<_>>());
}

#[test]
fn no_two_cards_lie_on_one_another() {
    let laid = placed(&six(), DEALT_MS + 60_000);
    for (index, one) in laid.iter().enumerate() {
        for other in &laid[index + 1..] {
            assert!((one.x - other.x).abs() > 66.0, "{one:?} covers {other:?}");
        }
    }
}

#[test]
fn points_count_open_cards_only() {
    let cards = six();
    let at = |ms: i64| {
        let laid = placed(&cards, DEALT_MS + ms);
        (points(&laid, Hand::Player), points(&laid, Hand::Banker))
    };
    assert_eq!(at(0), (None, None));
    assert_eq!(at(999), (Some(4), None));
    assert_eq!(at(2_100), (Some(4), Some(0)));
    assert_eq!(at(3_999), (Some(5), Some(5)));
    assert_eq!(at(9_000), (Some(4), Some(5)));
}

#[test]
fn the_picture_shows_the_very_cards() {
    let studio = Studio::new(Game::Baccarat);
    let mut faces = Vec::new();
    for suit in [Suit::Spades, Suit::Hearts, Suit::Diamonds, Suit::Clubs] {
        for rank in 1..=13 {
            let dealt = vec![card(Hand::Player, rank, suit, 0)];
            // While it lies face down, nobody can tell which card it is.
            let hidden = vec![card(Hand::Player, 7, Suit::Clubs, 0)];
            let sliding_ms = DEALT_MS + 300;
            assert!(picture(&studio, dealt.clone(), sliding_ms) == picture(&studio, hidden, sliding_ms));
            faces.push(picture(&studio, dealt, DEALT_MS + OPEN_MS));
        }
    }
    let all = faces.len();
    faces.sort_unstable();
    faces.dedup();
    assert_eq!((all, faces.len()), (52, 52));
}
