//! A place on the page. Carries out what its supervisor says, and mirrors it on the element.

use super::browser::{
    Instance, Timer, callback, card, describe, dress, instance, jitter_permille, log, monotonic_ms, pardon, show,
    texts_of, then, uncard,
};
use super::host;
use super::page::Shell;
use super::release::{Release, Releases};
use crate::core::bucket::Bucket;
use crate::core::bus::Rights;
use crate::core::room::Seat;
use crate::core::router::Route;
use crate::core::supervisor::{Card, Effect, Input, Supervisor, Transition};
use contract::event::{Topic, WalletBalance};
use contract::plain::concat;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;

/// What an instance may say in a second, of whatever kind; more is a fault of its own.
const WORDS_PER_SECOND: u32 = 1_000;
/// Reports that an instance may make in a second.
const REPORTS_PER_SECOND: u32 = 20;

/// One slot with the fragment that the manifest puts there.
pub struct Slot {
    /// Its name in the layout.
    pub(crate) name: String,
    releases: RefCell<Rc<Releases>>,
    fallen_back: Cell<bool>,
    pub(crate) seat: Cell<Seat>,
    pub(crate) element: JsValue,
    shell: Weak<Shell>,
    /// The routes on which it is wanted; empty for all.
    routes: RefCell<Vec<String>>,
    supervisor: RefCell<Supervisor>,
    live: RefCell<Option<Rc<Live>>>,
    timer: Cell<Option<Timer>>,
    /// What lived here has just died, and not all that it threw may have been told.
    pub(crate) aftermath: Cell<bool>,
}

/// The running copy. The slot holds the only lasting reference: once that is dropped, whatever the
/// fragment still holds of the host reaches nothing.
pub(crate) struct Live {
    /// Unique on the page; the owner of its subscriptions.
    pub(crate) key: u32,
    /// Counted per slot, as the supervisor does.
    pub(crate) number: u32,
    pub(crate) slot: Rc<Slot>,
    pub(crate) rights: RefCell<Rights>,
    pub(crate) words: RefCell<Bucket>,
    pub(crate) reports: RefCell<Bucket>,
    /// What it said when it panicked.
    pub(crate) last_words: Cell<Option<String>>,
    pub(crate) instance: Instance,
}

impl Slot {
    /// Idle, and nobody's before [`renew`](Self::renew).
    #[must_use]
    pub(crate) fn new(shell: &Rc<Shell>, name: String, element: JsValue, releases: Rc<Releases>) -> Rc<Self> {
        Rc::new(Self {
            name,
            routes: RefCell::default(),
            supervisor: RefCell::new(Supervisor::new(releases.means, monotonic_ms())),
            shell: Rc::downgrade(shell),
            live: RefCell::default(),
            timer: Cell::default(),
            aftermath: Cell::default(),
            fallen_back: Cell::default(),
            seat: Cell::default(),
            element,
            releases: RefCell::new(releases),
        })
    }

    /// The release in use.
    pub(crate) fn release(&self) -> Rc<Release> {
        let releases = self.releases.borrow();
        if self.fallen_back.get() { releases.previous.clone() } else { releases.present.clone() }
    }

    /// A manifest puts these releases here. `place` is the slot's entry in it.
    pub(crate) fn renew(self: &Rc<Self>, releases: Rc<Releases>, place: &JsValue) {
        let means = releases.means;
        self.routes.replace(texts_of(place, "routes"));
        self.releases.replace(releases);
        self.take(Input::Renewed { means });
    }

    /// Takes an input and carries out what follows from it.
    #[inline(never)]
    pub fn take(self: &Rc<Self>, input: Input) {
        let effects = self.supervisor.borrow_mut().step(input, monotonic_ms(), jitter_permille());
        for effect in effects {
            self.carry_out(effect);
        }
    }

    /// Whether a route wants it.
    pub(crate) fn is_wanted(&self, route: &Route) -> bool {
        route.wants(&self.routes.borrow())
    }

    /// The route changed: what lives here gets the new props.
    pub(crate) fn follow(self: &Rc<Self>, route: &Route) {
        let live = self.live.borrow().clone();
        if let Some(live) = live
            && let Err(thrown) =
                live.instance.update(route.view_of(&self.name), &route.path, route.table_of(&self.name))
        {
            self.take(Input::Crashed { instance: live.number, cause: live.instance.why(&thrown) });
        }
    }

