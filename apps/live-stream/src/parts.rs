//! The pieces that several views use, in the classes of the shared style sheet.

use crate::dom::{El, html};
use fragment::text::text;

/// Something the player should know: a `warning` waits for its turn, an `error` interrupts.
pub(crate) fn notice(tone: &str, test: &str, id: &str) -> El {
    let role = if tone == "error" { "alert" } else { "status" };
    html(
        r#"<div class="notice notice--{tone}" role="{role}" data-test="{test}"><span class="icon icon--warning" aria-hidden="true"></span><div class="notice__body"><p>{words}</p></div></div>"#,
        &[("tone", tone), ("role", role), ("test", test), ("words", &text(id))],
    )
}

/// Nothing is here, and why: the text `id` and its `hint`.
pub(crate) fn empty(icon: &str, id: &str, hint: &str) -> El {
    html(
        r#"<div class="empty card" data-test="{test}"><span class="icon {icon}" aria-hidden="true"></span><strong>{title}</strong><p>{words}</p></div>"#,
        &[("test", id), ("icon", icon), ("title", &text(id)), ("words", &text(hint))],
    )
}

/// The gateway does not answer.
pub(crate) fn unreachable_gateway() -> El {
    let empty = empty("icon--offline", "lobby-error", "lobby-error-hint");
    empty.put_html(
        r#"<button type="button" class="button button--quiet" data-do="try-again" data-test="try-again">{try-again}</button>"#,
        &[],
    );
    empty
}

/// Lines in the place of what is on its way.
pub(crate) fn skeleton() -> El {
    html(
        r#"<div class="skeleton card" role="status" data-test="loading"><i></i><i></i><i></i><i></i><i></i><i></i><span class="visually-hidden">{loading}</span></div>"#,
        &[],
    )
}
