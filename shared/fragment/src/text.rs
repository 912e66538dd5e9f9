//! The fragment's texts, from the catalogue of the page's language that the shell hands over.
//!
//! A missing text shows its id: the player can go on, and everybody sees what to fix. `croupier
//! tidy` keeps that from happening.

use crate::{format, host};
use contract::plain::{concat, cut};
use wasm_bindgen::JsValue;

/// The text of `id`.
#[must_use]
pub fn text(id: &str) -> String {
    text_with(id, &[])
}

/// The text of `id` with its placeholders `{name}` filled.
#[must_use]
pub fn text_with(id: &str, args: &[(&str, &str)]) -> String {
    match js_wire::member(&host::messages(), id).as_string() {
        Some(pattern) => fill(&pattern, args, None),
        None => id.to_owned(),
    }
}

/// The text of `id` in the plural form for `n`. The placeholder of the number itself is whatever
/// the catalogue calls it; all others are in `args`.
#[must_use]
pub fn count(id: &str, n: i64, args: &[(&str, &str)]) -> String {
    let forms = js_wire::member(&host::messages(), id);
    let form = |name: &str| js_wire::member(&forms, name).as_string();
    // A language may need no plural forms for this message: then it is a plain text.
    let pattern: Option<String> =
        form(&format::plural_category(n)).or_else(|| form("other")).or_else(|| JsValue::as_string(&forms));
    match pattern {
        Some(pattern) => fill(&pattern, args, Some(&format::number(n))),
        None => id.to_owned(),
    }
}

/// Fills `{name}` from `args`, else with `rest`; without either the placeholder stays readable.
fn fill(pattern: &str, args: &[(&str, &str)], rest: Option<&str>) -> String {
    let mut filled = String::with_capacity(pattern.len());
    fill_holes(pattern, &mut filled, &mut |name, filled| match value_of(args, name).or(rest) {
        Some(value) => filled.push_str(value),
        None => filled.push_str(&concat(&["{", name, "}"])),
    });
    filled
}

/// Copies `pattern`, calling `put(name, into)` in the place of each `{name}`.
#[inline(never)]
pub fn fill_holes(pattern: &str, into: &mut String, put: &mut dyn FnMut(&str, &mut String)) {
    let mut rest = pattern;
    while let Some((before, from)) = cut(rest, b'{') {
        into.push_str(before);
        match cut(from, b'}') {
            Some((name, after)) => {
                put(name, into);
                rest = after;
            }
            // A brace that opens nothing.
            None => {
                into.push('{');
                rest = from;
            }
        }
    }
    into.push_str(rest);
}

/// The value of that name among pairs of name and value.
#[must_use]
pub fn value_of<'v>(pairs: &[(&str, &'v str)], name: &str) -> Option<&'v str> {
    pairs.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn placeholders_are_filled_by_name() {
        assert_eq!(fill("{a} of {b}", &[("b", "2"), ("a", "1")], None), "1 of 2");
        assert_eq!(fill("{n} bets", &[], Some("3")), "3 bets");
        assert_eq!(fill("{n} bets", &[], None), "{n} bets");
        assert_eq!(fill("open { brace", &[("brace", "x")], None), "open { brace");
        assert_eq!(fill("", &[], None), "");
    }
}
