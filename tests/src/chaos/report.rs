//! The matrix as it is read: lines for the terminal, a page for a browser.

use super::cell::Row;

/// What the columns say.
const HEAD: [&str; 10] = [
    "fault",
    "browser",
    "placement",
    "contained",
    "neighbours",
    "longest block",
    "back after",
    "the rogue",
    "the player sees",
    "ledger",
];

/// A row's cells, in the order of the columns.
fn cells(row: &Row) -> [String; 10] {
    let ms = |ms: Option<u32>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms} ms"));
    [
        row.what.to_owned(),
        row.browser.as_str().to_owned(),
        row.placement.as_str().to_owned(),
        contained(row),
        if row.neighbours_alive() { "alive" } else { "harmed" }.to_owned(),
        ms(row.block_ms),
        ms(row.recovery_ms),
        row.fate.clone(),
        row.sees.clone(),
        if row.ledger_balanced { "balances" } else { "DOES NOT BALANCE" }.to_owned(),
    ]
}

fn contained(row: &Row) -> String {
    if row.contained() {
        return "yes".to_owned();
    }
    let harm: Vec<String> = row.harm.iter().map(|harm| format!("{harm:?}")).collect();
    format!("NO: {}", harm.join(", "))
}

/// One line: as the row comes in.
#[must_use]
pub fn line(row: &Row) -> String {
    let mark = if row.missed.is_empty() { "ok  " } else { "MISS" };
    let [_, browser, placement, contained, _, block, back, fate, ..] = cells(row);
    let fate: String = fate.chars().take(60).collect();
    let cell = format!("{:<20} {browser:<8} {placement:<8}", row.fault);
    let line = format!("{mark} {cell} {contained:<22} block {block:>8}  back {back:>8}  {fate}");
    if row.missed.is_empty() { line } else { format!("{line}\n     {}", row.missed) }
}

/// How many did what.
#[must_use]
pub fn summary(rows: &[Row]) -> String {
    let missed = rows.iter().filter(|row| !row.missed.is_empty()).count();
    let contained = rows.iter().filter(|row| row.contained()).count();
    format!("{} cells, {contained} contained, {missed} other than stated", rows.len())
}

/// A page of its own, without scripts; `more` follows the table.
#[must_use]
pub fn page(rows: &[Row], more: &str) -> String {
    let head: String = HEAD.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let body: String = rows
        .iter()
        .map(|row| {
            let class = match (row.missed.is_empty(), row.contained()) {
                (false, _) => "missed",
                (true, true) => "contained",
                (true, false) => "stated",
            };
            let cells: String = cells(row).iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            let missed = escape(&row.missed);
            let missed = if missed.is_empty() {
                missed
            } else {
                format!("<tr class=\"missed\"><td colspan=\"{}\">{missed}</td></tr>", HEAD.len())
            };
            format!("<tr class=\"{class}\">{cells}</tr>{missed}\n")
        })
        .collect();
    format!(
        "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Containment</title><style>
body {{ font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b211e; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: start; vertical-align: top; padding: .3rem .6rem; border-block-end: 1px solid #ccc; }}
.contained td:nth-child(4) {{ color: #0a7352; }}
.stated td:nth-child(4) {{ color: #8a5a00; }}
.missed {{ background: #fbe3e0; }}
</style></head><body>
<h1>Containment</h1>
<p>{}. A cell that says NO is stated so; a coloured row is other than stated.</p>
<table><thead><tr>{head}</tr></thead><tbody>
{body}</tbody></table>
{more}</body></html>
",
        summary(rows)
    )
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::gallery::{Harm, Placement};
    use super::*;
    use crate::browser::Engine;

    fn row(harm: Vec<Harm>, missed: &str) -> Row {
        Row {
            fault: "trap",
            what: "traps",
            placement: Placement::Document,
            browser: Engine::Firefox,
            harm,
            fate: "restarted: <unreachable>".into(),
            sees: String::new(),
            block_ms: Some(12),
            recovery_ms: None,
            ledger_balanced: true,
            missed: missed.into(),
        }
    }

    #[test]
    fn what_is_not_contained_and_what_is_missed_are_told_apart() {
        let rows = [row(vec![], ""), row(vec![Harm::Dialog], ""), row(vec![], "Money is not stated")];
        assert_eq!(summary(&rows), "3 cells, 2 contained, 1 other than stated");
        assert!(line(&rows[0]).starts_with("ok ") && line(&rows[2]).starts_with("MISS"));
        assert!(line(&rows[1]).contains("NO: Dialog") && line(&rows[1]).contains("firefox"));
        let page = page(&rows, "");
        assert!(page.contains("class=\"stated\"") && page.contains("Money is not stated"));
        assert!(page.contains("&lt;unreachable&gt;") && !page.contains("<unreachable>"));
    }
}
