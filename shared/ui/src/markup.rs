//! Markup with holes: HTML as it is written, filled with texts and values.
//!
//! The one place where text becomes markup. What is filled in is escaped, whatever it is and
//! wherever it comes from; only the markup itself, which is part of the program, is not.

use fragment::text::text;

/// Fills each `{name}` in `markup` with the value of that name, else with the catalogue's text of
/// that id, escaped.
#[must_use]
pub fn fill(markup: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(markup.len() * 2);
    for part in markup.split('{') {
        match part.split_once('}') {
            Some((name, after)) => {
                match values.iter().find(|(of, _)| *of == name) {
                    Some((_, value)) => escape(&mut filled, value),
                    None => escape(&mut filled, &text(name)),
                }
                filled.push_str(after);
            }
            None => filled.push_str(part),
        }
    }
    filled
}

fn escape(into: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_are_escaped_and_markup_is_not() {
        let name = "\"><img src=x onerror='x'>&";
        assert_eq!(
            fill("<p title=\"{name}\">{name}</p>", &[("name", name)]),
            "<p title=\"&quot;>&lt;img src=x onerror=&#39;x&#39;>&amp;\">&quot;>&lt;img src=x onerror=&#39;x&#39;>&amp;</p>"
        );
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(fill("{a}-{b}", &[("a", "{b}"), ("b", "2")]), "{b}-2");
    }
}
