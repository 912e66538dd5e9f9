//! Where everything lies on the roulette cloth, and which bet it is.
//!
//! The cloth is measured in tracks: 14 columns (zero, twelve of numbers, "2 to 1") and 5 rows
//! (three of numbers, dozens, even chances). The style sheet turns it upright by swapping the
//! axes, so one geometry serves wide and narrow tables.

use contract::roulette::Spot;

/// A cell of the cloth, in tracks from the top left corner, beginning with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What a chip in it bets on.
    pub(crate) spot: Spot,
    /// First column.
    pub(crate) column: u8,
    /// First row.
    pub(crate) row: u8,
    /// Columns.
    pub(crate) width: u8,
    /// Rows.
    pub(crate) height: u8,
}

/// All cells: the numbers, and the bets around them.
pub(crate) fn cells() -> Vec<Cell> {
    let cell = |spot, column, row, width, height| Cell { spot, column, row, width, height };
    let mut cells = vec![cell(Spot::Straight(0), 1, 1, 1, 3)];
    for number in 1..=36 {
        cells.push(cell(Spot::Straight(number), 2 + (number - 1) / 3, 3 - (number - 1) % 3, 1, 1));
    }
    for n in 1..=3 {
        cells.push(cell(Spot::Column(n), 14, 4 - n, 1, 1));
    }
    for n in 1..=3 {
        cells.push(cell(Spot::Dozen(n), 4 * n - 2, 4, 4, 1));
    }
    let even_money = [Spot::Low, Spot::Even, Spot::Red, Spot::Black, Spot::Odd, Spot::High];
    for (spot, column) in even_money.into_iter().zip([2, 4, 6, 8, 10, 12]) {
        cells.push(cell(spot, column, 5, 2, 1));
    }
    cells
}

/// A kind of inside bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// Two neighbours.
    Split,
    /// Three in a row, the trios with zero among them.
    Street,
    /// Four that meet, the first four among them.
    Corner,
    /// Two rows.
    Line,
}

impl Inside {
    /// In the order of the panel.
    pub(crate) const ALL: [Self; 4] = [Self::Split, Self::Street, Self::Corner, Self::Line];

    /// How markup names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Street => "street",
            Self::Corner => "corner",
            Self::Line => "line",
        }
    }

    /// Every bet of this kind, by its lowest number.
    pub(crate) fn spots(self) -> Vec<Spot> {
        let mut spots = match self {
            Self::Split => vec![Spot::Split(0, 1), Spot::Split(0, 2), Spot::Split(0, 3)],
            Self::Street => vec![Spot::Trio(1), Spot::Trio(2)],
            Self::Corner => vec![Spot::FirstFour],
            Self::Line => vec![],
        };
        for low in 1..=36u8 {
            let (first, last) = (low % 3 == 1, low % 3 == 0);
            match self {
                Self::Split => {
                    if !last {
                        spots.push(Spot::Split(low, low + 1));
                    }
                    if low <= 33 {
                        spots.push(Spot::Split(low, low + 3));
                    }
                }
                Self::Street if first => spots.push(Spot::Street(low)),
                Self::Corner if !last && low <= 32 => spots.push(Spot::Corner(low)),
                Self::Line if first && low <= 31 => spots.push(Spot::Line(low)),
                _ => {}
            }
        }
        spots
    }
}

/// The numbers that a bet on numbers covers, in order; empty for the bets around them.
pub(crate) fn numbers(spot: Spot) -> Vec<u8> {
    match spot {
        Spot::Straight(_)
        | Spot::Split(..)
        | Spot::Street(_)
        | Spot::Corner(_)
        | Spot::Line(_)
        | Spot::Trio(_)
        | Spot::FirstFour => (0..=36).filter(|number| spot.covers(*number)).collect(),
        _ => vec![],
    }
}

/// Where the chip of a bet lies: half tracks from the left and from the top. In a long cell it
/// lies beside the words.
pub(crate) fn place(spot: Spot) -> (u8, u8) {
    let of_cell = |cell: &Cell| (2 * (cell.column - 1) + cell.width + cell.width / 2, 2 * (cell.row - 1) + cell.height);
    if let Some(cell) = cells().iter().find(|cell| cell.spot == spot) {
        return of_cell(cell);
    }
    // Centre of a number, and the edge of the field where streets and lines lie.
    let of = |number: u8| (3 + 2 * ((number - 1) / 3), 5 - 2 * ((number - 1) % 3));
    const EDGE: u8 = 6;
    const ZERO_EDGE: u8 = 2;
    match spot {
        Spot::Split(0, high) => (ZERO_EDGE, of(high).1),
        Spot::Trio(n) => (ZERO_EDGE, of(n).1 - 1),
        Spot::FirstFour => (ZERO_EDGE, EDGE),
        Spot::Split(low, high) if high == low + 1 => (of(low).0, of(low).1 - 1),
        Spot::Split(low, _) => (of(low).0 + 1, of(low).1),
        Spot::Corner(n) => (of(n).0 + 1, of(n).1 - 1),
        Spot::Street(n) => (of(n).0, EDGE),
        Spot::Line(n) => (of(n).0 + 1, EDGE),
        // Every other spot has a cell.
        _ => (0, 0),
    }
}

