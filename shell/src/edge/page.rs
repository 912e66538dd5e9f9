//! The start of the page, and what all its parts share.

use super::browser::{Callable, callback, each, furnishing, log, opening, query, set_on_page, sight, text_of};
use super::release::Releases;
use super::slot::Slot;
use super::{session, stream};
use crate::core::bus::Bus;
use crate::core::room::{self, ROOM, Seat};
use crate::core::router::Route;
use crate::core::supervisor::Input;
use contract::plain::concat;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// What the parts of the page share. Lives as long as the page.
pub struct Shell {
    pub(crate) bus: RefCell<Bus<Callable, JsValue>>,
    slots: RefCell<Vec<Rc<Slot>>>,
    pub(crate) session: session::Current,
    pub(crate) stream: stream::Stream,
    route: RefCell<Rc<Route>>,
    keys: Cell<u32>,
}

impl Shell {
    /// Without slots, and without any connection.
    #[must_use]
    pub fn new(path: &str) -> Rc<Self> {
        Rc::new(Self {
            bus: RefCell::default(),
            slots: RefCell::default(),
            session: session::Current::new(),
            stream: stream::Stream::default(),
            route: RefCell::new(Rc::new(Route::of(path))),
            keys: Cell::new(0),
        })
    }

    /// Gives each slot of the layout the fragment that the manifest puts there; one that has a release already, the
    /// newer one: whatever runs in it goes. Whether the manifest may be used at all, `page/manifest.js` has said by
    /// now. A newer one may bring the `code` of its release along, loaded and verified.
    pub fn furnish(self: &Rc<Self>, manifest: &JsValue) {
        each(&js_wire::member(manifest, "fragments"), |entry| {
            let releases = Releases::new(entry);
            releases.present.keep(js_wire::member(manifest, "code"));
            each(&js_wire::member(&releases.present.entry, "slots"), |place| {
                if let Some(slot) = self.slot(text_of(&place, "name"), &releases) {
                    slot.renew(releases.clone(), &place);
                }
            });
        });
    }

    /// The slot of this name, made if there is a place for it. A newer manifest may know places that this page does
    /// not have.
    fn slot(self: &Rc<Self>, name: String, releases: &Rc<Releases>) -> Option<Rc<Slot>> {
        let mut slots = self.slots.borrow_mut();
        let known = slots.iter().find(|slot| slot.name == name).cloned();
        known.or_else(|| {
            let element = query(&concat(&["[data-slot='", &name, "']"]));
            (!element.is_null()).then(|| {
                let slot = Slot::new(self, name, element, releases.clone());
                slots.push(slot.clone());
                slot
            })
        })
    }

    /// Takes over what newer manifests change, from `page/swap.mjs`.
    pub fn watch_manifests(self: &Rc<Self>) {
        let shell = self.clone();
        furnishing(&callback(move |manifest| {
            shell.furnish(&manifest);
            shell.take_places(&shell.route());
        }));
    }

    /// Lets the slots of the current route come and go.
    pub fn follow_route(&self) {
        let route = self.route();
        self.take_places(&route);
        self.each_slot(|slot| slot.follow(&route));
    }

    fn take_places(&self, route: &Route) {
        self.each_slot(|slot| slot.seat.set(Seat { wanted: slot.is_wanted(route), ..slot.seat.get() }));
        self.seat();
    }

    /// Watches what comes into sight and leaves it, if there are more slots than may live.
    pub fn watch_sight(self: &Rc<Self>) {
        if self.slots.borrow().len() <= ROOM {
            return;
        }
        let shell = self.clone();
        let turns = Cell::new(0);
        sight(&callback(move |in_sight| {
            turns.set(turns.get() + 1);
            shell.each_slot(|slot| {
                let seat = slot.seat.get();
                let is = js_wire::member(&in_sight, &slot.name).as_bool().unwrap_or(seat.in_sight);
                let seen = if is || seat.in_sight { turns.get() } else { seat.seen };
                slot.seat.set(Seat { in_sight: is, seen, ..seat });
            });
            shell.seat();
        }));
    }

    /// Lets those live for whom there is room; who has to go makes room first.
    fn seat(&self) {
        let slots = self.slots.borrow().clone();
        let seats: Vec<Seat> = slots.iter().map(|slot| slot.seat.get()).collect();
        let seated = room::seated(&seats);
        for (input, which) in [(Input::Unmount, false), (Input::Start, true)] {
            for (slot, _) in slots.iter().zip(&seated).filter(|(_, seated)| **seated == which) {
                slot.take(input.clone());
            }
        }
    }

    pub(crate) fn each_slot(&self, f: impl Fn(&Rc<Slot>)) {
        // No borrow may be held while one runs.
        let slots = self.slots.borrow().clone();
        for slot in &slots {
            f(slot);
        }
    }

    pub(crate) fn route(&self) -> Rc<Route> {
        self.route.borrow().clone()
    }

    pub(crate) fn set_route(&self, route: Route) {
        *self.route.borrow_mut() = Rc::new(route);
    }

    /// A number that no other instance of this page has.
    pub(crate) fn next_key(&self) -> u32 {
        let key = self.keys.get();
        self.keys.set(key.wrapping_add(1));
        key
    }
}

/// Starts the page. Called by the glue once the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    if query("#manifest").is_null() {
        // No page of ours: a test.
        return;
    }
    std::panic::set_hook(Box::new(|info| failed(&["shell: ", info.payload_as_str().unwrap_or("panic")])));
    let opening = opening();
    let shell = Shell::new(&text_of(&opening, "path"));
    shell.furnish(&js_wire::member(&opening, "manifest"));
    shell.watch_errors();
    shell.watch_sight();
    shell.watch_manifests();
    // Everything that the server is asked for goes out now, in one burst with the files.
    shell.start_session();
    shell.start_stream();
    shell.start_navigation();
}

/// The page says that it could not start; see `[data-shell]` in the styles.
fn failed(parts: &[&str]) {
    log("error", parts);
    set_on_page("data-shell", "failed");
}
