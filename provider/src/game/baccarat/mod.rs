//! Punto banco from eight decks.
//!
//! A card is chosen uniformly from those left in the shoe at the moment it is dealt. The chances
//! are those of a shuffled shoe, but no order exists before it is needed.

use contract::feed::{Dealt, Hand, Outcome, Suit, Winner};

const DECKS: usize = 8;
/// How many cards lie behind the cut card. When it comes out, the round is finished, one more is
/// played, and the shoe is replaced; two rounds need at most twelve cards.
const BEHIND_CUT: usize = 16;

/// A card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Card {
    /// 1 (ace) to 13 (king).
    pub rank: u8,
    /// Its suit.
    pub suit: Suit,
}

/// The cards that are left.
#[derive(Debug)]
pub struct Shoe {
    left: Vec<Card>,
    /// The cut card is out: the next round is the last.
    cut_out: bool,
}

impl Default for Shoe {
    fn default() -> Self {
        Self::new()
    }
}

impl Shoe {
    /// Eight whole decks.
    #[must_use]
    pub fn new() -> Self {
        let deck = || Suit::ALL.iter().flat_map(|suit| (1..=13).map(|rank| Card { rank, suit: *suit }));
        Self { left: (0..DECKS).flat_map(|_| deck()).collect(), cut_out: false }
    }

    /// How many cards are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// True once no card is left, which the cut card prevents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Deals one round; the shoe replaces itself after the last.
    pub fn deal(&mut self, rng: &mut impl rand::Rng) -> Vec<Dealt> {
        let last = self.cut_out;
        let cards = play(|| {
            let index = crate::random::index(rng, self.left.len());
            self.left.swap_remove(index)
        });
        self.cut_out = self.left.len() <= BEHIND_CUT;
        if last {
            *self = Self::new();
        }
        cards
    }
}

/// What a card counts: ace 1, two to nine their number, ten and pictures 0.
const fn value(rank: u8) -> u8 {
    if rank >= 10 { 0 } else { rank }
}

/// Deals a round by the tableau.
pub fn play(mut next: impl FnMut() -> Card) -> Vec<Dealt> {
    let mut cards = Vec::with_capacity(6);
    let mut deal = |cards: &mut Vec<Dealt>, hand| {
        let Card { rank, suit } = next();
        cards.push(Dealt { hand, rank, suit });
        value(rank)
    };
    for hand in [Hand::Player, Hand::Banker, Hand::Player, Hand::Banker] {
        deal(&mut cards, hand);
    }
    let (player, banker) = (points(&cards, Hand::Player), points(&cards, Hand::Banker));
    if player >= 8 || banker >= 8 {
        return cards;
    }
    let third = (player <= 5).then(|| deal(&mut cards, Hand::Player));
    if banker_draws(banker, third) {
        deal(&mut cards, Hand::Banker);
    }
    cards
}

/// Whether the banker takes a third card, given two-card points of at most 7 and the value of the
/// player's third card, if there was one.
const fn banker_draws(points: u8, third: Option<u8>) -> bool {
    match (points, third) {
        (0..=2, _) | (3..=5, None) => true,
        (3, Some(third)) => third != 8,
        (4, Some(third)) => matches!(third, 2..=7),
        (5, Some(third)) => matches!(third, 4..=7),
        (6, Some(third)) => matches!(third, 6..=7),
        _ => false,
    }
}

fn of_hand(cards: &[Dealt], hand: Hand) -> impl Iterator<Item = u8> {
    cards.iter().filter(move |card| card.hand == hand).map(|card| card.rank)
}

fn points(cards: &[Dealt], hand: Hand) -> u8 {
    of_hand(cards, hand).map(value).sum::<u8>() % 10
}

fn is_pair(cards: &[Dealt], hand: Hand) -> bool {
    let mut ranks = of_hand(cards, hand);
    ranks.next() == ranks.next()
}

/// What the dealt cards come to.
#[must_use]
pub fn outcome(round: &str, cards: &[Dealt]) -> Outcome {
    assert!((4..=6).contains(&cards.len()), "a round has four to six cards, not {}", cards.len());
    let (player, banker) = (points(cards, Hand::Player), points(cards, Hand::Banker));
    let winner = match player.cmp(&banker) {
        std::cmp::Ordering::Greater => Winner::Player,
        std::cmp::Ordering::Less => Winner::Banker,
        std::cmp::Ordering::Equal => Winner::Tie,
    };
    Outcome {
        round: round.to_owned(),
        number: None,
        winner: Some(winner),
        player_points: Some(player),
        banker_points: Some(banker),
        player_pair: is_pair(cards, Hand::Player),
        banker_pair: is_pair(cards, Hand::Banker),
    }
}

/// A place for a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The player's side wins: even money.
    Player,
    /// The banker's side wins: 0.95 to 1, rounded down to the minor unit.
    Banker,
    /// Nobody wins: 8 to 1.
    Tie,
    /// The player's first two cards have one rank: 11 to 1.
    PlayerPair,
    /// The banker's first two cards have one rank: 11 to 1.
    BankerPair,
}

impl Spot {
    /// The spot of that name on the wire.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "player" => Self::Player,
            "banker" => Self::Banker,
            "tie" => Self::Tie,
            "player-pair" => Self::PlayerPair,
            "banker-pair" => Self::BankerPair,
            _ => return None,
        })
    }
}

/// What comes back for a stake: 0, the stake itself on a push, or the stake and what it won.
#[must_use]
pub fn returns(spot: Spot, outcome: &Outcome, stake_minor: i64) -> i64 {
    let tie = outcome.winner == Some(Winner::Tie);
    match spot {
        Spot::Player if outcome.winner == Some(Winner::Player) => stake_minor * 2,
        Spot::Banker if outcome.winner == Some(Winner::Banker) => stake_minor + stake_minor * 95 / 100,
        Spot::Player | Spot::Banker if tie => stake_minor,
        Spot::Tie if tie => stake_minor * 9,
        Spot::PlayerPair if outcome.player_pair => stake_minor * 12,
        Spot::BankerPair if outcome.banker_pair => stake_minor * 12,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
