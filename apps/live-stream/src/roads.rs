//! The history of a table as players read it: coloured numbers, or the bead road.

use contract::feed::{Outcome, Winner};
use contract::roulette::is_red;

/// Beads in one column of the road.
pub(crate) const BEADS: usize = 6;

/// A roulette number's colour, as the class and the text that name it.
pub(crate) fn colour(number: u8) -> &'static str {
    match number {
        0 => "green",
        _ if is_red(number) => "red",
        _ => "black",
    }
}

/// The rounds of a bead road: oldest first, cut at the front by whole columns so that at most
/// `columns` are filled.
pub(crate) fn beads(history: &[Outcome], columns: usize) -> Vec<&Outcome> {
    let won: Vec<&Outcome> = history.iter().rev().filter(|outcome| outcome.winner.is_some()).collect();
    let surplus = won.len().saturating_sub(columns * BEADS);
    won[surplus.div_ceil(BEADS) * BEADS..].to_vec()
}

/// How often each side won: player, banker, tie.
pub(crate) fn wins(history: &[Outcome]) -> [i64; 3] {
    let mut counts = [0; 3];
    for winner in history.iter().filter_map(|outcome| outcome.winner) {
        counts[match winner {
            Winner::Player => 0,
            Winner::Banker => 1,
            Winner::Tie => 2,
        }] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn won(winner: Winner) -> Outcome {
        Outcome {
            round: String::new(),
            number: None,
            winner: Some(winner),
            player_points: Some(1),
            banker_points: Some(2),
            player_pair: false,
            banker_pair: false,
        }
    }

    #[test]
    fn numbers_have_their_colours() {
        assert_eq!([colour(0), colour(1), colour(2), colour(36)], ["green", "red", "black", "red"]);
        assert_eq!((1..=36).filter(|number| colour(*number) == "red").count(), 18);
    }

    #[test]
    fn the_road_runs_from_old_to_new_in_whole_columns() {
        let mut history = vec![won(Winner::Banker); 13];
        history[0] = won(Winner::Tie);
        let shown = beads(&history, 2);
        assert_eq!(shown.len(), 7);
        assert_eq!(shown.last().and_then(|outcome| outcome.winner), Some(Winner::Tie));
        assert_eq!(beads(&history[..12], 2).len(), 12);
        assert!(beads(&[], 2).is_empty());
        assert_eq!(wins(&history), [0, 12, 1]);
    }
}
