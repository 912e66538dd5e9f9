//! What is on the screen, for a visitor and for a player, beside the page's main content and as it.
//!
//! The markup is HTML, in the folder beside this file; what is here brings it to life.

mod balance;
mod check;
mod entrance;
mod history;
mod money;
mod session;

use contract::plain::concat;
use fragment::text::{text, text_with};
use fragment::{View, clock, follow, host};
use ui::{El, html, skeleton, tabs};

use crate::cashier::cash_text;
use crate::entrance::Entering;
use crate::store::{Store, Who};

/// The wallet.
pub(crate) fn wallet(store: &'static Store) -> El {
    let props = host().props();
    let is_main = move || props.with(|props| props.view == View::Main);
    // Each session begins with a fresh page, and so does each view.
    let key = move || {
        store.who.with(|_| ());
        store.epoch() * 2 + u32::from(is_main())
    };
    let content = move |_| {
        Some(match store.who.get() {
            Who::Unknown => loading(),
            Who::Visitor => entrance::view(&store.entrance, is_main()),
            Who::Player(_) if is_main() => main_view(store),
            Who::Player(_) => side_view(store),
        })
    };
    let wallet = html(include_str!("markup/wallet.html"), &[]);
    wallet.at("content").choose(key, content);
    wallet.at("announcement").text_with(move || announcement(store));
    // Not part of a view: it comes up over all of them.
    check::bring(&wallet, store);
    let root = wallet.clone();
    follow(move || {
        root.set("data-view", if is_main() { "main" } else { "side" });
        root.set("data-who", store.who.with(who_name));
        // Also while nobody is signed in: the key waits for its player.
        root.flag("data-busy", store.is_unsure());
    });
    wallet
}

fn loading() -> El {
    let card = html("<div class=\"card\"></div>", &[]);
    card.add(&skeleton(4, &text("loading")));
    card
}

const fn who_name(who: &Who) -> &'static str {
    match who {
        Who::Unknown => "unknown",
        Who::Visitor => "visitor",
        Who::Player(_) => "player",
    }
}

/// What a screen reader says: how a withdrawal ended that was checked, or that the balance has changed;
/// nothing for the first one.
fn announcement(store: &'static Store) -> String {
    let has_changed = store.known.with(|known| known.as_ref().is_some_and(|known| known.change_minor != 0));
    let words = || text_with("balance-announcement", &[("balance", &cash_text(store))]);
    let balance = if has_changed { words() } else { String::new() };
    let decided = store.decided.get();
    if decided.is_empty() { balance } else { concat(&[&decided, " ", &balance]) }
}

fn main_view(store: &'static Store) -> El {
    let main = html(include_str!("markup/main.html"), &[]);
    let labels = [text("deposit"), text("withdraw")];
    let panel = main.at("command-panel");
    main.at("commands").add(&tabs("command", &text("move-money"), &labels, &store.command)).add(&panel);
    let named = panel.clone();
    panel.slot(move || {
        let command = store.command.get();
        named.set("aria-labelledby", if command == 0 { "command-0" } else { "command-1" });
        Some(money::view(store, command))
    });
    balance::bring(&main.at("balance-place"), store);
    session::bring(&main.at("session-place"), store);
    history::bring(&main, store);
    account(&main.at("account-place"), store);
    main
}

fn side_view(store: &'static Store) -> El {
    let side = html(include_str!("markup/side.html"), &[]);
    balance::bring(&side.at("balance-place"), store);
    session::bring(&side.at("session-place"), store);
    opener(&side.at("open-deposit"), store, 0);
    opener(&side.at("open-withdraw"), store, 1);
    side.at("money-panel").slot(move || store.form_open.get().then(|| money::view(store, store.command.get())));
    history::bring_latest(&side, store);
    account(&side.at("account-place"), store);
    side
}

/// A button of the compact view that opens and closes a form.
fn opener(button: &El, store: &'static Store, command: usize) {
    let is_open = move || store.form_open.get() && store.command.get() == command;
    button.flag_with("aria-expanded", is_open).press(move || {
        let was_open = is_open();
        store.command.set(command);
        store.form_open.set(!was_open);
    });
}

fn account(place: &El, store: &'static Store) {
    let entrance = &store.entrance;
    let account = html(include_str!("markup/account.html"), &[]);
    let (initial, name, demo) = (account.at("initial"), account.at("player"), account.at("demo-chip"));
    follow(move || {
        store.who.with(|who| {
            if let Who::Player(player) = who {
                initial.write(&player.name.chars().take(1).collect::<String>());
                name.write(&player.name);
                demo.flag("hidden", !player.demo);
            }
        });
    });
    entrance::hold(&account.at("sign-out"), entrance, Entering::Leaving).press(move || entrance.leave());
    place.add(&account).slot(move || entrance::failure(entrance));
}

/// A link that stays on the page.
fn leads(link: &El, path: &'static str) {
    link.listen("click", move |event| {
        event.prevent_default();
        host().navigate(path);
    });
}

/// Gives an element the focus once it is on the page.
fn focus_soon(element: &El) {
    let element = element.clone();
    clock::after(0, move || element.focus());
}
