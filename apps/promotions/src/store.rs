//! The state behind the views: everything that is known, asked for and heard.

use contract::plain::{concat, digits};
use std::cell::{Cell, RefCell};

use contract::event::{Connection, Nothing, PromotionsCredited, PromotionsOffer, SessionChanged, SignInWanted};
use contract::problem::Code;
use contract::promotions::{Offer, Offers, OptIn};
use contract::wire::{Encode, Sink};
use fragment::text::{text, text_with};
use fragment::{RequestError, State, clock, format, host, new_key};
use ui::{Retry, document};

use crate::offers::{merge_change, merge_list, merge_offer};

/// What a player can do with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Take part, having accepted this version of the terms.
    OptIn(u32),
    /// Take the reward.
    Claim,
}

impl Encode for Command {
    fn write<S: Sink>(&self) -> S {
        match *self {
            Self::OptIn(terms_version) => OptIn { terms_version }.write(),
            Self::Claim => Nothing {}.write(),
        }
    }
}

/// A command on its way, or one whose outcome is unknown. It is sent again under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Order {
    offer: String,
    command: Command,
    key: String,
}

/// What there is to say about one offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) offer: String,
    pub(crate) message: String,
    /// It is about accepting the terms.
    pub(crate) at_terms: bool,
}

/// The state of the promotions.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// Absent until the first answer.
    pub(crate) offers: State<Option<Vec<Offer>>>,
    /// The last question was not answered.
    pub(crate) down: State<bool>,
    pub(crate) offline: State<bool>,
    /// When the last answer came, Unix milliseconds.
    pub(crate) seen_ms: Cell<i64>,
    /// The offer that a command is on its way for; empty for none.
    pub(crate) busy: State<String>,
    pub(crate) trouble: State<Trouble>,
    /// The terms that are ticked as accepted, as [`terms_of`] names them.
    pub(crate) accepted: State<Vec<String>>,
    /// The ids of offers whose terms are open.
    pub(crate) opened: RefCell<Vec<String>>,
    /// What the notice after a claim says; empty for none.
    pub(crate) credited: State<String>,
    /// The player's id, if there is a player; absent until the session is known.
    player: RefCell<Option<Option<String>>>,
    unknown: RefCell<Vec<Order>>,
    retry: Cell<Retry>,
    /// Counts questions for the list: only the last one's answer counts.
    asked: Cell<u32>,
    /// Counts sessions: an answer to a command of an earlier one is dropped.
    epoch: Cell<u32>,
}

/// Names terms by their version, so that a tick counts for none but those that were shown.
pub(crate) fn terms_of(offer: &str, version: u32) -> String {
    concat(&[&digits(version.into()), " ", offer])
}

