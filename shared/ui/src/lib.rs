//! What two fragments or more show alike, in the project's one design language.
//!
//! `tokens.css` holds the design tokens and is loaded by the page; `components.css` holds the
//! classes and becomes the first part of each fragment's style sheet. The classes are the main
//! mechanism: something is written here only where markup must keep promises to assistive
//! technology (names, descriptions, roles, keys), so that it is written once.
//!
//! | element | for `view!` | what it is |
//! |---|---|---|
//! | [`El::hold`] | [`Button`] | a button with a busy state that keeps the focus |
//! | [`field`], [`reveal`] | | label, input, hint and error, wired together; a password that can be shown |
//! | [`notice`] | [`Notice`] | something the player should know, announced |
//! | [`empty`] | [`Empty`] | what stands where there is nothing |
//! | [`skeleton`] | [`Skeleton`] | what stands where something is on its way |
//! | [`progress_bar`] | | how far, in words as well |
//! | [`tabs`] | | one of a few panels |
//! | [`segments`] | [`Segments`] | one of a few values |
//!
//! [`Retry`] says when to ask a service again that did not answer, so that all of them come back
//! alike.
//!
//! The functions return an [`El`], made from markup with [`html`] and following [`State`]s: what a
//! fragment is built of where bytes count (see `dom`). The components wrap them for fragments
//! written with `view!`.
//!
//! Chips, cards, icons and arrangement are classes only: `chip chip--accent`, `card`,
//! `icon icon--gift`, `stack`, `row`.
//!
//! **Architecture invariant:** nothing here asks for data, keeps state of its own beyond what is
//! on the screen, writes a style attribute (the page's content security policy forbids it), or
//! holds a text: every word comes from the fragment's catalogue.

#![allow(unreachable_pub, reason = "the component macro declares each function twice, once out of reach")]

mod button;
mod choice;
mod dom;
mod field;
mod leptos_view;
mod markup;
mod notice;
mod progress;
mod retry;
mod state;
mod waiting;

pub use button::{Button, Hold, Kind};
pub use choice::{Choice, Segments, segments, tabs};
pub use dom::{El, follow, html, parsed};
pub use field::{Field, field, reveal};
pub use markup::fill;
pub use notice::{Notice, Tone, notice};
pub use progress::progress_bar;
pub use retry::Retry;
pub use state::State;
pub use waiting::{Empty, Skeleton, empty, skeleton};
