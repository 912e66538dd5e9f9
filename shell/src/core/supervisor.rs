//! The supervisor of one slot: a state machine that loads, mounts, watches, restarts and gives up.
//!
//! [`Supervisor::step`] is total: any input in any state. What comes back from an effect carries
//! the epoch that the effect was given, and every change of state begins a new epoch; so an answer
//! that comes late says nothing.
//!
//! A release that is given up makes room for the previous one, if the manifest names one; the player
//! sees the card only when that is given up as well, and a retry begins with the present one again.
//!
//! Whatever was known of a fragment ends with [`Input::Renewed`]: a newer manifest has another release of it, or has
//! it switched off or on. What was held against the release before is not held against the new one.

use super::backoff::delay_ms;
use super::breaker::Breaker;
use super::cause::{HUNG, PAGE_DIED, SWITCHED_OFF};

/// What has hung waits as if it had failed so often before, half a second or more: browsers take some 300 ms to
/// end its process, and a successor that comes earlier is put into it, and hangs as well.
const AFTER_HANG: u32 = 2;
/// Automatic attempts to load after the first.
pub const LOAD_RETRIES: u32 = 3;
/// Digests of a few hundred kilobytes take milliseconds; this is for a browser that is stuck.
pub const VERIFY_MS: u32 = 10_000;
/// A running instance is asked this often within the time that it may stay silent, and has hung
/// once that many questions in a row are unanswered.
pub const BEATS: u32 = 4;

/// What a slot is doing; mirrored on it as `data-state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not wanted on this route, or not started.
    Idle,
    /// Files are being fetched.
    Loading,
    /// Their digests are being compared.
    Verifying,
    /// Compiling, instantiating, `mount` running.
    Mounting,
    /// It runs.
    Mounted,
    /// It runs, but what it depends on is down.
    Degraded,
    /// Waiting before another try.
    Restarting,
    /// Given up; the player may retry.
    Failed,
    /// Refused: what was delivered is not what the manifest promises, or the operator has switched it off.
    Blocked,
}

impl State {
    /// The value of `data-state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Loading => "loading",
            Self::Verifying => "verifying",
            Self::Mounting => "mounting",
            Self::Mounted => "mounted",
            Self::Degraded => "degraded",
            Self::Restarting => "restarting",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }

    /// Left by itself, sooner or later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Loading | Self::Verifying | Self::Mounting | Self::Restarting)
    }
}

/// What happened. `epoch` is the one of the effect that this answers; `instance` the one that the
/// event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields are explained above
pub enum Input {
    /// The route wants the slot.
    Start,
    /// All files are here.
    Loaded { epoch: u32 },
    /// They are what the manifest promises.
    Verified { epoch: u32 },
    /// `mount` returned a handle.
    MountReturned { epoch: u32 },
    /// A file can't be had.
    LoadFailed { epoch: u32, cause: String },
    /// A file is not what the manifest promises.
    DigestMismatch { epoch: u32, cause: String },
    /// Compiling, importing or `mount` failed.
    MountThrew { epoch: u32, cause: String },
    /// The timer of that epoch fired.
    TimerFired { epoch: u32 },
    /// It answered a ping.
    Answered { instance: u32 },
    /// A running instance died.
    Crashed { instance: u32, cause: String },
    /// It says that what it depends on is down.
    Degraded { instance: u32, cause: String },
    /// It says that it is back.
    Healthy { instance: u32 },
    /// The player asks for another try.
    RetryPressed,
    /// The route does not want the slot any more.
    Unmount,
    /// A newer manifest says something else of this slot. What runs has been asked whether it may go now, unless
    /// it has to.
    Renewed { means: Means },
}

/// What the fallback card says. In the order of page/edge.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// It could not be loaded.
    Unreachable,
    /// It keeps stopping.
    Crashed,
    /// What was delivered is not genuine.
    Refused,
    /// The operator has switched it off.
    SwitchedOff,
}

/// A change of state, for telemetry and tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state left.
    pub from: State,
    /// The state entered.
    pub to: State,
    /// Why.
    pub cause: String,
    /// How long the state that was left had lasted.
    pub ms: i64,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // `epoch` and `instance` go back with the answer
