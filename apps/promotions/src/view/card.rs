//! One offer: what it gives, what it asks for, where the player stands, and the next step.

use contract::plain::digits;
use contract::promotions::{Offer, OfferKind, OfferState};
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Hold, Tone, html, notice, progress_bar};

use super::{conditions, fingerprint};
use crate::offers::{counts_money, percent, shows_progress};
use crate::store::{Store, terms_of};

/// Adds the card of an offer, made anew whenever something on it changes: the terms may without the player's standing.
pub(crate) fn bring(list: &El, store: &'static Store, id: String) {
    list.choose(
        {
            let id = id.clone();
            move || with_offer(store, &id, shown).unwrap_or_default()
        },
        move |_| with_offer(store, &id, |offer| card(store, offer)),
    );
}

/// A number that changes with what is on the card.
fn shown(offer: &Offer) -> u32 {
    let (version, terms_version) = (digits(offer.version), digits(offer.terms_version.into()));
    let lines = conditions::lines(offer);
    let texts = [&*version, &*terms_version, &*offer.title, &*offer.summary, &*offer.terms];
    fingerprint(texts.into_iter().chain(lines.iter().map(|(_, value)| value.as_str())))
}

fn with_offer<R>(store: &'static Store, id: &str, read: impl FnOnce(&Offer) -> R) -> Option<R> {
    store.offers.with(|offers| offers.as_ref()?.iter().find(|offer| offer.id == id).map(read))
}

fn card(store: &'static Store, offer: &Offer) -> El {
    let (chip, standing) = standing(offer.state);
    let reward_kind = text(if offer.reward_is_bonus { "reward-bonus" } else { "reward-cash" });
    let values = [
        ("id", &*offer.id),
        ("state", offer.state.as_str()),
        ("version", &digits(offer.version)),
        ("icon", icon(offer.kind)),
        ("title", &offer.title),
        ("summary", &offer.summary),
        ("chip", chip),
        ("standing", &text(standing)),
        ("reward", &format::money(offer.reward_minor, offer.currency)),
        ("reward-kind", &reward_kind),
        ("terms", &offer.terms),
    ];
    let card = html(include_str!("markup/offer.html"), &values);
    conditions::bring(&card.at("conditions"), offer);
    if shows_progress(offer.state) {
        card.at("progress-place").add(&progress(offer));
    }
    terms(&card.at("terms"), store, &offer.id);
    actions(&card.at("actions"), store, offer);
    card
}

/// Open terms stay open when progress makes the card anew.
fn terms(terms: &El, store: &'static Store, id: &str) {
    if store.opened.borrow().iter().any(|opened| opened == id) {
        terms.set("open", "");
    }
    let id = id.to_owned();
    terms.at("terms-open").listen("click", move |_| store.toggle(&id));
}

fn progress(offer: &Offer) -> El {
    let amount = |n| if counts_money(&offer.progress) { format::money(n, offer.currency) } else { format::number(n) };
    let words = text_with(
        "progress-of",
        &[("current", &amount(offer.progress.current)), ("target", &amount(offer.progress.target))],
    );
    progress_bar(&text("progress"), percent(&offer.progress), &words)
}

fn actions(place: &El, store: &'static Store, offer: &Offer) {
    match offer.state {
        OfferState::Offered => {
            place.add(&opt_in(store, offer));
        }
        OfferState::Earned => {
            place.add(&claim(store, offer));
        }
        OfferState::Active | OfferState::Claimed | OfferState::Expired => {}
    }
    let id = offer.id.clone();
    place.slot(move || {
        store.trouble.with(|trouble| {
            let is_here = trouble.offer == id && !trouble.at_terms;
            is_here.then(|| notice(Tone::Error, "offer-error", &trouble.message))
        })
    });
}

fn opt_in(store: &'static Store, offer: &Offer) -> El {
    let accept = text_with("accept", &[("version", &format::number(i64::from(offer.terms_version)))]);
    let made = html(include_str!("markup/opt_in.html"), &[("id", &offer.id), ("accept", &accept)]);
    let accept = made.at("accept");
    let (ticked, shown) = (terms_of(&offer.id, offer.terms_version), accept.clone());
    let terms = ticked.clone();
    follow(move || shown.check(store.accepted.with(|accepted| accepted.contains(&terms))));
    accept.listen("change", move |_| store.accept(&ticked));
    let id = offer.id.clone();
    made.at("accept-error").text_with(move || {
        store.trouble.with(|trouble| {
            let is_here = trouble.offer == id && trouble.at_terms;
            accept.flag("aria-invalid", is_here);
            if is_here { trouble.message.clone() } else { String::new() }
        })
    });
    let (id, wanted) = (offer.id.clone(), offer.clone());
    made.at("opt-in").hold(move || hold(store, &id)).press(move || store.opt_in(&wanted));
    made
}

fn claim(store: &'static Store, offer: &Offer) -> El {
    let amount = format::money(offer.reward_minor, offer.currency);
    let values = [("id", &*offer.id), ("claim", &text_with("claim", &[("amount", &amount)]))];
    let button = html(include_str!("markup/claim.html"), &values);
    let (id, claimed) = (offer.id.clone(), offer.id.clone());
    button.hold(move || hold(store, &id)).press(move || store.claim(&claimed));
    button
}

/// One command at a time: the others wait, and only its own button looks busy.
fn hold(store: &'static Store, id: &str) -> Hold {
    store.busy.with(|busy| match busy.as_str() {
        "" => Hold::Free,
        busy if busy == id => Hold::Busy,
        _ => Hold::Barred,
    })
}

const fn icon(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::DepositMatch => "icon--wallet",
        OfferKind::FreeBets => "icon--chip",
        OfferKind::Mission => "icon--trophy",
    }
}

const fn standing(state: OfferState) -> (&'static str, &'static str) {
    match state {
        OfferState::Offered => ("chip--brass", "state-offered"),
        OfferState::Active => ("chip--accent", "state-active"),
        OfferState::Earned => ("chip--accent", "state-earned"),
        OfferState::Claimed => ("", "state-claimed"),
        OfferState::Expired => ("", "state-expired"),
    }
}
