//! A money command on its way: deposit or withdrawal, as a pure state machine.
//!
//! The key is made before anything is sent and stays with its order until the outcome is known,
//! so that sending again can never move money twice. An order whose outcome is unknown is never
//! silently replaced by another one: the player sends it again, or leaves it knowingly. It outlives
//! the session that it was sent in, for whoever's it is.
//!
//! Must never talk to a browser: [`Pending::step`] says what to send, the form sends it.

use contract::money::Currency;
use contract::problem::Code;
use fragment::RequestError;

/// One money command under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The idempotency key.
    pub key: String,
    /// More than 0.
    pub amount_minor: i64,
    /// Kept as well: a key stands for one command, and after a new sign-in the account's currency is
    /// not known at once.
    pub currency: Currency,
    /// It was sent before, and nobody knows what came of that.
    pub was_sent: bool,
}

/// What is known of an order that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Accepted,
    /// It was not, and never will be.
    Refused,
    /// It may or may not have been.
    Unknown,
}

impl Order {
    /// What follows from an answer that is no receipt.
    #[must_use]
    pub fn outcome(&self, error: &RequestError) -> Outcome {
        let is_refused = match (error.code(), error) {
            // So the wallet answers only what it has not carried out under this key.
            (Some(Code::InsufficientFunds | Code::LimitReached | Code::PlayBlocked | Code::InvalidValue), _) => true,
            // All else is said of this attempt alone, as that nobody is signed in: the one before may have got through.
            _ if self.was_sent => false,
            // The same key asks for it again.
            (Some(Code::InFlight | Code::TooMany), _) => false,
            (_, RequestError::Problem(problem)) => problem.status < 500,
            // It never left the page.
            (_, error) => matches!(error, RequestError::NotGranted),
        };
        if is_refused { Outcome::Refused } else { Outcome::Unknown }
    }
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The player fills in the form.
    #[default]
    Editing,
    /// The player is asked to confirm.
    Confirming,
    /// Sent; no answer yet.
    Sending,
    /// No answer came, or none that says what happened.
    Unsure,
    /// Carried out.
    Done,
}

/// A form's command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Where it stands.
    pub stage: Stage,
    /// None while the player fills in the form.
    pub order: Option<Order>,
}

/// What can happen to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The form is submitted. `confirm` asks before it is sent.
    Submit {
        /// The order, its key fresh.
        order: Order,
        /// Whether it needs to be confirmed.
        confirm: bool,
    },
    /// The player confirms.
    Confirm,
    /// The player goes back to the form: gives up a confirmation, leaves an order whose outcome is
    /// unknown, or starts the next one.
    Back,
    /// The form comes up anew: what it has carried out is no news any more.
    Shown,
    /// The player sends an order of unknown outcome again.
    Again,
    /// The order with this key was answered, or there was no answer.
    Answered {
        /// Which order.
        key: String,
        /// What is known of it.
        outcome: Outcome,
    },
    /// Nobody is signed in any more, or somebody is now.
    Session {
        /// Another player than the one before.
        is_another: bool,
    },
}

impl Pending {
    /// Moves on; gives the order to send if one is to be sent now. An input that makes no sense in a
    /// stage changes nothing: a late answer to an order that was left, a second click.
    #[must_use]
    pub fn step(&mut self, input: Input) -> Option<Order> {
        self.stage = match (self.stage, input) {
            (Stage::Editing | Stage::Done, Input::Submit { order, confirm }) if order.amount_minor > 0 => {
                self.order = Some(order);
                if confirm { Stage::Confirming } else { Stage::Sending }
            }
            (Stage::Confirming, Input::Confirm) => Stage::Sending,
            (Stage::Unsure, Input::Again) => {
                if let Some(order) = &mut self.order {
                    order.was_sent = true;
                }
                Stage::Sending
            }
            (Stage::Sending, Input::Answered { key, outcome }) if self.is_of(&key) => match outcome {
                Outcome::Accepted => Stage::Done,
                Outcome::Refused => Stage::Editing,
                Outcome::Unknown => Stage::Unsure,
            },
            // An answer that comes now is not heard any more.
            (Stage::Sending | Stage::Unsure, Input::Session { is_another: false }) => Stage::Unsure,
            (Stage::Confirming | Stage::Unsure | Stage::Done, Input::Back)
            | (Stage::Done, Input::Shown)
            | (_, Input::Session { .. }) => Stage::Editing,
            _ => return None,
        };
        if self.stage == Stage::Editing {
            self.order = None;
        }
        if self.stage == Stage::Sending { self.order.clone() } else { None }
    }