    /// What lives here, if anything does.
    pub(crate) fn live(&self) -> Option<Rc<Live>> {
        self.live.borrow().clone()
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Load { epoch, fresh } => self.load(epoch, fresh),
            Effect::Verify { epoch } => self.verify(epoch),
            Effect::Mount { epoch, instance } => self.mount(epoch, instance),
            Effect::Unmount { died, .. } => self.unmount(died),
            Effect::Ping { .. } => {
                if let Some(live) = self.live() {
                    live.instance.ping();
                }
            }
            Effect::Use { previous } => {
                self.fallen_back.set(previous);
                dress(&self.element, &self.release().entry);
            }
            Effect::ShowCard(kind) => self.show_card(kind),
            Effect::HideCard => uncard(&self.element),
            Effect::SetTimer { epoch, ms } => {
                let slot = self.clone();
                let timer = Timer::new(ms, move || slot.take(Input::TimerFired { epoch }));
                self.timer.set(Some(timer));
            }
            Effect::Report(transition) => self.report(&transition),
        }
    }

    fn is_ready(&self) -> bool {
        !self.release().code().is_undefined()
    }

    fn load(self: &Rc<Self>, epoch: u32, fresh: bool) {
        if self.is_ready() {
            return self.take(Input::Loaded { epoch });
        }
        // By the time of an answer another release may be in use.
        let (slot, release) = (self.clone(), self.release());
        then(&release.files(fresh), move |files| match files {
            Ok(_) => slot.take(Input::Loaded { epoch }),
            Err(thrown) => slot.load_failed(epoch, &release, &thrown),
        });
    }

    fn load_failed(self: &Rc<Self>, epoch: u32, release: &Release, thrown: &JsValue) {
        release.forget();
        self.take(Input::LoadFailed { epoch, cause: describe(thrown) });
    }

    fn verify(self: &Rc<Self>, epoch: u32) {
        if self.is_ready() {
            return self.take(Input::Verified { epoch });
        }
        let (slot, release) = (self.clone(), self.release());
        then(&release.wrong(), move |wrong| match wrong {
            Ok(wrong) => slot.take(match wrong.as_string() {
                None => Input::Verified { epoch },
                Some(url) => {
                    release.forget();
                    Input::DigestMismatch { epoch, cause: concat(&["wrong digest: ", &url]) }
                }
            }),
            Err(thrown) => slot.load_failed(epoch, &release, &thrown),
        });
    }

    fn mount(self: &Rc<Self>, epoch: u32, number: u32) {
        if self.is_ready() {
            return self.mount_code(epoch, number);
        }
        let (slot, release) = (self.clone(), self.release());
        then(&release.assemble(), move |code| match code {
            Ok(code) => {
                release.keep(code);
                slot.mount_code(epoch, number);
            }
            Err(thrown) => slot.take(Input::MountThrew { epoch, cause: describe(&thrown) }),
        });
    }

    #[inline(never)]
    fn mount_code(self: &Rc<Self>, epoch: u32, number: u32) {
        // Meanwhile the route may have changed, or the time limit passed.
        if self.supervisor.borrow().epoch() != epoch {
            return;
        }
        let Some(shell) = self.shell.upgrade() else { return };
        let key = shell.next_key();
        let ask = host::ear(&shell, self, key);
        let route = shell.route();
        let (view, table) = (route.view_of(&self.name), route.table_of(&self.name));
        let instance = instance(&self.element, &self.release().code(), number, view, &route.path, table, &ask);
        let now_ms = monotonic_ms();
        let limit = |name: &str| self.release().limit(name);
        // Before its code runs: it may publish, report or fail while it mounts.
        *self.live.borrow_mut() = Some(Rc::new(Live {
            key,
            number,
            slot: self.clone(),
            rights: RefCell::new(Rights::new(limit("payload_kib"), limit("events_per_second"), now_ms)),
            words: RefCell::new(Bucket::new(WORDS_PER_SECOND, now_ms)),
            reports: RefCell::new(Bucket::new(REPORTS_PER_SECOND, now_ms)),
            last_words: Cell::default(),
            instance: instance.clone(),
        }));
        let slot = self.clone();
        then(&instance.mount(), move |mounted| {
            slot.take(match mounted {
                Ok(_) => Input::MountReturned { epoch },
                Err(thrown) => {
                    let said = slot.live().filter(|live| live.number == number).and_then(|live| live.last_words.take());
                    Input::MountThrew { epoch, cause: said.unwrap_or_else(|| instance.why(&thrown)) }
                }
            });
        });
    }

    /// What died is not asked to unmount: its memory is in no state to run.
    fn unmount(self: &Rc<Self>, died: bool) {
        let Some(live) = self.live.take() else { return };
        if died {
            self.await_the_rest();
        }
        if !died && let Err(thrown) = live.instance.unmount() {
            log("warn", &[&self.name, ": unmount: ", &describe(&thrown)]);
        }
        if let Some(shell) = self.shell.upgrade() {
            shell.bus.borrow_mut().drop_owner(live.key);
        }
        live.instance.cut();
    }

    /// A rejection is told in a turn of its own, which may come after the first timer of this one.
    fn await_the_rest(self: &Rc<Self>) {
        self.aftermath.set(true);
        let slot = self.clone();
        let turn = move || {
            let slot = slot.clone();
            Timer::new(1, move || slot.aftermath.set(false)).forget();
        };
        Timer::new(1, turn).forget();
    }

    fn show_card(self: &Rc<Self>, kind: Card) {
        let shell = self.shell.upgrade().filter(|_| self.name == "wallet");
        let balance = shell.and_then(|shell| shell.bus.borrow().retained(WalletBalance::NAME));
        let slot = self.clone();
        let retry = callback(move |_| {
            pardon(&slot.releases.borrow().present.entry);
            slot.take(Input::RetryPressed);
        });
        card(&self.element, kind as u32, &balance.unwrap_or(JsValue::NULL), &retry);
    }

    #[allow(clippy::cast_precision_loss)] // a duration
    fn report(&self, transition: &Transition) {
        let (from, to) = (transition.from.as_str(), transition.to.as_str());
        let busy = transition.to.is_transient();
        show(&self.element, from, to, &transition.cause, transition.ms as f64, busy);
    }
}
