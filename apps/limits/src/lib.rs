//! The limits fragment: how much money and time a player plays with, reality checks, breaks and
//! self-exclusion. It stands on its own page only.
//!
//! | module | idea |
//! |---|---|
//! | [`rules`] | what a change of a limit brings, what a limit leaves, when to look again |
//! | [`command`] | what a player can ask for, and how it is sent |
//! | `store` | the state behind the views, and everything that is asked or heard |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** this fragment never decides whether a limit holds, what is used of it or when
//! a break ends: the server does, and what it answers is what is shown. What can't be undone is asked twice; a
//! command keeps its key until its outcome is known.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `limits` | the root; `data-shows` is `loading`, `visitor`, `error` or `limits` |
//! | `sign-in` | asks for a player |
//! | `limits-error`, `stale`, `retry` | no answer; what is shown may be old; asks again |
//! | `blocked` | a break is in force |
//! | `limit` | a limit; `data-limit` is `deposit-day` and so on, `data-value` what holds, empty for none |
//! | `progress`, `used` | how much of it is used; the same in words where there is no limit |
//! | `change` | opens and closes the form |
//! | `limit-form` | inside: `amount`, `effect` (what saving will do), `save`, `remove`, `close` |
//! | `increase` | a higher limit that waits; inside: `increase-confirm`, `increase-cancel` |
//! | `outcome` | what came of the last change, beside what was changed |
//! | `check-0` …, `check-save` | the time between reality checks |
//! | `break-0` …, `take-break`, `exclusion-0` …, `exclude` | the lengths, and what opens the question |
//! | `question` | the dialogue; inside: `question-confirm`, `question-back`, `question-error` |

pub mod command;
pub mod rules;

mod store;
mod view;

use ui::El;
use web_sys::HtmlElement;

/// Shows the fragment in its element.
pub fn open(root: HtmlElement) {
    El::from(root).add(&view::limits(store::Store::open()));
}

fragment::app!(open);