    fn is_of(&self, key: &str) -> bool {
        self.order.as_ref().is_some_and(|order| order.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::problem::Problem;

    fn order(key: &str, amount_minor: i64) -> Order {
        Order { key: key.into(), amount_minor, currency: Currency::Eur, was_sent: false }
    }

    fn again() -> Order {
        Order { was_sent: true, ..order("a", 1000) }
    }

    fn submit(key: &str, confirm: bool) -> Input {
        Input::Submit { order: order(key, 1000), confirm }
    }

    fn answered(key: &str, outcome: Outcome) -> Input {
        Input::Answered { key: key.into(), outcome }
    }

    fn at(stage: Stage) -> Pending {
        Pending { stage, order: Some(order("a", 1000)) }
    }

    /// What an input makes of a command, which sends nothing.
    fn after(mut pending: Pending, input: Input) -> Pending {
        assert_eq!(pending.step(input), None);
        pending
    }

    fn problem(code: Code, status: u16) -> RequestError {
        let r#type = format!("/problems/{}", code.as_str());
        RequestError::Problem(Problem { r#type, title: String::new(), status, detail: String::new(), field: None })
    }

    #[test]
    fn trying_again_repeats_the_key() {
        let mut pending = Pending::default();
        assert_eq!(pending.step(submit("a", false)), Some(order("a", 1000)));
        assert_eq!(pending.step(answered("a", Outcome::Unknown)), None);
        assert_eq!(pending.step(Input::Again), Some(again()), "same key, same amount");
        let done = Pending { stage: Stage::Done, order: Some(again()) };
        assert_eq!(after(pending, answered("a", Outcome::Accepted)), done);
    }

    #[test]
    fn a_withdrawal_is_sent_only_once_confirmed() {
        let mut pending = after(Pending::default(), submit("a", true));
        assert_eq!(after(pending.clone(), Input::Back), Pending::default());
        assert_eq!(pending.step(Input::Confirm), Some(order("a", 1000)));
    }

    #[test]
    fn a_second_submit_while_sending_sends_nothing() {
        assert_eq!(after(at(Stage::Sending), submit("b", false)), at(Stage::Sending));
    }

    #[test]
    fn an_unknown_outcome_is_not_replaced_by_a_new_order() {
        assert_eq!(after(at(Stage::Unsure), submit("b", false)), at(Stage::Unsure));
        assert_eq!(after(at(Stage::Unsure), Input::Back), Pending::default());
    }

    #[test]
    fn an_unknown_outcome_waits_for_its_player() {
        for stage in [Stage::Sending, Stage::Unsure] {
            assert_eq!(after(at(stage), Input::Session { is_another: false }), at(Stage::Unsure));
            assert_eq!(after(at(stage), Input::Session { is_another: true }), Pending::default());
        }
        for stage in [Stage::Confirming, Stage::Done] {
            assert_eq!(after(at(stage), Input::Session { is_another: false }), Pending::default());
        }
    }

    #[test]
    fn of_an_order_that_was_sent_before_only_the_wallet_itself_says_that_it_was_refused() {
        let refused = |is_refused| if is_refused { Outcome::Refused } else { Outcome::Unknown };
        let own = [Code::InsufficientFunds, Code::LimitReached, Code::PlayBlocked, Code::InvalidValue];
        for code in Code::ALL.iter().copied() {
            let answer = problem(code, 422);
            let is_open = matches!(code, Code::InFlight | Code::TooMany);
            assert_eq!(order("a", 1000).outcome(&answer), refused(!is_open), "{code:?}");
            assert_eq!(again().outcome(&answer), refused(own.contains(&code)), "{code:?}");
        }
        assert_eq!(order("a", 1000).outcome(&RequestError::NotGranted), Outcome::Refused);
        assert_eq!(again().outcome(&RequestError::NotGranted), Outcome::Unknown);
        for answer in [RequestError::Offline, RequestError::Timeout, problem(Code::Unavailable, 503)] {
            assert_eq!(order("a", 1000).outcome(&answer), Outcome::Unknown);
        }
    }

    #[test]
    fn a_late_answer_to_another_order_changes_nothing() {
        for outcome in [Outcome::Accepted, Outcome::Refused, Outcome::Unknown] {
            assert_eq!(after(at(Stage::Sending), answered("b", outcome)), at(Stage::Sending));
            assert_eq!(after(Pending::default(), answered("a", outcome)), Pending::default());
        }
    }

    #[test]
    fn only_what_is_done_is_over_when_the_form_comes_up_anew() {
        assert_eq!(after(at(Stage::Done), Input::Shown), Pending::default());
        for stage in [Stage::Confirming, Stage::Sending, Stage::Unsure] {
            assert_eq!(after(at(stage), Input::Shown), at(stage));
        }
    }

    #[test]
    fn nothing_is_sent_for_an_amount_of_zero() {
        let zero = Input::Submit { order: order("a", 0), confirm: false };
        assert_eq!(after(Pending::default(), zero), Pending::default());
    }
}
