//! A button that can be busy without losing the focus.

use fragment::follow;

use crate::dom::El;

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
        follow(move || {
            let hold = hold();
            button.flag("aria-busy", hold == Hold::Busy);
            button.flag("aria-disabled", hold != Hold::Free);
        });
        // A held button does not submit its form.
        self.press(|| {})
    }
}
