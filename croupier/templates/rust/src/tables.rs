//! What is shown of the tables. Pure: it names no browser, and native tests run it.

use contract::live::Tables;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The table's id: `roulette-1`.
    pub id: String,
    /// Its name; a proper name, not translated.
    pub name: String,
    /// Who deals.
    pub dealer: String,
    /// How many play there.
    pub seated: u32,
}

/// The tables that can be played at, the fullest first; of two alike, by name.
#[must_use]
pub fn lines(tables: &Tables) -> Vec<Line> {
    let open = tables.tables.iter().filter(|table| table.online);
    let line = open.map(|table| Line {
        id: table.id.clone(),
        name: table.name.clone(),
        dealer: table.dealer.clone(),
        seated: table.seated,
    });
    let mut lines: Vec<Line> = line.collect();
    lines.sort_by(|one, other| other.seated.cmp(&one.seated).then_with(|| one.name.cmp(&other.name)));
    lines
}

/// How many play at all of them.
#[must_use]
pub fn seated(lines: &[Line]) -> i64 {
    lines.iter().map(|line| i64::from(line.seated)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::live::{Game, Table};
    use contract::money::Currency;

    fn table(id: &str, seated: u32, online: bool) -> Table {
        Table {
            id: id.into(),
            game: Game::Roulette,
            name: format!("Table {id}"),
            dealer: "Ada".into(),
            min_minor: 100,
            max_minor: 10_000,
            currency: Currency::Eur,
            seated,
            online,
            feed_url: String::new(),
            video_url: String::new(),
            still_url: String::new(),
        }
    }

    #[test]
    fn the_fullest_open_table_comes_first() {
        let tables = [table("b", 2, true), table("closed", 9, false), table("a", 2, true), table("c", 7, true)];
        let lines = lines(&Tables { tables: tables.into(), offline_since_ms: None });
        let order: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
        assert_eq!(order, ["c", "a", "b"]);
        assert_eq!(seated(&lines), 11);
    }

    #[test]
    fn without_a_table_nobody_plays() {
        let lines = lines(&Tables { tables: Vec::new(), offline_since_ms: Some(0) });
        assert!(lines.is_empty());
        assert_eq!(seated(&lines), 0);
    }
}