impl Store {
    /// Makes the state and begins to listen. It is never freed: one instance of the module is one
    /// mounted fragment, and its memory goes with it.
    pub(crate) fn open() -> &'static Self {
        let store: &'static Self = Box::leak(Box::default());
        store.listen();
        store.accepted.set(host().restored().unwrap_or_default());
        store.refresh();
        store
    }

    /// What the release after this one gets; nothing while a command is on its way, or one may have to be sent again
    /// under its key.
    pub(crate) fn leave(&self) -> Option<Vec<String>> {
        let is_settled = self.busy.with(String::is_empty) && self.unknown.borrow().is_empty();
        is_settled.then(|| self.accepted.get())
    }

    fn listen(&'static self) {
        let host = host();
        host.subscribe(SessionChanged, move |session| self.session_changed(session.player.map(|player| player.id)));
        host.subscribe(Connection, move |connection| {
            let was_offline = self.offline.get();
            self.offline.set(!connection.online);
            // Events may have been missed meanwhile.
            if connection.online && was_offline {
                self.refresh();
            }
        });
        host.subscribe(PromotionsOffer, move |change| {
            let mut is_known = true;
            self.offers.update(|offers| {
                is_known = offers.as_mut().is_none_or(|offers| merge_change(offers, change));
            });
            if !is_known {
                self.refresh();
            }
        });
        host.subscribe(PromotionsCredited, move |credited| {
            let amount = format::money(credited.amount_minor, credited.currency);
            self.credited.set(text_with("credited", &[("amount", &amount)]));
        });
        clock::every(1_000, move || {
            if self.retry.get().is_due(clock::monotonic_ms()) && !self.offline.get() && !document().hidden() {
                self.refresh();
            }
        });
    }

    /// Told by the id: under another name nothing else is new.
    fn session_changed(&'static self, player: Option<String>) {
        let before = self.player.replace(Some(player.clone()));
        if before == Some(player.clone()) {
            return;
        }
        // The first news of a session changes nothing that was asked for with it, unless somebody
        // plays whom the question did not know of yet: so it is always asked again.
        self.epoch.set(self.epoch.get().wrapping_add(1));
        self.unknown.take();
        self.busy.set(String::new());
        self.trouble.set(Trouble::default());
        self.credited.set(String::new());
        if before.flatten().is_some() || player.is_none() {
            self.accepted.set(Vec::new());
        }
        // Where another player stood is not for this one to see.
        self.offers.set(None);
        self.refresh();
    }

    /// Asks for the list.
    pub(crate) fn refresh(&'static self) {
        let question = self.asked.get().wrapping_add(1);
        self.asked.set(question);
        self.retry.set(self.retry.get().started());
        fragment::spawn(async move {
            let reply = host().get::<Offers>("/api/promotions/offers").await;
            if self.asked.get() != question {
                return;
            }
            match reply {
                Ok(list) => {
                    self.retry.set(Retry::default());
                    self.seen_ms.set(clock::now_ms());
                    self.offers.update(|offers| {
                        *offers = Some(merge_list(offers.as_deref().unwrap_or_default(), list.offers));
                    });
                    self.set_down(false);
                }
                Err(error) => {
                    self.retry.set(self.retry.get().failed(clock::monotonic_ms()));
                    host().warn(&error.text());
                    self.set_down(true);
                }
            }
        });
    }

    fn set_down(&'static self, down: bool) {
        host().set_down(&self.down, down, "the promotions service does not answer");
    }

    /// Takes part in an offer, or asks for a player first.
    pub(crate) fn opt_in(&'static self, offer: &Offer) {
        if !self.has_player() {
            host().publish(SignInWanted, &Nothing {});
        } else if self.accepted.with(|accepted| accepted.contains(&terms_of(&offer.id, offer.terms_version))) {
            self.send(&offer.id, Command::OptIn(offer.terms_version));
        } else {
            self.say(&offer.id, "accept-first");
        }
    }

    /// Takes the reward.
    pub(crate) fn claim(&'static self, offer: &str) {
        self.send(offer, Command::Claim);
    }

    /// Ticks or unticks terms, as [`terms_of`] names them.
    pub(crate) fn accept(&'static self, terms: &str) {
        self.accepted.update(|accepted| match accepted.iter().position(|accepted| accepted == terms) {
            Some(at) => drop(accepted.swap_remove(at)),
            None => accepted.push(terms.to_owned()),
        });
        self.trouble.set(Trouble::default());
    }

    /// Remembers whether the terms of an offer are open.
    pub(crate) fn toggle(&self, offer: &str) {
        let mut opened = self.opened.borrow_mut();
        match opened.iter().position(|id| id == offer) {
            Some(at) => drop(opened.swap_remove(at)),
            None => opened.push(offer.to_owned()),
        }
    }

    fn has_player(&self) -> bool {
        self.player.borrow().as_ref().is_some_and(Option::is_some)
    }

    fn say(&'static self, offer: &str, id: &str) {
        let at_terms = id == "accept-first";
        self.trouble.set(Trouble { offer: offer.to_owned(), message: text(id), at_terms });
    }

    /// The same command of unknown outcome again, else a new one.
    fn order(&self, offer: &str, command: Command) -> Order {
        let mut unknown = self.unknown.borrow_mut();
        let same = unknown.iter().position(|order| order.offer == offer && order.command == command);
        same.map(|at| unknown.swap_remove(at)).unwrap_or_else(|| Order {
            offer: offer.to_owned(),
            command,
            key: new_key(),
        })
    }

    fn send(&'static self, offer: &str, command: Command) {
        if self.busy.with(|busy| !busy.is_empty()) {
            return;
        }
        let order = self.order(offer, command);
        self.busy.set(order.offer.clone());
        self.trouble.set(Trouble::default());
        self.credited.set(String::new());
        let epoch = self.epoch.get();
        fragment::spawn(async move {
            let action = if command == Command::Claim { "/claim" } else { "/opt-in" };
            let path = concat(&["/api/promotions/offers/", &order.offer, action]);
            let reply = host().post::<_, Offer>(&path, &command, Some(&order.key)).await;
            if self.epoch.get() != epoch {
                return;
            }
            self.busy.set(String::new());
            match reply {
                Ok(offer) => self.carried_out(offer, command),
                Err(error) => self.not_carried_out(order, &error),
            }
        });
    }

    fn carried_out(&'static self, offer: Offer, command: Command) {
        if command == Command::Claim {
            let amount = format::money(offer.reward_minor, offer.currency);
            self.credited.set(text_with("credited", &[("amount", &amount)]));
        }
        self.offers.update(|offers| merge_offer(offers.as_deref_mut().unwrap_or_default(), offer));
    }

    fn not_carried_out(&'static self, order: Order, error: &RequestError) {
        host().warn(&error.text());
        let id = match (error.code(), error) {
            (Some(Code::Conflict), RequestError::Problem(problem))
                if problem.field.as_deref() == Some("terms_version") =>
            {
                // The terms have a new version: it has to be shown and accepted.
                self.refresh();
                "terms-changed"
            }
            (Some(Code::Conflict), _) => {
                // It stands differently than the card said.
                self.refresh();
                "offer-moved-on"
            }
            (Some(Code::SignedOut), _) => {
                host().publish(SignInWanted, &Nothing {});
                "signed-out"
            }
            (Some(Code::LimitReached | Code::PlayBlocked), _) => "not-eligible",
            (Some(Code::NotFound), _) => {
                self.refresh();
                "offer-gone"
            }
            (code, RequestError::Problem(problem)) if problem.status < 500 && code != Some(Code::InFlight) => {
                "unavailable"
            }
            (_, RequestError::NotGranted) => "unavailable",
            // It may have been carried out: the next press repeats it under the same key.
            _ => {
                let offer = order.offer.clone();
                self.unknown.borrow_mut().push(order);
                return self.say(&offer, "no-answer");
            }
        };
        self.say(&order.offer, id);
    }
}
