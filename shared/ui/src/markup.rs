//! Markup with holes: HTML as it is written, filled with texts and values.
//!
//! The one place where text becomes markup. What is filled in is escaped, whatever it is and
//! wherever it comes from; only the markup itself, which is part of the program, is not.

use fragment::text::{fill_holes, text, value_of};

/// Fills each `{name}` in `markup` with the value of that name, else with the catalogue's text of
/// that id, escaped.
#[must_use]
#[inline(never)]
pub fn fill(markup: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(markup.len() * 2);
    fill_holes(markup, &mut filled, &mut |name, filled| match value_of(values, name) {
        Some(value) => escape(filled, value),
        None => escape(filled, &text(name)),
    });
    filled
}

#[inline(never)]
fn escape(into: &mut String, text: &str) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        // Both ends lie beside an ASCII character or at an end of the text.
        into.push_str(text.get(copied..at).unwrap_or_default());
        into.push_str(entity);
        copied = at + 1;
    }
    into.push_str(text.get(copied..).unwrap_or_default());
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
    fn text_beyond_ascii_stays_as_it_is() {
        assert_eq!(fill("ü{a}→", &[("a", "é<ß>日本&")]), "üé&lt;ß>日本&amp;→");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(fill("{a}-{b}", &[("a", "{b}"), ("b", "2")]), "{b}-2");
    }
}
