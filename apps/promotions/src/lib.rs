//! The promotions fragment: what is on offer with all its conditions, taking part, progress, and
//! claiming the reward.
//!
//! | module | idea |
//! |---|---|
//! | [`offers`] | what is known of the offers; versions only go forward |
//! | `store` | the state behind the views, and everything that is asked or heard |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** every condition of an offer stands on its card, outside of any
//! tooltip; nobody takes part without having accepted the version of the terms that was shown; a
//! command keeps its key until its outcome is known. This fragment never shows a balance and never
//! decides whether a reward is earned.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `promotions` | the root; `data-view` is `main` or `side` |
//! | `offers` | the list |
//! | `offer` | a card; `data-offer` is its id, `data-offer-state` its state, `data-version` its version |
//! | `conditions`, `terms` | all conditions; the full terms (`details`) |
//! | `progress` | the progress bar (`role="progressbar"`) |
//! | `accept` | the box that accepts the terms |
//! | `opt-in`, `claim` | the buttons |
//! | `accept-error`, `offer-error` | the terms are not accepted; the command did not work |
//! | `credited` | the notice after a claim |
//! | `stale` | the offers on the screen may be out of date |
//! | `offers-error`, `offers-empty`, `retry` | no answer; none; asks again |

pub mod offers;

mod store;
mod view;

use ui::El;
use web_sys::HtmlElement;

/// Shows the fragment in its element. What comes back says what it leaves to the release after it: the offers whose
/// terms are accepted; nothing while the outcome of a command is unknown.
pub fn open(root: HtmlElement) -> impl Fn() -> Option<Vec<String>> + 'static {
    let store = store::Store::open();
    El::from(root).add(&view::promotions(store));
    move || store.leave()
}

fragment::app_with_snapshot!(open);
