//! The card of the details.

use fragment::text::{text, text_with};
use fragment::{State, format};
use ui::{El, Field, Hold, Tone, field, field_error, html, notice};

use crate::details::News;
use crate::store::Store;

/// The card.
pub(crate) fn card(store: &'static Store) -> El {
    let details = &store.details;
    let email = store.account.with(|account| account.as_ref().and_then(|account| account.email.clone()));
    let since = store.account.with(|account| account.as_ref().map_or(0, |account| account.created_at_ms));
    let since = text_with("member-since", &[("date", &format::date_time(since))]);
    let values = [("email", &*email.unwrap_or_default()), ("member-since", &since)];
    let card = html(include_str!("markup/details.html"), &values);
    let form = card.at("details-form");
    let fields = card.at("fields");
    let input =
        |id, kind, inputmode, autocomplete, value: &'static State<String>, hint: &'static str, name: &'static str| {
            let shape = Field { id, test: id, label: id, kind, inputmode, autocomplete, value };
            let hint = move || if hint.is_empty() { String::new() } else { text(hint) };
            fields.add(&field(shape, hint, move || details.fault.with(|fault| fault.at(name))));
        };
    input("name", "text", "text", "nickname", &details.name, "", "name");
    input("contact-email", "email", "email", "email", &details.contact_email, "contact-email-hint", "contact_email");
    input("phone", "tel", "tel", "tel", &details.phone, "phone-hint", "phone");
    address(&card, store);
    card.at("language").value(&details.language);
    card.at("save").hold(move || if details.busy.get() { Hold::Busy } else { Hold::Free });
    form.submit(move || details.save(store));
    card.at("news").slot(move || match details.news.get() {
        News::None => None,
        News::Saved => Some(notice(Tone::Success, "saved", &text("saved"))),
        News::Failed(words) => Some(notice(Tone::Error, "details-error", &words)),
        News::Newer(_) => Some(newer(store)),
    });
    card
}

/// A field of our own: it has several lines.
fn address(card: &El, store: &'static Store) {
    let (control, details) = (card.at("address"), &store.details);
    control.value(&details.address);
    field_error(&card.at("address-error"), control, move || details.fault.with(|fault| fault.at("address")));
}

/// The question whose change counts.
fn newer(store: &'static Store) -> El {
    let question = notice(Tone::Warning, "newer", &text("details-newer"));
    question.at("body").add(&html(include_str!("markup/newer.html"), &[]));
    question.at("take-newer").press(move || store.details.take_newer(store));
    question.at("keep-mine").press(move || store.details.keep_mine(store));
    question
}
