//! The spots of a European roulette table: their names on the wire, the numbers they cover and
//! what they pay. Shared by the vendor, which settles by it, and the fragment, which draws by it.

use crate::plain::{concat, cut, integer, number};
use crate::wire::position;

/// The red numbers; the others but 0 are black.
pub const RED: [u8; 18] = [1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36];

/// A bit for each red number: searching an array of bytes is fast, and half a kilobyte of code.
const RED_SET: u64 = {
    let (mut set, mut index) = (0, 0);
    while index < RED.len() {
        set |= 1 << RED[index];
        index += 1;
    }
    set
};

/// Whether a number is red.
#[must_use]
pub const fn is_red(number: u8) -> bool {
    number <= 36 && RED_SET >> number & 1 == 1
}

/// The order of the pockets around the wheel, clockwise from 0.
pub const WHEEL: [u8; 37] = [
    0, 32, 15, 19, 4, 21, 2, 25, 17, 34, 6, 27, 13, 36, 11, 30, 8, 23, 10, 5, 24, 16, 33, 1, 20, 14, 31, 9, 22, 18, 29,
    7, 28, 12, 35, 3, 26,
];

/// A place for a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spot {
    /// `straight-17`: one number, 35 to 1.
    Straight(u8),
    /// `split-17-18` or `split-17-20`: two neighbours, 17 to 1. The lower number comes first.
    Split(u8, u8),
    /// `street-16`: the row of three that begins there, 11 to 1.
    Street(u8),
    /// `corner-16`: four that meet, by the lowest, 8 to 1.
    Corner(u8),
    /// `line-13`: two rows, by the lowest number, 5 to 1.
    Line(u8),
    /// `trio-1` (0, 1, 2) or `trio-2` (0, 2, 3): 11 to 1.
    Trio(u8),
    /// `first-four`: 0, 1, 2, 3; 8 to 1.
    FirstFour,
    /// `column-1` (1, 4, 7 …) to `column-3`: 2 to 1.
    Column(u8),
    /// `dozen-1` (1–12) to `dozen-3`: 2 to 1.
    Dozen(u8),
    /// `red`: even money, as all below.
    Red,
    /// `black`
    Black,
    /// `odd`
    Odd,
    /// `even`; 0 is not.
    Even,
    /// `low`: 1–18.
    Low,
    /// `high`: 19–36.
    High,
}

impl Spot {
    /// The spots that are one place on every table.
    const SINGLE: [(&str, Self); 7] = [
        ("red", Self::Red),
        ("black", Self::Black),
        ("odd", Self::Odd),
        ("even", Self::Even),
        ("low", Self::Low),
        ("high", Self::High),
        ("first-four", Self::FirstFour),
    ];

    /// The spots that a number tells apart.
    const NUMBERED: [&str; 7] = ["straight", "street", "corner", "line", "trio", "column", "dozen"];

