//! The rest of the matrix as it is read.

use super::Row;
use crate::chaos::report::escape;

/// What the columns say.
const HEAD: [&str; 11] = [
    "at fault",
    "fault",
    "browser",
    "affected",
    "the player reads",
    "shown after",
    "back after",
    "back",
    "longest block",
    "the rest of the page",
    "ledger",
];

fn cells(row: &Row) -> [String; 11] {
    let ms = |ms: Option<u32>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms} ms"));
    [
        row.family.to_owned(),
        row.what.to_owned(),
        row.browser.as_str().to_owned(),
        if row.affected.is_empty() { "–".to_owned() } else { row.affected.clone() },
        row.says.clone(),
        ms(row.shown_ms),
        ms(row.back_ms),
        row.back.to_owned(),
        format!("{} ms", row.block_ms),
        rest(row),
        if row.ledger_balanced { "balances" } else { "DOES NOT BALANCE" }.to_owned(),
    ]
}

fn rest(row: &Row) -> String {
    if row.harm.is_empty() {
        return row.rest.to_owned();
    }
    row.harm.iter().map(|harm| format!("{harm:?}")).collect::<Vec<_>>().join(", ")
}

/// One line: as the row comes in.
#[must_use]
pub fn line(row: &Row) -> String {
    let mark = if row.missed.is_empty() { "ok  " } else { "MISS" };
    let [_, _, browser, affected, _, shown, back, how, block, ..] = cells(row);
    let line = format!(
        "{mark} {:<29} {browser:<8} {affected:<20} shown {shown:>8}  back {back:>8} {how}  block {block}",
        row.fault
    );
    if row.missed.is_empty() { line } else { format!("{line}\n     {}", row.missed) }
}

/// How many did what.
#[must_use]
pub fn summary(rows: &[Row]) -> String {
    let missed = rows.iter().filter(|row| !row.missed.is_empty()).count();
    format!("{} faults outside of fragments, {missed} other than stated", rows.len())
}

/// A section of the report's page.
#[must_use]
pub fn section(rows: &[Row]) -> String {
    let head: String = HEAD.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let body: String = rows
        .iter()
        .map(|row| {
            let cells: String = cells(row).iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            let missed = match row.missed.as_str() {
                "" => String::new(),
                missed => {
                    format!("<tr class=\"missed\"><td colspan=\"{}\">{}</td></tr>", HEAD.len(), escape(missed))
                }
            };
            format!("<tr>{cells}</tr>{missed}\n")
        })
        .collect();
    format!(
        "<h2>Faults outside of fragments</h2>\n<p>{}.</p>\n<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>",
        summary(rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::Engine;

    fn row(missed: &str) -> Row {
        Row {
            family: "the vendor",
            fault: "vendor-killed",
            what: "the <vendor> is killed",
            browser: Engine::Firefox,
            affected: "live: degraded".into(),
            says: "lost".into(),
            shown_ms: Some(40),
            back_ms: None,
            back: "by itself",
            block_ms: 9,
            harm: vec![],
            rest: "untouched; a deposit goes through afterwards",
            ledger_balanced: true,
            missed: missed.into(),
        }
    }

    #[test]
    fn a_row_that_is_other_than_stated_says_how() {
        let rows = [row(""), row("live became failed")];
        assert_eq!(summary(&rows), "2 faults outside of fragments, 1 other than stated");
        assert!(line(&rows[0]).starts_with("ok ") && line(&rows[1]).contains("live became failed"));
        let section = section(&rows);
        assert!(section.contains("&lt;vendor&gt;") && section.contains("class=\"missed\""));
        assert!(section.contains("a deposit goes through afterwards"));
    }
}
