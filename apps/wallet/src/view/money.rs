//! The deposit and withdrawal forms, in each state of their command.

use contract::plain::integer;
use fragment::text::{text, text_with};
use fragment::{format, untrack};
use ui::{El, Field, Hold, Tone, field, html, notice};

use crate::cashier::{Cashier, Command, currency, deposit_limit};
use crate::pending::{Input, Order, Pending};
use crate::store::Store;

/// The amounts offered with one press, in whole units of the currency.
const QUICK: [i64; 3] = [10, 50, 100];

/// In the place of the form, while no deposit is taken.
const BARRED: u32 = 3;

/// The form of one command; 0 is deposit.
pub(crate) fn view(store: &'static Store, command: usize) -> El {
    let cashier = store.cashier(command);
    untrack(|| cashier.apply(store, Input::Shown));
    // The form stays while it is being sent: only a question takes its place.
    let key = move || {
        let is_barred = cashier.command == Command::Deposit && store.playing.blocked_until_ms().is_some();
        cashier.pending.with(|pending| match pending {
            Pending::Confirming(_) => 1,
            Pending::Unsure(_) => 2,
            Pending::Editing | Pending::Sending(_) | Pending::Done(_) => {
                if is_barred {
                    BARRED
                } else {
                    0
                }
            }
        })
    };
    let stage = move |key| {
        Some(match cashier.pending.get() {
            Pending::Confirming(order) => confirm(store, cashier, &order),
            Pending::Unsure(order) => unsure(store, cashier, &order),
            _ if key == BARRED => barred(),
            _ => form(store, cashier),
        })
    };
    let done = move || {
        let is_done = cashier.pending.with(|pending| matches!(pending, Pending::Done(_)));
        is_done.then(|| cashier.done.with(|done| notice(Tone::Success, "done", done)))
    };
    let view = html("<div class=\"stack\"></div>", &[]);
    view.choose(key, stage).slot(done);
    view
}

/// A break is in force. Until when stands above, on every view.
fn barred() -> El {
    let news = notice(Tone::Warning, "deposit-barred", &text("play-blocked"));
    news.set("tabindex", "-1");
    news
}

fn form(store: &'static Store, cashier: &'static Cashier) -> El {
    let (id, label, form, submit_test, submit) = match cashier.command {
        Command::Deposit => ("deposit-amount", "deposit-amount", "deposit-form", "deposit-submit", text("deposit")),
        Command::Withdraw => {
            ("withdraw-amount", "withdraw-amount", "withdraw-form", "withdraw-submit", text("withdraw"))
        }
    };
    let values = [("form", form), ("label", &text(label)), ("form-submit", submit_test), ("submit", &submit)];
    let made = html(include_str!("markup/form.html"), &values);
    let amount = Field {
        id,
        test: "amount",
        label,
        kind: "text",
        inputmode: "decimal",
        autocomplete: "off",
        value: &cashier.amount,
    };
    made.at("field-place").add(&field(amount, move || hint(store, cashier.command), move || cashier.error.get()));
    quick(&made.at("quick"), store, cashier);
    let is_sending = move || cashier.pending.with(|pending| matches!(pending, Pending::Sending(_)));
    made.at(submit_test).hold(move || if is_sending() { Hold::Busy } else { Hold::Free });
    made.flag_with("data-busy", move || cashier.amount.with(|amount| !amount.is_empty()));
    made.submit(move || cashier.submit(store));
    made
}

fn hint(store: &'static Store, command: Command) -> String {
    match (command, store.known.get()) {
        (Command::Withdraw, Some(known)) => {
            let cash = format::money(known.balance.cash_minor, known.balance.currency);
            text_with("withdraw-hint", &[("available", &cash)])
        }
        (Command::Deposit, _) => store.playing.deposit.with(|allowance| {
            allowance.as_ref().map_or_else(String::new, |allowance| deposit_limit("deposit-hint", store, allowance))
        }),
        _ => String::new(),
    }
}

fn quick(place: &El, store: &'static Store, cashier: &'static Cashier) {
    let unit = 10_i64.pow(currency(store).exponent());
    for whole in QUICK {
        let values = [("whole", &*integer(whole)), ("amount", &format::money(whole * unit, currency(store)))];
        let button = html(include_str!("markup/quick.html"), &values);
        button.press(move || {
            cashier.error.set(String::new());
            cashier.amount.set(integer(whole));
        });
        place.add(&button);
    }
}

/// The question before a withdrawal.
fn confirm(store: &'static Store, cashier: &'static Cashier, order: &Order) -> El {
    let amount = format::money(order.amount_minor, currency(store));
    let with_amount = |id| text_with(id, &[("amount", &amount)]);
    let values = [("title", &*with_amount("confirm-title")), ("submit", &with_amount("confirm-submit"))];
    let question = html(include_str!("markup/confirm.html"), &values);
    question.at("confirm-submit").press(move || cashier.apply(store, Input::Confirm));
    question.at("back").press(move || cashier.apply(store, Input::Back));
    question
}

/// No answer came. Sending again repeats the key, so that nothing happens twice.
fn unsure(store: &'static Store, cashier: &'static Cashier, order: &Order) -> El {
    let id = match cashier.command {
        Command::Deposit => "unsure-deposit",
        Command::Withdraw => "unsure-withdraw",
    };
    let amount = format::money(order.amount_minor, currency(store));
    let question = notice(Tone::Warning, "unsure", &text_with(id, &[("amount", &amount)]));
    // Its key must not be lost.
    question.set("data-busy", "");
    question.set("tabindex", "-1").at("body").add(&html(include_str!("markup/unsure.html"), &[]));
    question.at("again").press(move || cashier.apply(store, Input::Again));
    question.at("leave").press(move || {
        cashier.apply(store, Input::Back);
        store.refresh();
    });
    question
}
