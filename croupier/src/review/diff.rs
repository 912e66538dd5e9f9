//! The differences of two releases as a table.

use release::Change;

const NOTHING: &str = "–";

/// Aligned in columns; a `!` before a line says that the reason at its end is worth a look.
pub(super) fn table(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "no difference: both are the same release\n".to_owned();
    }
    let cells = changes.iter().map(|change| {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| NOTHING.to_owned());
        [change.what.clone(), value(&change.old), value(&change.new)]
    });
    let rows: Vec<_> = [["what", "old", "new"].map(str::to_owned)].into_iter().chain(cells).collect();
    let widths = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let reasons = [None].into_iter().chain(changes.iter().map(|change| change.danger.as_deref()));
    let mut text = String::new();
    for (row, reason) in rows.iter().zip(reasons) {
        let mark = if reason.is_some() { '!' } else { ' ' };
        let [what, old, new] = row;
        let [a, b, c] = widths;
        let line = format!("{mark} {what:a$}  {old:b$}  {new:c$}  {}", reason.unwrap_or_default());
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(what: &str, old: Option<&str>, new: Option<&str>, danger: Option<&str>) -> Change {
        Change { what: what.into(), old: old.map(Into::into), new: new.map(Into::into), danger: danger.map(Into::into) }
    }

    #[test]
    fn columns_are_aligned_and_danger_is_marked() {
        let text = table(&[
            change("version", Some("0.1.0-1"), Some("0.1.0-2"), None),
            change("capabilities.browser", None, Some("storage"), Some("it outlives the session")),
        ]);
        let wanted = "  what                  old      new\n  \
            version               0.1.0-1  0.1.0-2\n\
            ! capabilities.browser  –        storage  it outlives the session\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn no_difference_is_said() {
        assert_eq!(table(&[]), "no difference: both are the same release\n");
    }
}
