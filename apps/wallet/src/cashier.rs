//! The deposit and withdrawal forms: reads the amount, carries out what [`crate::pending`] says.

use contract::limits::Period;
use contract::money::{AmountError, Currency, parse_amount};
use contract::play::Allowance;
use contract::problem::Code;
use contract::wallet::{MoneyCommand, Receipt};
use fragment::text::{text, text_with};
use fragment::{RequestError, State, format, host, new_key};

use crate::pending::{Input, Order, Outcome, Pending, Stage};
use crate::store::{Store, no_answer};

/// What a form does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Command {
    /// Play money comes in.
    #[default]
    Deposit,
    /// Play money goes out, for good.
    Withdraw,
}

/// The state of one form.
#[derive(Debug, Default)]
pub(crate) struct Cashier {
    pub(crate) command: Command,
    pub(crate) amount: State<String>,
    pub(crate) error: State<String>,
    pub(crate) pending: State<Pending>,
    /// What the success notice says.
    pub(crate) done: State<String>,
}

impl Cashier {
    /// Forgets everything, for another session; an order whose outcome is not known only for another player.
    pub(crate) fn clear(&'static self, store: &'static Store, is_another: bool) {
        self.amount.set(String::new());
        self.error.set(String::new());
        self.apply(store, Input::Session { is_another });
    }

    /// Where its command stands.
    pub(crate) fn stage(&'static self) -> Stage {
        self.pending.with(|pending| pending.stage)
    }

    /// Reads the form and sends it, or asks to confirm.
    pub(crate) fn submit(&'static self, store: &'static Store) {
        match self.read(store) {
            Ok(amount_minor) => {
                self.error.set(String::new());
                let order = Order { key: new_key(), amount_minor, currency: currency(store), was_sent: false };
                self.apply(store, Input::Submit { order, confirm: self.command == Command::Withdraw });
            }
            Err(error) => self.error.set(error),
        }
    }

    /// Moves on, and sends what is to be sent.
    pub(crate) fn apply(&'static self, store: &'static Store, input: Input) {
        let mut pending = self.pending.get();
        let order = pending.step(input);
        self.pending.set(pending);
        if let Some(order) = order {
            self.send(store, order);
        }
    }

    fn read(&'static self, store: &'static Store) -> Result<i64, String> {
        let known = store.known.get();
        let currency = currency(store);
        let amount = self.amount.with(|amount| parse_amount(amount, currency));
        let amount_minor = amount.map_err(|error| match error {
            AmountError::Empty => text("amount-empty"),
            AmountError::NotANumber => text("amount-not-a-number"),
            AmountError::TooManyDecimals => text("amount-too-fine"),
            AmountError::TooLarge => text("amount-too-large"),
        })?;
        if amount_minor == 0 {
            return Err(text("amount-zero"));
        }
        let cash_minor = known.map(|known| known.balance.cash_minor);
        match cash_minor {
            // An old balance proves nothing: then the wallet decides.
            Some(cash_minor) if self.command == Command::Withdraw && amount_minor > cash_minor && !store.is_stale() => {
                Err(insufficient(store))
            }
            _ => Ok(amount_minor),
        }
    }

    fn send(&'static self, store: &'static Store, order: Order) {
        let path = match self.command {
            Command::Deposit => "/api/wallet/deposits",
            Command::Withdraw => "/api/wallet/withdrawals",
        };
        let body = MoneyCommand { amount_minor: order.amount_minor, currency: order.currency };
        let epoch = store.epoch();
        fragment::spawn(async move {
            let reply = host().post::<_, Receipt>(path, &body, Some(&order.key)).await;
            if store.epoch() != epoch {
                return;
            }
            let outcome = match reply {
                Ok(receipt) => {
                    self.carried_out(&receipt, order.amount_minor);
                    store.learn(receipt.balance);
                    store.add_entry(receipt.entry);
                    store.playing.refresh(store);
                    if store.is_stale() {
                        // The wallet answers again: no need to wait until it is asked for the balance.
                        store.refresh();
                    }
                    Outcome::Accepted
                }
                Err(error) => {
                    if matches!(error.code(), Some(Code::LimitReached | Code::PlayBlocked)) {
                        // What the limit leaves is said with the refusal.
                        store.playing.ask(store).await;
                        if store.epoch() != epoch {
                            return;
                        }
                    }
                    self.not_carried_out(store, &error, &order)
                }
            };
            self.apply(store, Input::Answered { key: order.key, outcome });
        });
    }

    fn carried_out(&'static self, receipt: &Receipt, amount_minor: i64) {
        let amount = format::money(receipt.entry.cash_minor.saturating_abs(), receipt.entry.currency);
        let id = match self.command {
            Command::Deposit => "deposit-done",
            Command::Withdraw if receipt.entry.held_minor > 0 => "withdraw-held",
            Command::Withdraw => "withdraw-done",
        };
        self.done.set(text_with(id, &[("amount", &amount)]));
        // Not what the player has typed since.
        if self.amount.with(|amount| parse_amount(amount, receipt.entry.currency)) == Ok(amount_minor) {
            self.amount.set(String::new());
        }
    }

    fn not_carried_out(&'static self, store: &'static Store, error: &RequestError, order: &Order) -> Outcome {
        let is_signed_in = no_answer(error);
        let outcome = order.outcome(error);
        if outcome == Outcome::Unknown {
            // The balance on the screen may be an old one by now: find out, and say so.
            if is_signed_in {
                store.refresh();
            }
            return outcome;
        }
        self.error.set(match error.code() {
            Some(Code::InsufficientFunds) => insufficient(store),
            Some(Code::LimitReached) => limit_reached(store, order.amount_minor),
            code => text(match code {
                Some(Code::PlayBlocked) => "play-blocked",
                Some(Code::InvalidValue | Code::InvalidBody) => "amount-refused",
                Some(Code::SignedOut) => "signed-out",
                _ => "unavailable",
            }),
        });
        outcome
    }
}

/// The account's currency; euro until it is known.
pub(crate) fn currency(store: &'static Store) -> Currency {
    store.known.with(|known| known.as_ref().map_or(Currency::Eur, |known| known.balance.currency))
}

/// Which limit, and what it leaves. The house has one of its own for a single payment.
fn limit_reached(store: &'static Store, amount_minor: i64) -> String {
    let allowance = store.playing.deposit.get().filter(|allowance| amount_minor > allowance.left_minor);
    allowance.map_or_else(|| text("limit-reached"), |allowance| deposit_limit("deposit-limit", store, &allowance))
}

/// A text about the deposit limit that leaves least.
pub(crate) fn deposit_limit(id: &str, store: &'static Store, allowance: &Allowance) -> String {
    let money = |minor| format::money(minor, currency(store));
    text_with(
        id,
        &[
            ("period", &text(period_id(allowance.period))),
            ("limit", &money(allowance.limit_minor)),
            ("left", &money(allowance.left_minor)),
            ("when", &format::date_time(allowance.resets_at_ms)),
        ],
    )
}

/// The text of a limit's period.
pub(crate) const fn period_id(period: Period) -> &'static str {
    match period {
        Period::Day => "limit-day",
        Period::Week => "limit-week",
        Period::Month => "limit-month",
    }
}

fn insufficient(store: &'static Store) -> String {
    text_with("insufficient-funds", &[("available", &cash_text(store))])
}

/// What the player holds in cash; nothing until it is known.
pub(crate) fn cash_text(store: &'static Store) -> String {
    store.known.with(|known| {
        known.as_ref().map_or_else(String::new, |known| format::money(known.balance.cash_minor, known.balance.currency))
    })
}
