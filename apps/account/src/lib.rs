//! The account fragment: a player's details, password and sessions, and everything that is held on them.
//!
//! | module | idea |
//! |---|---|
//! | `store` | who is here, what is known of them, and when it is asked for again |
//! | `details`, `password`, `devices`, `export` | the four things that can be done, with the state of each |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** what may be in a field is decided by the server alone; here a refusal finds its
//! field and its words. A password is forgotten as soon as it was sent. Details that were changed elsewhere
//! are never overwritten without a word, and a half-filled form is never taken from the player.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `account` | the root; `data-who` is `unknown`, `visitor`, `demo` or `player` |
//! | `signed-out`, `sign-in` | nobody is here, with `data-ended` where somebody was; asks for the wallet's forms |
//! | `account-error`, `retry` | no answer; asks again |
//! | `stale` | what is on the screen may be out of date |
//! | `demo-note` | why a demo player has no details |
//! | `details-form` | inside: `name`, `contact-email`, `phone`, `address`, `language`, `save` |
//! | `saved`, `details-error` | how saving went |
//! | `newer`, `take-newer`, `keep-mine` | the details were changed elsewhere: which ones count |
//! | `password-form` | inside: `current-password`, `new-password`, `change-password` |
//! | `password-changed`, `password-error` | how that went |
//! | `sessions`, `session` | the list and its lines; `data-session`, `data-current` |
//! | `end` | signs another device out |
//! | `end-all`, `confirm`, `confirm-end-all`, `back` | signs out everywhere, after a question |
//! | `sessions-error` | signing a device out did not work |
//! | `export`, `export-begun`, `export-error` | everything held on the player, as a file |

mod details;
mod devices;
mod export;
mod password;
mod store;
mod view;

use ui::El;
use web_sys::HtmlElement;

/// Shows the fragment in its element.
pub fn open(root: HtmlElement) {
    El::from(root).add(&view::account(store::Store::open()));
}

fragment::app!(open);
