//! Finds the few elements of our own page that matter to its policy and its rendering.
//!
//! Reads what trunk writes; it is no general HTML parser and must never be used on anything that
//! a player or a vendor has written.

use std::ops::Range;

/// A `script`, `style` or `link` element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// In lower case.
    pub name: &'static str,
    /// Names and values as written.
    attributes: Vec<(&'a str, &'a str)>,
    /// Where its content stands; empty for `link`.
    pub content: Range<usize>,
}

impl<'a> Element<'a> {
    /// The value of an attribute; an empty text for one without a value.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// An inline script that the browser runs, or reads as an import map or speculation rules.
    pub(super) fn is_inline_code(&self) -> bool {
        let kind = self.attribute("type").unwrap_or_default();
        let runs = ["", "module", "text/javascript", "application/javascript", "importmap", "speculationrules"]
            .contains(&kind);
        self.name == "script" && self.attribute("src").is_none() && runs
    }
}

/// Every element of interest, in order; comments are skipped.
pub(super) fn elements(html: &str) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|offset| at + offset) {
        if html[open..].starts_with("<!--") {
            at = html[open..].find("-->").map_or(html.len(), |end| open + end + 3);
            continue;
        }
        let Some(name) = ["script", "style", "link"].into_iter().find(|name| opens(&html[open + 1..], name)) else {
            at = open + 1;
            continue;
        };
        let (attributes, end) = attributes(html, open + 1 + name.len());
        let close = if name == "link" { end } else { closing(html, end, name) };
        found.push(Element { name, attributes, content: end..close });
        at = close;
    }
    found
}

fn opens(rest: &str, name: &str) -> bool {
    rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && rest[name.len()..].starts_with(|next: char| next.is_ascii_whitespace() || next == '>' || next == '/')
}

fn closing(html: &str, from: usize, name: &str) -> usize {
    html[from..]
        .match_indices("</")
        .map(|(offset, _)| from + offset)
        .find(|at| html.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
        .unwrap_or(html.len())
}

/// The attributes from `from` up to the tag's `>`, and the place right after it.
fn attributes(html: &str, from: usize) -> (Vec<(&str, &str)>, usize) {
    let mut list = Vec::new();
    let mut rest = &html[from..];
    loop {
        rest = rest.trim_start_matches(|next: char| next.is_ascii_whitespace() || next == '/');
        if rest.is_empty() {
            return (list, html.len());
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (list, html.len() - after.len());
        }
        let end = rest.find(|next: char| next.is_ascii_whitespace() || matches!(next, '=' | '>')).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix('=') else {
            list.push((name, ""));
            continue;
        };
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            None => value
                .split_at(value.find(|next: char| next.is_ascii_whitespace() || next == '>').unwrap_or(value.len())),
        };
        list.push((name, value));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_with_attributes_and_content() {
        let html = "<!-- <script>no</script> --><link rel=\"preload\" href='/a' crossorigin><SCRIPT type=module>\
                    a < b && c</script><scripted></scripted><style>p{}</style><script src=/x.js></script>";
        let found = elements(html);
        let names: Vec<_> = found.iter().map(|element| element.name).collect();
        assert_eq!(names, ["link", "script", "style", "script"]);
        assert_eq!((found[0].attribute("href"), found[0].attribute("crossorigin")), (Some("/a"), Some("")));
        assert_eq!(&html[found[1].content.clone()], "a < b && c");
        assert!(found[1].is_inline_code());
        assert_eq!(&html[found[2].content.clone()], "p{}");
        assert!(!found[3].is_inline_code());
    }

    #[test]
    fn unfinished_markup_ends_the_search() {
        for html in ["<script", "<script a=\"", "<script>", "<!-- ", "<link rel=", "<"] {
            elements(html);
        }
    }
}
