//! A text field with everything that belongs to it.

use contract::plain::concat;
use std::rc::Rc;

use fragment::{State, follow};

use crate::dom::{El, html};

/// What makes one field differ from another.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Unique in the fragment; the input's `id` and `name`.
    pub id: &'static str,
    /// The input's `data-test`.
    pub test: &'static str,
    /// The id of the label's text.
    pub label: &'static str,
    /// `text`, `email`, `password`.
    pub kind: &'static str,
    /// Which keyboard a phone shows.
    pub inputmode: &'static str,
    /// What a browser may fill in.
    pub autocomplete: &'static str,
    /// What is typed.
    pub value: &'static State<String>,
}

const FIELD: &str = r#"<div class="field">
<label class="field__label" for="{id}">{label}</label>
<div class="field__box" data-test="{id}-box"><input class="field__input" id="{id}" name="{id}" data-test="{test}"
 type="{kind}" inputmode="{inputmode}" autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false"
 aria-describedby="{id}-hint {id}-error"></div>
<p class="field__hint" id="{id}-hint" data-test="{id}-hint"></p>
<p class="field__error" id="{id}-error" data-test="{id}-error" aria-live="polite"></p>
</div>"#;

const REVEAL: &str = r#"<button type="button" class="field__reveal"><span class="icon" aria-hidden="true" data-test="eye"></span></button>"#;

/// Label, input, hint and error. The error is announced when it appears, and read with the input;
/// it is empty when nothing is wrong.
#[must_use]
pub fn field(field: Field, hint: impl Fn() -> String + 'static, error: impl Fn() -> String + 'static) -> El {
    let Field { id, test, label, kind, inputmode, autocomplete, value } = field;
    let made = html(
        FIELD,
        &[
            ("id", id),
            ("test", test),
            ("label", &fragment::text::text(label)),
            ("kind", kind),
            ("inputmode", inputmode),
            ("autocomplete", autocomplete),
        ],
    );
    let input = made.at(test);
    input.value(value);
    made.at(&concat(&[id, "-hint"])).text_with(hint);
    field_error(&made.at(&concat(&[id, "-error"])), input, error);
    made
}

/// Says at `place` what is wrong with a control that is not of [`field`]'s making, as that does: the control
/// is marked, and whoever has just sent its form goes on there.
pub fn field_error(place: &El, control: El, error: impl Fn() -> String + 'static) {
    place.text_with(move || {
        let error = error();
        mark(&control, !error.is_empty());
        error
    });
}

#[inline(never)]
fn mark(control: &El, is_wrong: bool) {
    control.flag("aria-invalid", is_wrong);
    if is_wrong {
        control.to_fault();
    }
}

/// Lets a password field show what is typed. `show` and `hide` are the ids of the button's names.
pub fn reveal(field: &El, id: &str, show: &'static str, hide: &'static str) {
    let around = field.at(&concat(&[id, "-box"]));
    let (input, button) = (field.at(id), html(REVEAL, &[]));
    let eye = button.at("eye");
    let shown = Rc::new(State::new(false));
    let (seen, name) = (shown.clone(), button.clone());
    follow(move || {
        let (kind, class, id) =
            if seen.get() { ("text", "icon icon--eye-off", hide) } else { ("password", "icon icon--eye", show) };
        input.set("type", kind);
        eye.set("class", class);
        name.set("aria-label", &fragment::text::text(id));
    });
    button.press(move || shown.update(|shown| *shown = !*shown));
    around.set("class", "field__box field__box--reveal").add(&button);
}
