//! One table while it is on the screen: the feed and the player on one side, the views on the other.
//!
//! A connection bets for whoever was launched on it, so a desk is never more than one player's: for another one, or
//! for nobody, the page opens another desk.

use super::View;
use super::model::{Link, Model};
use crate::bets::{Effect, Input};
use crate::countdown::{Announcement, Announcer};
use crate::watch::Heard;
use contract::event::{LiveRound, LiveRoundState, Nothing, SignInWanted, WalletBalance};
use contract::feed::{self, FromVendor, LaunchToken, Subscribe, ToVendor};
use contract::live::{Launch, LaunchRequest, Table};
use contract::problem::Code;
use fragment::clock::{self, monotonic_ms, now_ms};
use fragment::feed::{Feed, FeedState};
use fragment::scope::Held;
use fragment::text::{count, text};
use fragment::{host, new_key, spawn};
use std::cell::{Cell, RefCell};
use ui::El;

/// How often the countdown is painted.
const TICK_MS: u32 = 200;
/// The pause before a launch that failed is tried again.
const LAUNCH_AGAIN_MS: u32 = 3_000;

/// A table on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Desk(Held<State>);

struct State {
    model: RefCell<Model>,
    view: View,
    announcer: RefCell<Announcer>,
    feed: RefCell<Option<Feed>>,
    /// The next time the feed is live, it is a connection that knows nothing of us.
    fresh: Cell<bool>,
}

impl Desk {
    /// Sits down at a table; ends with the view.
    pub(super) fn open(table: Table, others: Vec<String>) -> (Self, El) {
        let url = table.feed_url.clone();
        let model = Model { others, ..Model::new(table) };
        let view = View::build(&model);
        let root = view.root.clone();
        let desk = Self(Held::new(State {
            model: RefCell::new(model),
            view,
            announcer: RefCell::default(),
            feed: RefCell::new(None),
            fresh: Cell::new(true),
        }));
        host().subscribe(WalletBalance, move |balance| {
            desk.change(&mut |model| model.balance_minor = Some(balance.cash_minor + balance.bonus_minor));
        });
        clock::every(TICK_MS, move || desk.tick());
        let feed = Feed::open(&url, move |frame| desk.hear(frame), move |state| desk.enter(state));
        if let Some(state) = desk.0.get() {
            state.feed.replace(Some(feed));
        }
        desk.paint();
        (desk, root)
    }

    /// Changes the model and paints it. After the table has left the screen there is nothing to do.
    pub(crate) fn change(self, change: &mut dyn FnMut(&mut Model)) {
        if let Some(state) = self.0.get() {
            change(&mut state.model.borrow_mut());
            self.paint();
        }
    }

    /// Paints everything but the countdown.
    pub(crate) fn paint(self) {
        if let Some(state) = self.0.get() {
            state.view.paint(&state.model.borrow());
        }
    }

    /// The player does something, or can bet again: what was said before no longer matters.
    pub(crate) fn play(self, input: Input) {
        if let Some(state) = self.0.get() {
            state.model.borrow_mut().said = None;
            self.act(input);
        }
    }

    /// The player puts the chosen chip on a spot.
    pub(crate) fn bet(self, spot: String) {
        if let Some(state) = self.0.get() {
            let stake_minor = state.model.borrow().chip_minor;
            self.play(Input::Chip { spot, stake_minor });
        }
    }

    /// The player puts the same on top, or bets as before if nothing lies there.
    pub(crate) fn again(self) {
        if let Some(state) = self.0.get() {
            let lies = state.model.borrow().bets.staked_minor() > 0;
            self.play(if lies { Input::Double } else { Input::Repeat });
        }
    }

    /// The desk's one player is signed in.
    pub(super) fn signed_in(self) {
        if let Some(state) = self.0.get() {
            state.model.borrow_mut().signed_in = true;
            self.act(Input::SignedIn);
        }
    }

    /// Takes one step with the bets and does what follows from it.
    fn act(self, input: Input) {
        let Some(state) = self.0.get() else { return };
        let effects = state.model.borrow_mut().bets.step(input, &mut new_key);
        for effect in effects {
            match effect {
                // What cannot be sent now is sent again after the launch of the next connection.
                Effect::Send(message) => state.send(&message),
                Effect::Launch => self.launch(&state),
                Effect::LaunchLater => clock::after(LAUNCH_AGAIN_MS, move || self.act(Input::LaunchAgain)),
                Effect::AskSignIn => host().publish(SignInWanted, &Nothing {}),
                Effect::Say(message) => state.model.borrow_mut().said = Some(message),
            }
        }
        self.paint();
    }

