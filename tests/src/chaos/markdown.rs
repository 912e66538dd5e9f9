//! The table of docs/containment.md, as a full run makes it: a line for each fault, a column for each
//! placement in each browser.

use super::cell::Row;
use super::gallery::{Harm, Placement};
use crate::browser::Engine;

/// The columns that stand in the rows, in their order.
fn columns(rows: &[Row]) -> Vec<(Placement, Engine)> {
    let all = Placement::ALL.into_iter().flat_map(|placement| Engine::ALL.map(|engine| (placement, engine)));
    all.filter(|column| rows.iter().any(|row| (row.placement, row.browser) == *column)).collect()
}

/// The table.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let columns = columns(rows);
    let heads: String = columns
        .iter()
        .map(|(placement, engine)| format!(" {}, {} |", placement.as_str(), capitalised(engine.as_str())))
        .collect();
    let mut table = format!("| a fragment that … |{heads}\n|---|{}\n", "---|".repeat(columns.len()));
    let mut faults: Vec<&Row> = Vec::new();
    for row in rows {
        if !faults.iter().any(|known| known.fault == row.fault) {
            faults.push(row);
        }
    }
    for fault in faults {
        let of = |column: &(Placement, Engine)| {
            let found = rows.iter().find(|row| row.fault == fault.fault && (row.placement, row.browser) == *column);
            format!(" {} |", found.map_or_else(|| "–".to_owned(), cell))
        };
        let cells: String = columns.iter().map(of).collect();
        table.push_str(&format!("| {} |{cells}\n", fault.what));
    }
    table
}

/// Whether it was contained, when the next instance was there, and for how long the page did not react.
fn cell(row: &Row) -> String {
    let contained = match row.harm.as_slice() {
        [] => "yes".to_owned(),
        harm => format!("**no**: {}", harm.iter().copied().map(words).collect::<Vec<_>>().join(", ")),
    };
    let back = match row.recovery_ms {
        Some(ms) => Some(format!("back after {ms} ms")),
        None => row.fate.starts_with("given up").then(|| "card after three tries".to_owned()),
    };
    let block = row.block_ms.map(|ms| format!("{ms} ms"));
    [Some(contained), back, block].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A harm as a reader understands it.
const fn words(harm: Harm) -> &'static str {
    match harm {
        Harm::PageBlocked => "the page is blocked",
        Harm::Dialog => "a dialog stops the page",
        Harm::Address => "the address changes",
        Harm::History => "the way back is longer",
        Harm::TypedLost => "what was typed elsewhere is lost",
        Harm::TypingDisturbed => "typing elsewhere is disturbed",
        Harm::WalletUnusable => "the wallet can't be used",
        Harm::NeighbourReplaced => "a neighbour is restarted",
        Harm::RunsOn => "its timer runs on after its end",
        Harm::WalletRead => "it reads the balance",
        Harm::StorageFull => "the page's storage is full",
        Harm::Money => "the money is not right",
    }
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(placement: Placement, browser: Engine, harm: Vec<Harm>, recovery_ms: Option<u32>) -> Row {
        Row {
            fault: "leak",
            what: "leaves a timer",
            placement,
            browser,
            harm,
            fate: "restarted: it panicked".into(),
            sees: String::new(),
            block_ms: Some(18),
            recovery_ms,
            ledger_balanced: true,
            missed: String::new(),
        }
    }

    #[test]
    fn a_fault_is_a_line_with_a_column_for_each_place_that_was_played() {
        let rows = [
            row(Placement::Document, Engine::Chromium, vec![Harm::RunsOn, Harm::Money], Some(9)),
            row(Placement::Frame, Engine::Chromium, vec![], None),
            row(Placement::Frame, Engine::Firefox, vec![], Some(90)),
        ];
        let expected = "\
| a fragment that … | document, Chromium | frame, Chromium | frame, Firefox |
|---|---|---|---|
| leaves a timer | **no**: its timer runs on after its end, the money is not right · back after 9 ms · 18 ms | yes · 18 ms | yes · back after 90 ms · 18 ms |
";
        assert_eq!(table(&rows), expected);
    }
}
