//! What the bets of the cloth are called.

use crate::layout::numbers;
use crate::roads::colour;
use contract::roulette::Spot;
use fragment::format;
use fragment::text::{text, text_with};

/// "Red 17"
pub(super) fn number(number: u8) -> String {
    let shown = format::number(i64::from(number));
    let id = match colour(number) {
        "green" => "number-zero",
        "red" => "number-red",
        _ => "number-black",
    };
    text_with(id, &[("number", &shown)])
}

/// "17, 18"
pub(super) fn covered(spot: Spot) -> String {
    let mut words = String::new();
    for number in numbers(spot) {
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(&format::number(i64::from(number)));
    }
    words
}

/// The whole name: "Split 17, 18".
pub(super) fn spot(spot: Spot) -> String {
    let all = || covered(spot);
    match spot {
        Spot::Straight(n) => number(n),
        Spot::Split(..) => text_with("spot-split", &[("numbers", &all())]),
        Spot::Street(_) | Spot::Trio(_) => text_with("spot-street", &[("numbers", &all())]),
        Spot::Corner(_) | Spot::FirstFour => text_with("spot-corner", &[("numbers", &all())]),
        Spot::Line(_) => text_with("spot-line", &[("numbers", &all())]),
        Spot::Column(n) => text_with("spot-column", &[("number", &format::number(i64::from(n)))]),
        Spot::Dozen(n) => {
            let (first, last) = (i64::from(n) * 12 - 11, i64::from(n) * 12);
            text_with("spot-range", &[("first", &format::number(first)), ("last", &format::number(last))])
        }
        Spot::Low => text_with("spot-range", &[("first", &format::number(1)), ("last", &format::number(18))]),
        Spot::High => text_with("spot-range", &[("first", &format::number(19)), ("last", &format::number(36))]),
        Spot::Red => text("spot-red"),
        Spot::Black => text("spot-black"),
        Spot::Odd => text("spot-odd"),
        Spot::Even => text("spot-even"),
    }
}

/// What is printed in the cell.
pub(super) fn printed(spot: Spot) -> String {
    match spot {
        Spot::Straight(n) => format::number(i64::from(n)),
        _ => self::spot(spot),
    }
}