    fn launch(self, state: &State) {
        let request = LaunchRequest { table: state.model.borrow().table.id.clone() };
        spawn(async move {
            let launch = host().post::<_, Launch>("/api/live/launch", &request, None).await;
            let Some(state) = self.0.get() else { return };
            match launch {
                Ok(launch) => state.send(&ToVendor::Launch(LaunchToken { token: launch.token })),
                Err(error) => {
                    host().warn(&error.text());
                    self.act(Input::NoLaunch { signed_out: error.code() == Some(Code::SignedOut) });
                }
            }
        });
    }

    fn enter(self, entered: FeedState) {
        let Some(state) = self.0.get() else { return };
        match entered {
            FeedState::Connecting => state.fresh.set(true),
            FeedState::Live => {
                state.model.borrow_mut().link = Link::Live;
                state.subscribe();
                self.play(Input::Connected { fresh: state.fresh.take() });
            }
            FeedState::Stale | FeedState::Down => {
                state.model.borrow_mut().link = Link::Lost;
                self.act(Input::Lost);
            }
        }
    }

    fn hear(self, frame: FromVendor) {
        let Some(state) = self.0.get() else { return };
        let id = state.model.borrow().table.id.clone();
        match frame {
            FromVendor::Heartbeat(heartbeat) => state.set_clock(heartbeat.now_ms),
            FromVendor::Snapshot(snapshot) if snapshot.state.table == id => {
                state.set_clock(snapshot.now_ms);
                let heard = state.model.borrow_mut().watch.snapshot(snapshot.state);
                self.heard(&state, heard);
            }
            FromVendor::Delta(delta) if delta.table == id => {
                let heard = state.model.borrow_mut().watch.delta(&delta, monotonic_ms());
                self.heard(&state, heard);
            }
            FromVendor::Launched(_) => self.act(Input::Launched),
            FromVendor::Bets(bets) if bets.table == id => self.act(Input::Standing(bets)),
            FromVendor::Paid(paid) if paid.table == id => self.act(Input::Paid(paid)),
            FromVendor::Refused(refused) => {
                host().warn(&refused.detail);
                self.act(Input::Refused(refused));
            }
            _ => {}
        }
    }

    fn heard(self, state: &State, heard: Heard) {
        match heard {
            Heard::Ask => state.subscribe(),
            Heard::Moved => self.moved(state),
            Heard::Changed => self.paint(),
            Heard::Nothing => {}
        }
    }

    fn moved(self, state: &State) {
        let Some(round) = state.model.borrow().round().cloned() else { return };
        let open = round.phase.takes_bets();
        let input = Input::Round { round: round.round.clone(), open };
        if open {
            self.play(input)
        } else {
            self.act(input)
        }
        let feed::Table { table, round, phase, outcome, .. } = round;
        host().publish(LiveRound, &LiveRoundState { table, round, phase, outcome });
        self.tick();
    }

    /// Paints the countdown, and says what has to be said.
    fn tick(self) {
        let Some(state) = self.0.get() else { return };
        let model = state.model.borrow();
        let Some(round) = model.round() else { return };
        let left_ms = model.clock.left_ms(round.phase_ends_at_ms, now_ms());
        state.view.paint_countdown(&model, left_ms);
        if model.link != Link::Live {
            return;
        }
        let announcement = state.announcer.borrow_mut().step(&round.round, round.phase, left_ms);
        if let Some(announcement) = announcement {
            state.view.announce(&match announcement {
                Announcement::Open(seconds) => count("announce-open", seconds, &[]),
                Announcement::Left(seconds) => count("announce-left", seconds, &[]),
                Announcement::Closed => text("phase-closed"),
            });
        }
    }
}

impl State {
    fn send(&self, message: &ToVendor) {
        if let Some(feed) = &*self.feed.borrow() {
            feed.send(message);
        }
    }

    fn subscribe(&self) {
        let mut model = self.model.borrow_mut();
        model.watch.subscribed(monotonic_ms());
        self.send(&ToVendor::Subscribe(Subscribe { tables: vec![model.table.id.clone()] }));
    }

    fn set_clock(&self, vendor_ms: i64) {
        let mut model = self.model.borrow_mut();
        model.clock = model.clock.heard(vendor_ms, now_ms());
    }
}
