//! The rogue: a fragment with a button for each way in which Rust compiled to Wasm can misbehave.
//!
//! It is built by the ordinary pipeline, is mounted in the place of `promotions`, and must never
//! ship. `data-test` names the fault; what is expected of each stands in the failure matrix. On
//! [`PANICS_AT`] it panics while it is mounted.
//!
//! **Architecture invariant:** a fault does one thing and knows nothing of the shell, so that a cell of
//! the matrix that misses its expectation points at the shell.

mod faults;

use fragment::host;
use ui::{El, html};
use web_sys::HtmlElement;

/// The route that it can't be mounted on.
const PANICS_AT: &str = "/promotions";

/// Shows the buttons.
///
/// # Panics
/// On [`PANICS_AT`].
pub fn open(root: HtmlElement) {
    assert!(host().props().with(|props| props.path != PANICS_AT), "this route can't be mounted");
    let list = html("<div class=\"faults\"></div>", &[]);
    for (hook, words, fault) in faults::ALL {
        let button = html("<button type=\"button\"></button>", &[]);
        let place = list.clone();
        button.set("data-test", hook).write(words).press(move || fault(&place));
        list.add(&button);
    }
    El::from(root).add(&list);
}

fragment::app!(open);
