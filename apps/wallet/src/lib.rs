//! The wallet fragment: who is playing, what they hold, paying in and out, and the history.
//!
//! | module | idea |
//! |---|---|
//! | [`balance`] | what is known of the balance; versions only go forward |
//! | [`pending`] | a money command on its way, safe to repeat |
//! | [`play`] | the gaming session: its clock, and when a reality check is shown |
//! | [`history`] | pages and live lines as one list without doubles |
//! | [`credentials`] | what can be said about credentials before they are sent |
//! | `store` | the signals behind the views, and everything that is asked or heard |
//! | `cashier`, `entrance` | the forms: deposit and withdraw, sign in and sign up |
//! | `playing` | what is heard and asked of the gaming session, and the answer to a reality check |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** this fragment never computes a balance, never sends a money command
//! without a key that it keeps, never decides whether a bet is allowed, and keeps nothing about the
//! player beyond the page: no storage.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `wallet` | the root; `data-view` is `main` or `side`, `data-who` `unknown`, `visitor` or `player`; `data-busy` while an order's outcome is not known |
//! | `demo` | plays with a fresh demo player |
//! | `way-0`, `way-1` | the tabs "sign in" and "sign up" |
//! | `sign-in-form`, `sign-up-form` | the forms; inside: `name`, `email`, `password`, `enter` |
//! | `wanted`, `ended` | why signing in is asked for: another fragment needs a player; the session has ended |
//! | `entrance-error` | why signing in or out did not work |
//! | `balance`, `bonus`, `held` | the amounts; `data-minor` holds minor units, `data-version` the ledger's version |
//! | `stale`, `retry` | the notice that the balance is an old one; asks again |
//! | `balance-error` | nothing is known and the service does not answer |
//! | `open-deposit`, `open-withdraw` | side: open the form |
//! | `command-0`, `command-1` | main: the tabs "deposit" and "withdraw" |
//! | `deposit-form`, `withdraw-form` | the forms; inside: `amount`, `quick-10`, `quick-50`, `quick-100` |
//! | `deposit-submit`, `withdraw-submit` | send; a withdrawal asks first |
//! | `confirm`, `confirm-submit`, `back` | the question before a withdrawal |
//! | `unsure`, `again`, `leave` | no answer came: repeat under the same key, or leave it |
//! | `done` | the success notice |
//! | `history`, `history-row` | the list and its lines; `data-version`, `data-kind`, `data-minor` |
//! | `kind-0` … `kind-5`, `period-0` … `period-3` | the filters |
//! | `history-more`, `more-error` | more lines; they did not come |
//! | `history-empty`, `history-error` | no lines; no answer |
//! | `session-clock`, `session-net` | the gaming session: for how long, and what it has come to; `data-minor` |
//! | `open-limits` | leads to the limits |
//! | `blocked`, `deposit-barred` | a break is in force; in the place of the deposit form |
//! | `bet-refused` | which limit refused the last bet |
//! | `reality-check` | the dialogue; inside: `check-time`, `check-net`, `check-continue`, `check-history`, `check-leave`, `check-error` |
//! | `check-waiting`, `check-open` | the check was put aside for the history; back to it |
//! | `sign-out`, `player` | leave; the player's name |

pub mod balance;
pub mod credentials;
pub mod history;
pub mod pending;
pub mod play;

mod cashier;
mod entrance;
mod playing;
mod store;
mod view;

use ui::El;
use web_sys::HtmlElement;

/// Shows the fragment in its element.
pub fn open(root: HtmlElement) {
    El::from(root).add(&view::wallet(store::Store::open()));
}

fragment::app!(open);
