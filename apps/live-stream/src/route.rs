//! The addresses of tables, and of two tables side by side.

use contract::plain::{concat, cut};

/// Where the control for a second table leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Second {
    /// Opens another table beside this one.
    Open(String),
    /// Leaves only the other table.
    Close(String),
}

/// A table's address.
pub(crate) fn table_path(table: &str) -> String {
    concat(&["/live/", table])
}

/// The control for `table` on the page `path`, with the other tables that there are.
pub(crate) fn second(path: &str, table: &str, others: &[String]) -> Option<Second> {
    match path.strip_prefix("/live/").and_then(|tables| cut(tables, b'/')) {
        Some((first, beside)) => {
            let stays = if table == first { beside } else { first };
            Some(Second::Close(table_path(stays)))
        }
        None => {
            let other = others.iter().find(|other| *other != table)?;
            Some(Second::Open(concat(&[&table_path(table), "/", other])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_can_be_joined_by_another_and_either_can_leave() {
        let others = ["roulette-1", "baccarat-1"].map(String::from);
        assert_eq!(
            second("/live/roulette-1", "roulette-1", &others),
            Some(Second::Open("/live/roulette-1/baccarat-1".into()))
        );
        assert_eq!(second("/live/roulette-1", "roulette-1", &others[..1]), None);
        let both = "/live/roulette-1/baccarat-1";
        assert_eq!(second(both, "roulette-1", &others), Some(Second::Close("/live/baccarat-1".into())));
        assert_eq!(second(both, "baccarat-1", &others), Some(Second::Close("/live/roulette-1".into())));
    }
}
