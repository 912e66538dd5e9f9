//! A question or a message that the player has to deal with before anything else on the page.

use fragment::clock;
use fragment::scope::keep;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use crate::dom::{El, html};

const DIALOG: &str = r#"<dialog class="dialog" role="alertdialog" closedby="none" aria-labelledby="{test}-title" aria-describedby="{test}-words" data-test="{test}">
<div class="stack"><h2 id="{test}-title" tabindex="-1" autofocus>{title}</h2>
<div class="stack stack--tight" id="{test}-words" data-test="words"><p>{words}</p></div>
<div class="dialog__actions" data-test="actions"></div></div>
</dialog>"#;

/// A modal dialogue: everything else on the page, frames as well, is out of reach until it ends, and then
/// the focus goes back to where it was. It opens once it is on the page and ends with the current scope.
///
/// Details are added to its `words`, buttons to its `actions`. The focus begins at the title: somebody
/// who is just pressing keys must not answer by accident. Nothing but `escape` says what the Escape key does.
#[must_use]
pub fn dialog(test: &str, title: &str, words: &str, escape: impl Fn() + 'static) -> El {
    let made = html(DIALOG, &[("test", test), ("title", title), ("words", words)]);
    made.listen("keydown", move |event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
            // Else a browser that does not know `closedby` would close it.
            event.prevent_default();
            escape();
        }
    });
    let opened = made.clone();
    clock::after(0, move || opened.show_modal());
    keep(Open(made.clone()));
    made
}

/// Closes with the scope, while it is still on the page: only then does a browser give the focus back.
struct Open(El);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}
