//! What stands where there is nothing yet, or nothing at all.

use crate::dom::{El, html, parsed};
use crate::markup::fill;

const SKELETON: &str = r#"<span class="visually-hidden">{label}</span></div>"#;

const EMPTY: &str = r#"<div class="empty" data-test="{test}"><span class="icon {icon}" aria-hidden="true"></span><strong>{title}</strong><p>{words}</p></div>"#;

/// Lines in the place of what is on its way. `label` is what a screen reader says meanwhile.
#[must_use]
pub fn skeleton(lines: usize, label: &str) -> El {
    let open = r#"<div class="skeleton" role="status" data-test="loading">"#;
    let mut markup = open.to_owned();
    for _ in 0..lines {
        markup.push_str("<i></i>");
    }
    markup.push_str(&fill(SKELETON, &[("label", label)]));
    parsed(&markup)
}

/// Nothing is here, why, and what to do about it. `icon` is a class.
#[must_use]
pub fn empty(icon: &str, test: &str, title: &str, words: &str) -> El {
    html(EMPTY, &[("icon", icon), ("test", test), ("title", title), ("words", words)])
}