    /// The spot of that name; `None` for a name that is not on the table.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((_, spot)) = Self::SINGLE.iter().find(|(single, _)| *single == name) {
            return Some(*spot);
        }
        let (kind, rest) = cut(name, b'-')?;
        let of = |text: &str| u8::try_from(number(text)?).ok();
        let spot = if kind == "split" {
            let (low, high) = cut(rest, b'-')?;
            Self::Split(of(low)?, of(high)?)
        } else {
            let n = of(rest)?;
            match position(&Self::NUMBERED, kind)? {
                0 => Self::Straight(n),
                1 => Self::Street(n),
                2 => Self::Corner(n),
                3 => Self::Line(n),
                4 => Self::Trio(n),
                5 => Self::Column(n),
                _ => Self::Dozen(n),
            }
        };
        // One spelling only ("straight-07" is none), and only places that exist.
        (spot.name() == name && spot.exists()).then_some(spot)
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> String {
        let (kind, n) = match self {
            Self::Straight(n) => (0, n),
            Self::Street(n) => (1, n),
            Self::Corner(n) => (2, n),
            Self::Line(n) => (3, n),
            Self::Trio(n) => (4, n),
            Self::Column(n) => (5, n),
            Self::Dozen(n) => (6, n),
            Self::Split(low, high) => {
                return concat(&["split-", &integer(low.into()), "-", &integer(high.into())]);
            }
            single => {
                let named = Self::SINGLE.iter().find(|(_, spot)| *spot == single);
                return named.map_or("", |(name, _)| *name).to_owned();
            }
        };
        concat(&[Self::NUMBERED[kind], "-", &integer(n.into())])
    }

    /// True if the chip lies on the winning number.
    #[must_use]
    pub fn covers(self, number: u8) -> bool {
        let in_field = (1..=36).contains(&number);
        match self {
            Self::Straight(n) => n == number,
            Self::Split(low, high) => number == low || number == high,
            Self::Street(n) => (n..n + 3).contains(&number),
            Self::Corner(n) => [n, n + 1, n + 3, n + 4].contains(&number),
            Self::Line(n) => (n..n + 6).contains(&number),
            Self::Trio(n) => [0, n, n + 1].contains(&number),
            Self::FirstFour => number <= 3,
            Self::Column(n) => in_field && number % 3 == n % 3,
            Self::Dozen(n) => in_field && (number - 1) / 12 + 1 == n,
            Self::Red => is_red(number),
            Self::Black => in_field && !is_red(number),
            Self::Odd => number % 2 == 1,
            Self::Even => in_field && number.is_multiple_of(2),
            Self::Low => (1..=18).contains(&number),
            Self::High => (19..=36).contains(&number),
        }
    }

    /// What is won for each unit staked, beside the stake itself.
    #[must_use]
    pub const fn pays(self) -> i64 {
        match self {
            Self::Straight(_) => 35,
            Self::Split(..) => 17,
            Self::Street(_) | Self::Trio(_) => 11,
            Self::Corner(_) | Self::FirstFour => 8,
            Self::Line(_) => 5,
            Self::Column(_) | Self::Dozen(_) => 2,
            Self::Red | Self::Black | Self::Odd | Self::Even | Self::Low | Self::High => 1,
        }
    }

    fn exists(self) -> bool {
        match self {
            Self::Straight(n) => n <= 36,
            // 0 touches 1, 2 and 3; elsewhere neighbours are one apart in a row or three apart.
            Self::Split(0, high) => (1..=3).contains(&high),
            Self::Split(low, high) => {
                low < high && high <= 36 && (high == low + 3 || (high == low + 1 && !low.is_multiple_of(3)))
            }
            Self::Street(n) => n <= 34 && n % 3 == 1,
            Self::Corner(n) => (1..=32).contains(&n) && !n.is_multiple_of(3),
            Self::Line(n) => n <= 31 && n % 3 == 1,
            Self::Trio(n) => n == 1 || n == 2,
            Self::Column(n) | Self::Dozen(n) => (1..=3).contains(&n),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_spot() -> Vec<Spot> {
        let mut names: Vec<String> =
            ["red", "black", "odd", "even", "low", "high", "first-four"].map(String::from).to_vec();
        for n in 0..=40u8 {
            for kind in ["straight", "street", "corner", "line", "trio", "column", "dozen"] {
                names.push(format!("{kind}-{n}"));
            }
            names.extend((0..=40u8).map(|high| format!("split-{n}-{high}")));
        }
        names.iter().filter_map(|name| Spot::parse(name)).collect()
    }

    #[test]
    fn the_table_has_the_standard_spots() {
        // 37 straights, 60 splits, 12 streets, 22 corners, 11 lines, 2 trios, the first four,
        // 3 columns, 3 dozens and the six even chances.
        assert_eq!(every_spot().len(), 37 + 60 + 12 + 22 + 11 + 2 + 1 + 3 + 3 + 6);
    }

    #[test]
    fn every_spot_has_the_standard_house_edge() {
        // Covered numbers × (pays + 1) is 36 of 37 for every bet of the European table.
        for spot in every_spot() {
            let covered = (0..=36).filter(|number| spot.covers(*number)).count();
            assert_eq!(i64::try_from(covered).unwrap() * (spot.pays() + 1), 36, "{}", spot.name());
        }
    }

    #[test]
    fn other_spellings_and_places_are_refused() {
        for name in [
            "",
            "straight",
            "straight-37",
            "straight-07",
            "red-1",
            "split-3-4",
            "split-4-3",
            "split-255-2",
            "corner-3",
            "street-2",
            "line-34",
            "dozen-0",
            "first",
            "trio-3",
            "split-0-4",
        ] {
            assert_eq!(Spot::parse(name), None, "{name}");
        }
    }
}
