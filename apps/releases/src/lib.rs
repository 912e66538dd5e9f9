//! The releases fragment: what teams have shipped, what of it is live, and the switches for it. For operators who
//! are signed in; it stands on its own page only, to which no player is shown the way.
//!
//! | module | idea |
//! |---|---|
//! | [`rules`] | what can be done to a fragment as it stands, and by whom |
//! | [`command`] | what an operator can ask for, and how it is sent |
//! | [`plot`] | how long the bars of a plot are, and where they stand |
//! | `store` | the state behind the views, and everything that is asked |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** this fragment decides nothing: what is live, what a roll back goes to and who may do
//! what, the server says, and what it answers is what is shown. Whatever pages get changed by is asked about first.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `releases` | the root; `data-shows` is `loading`, `door`, `error` or `releases` |
//! | `door-form`, `email`, `password`, `sign-in`, `door-error` | asks who is on duty |
//! | `operator`, `sign-out`, `bounds` | who is on duty, and what their role does not let them do |
//! | `inspect`, `inspected` | begins an inspection; once it has begun, a page with it |
//! | `releases-error`, `stale`, `retry` | no answer; what is shown may be old; asks again |
//! | `fragment` | one of them; `data-fragment` is its name, `data-stands` is `live`, `off` or `nothing` |
//! | `live`, `previous`, `killed` | inside: what is live, what it rolls back to, why it is off |
//! | `kill`, `revive`, `rollback` | inside: what can be done |
//! | `canary` | inside: what a part of the audience sees; in it `canary-version`, `share`, `promote`, `end-canary` |
//! | `rate-canary`, `rate-live`, `evidence` | inside of that: how often both crash, and how much that says; `untold` before it is known, `unjudged` where nothing is live |
//! | `beside` | inside: what was told of the canary and of the live release, a column each; a row is called as its text |
//! | `published` | inside: opens and closes the list of its releases; in it `release` with `data-version`, and `promote` |
//! | `outcome` | inside: what came of the last command; beside `inspect`, of that |
//! | `question` | the dialogue; inside: `reason`, `question-confirm`, `question-back`, `question-error` |
//! | `health-of`, `health-span` | whose health is shown, and how far back |
//! | `plot`, `health-table`, `step` | a plot, its measure is `data-of`, with `whole` inside; the same as a table, and a row of it |
//! | `health-empty`, `health-error` | nothing was told; no answer |
//! | `history-of`, `line`, `history-empty`, `history-error`, `more` | what was done |

pub mod command;
pub mod plot;
pub mod rules;

mod store;
mod view;

use ui::El;
use web_sys::HtmlElement;

/// Shows the fragment in its element.
pub fn open(root: HtmlElement) {
    El::from(root).add(&view::releases(store::Store::open()));
}

fragment::app!(open);
