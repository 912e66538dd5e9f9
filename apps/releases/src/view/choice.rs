//! One of several, in a list that the browser opens.

use fragment::State;
use ui::{El, html};

use crate::store::Store;

/// The fragments that there are.
pub(super) fn names(store: &'static Store) -> Vec<String> {
    store.status.with(|status| {
        status.iter().flat_map(|status| &status.fragments).map(|standing| standing.fragment.clone()).collect()
    })
}

/// The same to choose from.
pub(super) fn fragments(store: &'static Store) -> Vec<(String, String)> {
    names(store).into_iter().map(|name| (name.clone(), name)).collect()
}

/// A choice between values, each with its words; made anew only when there is another number of them.
pub(super) fn bring(
    place: &El,
    store: &'static Store,
    (test, label): (&'static str, &'static str),
    options: fn(&'static Store) -> Vec<(String, String)>,
    chosen: &'static State<String>,
) {
    place.choose(
        move || u32::try_from(options(store).len()).unwrap_or(u32::MAX),
        move |_| {
            let values = [("test", test), ("label", &*fragment::text::text(label))];
            let made = html(include_str!("markup/choice.html"), &values);
            let select = made.at(test);
            for (value, words) in options(store) {
                select.add_html("<option value=\"{value}\">{words}</option>", &[("value", &value), ("words", &words)]);
            }
            select.value(chosen);
            Some(made)
        },
    );
}