pub enum Effect {
    /// Fetch the files; `fresh` past every cache, since a corrupted file may sit in one.
    Load { epoch: u32, fresh: bool },
    /// Compare the digests.
    Verify { epoch: u32 },
    /// Make this instance.
    Mount { epoch: u32, instance: u32 },
    /// Take it away. One that died is not asked to unmount: its code must not run again.
    Unmount { instance: u32, died: bool },
    /// From now on what is loaded and mounted is the previous release, or the present one again: the one of the
    /// newest manifest.
    Use { previous: bool },
    /// Show the fallback card.
    ShowCard(Card),
    /// Hide it.
    HideCard,
    /// Ask it to answer.
    Ping { instance: u32 },
    /// Fire once; replaces the slot's earlier timer. One of 0 ms fires before the browser paints.
    SetTimer { epoch: u32, ms: u32 },
    /// Tell who watches.
    Report(Transition),
}

/// Time limits of the steps, from the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the request of the files to the last byte.
    pub load_ms: u32,
    /// From compiling to the return of `mount`.
    pub mount_ms: u32,
    /// A running instance that has not answered for this long has hung; 0 where it is not asked.
    pub heartbeat_ms: u32,
}

/// What a slot has to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// The time limits of its steps.
    pub limits: Limits,
    /// There is a previous release to fall back to.
    pub has_previous: bool,
    /// The page died last time while this release was running: it is not tried before the player asks.
    pub quarantined: bool,
    /// The operator has switched it off: neither this release nor the previous one runs.
    pub killed: bool,
}

/// The supervisor of one slot.
#[derive(Debug)]
pub struct Supervisor {
    means: Means,
    /// The previous release is in use.
    fallen_back: bool,
    state: State,
    epoch: u32,
    instance: u32,
    since_ms: i64,
    load_failures: u32,
    breaker: Breaker,
    fresh: bool,
    /// When the timer should fire.
    due_ms: i64,
    /// Pings that were not answered, in a row.
    unanswered: u32,
    /// It said that it is degraded before `mount` returned.
    ailing: Option<String>,
}

impl Supervisor {
    /// Idle.
    #[must_use]
    pub fn new(means: Means, now_ms: i64) -> Self {
        Self {
            means,
            fallen_back: false,
            state: State::Idle,
            epoch: 0,
            instance: 0,
            since_ms: now_ms,
            load_failures: 0,
            breaker: Breaker::default(),
            fresh: false,
            due_ms: now_ms,
            unanswered: 0,
            ailing: None,
        }
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The epoch that began with the state: an effect of another one need not be carried on.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Takes an input. `now_ms` comes from a clock that never goes back; `jitter_permille` is 0 to
    /// 999 and spreads the waits.
    pub fn step(&mut self, input: Input, now_ms: i64, jitter_permille: u32) -> Vec<Effect> {
        let mut step = Step { supervisor: self, now_ms, jitter_permille, effects: Vec::new() };
        step.take(input);
        step.effects
    }
}

/// One step in the making.
struct Step<'a> {
    supervisor: &'a mut Supervisor,
    now_ms: i64,
    jitter_permille: u32,
    effects: Vec<Effect>,
}

