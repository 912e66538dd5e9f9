//! What stands in a view that has nothing to show, or not everything.

use fragment::format;
use fragment::text::{text, text_with};
use ui::El;

/// The text of that id, which names the time at which something was last known.
pub(crate) fn since(id: &str, ms: i64) -> String {
    text_with(id, &[("time", &format::time(ms))])
}

/// Nothing is here, and why: the text `id` and its `hint`.
pub(crate) fn empty(icon: &str, id: &str, hint: &str) -> El {
    in_card(ui::empty(icon, id, &text(id), &text(hint)))
}

/// The gateway does not answer.
pub(crate) fn unreachable_gateway() -> El {
    let empty = empty("icon--offline", "lobby-error", "lobby-error-hint");
    empty.add_html(
        r#"<button type="button" class="button button--quiet" data-do="try-again" data-test="try-again">{try-again}</button>"#,
        &[],
    );
    empty
}

/// Lines in the place of what is on its way.
pub(crate) fn skeleton() -> El {
    in_card(ui::skeleton(6, &text("loading")))
}

fn in_card(content: El) -> El {
    content.class("card", true);
    content
}
