//! What stands where there is nothing yet, or nothing at all.

use leptos::prelude::*;

use crate::dom::{El, html, parsed};
use crate::markup::fill;

const SKELETON: &str = r#"<span class="visually-hidden">{label}</span></div>"#;

const EMPTY: &str = r#"<div class="empty" data-test="{test}"><span class="icon {icon}" aria-hidden="true"></span><strong>{title}</strong><p>{words}</p></div>"#;

/// Lines in the place of what is on its way. `label` is what a screen reader says meanwhile.
#[must_use]
pub fn skeleton(lines: usize, label: &str) -> El {
    let open = r#"<div class="skeleton" role="status" data-test="loading">"#;
    parsed(&[open, &"<i></i>".repeat(lines), &fill(SKELETON, &[("label", label)])].concat())
}

/// Nothing is here, why, and what to do about it. `icon` is a class.
#[must_use]
pub fn empty(icon: &str, test: &str, title: &str, words: &str) -> El {
    html(EMPTY, &[("icon", icon), ("test", test), ("title", title), ("words", words)])
}

/// A [`skeleton`] for `view!`.
#[component]
pub fn Skeleton(
    /// How many lines.
    lines: usize,
    /// "Loading" in the player's language.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    skeleton(lines, &label)
}

/// An [`empty`] for `view!`.
#[component]
pub fn Empty(
    /// The class of an icon: `icon--list`.
    icon: &'static str,
    /// That nothing is here.
    #[prop(into)]
    title: String,
    /// Why, or what to do.
    #[prop(into)]
    text: String,
    /// `data-test`.
    #[prop(optional)]
    test: &'static str,
    /// A button, if one helps.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let made = empty(icon, test, &title, &text);
    if let Some(children) = children {
        made.view(children());
    }
    made
}