impl Step<'_> {
    fn take(&mut self, input: Input) {
        let state = self.supervisor.state;
        match input {
            Input::Start if state == State::Idle => self.start(),
            Input::RetryPressed if matches!(state, State::Failed | State::Blocked) && !self.supervisor.means.killed => {
                self.retry();
            }
            Input::Renewed { means } => self.renew(means),
            Input::Unmount if state != State::Idle => self.unmount(),
            Input::Loaded { epoch } if self.answers(epoch, State::Loading) => {
                let epoch = self.enter_for(State::Verifying, VERIFY_MS, "loaded");
                self.effects.push(Effect::Verify { epoch });
            }
            Input::Verified { epoch } if self.answers(epoch, State::Verifying) => self.mount(),
            Input::MountReturned { epoch } if self.answers(epoch, State::Mounting) => self.mounted(),
            Input::LoadFailed { epoch, cause }
                if self.answers(epoch, State::Loading) || self.answers(epoch, State::Verifying) =>
            {
                self.load_failed(&cause);
            }
            Input::DigestMismatch { epoch, cause } if self.answers(epoch, State::Verifying) => {
                self.supervisor.fresh = true;
                self.give_up(Card::Refused, &cause);
            }
            Input::MountThrew { epoch, cause } if self.answers(epoch, State::Mounting) => self.crashed(&cause),
            Input::TimerFired { epoch } if epoch == self.supervisor.epoch => self.timer_fired(),
            Input::Answered { instance } if self.is_live(instance) => self.supervisor.unanswered = 0,
            Input::Crashed { instance, cause } if self.is_live(instance) => self.crashed(&cause),
            Input::Degraded { instance, cause } if self.is_live(instance) => match state {
                State::Mounting => self.supervisor.ailing = Some(cause),
                State::Mounted => self.run(State::Degraded, &cause),
                _ => {}
            },
            Input::Healthy { instance } if self.is_live(instance) => match state {
                State::Mounting => self.supervisor.ailing = None,
                State::Degraded => self.run(State::Mounted, "healthy"),
                _ => {}
            },
            // Late, or about an instance that is gone, or of no meaning in this state.
            _ => {}
        }
    }

    fn answers(&self, epoch: u32, state: State) -> bool {
        epoch == self.supervisor.epoch && self.supervisor.state == state
    }

    fn is_live(&self, instance: u32) -> bool {
        instance == self.supervisor.instance
            && matches!(self.supervisor.state, State::Mounting | State::Mounted | State::Degraded)
    }

    /// Begins a new epoch.
    fn enter(&mut self, to: State, cause: &str) -> u32 {
        let supervisor = &mut *self.supervisor;
        self.effects.push(Effect::Report(Transition {
            from: supervisor.state,
            to,
            cause: cause.to_owned(),
            ms: self.now_ms - supervisor.since_ms,
        }));
        supervisor.state = to;
        supervisor.since_ms = self.now_ms;
        supervisor.epoch = supervisor.epoch.wrapping_add(1);
        supervisor.epoch
    }

    /// Begins a new epoch that a timer ends.
    fn enter_for(&mut self, to: State, ms: u32, cause: &str) -> u32 {
        let epoch = self.enter(to, cause);
        self.set_timer(ms);
        epoch
    }

    fn set_timer(&mut self, ms: u32) {
        self.supervisor.due_ms = self.now_ms + i64::from(ms);
        self.effects.push(Effect::SetTimer { epoch: self.supervisor.epoch, ms });
    }

    fn start(&mut self) {
        if self.supervisor.means.killed {
            self.give_up(Card::SwitchedOff, SWITCHED_OFF);
        } else if self.supervisor.means.quarantined && !self.supervisor.fallen_back {
            self.give_up(Card::Crashed, PAGE_DIED);
        } else {
            // Leaving the route and coming back shortens no wait.
            match self.left_ms() {
                0 => self.load("started"),
                ms => self.wait(ms, "started"),
            }
        }
    }

    /// Until the timer is due.
    fn left_ms(&self) -> u32 {
        u32::try_from(self.supervisor.due_ms - self.now_ms).unwrap_or(0)
    }

    fn load(&mut self, cause: &str) {
        let epoch = self.enter_for(State::Loading, self.supervisor.means.limits.load_ms, cause);
        self.effects.push(Effect::Load { epoch, fresh: self.supervisor.fresh });
    }

    fn load_failed(&mut self, cause: &str) {
        self.supervisor.fresh = true;
        let failures = self.supervisor.load_failures;
        if failures < LOAD_RETRIES {
            self.supervisor.load_failures = failures + 1;
            self.wait(delay_ms(failures, self.jitter_permille), cause);
        } else {
            self.give_up(Card::Unreachable, cause);
        }
    }

    /// The release in use is not tried any more.
    fn give_up(&mut self, card: Card, cause: &str) {
        let has_way_back = self.supervisor.means.has_previous && !self.supervisor.fallen_back;
        if has_way_back && card != Card::SwitchedOff {
            self.wait(0, cause);
            self.change_release(true);
        } else {
            let blocks = matches!(card, Card::Refused | Card::SwitchedOff);
            self.enter(if blocks { State::Blocked } else { State::Failed }, cause);
            self.effects.push(Effect::ShowCard(card));
        }
    }

    /// What was counted against the other release is not this one's.
    fn change_release(&mut self, previous: bool) {
        self.supervisor.fallen_back = previous;
        self.supervisor.load_failures = 0;
        self.supervisor.breaker = Breaker::default();
        self.effects.push(Effect::Use { previous });
    }

    fn mount(&mut self) {
        self.supervisor.load_failures = 0;
        self.supervisor.fresh = false;
        self.supervisor.ailing = None;
        self.supervisor.instance = self.supervisor.instance.wrapping_add(1);
        let instance = self.supervisor.instance;
        let epoch = self.enter_for(State::Mounting, self.supervisor.means.limits.mount_ms, "verified");
        self.effects.push(Effect::Mount { epoch, instance });
    }

    fn mounted(&mut self) {
        self.supervisor.unanswered = 0;
        self.run(State::Mounted, "mounted");
        if let Some(cause) = self.supervisor.ailing.take() {
            self.run(State::Degraded, &cause);
        }
    }

    /// Enters a state in which the instance runs, and watches it.
    fn run(&mut self, to: State, cause: &str) {
        self.enter(to, cause);
        self.ping();
    }

    fn ping(&mut self) {
        let supervisor = &mut *self.supervisor;
        let ms = supervisor.means.limits.heartbeat_ms / BEATS;
        if ms > 0 {
            let instance = supervisor.instance;
            supervisor.unanswered += 1;
            self.set_timer(ms);
            self.effects.push(Effect::Ping { instance });
        }
    }

    fn beat(&mut self) {
        let late_ms = self.now_ms - self.supervisor.due_ms;
        let tolerated_ms = i64::from(self.supervisor.means.limits.heartbeat_ms / BEATS / 2);
        if late_ms > tolerated_ms {
            // A page that slept or was held up itself is no witness: the answers may be waiting
            // behind this very timer.
            self.supervisor.unanswered = 0;
        }
        if self.supervisor.unanswered < BEATS {
            self.ping();
        } else {
            self.died(HUNG, |earlier, jitter| delay_ms(earlier.max(AFTER_HANG), jitter));
        }
    }

    fn crashed(&mut self, cause: &str) {
        // What ran and died once has its code at hand and most likely runs again: the player
        // should not notice, so nothing is painted in between.
        let at_once = self.supervisor.state != State::Mounting;
        self.died(cause, |earlier, jitter| if at_once && earlier == 0 { 0 } else { delay_ms(earlier, jitter) });
    }

    /// `wait_ms` is told how often it crashed before, and the jitter.
    fn died(&mut self, cause: &str, wait_ms: impl Fn(u32, u32) -> u32) {
        self.effects.push(Effect::Unmount { instance: self.supervisor.instance, died: true });
        if self.supervisor.breaker.crash(self.now_ms) {
            self.give_up(Card::Crashed, cause);
        } else {
            let earlier = self.supervisor.breaker.crashes().saturating_sub(1);
            self.wait(wait_ms(earlier, self.jitter_permille), cause);
        }
    }

    fn wait(&mut self, ms: u32, cause: &str) {
        self.enter_for(State::Restarting, ms, cause);
    }

    fn timer_fired(&mut self) {
        match self.supervisor.state {
            State::Loading | State::Verifying => self.load_failed("timeout"),
            State::Mounting => self.crashed("mount timeout"),
            State::Restarting => match self.left_ms() {
                0 => self.load("backoff elapsed"),
                // Browsers round timers: one may fire a little early.
                ms => self.set_timer(ms),
            },
            State::Mounted | State::Degraded => self.beat(),
            _ => {}
        }
    }

    fn retry(&mut self) {
        self.effects.push(Effect::HideCard);
        self.supervisor.means.quarantined = false;
        self.supervisor.load_failures = 0;
        if self.supervisor.fallen_back {
            self.change_release(false);
        }
        self.supervisor.breaker.retry(self.now_ms);
        self.load("retry");
    }

    /// All is as if the page had come with this; what the route wants stays.
    fn renew(&mut self, means: Means) {
        self.clear();
        self.supervisor.means = means;
        self.supervisor.fresh = false;
        self.supervisor.due_ms = self.now_ms;
        self.change_release(false);
        if self.supervisor.state != State::Idle {
            self.start();
        }
    }

    fn unmount(&mut self) {
        self.clear();
        self.supervisor.load_failures = 0;
        if self.supervisor.state != State::Restarting {
            self.supervisor.due_ms = self.now_ms;
        }
        self.enter(State::Idle, "unmounted");
    }

    /// Takes away what is shown.
    fn clear(&mut self) {
        match self.supervisor.state {
            State::Mounting | State::Mounted | State::Degraded => {
                self.effects.push(Effect::Unmount { instance: self.supervisor.instance, died: false });
            }
            State::Failed | State::Blocked => self.effects.push(Effect::HideCard),
            _ => {}
        }
    }
}