/// A direction of the arrow keys, as seen on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

impl Direction {
    /// By the name of the key.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            _ => return None,
        })
    }
}

/// The middles of cells on the screen, in pixels: which one an arrow key leads to from `from`.
/// Works on what is drawn, so it needs not know which way round the cloth lies.
pub(crate) fn next_cell(middles: &[(i32, i32)], from: usize, direction: Direction) -> Option<usize> {
    let (x, y) = *middles.get(from)?;
    let cost = |&(to_x, to_y): &(i32, i32)| {
        let (ahead, aside) = match direction {
            Direction::Left => (x - to_x, to_y - y),
            Direction::Right => (to_x - x, to_y - y),
            Direction::Up => (y - to_y, to_x - x),
            Direction::Down => (to_y - y, to_x - x),
        };
        // A step aside costs more than a step ahead: the arrow stays in its row where it can.
        (ahead > 2).then_some(ahead + 3 * aside.abs())
    };
    let costs = middles.iter().enumerate().filter_map(|(index, middle)| Some((cost(middle)?, index)));
    costs.min().map(|(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_inside() -> Vec<Spot> {
        Inside::ALL.into_iter().flat_map(Inside::spots).collect()
    }

    #[test]
    fn cells_fill_the_cloth_without_overlap() {
        let mut taken = [[0u8; 14]; 5];
        for cell in cells() {
            for row in cell.row..cell.row + cell.height {
                for column in cell.column..cell.column + cell.width {
                    taken[usize::from(row) - 1][usize::from(column) - 1] += 1;
                }
            }
        }
        let free = taken.iter().flatten().filter(|count| **count == 0).count();
        assert!(taken.iter().flatten().all(|count| *count <= 1));
        // Under zero and under the columns nothing lies.
        assert_eq!(free, 4);
        assert_eq!(cells().len(), 37 + 3 + 3 + 6);
    }

    #[test]
    fn three_lies_above_two_above_one() {
        let at = |spot| cells().into_iter().find(|cell| cell.spot == spot).map(|cell| (cell.column, cell.row));
        assert_eq!(at(Spot::Straight(3)), Some((2, 1)));
        assert_eq!(at(Spot::Straight(1)), Some((2, 3)));
        assert_eq!(at(Spot::Straight(36)), Some((13, 1)));
        // "2 to 1" stands at the end of its own numbers.
        assert_eq!(at(Spot::Column(3)), Some((14, 1)));
        assert_eq!(at(Spot::Column(1)), Some((14, 3)));
    }

    #[test]
    fn the_inside_bets_are_the_standard_ones_and_exist() {
        let spots = every_inside();
        assert_eq!(spots.len(), 60 + 14 + 23 + 11);
        for spot in spots {
            assert_eq!(Spot::parse(&spot.name()), Some(spot));
        }
    }

    #[test]
    fn every_inside_bet_lies_between_exactly_its_numbers() {
        for spot in every_inside() {
            let (x, y) = place(spot);
            let covered = numbers(spot);
            if y == 6 {
                continue; // streets and lines lie on the outer edge
            }
            let touching: Vec<u8> = (0..=36)
                .filter(|number| {
                    let cell = cells().into_iter().find(|cell| cell.spot == Spot::Straight(*number)).unwrap();
                    let (left, top) = (2 * (cell.column - 1), 2 * (cell.row - 1));
                    (left..=left + 2 * cell.width).contains(&x) && (top..=top + 2 * cell.height).contains(&y)
                })
                .collect();
            assert_eq!(touching, covered, "{}", spot.name());
        }
    }

    #[test]
    fn no_two_bets_share_a_place() {
        let mut places: Vec<(u8, u8)> = every_inside().into_iter().map(place).collect();
        places.extend(cells().iter().map(|cell| place(cell.spot)));
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), count);
    }

    #[test]
    fn arrows_lead_to_the_neighbour() {
        let middles: Vec<(i32, i32)> =
            cells().iter().map(|cell| place(cell.spot)).map(|(x, y)| (i32::from(x) * 30, i32::from(y) * 25)).collect();
        let index = |spot| cells().iter().position(|cell| cell.spot == spot);
        let go = |from, direction| next_cell(&middles, index(from).unwrap(), direction);
        assert_eq!(go(Spot::Straight(17), Direction::Right), index(Spot::Straight(20)));
        assert_eq!(go(Spot::Straight(17), Direction::Up), index(Spot::Straight(18)));
        assert_eq!(go(Spot::Straight(2), Direction::Left), index(Spot::Straight(0)));
        assert_eq!(go(Spot::Straight(5), Direction::Down), index(Spot::Straight(4)));
        assert_eq!(go(Spot::Straight(18), Direction::Up), None);
        assert_eq!(go(Spot::Straight(36), Direction::Right), index(Spot::Column(3)));
    }
}
