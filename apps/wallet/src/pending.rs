//! A money command on its way: deposit or withdrawal, as a pure state machine.
//!
//! The key is made before anything is sent and stays with its order until the outcome is known,
//! so that sending again can never move money twice. An order whose outcome is unknown is never
//! silently replaced by another one: the player sends it again, or leaves it knowingly.
//!
//! Must never talk to a browser: [`step`] says what to send, the form sends it.

/// One money command under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The idempotency key.
    pub key: String,
    /// More than 0.
    pub amount_minor: i64,
}

/// Where the command stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pending {
    /// The player fills in the form.
    #[default]
    Editing,
    /// The player is asked to confirm.
    Confirming(Order),
    /// Sent; no answer yet.
    Sending(Order),
    /// No answer came, or none that says what happened.
    Unsure(Order),
    /// Carried out.
    Done(Order),
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
    /// The wallet carried out the order with this key.
    Accepted(String),
    /// The wallet refused the order with this key, for good.
    Refused(String),
    /// The order with this key may or may not have been carried out.
    NoAnswer(String),
}

/// The next state, and the order to send if one is to be sent now. An input that makes no sense in
/// a state changes nothing: a late answer to an order that was left, a second click.
#[must_use]
pub fn step(state: Pending, input: Input) -> (Pending, Option<Order>) {
    match (state, input) {
        (Pending::Editing | Pending::Done(_), Input::Submit { order, confirm }) if order.amount_minor > 0 => {
            if confirm { (Pending::Confirming(order), None) } else { (Pending::Sending(order.clone()), Some(order)) }
        }
        (Pending::Confirming(order), Input::Confirm) | (Pending::Unsure(order), Input::Again) => {
            (Pending::Sending(order.clone()), Some(order))
        }
        (Pending::Confirming(_) | Pending::Unsure(_) | Pending::Done(_), Input::Back)
        | (Pending::Done(_), Input::Shown) => (Pending::Editing, None),
        (Pending::Sending(order), Input::Accepted(key)) if order.key == key => (Pending::Done(order), None),
        (Pending::Sending(order), Input::Refused(key)) if order.key == key => (Pending::Editing, None),
        (Pending::Sending(order), Input::NoAnswer(key)) if order.key == key => (Pending::Unsure(order), None),
        (state, _) => (state, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(key: &str, amount_minor: i64) -> Order {
        Order { key: key.into(), amount_minor }
    }

    fn submit(key: &str, confirm: bool) -> Input {
        Input::Submit { order: order(key, 1000), confirm }
    }

    #[test]
    fn trying_again_repeats_the_key() {
        let (state, sent) = step(Pending::Editing, submit("a", false));
        assert_eq!(sent, Some(order("a", 1000)));
        let (state, _) = step(state, Input::NoAnswer("a".into()));
        let (state, sent) = step(state, Input::Again);
        assert_eq!(sent, Some(order("a", 1000)), "same key, same amount");
        assert_eq!(step(state, Input::Accepted("a".into())).0, Pending::Done(order("a", 1000)));
    }

    #[test]
    fn a_withdrawal_is_sent_only_once_confirmed() {
        let (state, sent) = step(Pending::Editing, submit("a", true));
        assert_eq!(sent, None);
        assert_eq!(step(state.clone(), Input::Back), (Pending::Editing, None));
        assert_eq!(step(state, Input::Confirm).1, Some(order("a", 1000)));
    }

    #[test]
    fn a_second_submit_while_sending_sends_nothing() {
        let (state, _) = step(Pending::Editing, submit("a", false));
        assert_eq!(step(state.clone(), submit("b", false)), (state, None));
    }

    #[test]
    fn an_unknown_outcome_is_not_replaced_by_a_new_order() {
        let state = Pending::Unsure(order("a", 1000));
        assert_eq!(step(state.clone(), submit("b", false)), (state.clone(), None));
        assert_eq!(step(state, Input::Back), (Pending::Editing, None));
    }

    #[test]
    fn a_late_answer_to_another_order_changes_nothing() {
        let state = Pending::Sending(order("b", 1000));
        for late in [Input::Accepted("a".into()), Input::Refused("a".into()), Input::NoAnswer("a".into())] {
            assert_eq!(step(state.clone(), late), (state.clone(), None));
        }
        assert_eq!(step(Pending::Editing, Input::Accepted("a".into())), (Pending::Editing, None));
    }

    #[test]
    fn only_what_is_done_is_over_when_the_form_comes_up_anew() {
        assert_eq!(step(Pending::Done(order("a", 1000)), Input::Shown), (Pending::Editing, None));
        for state in [Pending::Confirming, Pending::Sending, Pending::Unsure] {
            let state = state(order("a", 1000));
            assert_eq!(step(state.clone(), Input::Shown), (state, None));
        }
    }

    #[test]
    fn nothing_is_sent_for_an_amount_of_zero() {
        let zero = Input::Submit { order: order("a", 0), confirm: false };
        assert_eq!(step(Pending::Editing, zero), (Pending::Editing, None));
    }
}
