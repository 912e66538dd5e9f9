//! One of a few.

use contract::plain::{concat, integer};
use fragment::{State, follow};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use crate::dom::{El, html};

const TAB: &str = r#"<button type="button" class="segments__item" role="tab" id="{id}" data-test="{id}" aria-controls="{of}-panel">{label}</button>"#;

const RADIO: &str = r#"<label class="segments__item"><input type="radio" name="{of}" data-test="{id}">{label}</label>"#;

/// Tabs. The panel is the caller's: it has the id `{id}-panel`, the role `tabpanel` and a name.
///
/// Arrow keys, Home and End move between the tabs and choose at once.
#[must_use]
pub fn tabs(id: &'static str, label: &str, labels: &[String], selected: &'static State<usize>) -> El {
    let mut items = Vec::with_capacity(labels.len());
    let made = html(r#"<div class="segments" role="tablist" aria-label="{label}"></div>"#, &[("label", label)]);
    for (index, label) in labels.iter().enumerate() {
        let tab = html(TAB, &[("id", &item_id(id, index)), ("of", id), ("label", label)]);
        let shown = tab.clone();
        follow(move || {
            let is_selected = selected.get() == index;
            shown.set("aria-selected", if is_selected { "true" } else { "false" });
            shown.set("tabindex", if is_selected { "0" } else { "-1" });
        });
        tab.press(move || selected.set(index));
        made.add(&tab);
        items.push(tab);
    }
    let list = made.element().clone();
    made.listen("keydown", move |event| {
        if let Some(index) = destination(&event, &list, selected.get(), items.len())
            && let Some(tab) = items.get(index)
        {
            event.prevent_default();
            selected.set(index);
            tab.focus();
        }
    });
    made
}

/// Radio buttons that look like tabs; the browser brings their keys.
#[must_use]
pub fn segments(id: &'static str, label: &str, labels: &[String], selected: &'static State<usize>) -> El {
    let open = r#"<div class="segments segments--wrap" role="radiogroup" aria-label="{label}"></div>"#;
    let made = html(open, &[("label", label)]);
    for (index, label) in labels.iter().enumerate() {
        let item_id = item_id(id, index);
        let item = html(RADIO, &[("id", &item_id), ("of", id), ("label", label)]);
        let radio = item.at(&item_id);
        let shown = radio.clone();
        follow(move || shown.check(selected.get() == index));
        radio.listen("change", move |_| selected.set(index));
        made.add(&item);
    }
    made
}

fn item_id(id: &str, index: usize) -> String {
    concat(&[id, "-", &integer(i64::try_from(index).unwrap_or(i64::MAX))])
}

/// Where a key leads from the tab `from`; `ArrowLeft` leads forward where text runs right to left.
fn destination(event: &Event, list: &Element, from: usize, count: usize) -> Option<usize> {
    let key = event.unchecked_ref::<KeyboardEvent>().key();
    let forward = match key.as_str() {
        "Home" => return Some(0),
        "End" => return Some(count - 1),
        "ArrowRight" | "ArrowDown" => true,
        "ArrowLeft" | "ArrowUp" => false,
        _ => return None,
    };
    let horizontal = matches!(key.as_str(), "ArrowRight" | "ArrowLeft");
    let forward = forward != (horizontal && list.matches(":dir(rtl)").unwrap_or(false));
    Some((from + if forward { 1 } else { count - 1 }) % count)
}
