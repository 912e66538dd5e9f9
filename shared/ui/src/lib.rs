//! What two fragments or more show alike, in the project's one design language.
//!
//! `tokens.css` holds the design tokens and is loaded by the page; `components.css` holds the
//! classes and becomes the first part of each fragment's style sheet. The classes are the main
//! mechanism: something is written here only where markup must keep promises to assistive
//! technology (names, descriptions, roles, keys), so that it is written once.
//!
//! | element | what it is |
//! |---|---|
//! | [`El::hold`] | a button with a busy state that keeps the focus |
//! | [`field`], [`reveal`] | label, input, hint and error, wired together; a password that can be shown |
//! | [`field_error`] | the error of a control of another kind |
//! | [`dialog`] | something the player must deal with first: modal, announced, the focus kept and given back |
//! | [`notice`] | something the player should know, announced |
//! | [`empty`] | what stands where there is nothing |
//! | [`skeleton`] | what stands where something is on its way |
//! | [`progress_bar`] | how far, in words as well |
//! | [`tabs`] | one of a few panels |
//! | [`segments`] | one of a few values |
//!
//! [`Retry`] says when to ask a service again that did not answer, so that all of them come back
//! alike.
//!
//! The functions return an [`El`], made from markup with [`html`] and following states: what a
//! fragment is built of where bytes count (see `dom`). A fragment in a framework of its own uses
//! the classes.
//!
//! Chips, cards, icons and arrangement are classes only: `chip chip--accent`, `card`,
//! `icon icon--gift`, `stack`, `row`.
//!
//! **Architecture invariant:** nothing here asks for data, keeps state of its own beyond what is
//! on the screen, writes a style attribute (the page's content security policy forbids it), or
//! holds a text: every word comes from the fragment's catalogue.

mod button;
mod choice;
mod dialog;
mod dom;
mod field;
mod markup;
mod notice;
mod progress;
mod retry;
mod waiting;

pub use button::Hold;
pub use choice::{segments, tabs};
pub use dialog::dialog;
pub use dom::{El, document, html, origin, parsed};
pub use field::{Field, field, field_error, reveal};
pub use markup::fill;
pub use notice::{Tone, notice};
pub use progress::progress_bar;
pub use retry::Retry;
pub use waiting::{empty, skeleton};
