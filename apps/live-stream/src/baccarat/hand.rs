//! The value of the cards dealt so far.

use contract::feed::{Dealt, Hand};

/// The points of a hand: the last digit of the sum; tens and pictures count nothing.
pub(super) fn points(dealt: &[Dealt], hand: Hand) -> u8 {
    let cards = dealt.iter().filter(|card| card.hand == hand);
    cards.map(|card| if card.rank < 10 { card.rank } else { 0 }).fold(0, |sum, value| (sum + value) % 10)
}

/// A rank as it is printed on a card.
pub(super) const fn rank(rank: u8) -> &'static str {
    const RANKS: [&str; 13] = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
    match rank {
        1..=13 => RANKS[rank as usize - 1],
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::feed::Suit;

    #[test]
    fn points_are_the_last_digit() {
        let card = |hand, rank| Dealt { hand, rank, suit: Suit::Hearts };
        let dealt = [
            card(Hand::Player, 7),
            card(Hand::Banker, 13),
            card(Hand::Player, 8),
            card(Hand::Banker, 10),
            card(Hand::Player, 1),
        ];
        assert_eq!(points(&dealt, Hand::Player), 6);
        assert_eq!(points(&dealt, Hand::Banker), 0);
        assert_eq!([rank(1), rank(10), rank(13), rank(0)], ["A", "10", "K", "?"]);
    }
}
