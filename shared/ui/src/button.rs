//! A button that can be busy without losing the focus.

use leptos::prelude::*;

use crate::dom::{El, html};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// One of several things to do.
    #[default]
    Quiet,
    /// A thing to do that looks like a link.
    Plain,
    /// A thing that can't be undone.
    Danger,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Quiet => "button button--quiet",
            Self::Plain => "button button--plain",
            Self::Danger => "button button--danger",
        }
    }
}

/// Whether a button can be pressed. A held button stays focusable, because a browser drops the
/// focus of an element that becomes `disabled`, and a keyboard user would start again at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It can.
    Free,
    /// What it started is still going on.
    Busy,
    /// Not now.
    Barred,
}

impl El {
    /// Holds a button back while something goes on. The form that a button submits asks by itself
    /// as well, since Enter in a field submits too.
    pub fn hold(&self, hold: impl Fn() -> Hold + 'static) -> &Self {
        let button = self.clone();
        crate::dom::follow(move || {
            let hold = hold();
            button.set("aria-busy", (hold == Hold::Busy).then_some("true"));
            button.set("aria-disabled", (hold != Hold::Free).then_some("true"));
        });
        // A held button does not submit its form.
        self.press(|| {})
    }
}

/// A button for `view!`.
#[component]
pub fn Button(
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: Kind,
    /// A `button--small` or `button--wide`.
    #[prop(optional)]
    class: &'static str,
    /// The class of an icon before the label: `icon--plus`.
    #[prop(optional)]
    icon: &'static str,
    /// What it started is still going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Not now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It submits its form.
    #[prop(optional)]
    submit: bool,
    /// `data-test`.
    #[prop(optional)]
    test: &'static str,
    /// What it does; nothing of its own for a submit button.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
) -> impl IntoView {
    let shape = "<button type=\"{type}\" class=\"{class}\" data-test=\"{test}\"><span data-test=\"icon\" class=\"icon {icon}\" aria-hidden=\"true\"></span><span data-test=\"label\"></span></button>";
    let class = [kind.class(), " ", class].concat();
    let kind = if submit { "submit" } else { "button" };
    let button = html(shape, &[("type", kind), ("class", &class), ("test", test), ("icon", icon)]);
    if icon.is_empty() {
        button.at("icon").set("hidden", Some(""));
    }
    button.at("label").text_with(move || label.get());
    button
        .hold(move || match (busy.get(), disabled.get()) {
            (true, _) => Hold::Busy,
            (false, true) => Hold::Barred,
            (false, false) => Hold::Free,
        })
        .press(move || {
            if let Some(press) = press {
                press.run(());
            }
        });
    button
}
