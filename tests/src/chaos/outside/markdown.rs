//! The second table of docs/containment.md, as a full run makes it: a line for each fault, with the times
//! of each browser in which it was played.

use super::Row;
use crate::browser::Engine;

/// The table.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let played: Vec<Engine> =
        Engine::ALL.into_iter().filter(|engine| rows.iter().any(|row| row.browser == *engine)).collect();
    let mut table =
        "| fault | what the player sees | shown after | back after | the rest of the page |\n|---|---|---|---|---|\n"
            .to_owned();
    let mut family = "";
    for (index, row) in rows.iter().enumerate() {
        if rows[..index].iter().any(|known| known.fault == row.fault) {
            continue;
        }
        if row.family != family {
            family = row.family;
            table.push_str(&format!("| **{family}** | | | | |\n"));
        }
        let in_each: Vec<&Row> = played
            .iter()
            .filter_map(|engine| rows.iter().find(|other| other.fault == row.fault && other.browser == *engine))
            .collect();
        table.push_str(&line(row, &in_each));
    }
    table
}

fn line(row: &Row, in_each: &[&Row]) -> String {
    let times = |of: fn(&Row) -> Option<u32>| {
        let times: Vec<String> = in_each.iter().filter_map(|row| of(row)).map(span).collect();
        times.join(" / ")
    };
    let (shown, back) = (times(|row| row.shown_ms), times(|row| row.back_ms));
    let back = [back.as_str(), row.back].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ");
    let dash = |words: String| if words.is_empty() { "–".to_owned() } else { words };
    let rest =
        in_each.iter().find(|row| !row.harm.is_empty()).map_or(row.rest.to_owned(), |row| format!("{:?}", row.harm));
    format!("| {} | {} | {} | {} | {rest} |\n", row.what, sees(row), dash(shown), dash(back))
}

fn sees(row: &Row) -> String {
    let says = if row.says.is_empty() { String::new() } else { format!("“{}”", row.says.replace('|', "\\|")) };
    match (row.affected.as_str(), says.as_str()) {
        ("", "") => "nothing".to_owned(),
        ("", _) => says,
        (affected, "") => affected.to_owned(),
        (affected, _) => format!("{affected}: {says}"),
    }
}

/// Milliseconds as a person says them.
fn span(ms: u32) -> String {
    if ms < 1_000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1_000, ms % 1_000 / 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(browser: Engine, shown_ms: Option<u32>, back_ms: Option<u32>) -> Row {
        Row {
            family: "the vendor",
            fault: "vendor-killed",
            what: "the vendor is killed",
            browser,
            affected: "live: degraded".into(),
            says: "lost".into(),
            shown_ms,
            back_ms,
            back: "by itself",
            block_ms: 9,
            harm: vec![],
            rest: "untouched",
            ledger_balanced: true,
            missed: String::new(),
        }
    }

    #[test]
    fn a_fault_is_a_line_with_the_times_of_each_browser() {
        let rows = [row(Engine::Chromium, Some(13), Some(487)), row(Engine::Firefox, Some(2_490), Some(823))];
        assert_eq!(
            table(&rows),
            "| fault | what the player sees | shown after | back after | the rest of the page |\n|---|---|---|---|---|\n\
             | **the vendor** | | | | |\n\
             | the vendor is killed | live: degraded: “lost” | 13 ms / 2.4 s | 487 ms / 823 ms by itself | untouched |\n"
        );
        let unnoticed =
            Row { affected: String::new(), says: String::new(), back: "", ..row(Engine::Chromium, None, None) };
        assert!(table(&[unnoticed]).contains("| nothing | – | – |"));
    }
}
