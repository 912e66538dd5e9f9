//! The deposit and withdrawal forms, in each state of their command.

use contract::plain::integer;
use fragment::text::{text, text_with};
use fragment::{format, untrack};
use ui::{El, Field, Hold, Tone, field, html, notice};

use crate::cashier::{Cashier, Command, cash_text, currency, deposit_limit};
use crate::pending::{Input, Stage};
use crate::store::Store;

/// The amounts offered with one press, in whole units of the currency.
const QUICK: [i64; 3] = [10, 50, 100];

/// In the place of the form: a question, or while no deposit is taken.
const CONFIRMING: u32 = 1;
const UNSURE: u32 = 2;
const BARRED: u32 = 3;

/// The form of one command; 0 is deposit.
pub(crate) fn view(store: &'static Store, command: usize) -> El {
    let cashier = store.cashier(command);
    untrack(|| cashier.apply(store, Input::Shown));
    // The form stays while it is being sent: only a question takes its place.
    let key = move || {
        let is_barred = cashier.command == Command::Deposit && store.playing.blocked_until_ms().is_some();
        match cashier.stage() {
            Stage::Confirming => CONFIRMING,
            Stage::Unsure => UNSURE,
            _ if is_barred => BARRED,
            _ => 0,
        }
    };
    let stage = move |key| {
        Some(match key {
            CONFIRMING => confirm(store, cashier),
            UNSURE => unsure(store, cashier),
            BARRED => barred(),
            _ => form(store, cashier),
        })
    };
    let done = move || {
        let is_done = cashier.stage() == Stage::Done;
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
    let (id, form, submit_test, submit) = match cashier.command {
        Command::Deposit => ("deposit-amount", "deposit-form", "deposit-submit", "deposit"),
        Command::Withdraw => ("withdraw-amount", "withdraw-form", "withdraw-submit", "withdraw"),
    };
    let values = [("form", form), ("label", &text(id)), ("form-submit", submit_test), ("submit", &text(submit))];
    let made = html(include_str!("markup/form.html"), &values);
    let amount = Field {
        id,
        test: "amount",
        label: id,
        kind: "text",
        inputmode: "decimal",
        autocomplete: "off",
        value: &cashier.amount,
    };
    made.at("field-place").add(&field(amount, move || hint(store, cashier.command), move || cashier.error.get()));
    quick(&made.at("quick"), store, cashier);
    let is_sending = move || cashier.stage() == Stage::Sending;
    made.at(submit_test).hold(move || if is_sending() { Hold::Busy } else { Hold::Free });
    made.flag_with("data-busy", move || cashier.amount.with(|amount| !amount.is_empty()));
    made.submit(move || cashier.submit(store));
    made
}

fn hint(store: &'static Store, command: Command) -> String {
    match command {
        Command::Deposit => store.playing.deposit.with(|allowance| {
            allowance.as_ref().map_or_else(String::new, |allowance| deposit_limit("deposit-hint", store, allowance))
        }),
        Command::Withdraw if store.known.with(Option::is_some) => {
            text_with("withdraw-hint", &[("available", &cash_text(store))])
        }
        Command::Withdraw => String::new(),
    }
}

fn quick(place: &El, store: &'static Store, cashier: &'static Cashier) {
    let currency = currency(store);
    let unit = 10_i64.pow(currency.exponent());
    for whole in QUICK {
        let values = [("whole", &*integer(whole)), ("amount", &format::money(whole * unit, currency))];
        let button = html(include_str!("markup/quick.html"), &values);
        button.press(move || {
            cashier.error.set(String::new());
            cashier.amount.set(integer(whole));
        });
        place.add(&button);
    }
}

/// The question before a withdrawal.
fn confirm(store: &'static Store, cashier: &'static Cashier) -> El {
    let amount = ordered(cashier);
    let with_amount = |id| text_with(id, &[("amount", &amount)]);
    let values = [("title", &*with_amount("confirm-title")), ("submit", &with_amount("confirm-submit"))];
    let question = html(include_str!("markup/confirm.html"), &values);
    on(&question.at("confirm-submit"), store, cashier, || Input::Confirm);
    on(&question.at("back"), store, cashier, || Input::Back);
    question
}

/// No answer came. Sending again repeats the key, so that nothing happens twice.
fn unsure(store: &'static Store, cashier: &'static Cashier) -> El {
    let id = match cashier.command {
        Command::Deposit => "unsure-deposit",
        Command::Withdraw => "unsure-withdraw",
    };
    let question = notice(Tone::Warning, "unsure", &text_with(id, &[("amount", &ordered(cashier))]));
    question.set("tabindex", "-1").at("body").add(&html(include_str!("markup/unsure.html"), &[]));
    on(&question.at("again"), store, cashier, || Input::Again);
    question.at("leave").press(move || {
        cashier.apply(store, Input::Back);
        store.refresh();
    });
    question
}

/// What the button of a question says.
fn on(button: &El, store: &'static Store, cashier: &'static Cashier, input: fn() -> Input) {
    button.press(move || cashier.apply(store, input()));
}

/// How much was ordered.
fn ordered(cashier: &'static Cashier) -> String {
    cashier.pending.with(|pending| {
        pending.order.as_ref().map_or_else(String::new, |order| format::money(order.amount_minor, order.currency))
    })
}
