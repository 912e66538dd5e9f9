//! What is on the screen: the news, and a card for each offer.
//!
//! The markup is HTML, in the folder beside this file; what is here brings it to life.

mod card;
mod conditions;

use fragment::text::{text, text_with};
use fragment::{View, follow, format, host};
use ui::{El, Tone, empty, html, notice, skeleton};

use crate::store::Store;

/// The promotions.
pub(crate) fn promotions(store: &'static Store) -> El {
    let root = html(include_str!("markup/promotions.html"), &[]);
    let props = host().props();
    let marked = root.clone();
    follow(move || {
        let is_main = props.with(|props| props.view == View::Main);
        marked.set("data-view", if is_main { "main" } else { "side" });
    });
    let is_stale = move || {
        let is_known = store.offers.with(Option::is_some);
        u32::from(is_known && (store.down.get() || store.offline.get()))
    };
    root.at("news-place")
        .slot(move || store.credited.with(|news| (!news.is_empty()).then(|| notice(Tone::Success, "credited", news))))
        .choose(is_stale, move |is_stale| {
            (is_stale == 1).then(|| {
                let news = text_with("stale", &[("time", &format::time(store.seen_ms.get()))]);
                with_retry(notice(Tone::Warning, "stale", &news), "body", store)
            })
        });
    // Which offers there are decides what is made anew; where each stands only changes its card.
    let key = move || {
        store.offers.with(|offers| {
            offers.as_ref().map_or(0, |offers| fingerprint(offers.iter().map(|offer| offer.id.as_str())))
        })
    };
    let shows = move || key().max(u32::from(store.down.get() && store.offers.with(Option::is_none)));
    root.at("offers-place").choose(shows, move |_| Some(list(store)));
    root
}

fn list(store: &'static Store) -> El {
    store.offers.with(|offers| match offers {
        None if store.down.get() => {
            let failed = empty("icon--offline", "offers-error", &text("offers-failed"), &text("offers-failed-text"));
            in_card(&with_retry(failed, "offers-error", store))
        }
        None => in_card(&skeleton(6, &text("loading"))),
        Some(offers) if offers.is_empty() => {
            in_card(&empty("icon--gift", "offers-empty", &text("offers-empty"), &text("offers-empty-text")))
        }
        Some(offers) => {
            let list = html(
                "<ul class=\"promotions__offers\" aria-labelledby=\"promotions-title\" data-test=\"offers\"></ul>",
                &[],
            );
            for offer in offers {
                card::bring(&list, store, offer.id.clone());
            }
            list
        }
    })
}

/// A number that changes with the texts it is made of; never 0 or 1.
fn fingerprint<'a>(texts: impl Iterator<Item = &'a str>) -> u32 {
    let bytes = texts.flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)).max(2)
}

fn in_card(content: &El) -> El {
    let card = html("<div class=\"card\"></div>", &[]);
    card.add(content);
    card
}

fn with_retry(around: El, place: &str, store: &'static Store) -> El {
    let markup =
        "<button type=\"button\" class=\"button button--quiet button--small\" data-test=\"retry\">{try-again}</button>";
    let retry = html(markup, &[]);
    retry.press(move || store.refresh());
    around.at(place).add(&retry);
    around
}
