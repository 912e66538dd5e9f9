//! Elements made from markup, and what brings them to life.
//!
//! A view that is written as code is code that every player downloads. So the markup is HTML that
//! the browser parses, and only what moves is code. It moves in one of two ways: what follows
//! states runs by itself (`follow`: `text_with`, `slot`, …); what is painted from a model is called
//! after each change, and touches an element only where something differs (`paint`: `write`,
//! `fill`, …). See docs/decisions/009.
//!
//! [`html`] makes an element, and [`El::at`] finds one in it by its `data-test`.

mod browser;
mod follow;
mod listen;
mod paint;

pub use listen::origin;

use contract::plain::concat;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, HtmlInputElement};

use crate::markup::fill;
use browser::{DOCUMENT, Part};

/// An element of the page.
#[derive(Clone, Debug)]
pub struct El(Element);

impl From<HtmlElement> for El {
    fn from(element: HtmlElement) -> Self {
        Self(element.into())
    }
}

/// The page's document. Must not be searched: what is not the fragment's is none of its business.
#[must_use]
pub fn document() -> Document {
    DOCUMENT.with(Clone::clone)
}

/// Makes the one element that `markup` describes, its holes filled as [`fill`] does.
#[must_use]
pub fn html(markup: &str, values: &[(&str, &str)]) -> El {
    parsed(&fill(markup, values))
}

/// Makes the one element of markup whose holes are filled.
///
/// # Panics
/// If there is no element in it.
#[must_use]
#[inline(never)]
pub fn parsed(markup: &str) -> El {
    let around: Element = document().unchecked_ref::<Part>().create_element("div").unchecked_into();
    around.set_inner_html(markup);
    let element = around.first_element_child().expect("an element in the markup");
    element.remove();
    El(element)
}

impl El {
    /// The element in this one whose `data-test` is `hook`, or this one where there is none, which
    /// is a mistake that every test of the view sees.
    #[must_use]
    #[inline(never)]
    pub fn at(&self, hook: &str) -> El {
        let found = self.part().query_selector(&concat(&["[data-test=\"", hook, "\"]"]));
        El(found.unwrap_or_else(|| self.0.clone()))
    }

    /// The browser's element.
    #[must_use]
    pub const fn element(&self) -> &Element {
        &self.0
    }

    /// Adds an element at the end.
    #[inline(never)]
    pub fn add(&self, child: &El) -> &Self {
        self.part().append_child(child.part());
        self
    }

    /// Adds the element that `markup` describes; see [`html`].
    #[inline(never)]
    pub fn add_html(&self, markup: &str, values: &[(&str, &str)]) -> &Self {
        self.add(&html(markup, values))
    }

    /// Ticks or unticks a box, or chooses a radio button.
    pub fn check(&self, checked: bool) {
        self.0.unchecked_ref::<HtmlInputElement>().set_checked(checked);
    }

    /// Opens a dialogue that is on the page, over everything.
    pub(crate) fn show_modal(&self) {
        self.part().show_modal();
    }

    /// Closes a dialogue; the focus goes back to where it was.
    pub(crate) fn close(&self) {
        self.part().close();
    }

    /// Moves the focus here. Only works once the element is on the page.
    #[inline(never)]
    pub fn focus(&self) {
        self.part().focus();
    }
}
