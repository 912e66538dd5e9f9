//! The form of the details, and whose change counts when two were made.

use std::cell::RefCell;

use contract::account::{Account, AccountChange};
use contract::event::{Nothing, SessionStale};
use contract::problem::Code;
use fragment::text::text;
use fragment::{RequestError, State, host};

use crate::store::{Fault, Store, failure};

/// How saving went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing to say.
    #[default]
    None,
    /// It is saved.
    Saved,
    /// It is not, in the player's words.
    Failed(String),
    /// It is not: meanwhile the details became these.
    Newer(Box<Account>),
}

/// The form.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) name: State<String>,
    pub(crate) contact_email: State<String>,
    pub(crate) phone: State<String>,
    pub(crate) address: State<String>,
    /// Empty for no choice.
    pub(crate) language: State<String>,
    pub(crate) busy: State<bool>,
    pub(crate) fault: State<Fault>,
    pub(crate) news: State<News>,
    /// What the form was filled from.
    base: RefCell<Option<Account>>,
}

impl Details {
    pub(crate) fn clear(&self) {
        self.base.take();
        self.busy.set(false);
        self.fault.set(Fault::default());
        self.news.set(News::None);
        for field in [&self.name, &self.contact_email, &self.phone, &self.address, &self.language] {
            field.set(String::new());
        }
    }

    /// Takes in the details as they are now, unless the player has begun to change them.
    pub(crate) fn learn(&self, account: &Account) {
        if !self.is_changed() {
            self.fill(account);
        }
    }

    fn fill(&self, account: &Account) {
        let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
        self.name.set(account.name.clone());
        self.contact_email.set(or_empty(&account.contact_email));
        self.phone.set(or_empty(&account.phone));
        self.address.set(or_empty(&account.address));
        self.language.set(or_empty(&account.language));
        self.base.replace(Some(account.clone()));
    }

    /// Whether the form says otherwise than what it was filled from.
    fn is_changed(&self) -> bool {
        self.base.borrow().as_ref().is_some_and(|base| !self.says(base))
    }

    fn says(&self, account: &Account) -> bool {
        let change = self.change(account.version);
        change.name == account.name
            && change.contact_email == account.contact_email
            && change.phone == account.phone
            && change.address == account.address
            && change.language == account.language
    }

    fn change(&self, version: u64) -> AccountChange {
        let filled = |field: &State<String>| Some(field.get()).filter(|text| !text.is_empty());
        AccountChange {
            version,
            name: self.name.get(),
            contact_email: filled(&self.contact_email),
            phone: filled(&self.phone),
            address: filled(&self.address),
            language: filled(&self.language),
        }
    }

    /// Sends the form.
    pub(crate) fn save(&'static self, store: &'static Store) {
        let version = self.base.borrow().as_ref().map(|base| base.version);
        let Some(version) = version.filter(|_| !self.busy.get()) else { return };
        let (change, epoch) = (self.change(version), store.epoch());
        self.busy.set(true);
        self.fault.set(Fault::default());
        self.news.set(News::None);
        fragment::spawn(async move {
            let reply = host().post::<_, Account>("/api/account", &change, None).await;
            let reply = match reply {
                Err(error) if error.code() == Some(Code::Conflict) => {
                    host().get::<Account>("/api/account").await.map(|newer| (newer, true))
                }
                reply => reply.map(|saved| (saved, false)),
            };
            if store.epoch() != epoch {
                return;
            }
            self.busy.set(false);
            match reply {
                // Of two tabs the other may have said the same, or this one did and got no answer.
                Ok((newer, true)) if !self.says(&newer) => self.news.set(News::Newer(Box::new(newer))),
                Ok((saved, _)) => {
                    if store.account.with(|known| known.as_ref().is_some_and(|known| known.name != saved.name)) {
                        // The others show the name as well.
                        host().publish(SessionStale, &Nothing {});
                    }
                    if self.change(version) == change {
                        self.fill(&saved);
                    } else {
                        // What was typed meanwhile stays, as a change of what is saved now.
                        self.base.replace(Some(saved.clone()));
                    }
                    store.learn(saved);
                    self.news.set(News::Saved);
                }
                Err(error) => self.not_saved(&error),
            }
        });
    }

    fn not_saved(&self, error: &RequestError) {
        if let RequestError::Problem(problem) = error
            && let (Some(Code::InvalidValue), Some(field)) = (problem.code(), &problem.field)
            && let Some(message) = message(field)
        {
            return self.fault.set(Fault { field: field.clone(), message: text(message) });
        }
        self.news.set(News::Failed(text(failure(error))));
    }

    /// Of two changes the other one counts.
    pub(crate) fn take_newer(&'static self, store: &'static Store) {
        if let News::Newer(newer) = self.news.get() {
            self.fill(&newer);
            store.learn(*newer);
            self.news.set(News::None);
        }
    }

    /// Of two changes this one counts.
    pub(crate) fn keep_mine(&'static self, store: &'static Store) {
        if let News::Newer(newer) = self.news.get() {
            self.base.replace(Some(*newer));
            self.save(store);
        }
    }
}

/// The message for a field whose value is not allowed.
fn message(field: &str) -> Option<&'static str> {
    Some(match field {
        "name" => "name-invalid",
        "contact_email" => "email-invalid",
        "phone" => "phone-invalid",
        "address" => "address-invalid",
        _ => return None,
    })
}
