//! What the player does on the page.

use contract::event::{Nothing, SignInWanted};
use contract::limits::{Exclude, LimitKind, LimitName, Period, SetCheck, SetLimit, TakeBreak};
use contract::money::AmountError;
use fragment::host;

use super::Store;
use crate::command::Command;
use crate::rules::{BREAKS, exclusions, read};

impl Store {
    /// Asks for a player.
    pub(crate) fn want_player(&'static self) {
        host().publish(SignInWanted, &Nothing {});
    }

    /// Opens the form of a limit, or closes it.
    pub(crate) fn edit(&'static self, which: Option<(LimitKind, Period)>) {
        self.amount.set(String::new());
        self.fault.set("");
        self.news.set(None);
        self.editing.set(which);
    }

    /// Reads the open form; nothing typed is no answer yet.
    pub(crate) fn typed(&'static self) -> Option<Result<i64, AmountError>> {
        let (kind, _) = self.editing.get()?;
        let currency = self.limits.with(|limits| limits.as_ref().map(|limits| limits.currency))?;
        Some(self.amount.with(|amount| read(kind, amount, currency)))
    }

    /// Saves what the open form says.
    pub(crate) fn save(&'static self) {
        let (Some((kind, period)), Some(typed)) = (self.editing.get(), self.typed()) else { return };
        let is_time = kind == LimitKind::Time;
        self.fault.set(match typed {
            Ok(_) => "",
            Err(AmountError::Empty) if is_time => "minutes-empty",
            Err(AmountError::NotANumber) if is_time => "minutes-not-a-number",
            Err(AmountError::Empty) => "amount-empty",
            Err(AmountError::NotANumber) => "amount-not-a-number",
            Err(AmountError::TooManyDecimals) => "amount-too-fine",
            Err(AmountError::TooLarge) => "amount-too-large",
        });
        if let Ok(value) = typed {
            self.send(Command::Set(SetLimit { kind, period, value: Some(value) }));
        }
    }

    /// Asks for no limit at all.
    pub(crate) fn remove(&'static self, kind: LimitKind, period: Period) {
        self.send(Command::Set(SetLimit { kind, period, value: None }));
    }

    /// Confirms a higher limit whose day has come.
    pub(crate) fn confirm(&'static self, kind: LimitKind, period: Period) {
        self.send(Command::Confirm(LimitName { kind, period }));
    }

    /// Gives a higher limit up.
    pub(crate) fn cancel(&'static self, kind: LimitKind, period: Period) {
        self.send(Command::Cancel(LimitName { kind, period }));
    }

    /// Saves the chosen time between reality checks.
    pub(crate) fn save_check(&'static self) {
        let chosen = self.check.get();
        let minutes = self.limits.with(|limits| limits.as_ref()?.check_choices.get(chosen).copied());
        self.send(Command::Check(SetCheck { minutes }));
    }

    /// Asks before a break of the chosen length.
    pub(crate) fn ask_break(&'static self) {
        if let Some(length) = BREAKS.get(self.length.get()).copied() {
            self.ask(Command::Break(TakeBreak { length }));
        }
    }

    /// Asks before a self-exclusion of the chosen term.
    pub(crate) fn ask_exclusion(&'static self) {
        let chosen = self.term.get();
        let months = self.limits.with(|limits| {
            let limits = limits.as_ref()?;
            exclusions(limits.exclusion_least_months, limits.exclusion_most_months).get(chosen).copied()
        });
        if let Some(months) = months {
            self.ask(Command::Exclude(Exclude { months }));
        }
    }

    fn ask(&'static self, question: Command) {
        self.news.set(None);
        self.question.set(Some(question));
    }

    /// Yes: there is no way back from here.
    pub(crate) fn answer(&'static self) {
        if let Some(command) = self.question.get() {
            self.send(command);
        }
    }

    /// No. What is on its way can't be called back.
    pub(crate) fn withdraw_question(&'static self) {
        if self.busy.with(Option::is_none) {
            self.news.set(None);
            self.question.set(None);
        }
    }
}
