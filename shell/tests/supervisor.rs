//! The supervisor under the sequences that matter, and under random ones.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs)] // tests

use proptest::prelude::*;
use shell::core::supervisor::{BEATS, Card, Effect, Input, LOAD_RETRIES, Limits, Means, State, Supervisor};

const LIMITS: Limits = Limits { load_ms: 15_000, mount_ms: 2_000, heartbeat_ms: 2_000 };
const MEANS: Means = Means { limits: LIMITS, has_previous: false, quarantined: false, killed: false };
/// How often a running instance is asked.
const BEAT_MS: i64 = 500;

/// A slot with its supervisor, a clock, and what the effects amount to.
struct Slot {
    supervisor: Supervisor,
    now_ms: i64,
    epoch: u32,
    instance: u32,
    live: Vec<u32>,
    card: Option<Card>,
    previous: bool,
    means: Means,
    fresh: Option<bool>,
    timer: Option<(u32, i64)>,
    states: Vec<State>,
    resume_ms: i64,
    /// Questions to the live instance since it last answered.
    silent: u32,
    last_cause: String,
}

impl Slot {
    fn new() -> Self {
        Self::with(MEANS)
    }

    fn with(means: Means) -> Self {
        Self {
            supervisor: Supervisor::new(means, 0),
            now_ms: 0,
            epoch: 0,
            instance: 0,
            live: vec![],
            card: None,
            previous: false,
            means,
            fresh: None,
            timer: None,
            states: vec![],
            resume_ms: 0,
            silent: 0,
            last_cause: String::new(),
        }
    }

    fn take(&mut self, input: Input) -> &mut Self {
        let renewed = matches!(input, Input::Renewed { .. });
        if let Input::Renewed { means } = input {
            // What waits for another try of the release before waits no longer.
            (self.means, self.resume_ms) = (means, 0);
        }
        for effect in self.supervisor.step(input, self.now_ms, 500) {
            match effect {
                Effect::Load { epoch, fresh } => {
                    assert!(self.now_ms >= self.resume_ms, "restarted before the backoff");
                    (self.epoch, self.fresh) = (epoch, Some(fresh));
                }
                Effect::Verify { epoch } => self.epoch = epoch,
                Effect::Mount { epoch, instance } => {
                    assert!(!self.means.killed, "it is switched off");
                    (self.epoch, self.instance) = (epoch, instance);
                    self.live.push(instance);
                    self.silent = 0;
                }
                Effect::Unmount { instance, .. } => {
                    assert_eq!(self.live, [instance], "unmounts what is live");
                    self.live.clear();
                }
                Effect::Ping { instance } => {
                    assert_eq!(self.live, [instance], "asks what is live");
                    self.silent += 1;
                }
                Effect::Use { previous } => {
                    assert!(self.live.is_empty(), "changed under what is live");
                    let before = std::mem::replace(&mut self.previous, previous);
                    assert!(before != previous || renewed, "no change");
                }
                Effect::ShowCard(card) => assert_eq!(self.card.replace(card), None),
                Effect::HideCard => assert!(self.card.take().is_some()),
                Effect::SetTimer { epoch, ms } => {
                    let at_ms = self.now_ms + i64::from(ms);
                    self.timer = Some((epoch, at_ms));
                    if self.supervisor.state() == State::Restarting {
                        self.resume_ms = at_ms;
                    }
                }
                Effect::Report(transition) => {
                    assert_eq!(transition.from, self.states.last().copied().unwrap_or(State::Idle));
                    self.states.push(transition.to);
                    let hung = transition.cause == "hung: no heartbeat";
                    assert!(!hung || self.silent >= BEATS, "removed although it answers");
                    self.last_cause = transition.cause;
                }
            }
        }
        assert!(self.live.len() <= 1, "two live instances");
        self
    }

    fn fire_timer(&mut self) -> &mut Self {
        let (epoch, at_ms) = self.timer.take().expect("a timer");
        self.now_ms = self.now_ms.max(at_ms);
        self.take(Input::TimerFired { epoch })
    }

    /// The next beat, `late_ms` after it was due.
    fn beat(&mut self, late_ms: i64) -> &mut Self {
        let (epoch, at_ms) = self.timer.take().expect("a timer");
        self.now_ms = at_ms + late_ms;
        self.take(Input::TimerFired { epoch })
    }

    fn answer(&mut self) -> &mut Self {
        self.silent = 0;
        self.take(Input::Answered { instance: self.instance })
    }

    fn load_failed(&mut self) -> &mut Self {
        self.take(Input::LoadFailed { epoch: self.epoch, cause: "http 404".into() })
    }

    fn mount(&mut self) -> &mut Self {
        self.take(Input::Loaded { epoch: self.epoch });
        self.take(Input::Verified { epoch: self.epoch });
        self.take(Input::MountReturned { epoch: self.epoch })
    }

    fn crash(&mut self) -> &mut Self {
        self.take(Input::Crashed { instance: self.instance, cause: "panic".into() })
    }

    /// A newer manifest.
    fn renew(&mut self, means: Means) -> &mut Self {
        self.take(Input::Renewed { means })
    }

    fn state(&self) -> State {
        self.supervisor.state()
    }
}

#[test]
fn the_ordinary_way() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount();
    assert_eq!(slot.states, [State::Loading, State::Verifying, State::Mounting, State::Mounted]);
    assert_eq!((slot.live.len(), slot.fresh), (1, Some(false)));
    slot.take(Input::Unmount);
    assert_eq!((slot.state(), slot.live.len()), (State::Idle, 0));
}

#[test]
fn a_missing_file_is_tried_again_then_shown() {
    let mut slot = Slot::new();
    slot.take(Input::Start);
    for _ in 0..LOAD_RETRIES {
        slot.load_failed();
        assert_eq!((slot.state(), slot.card), (State::Restarting, None));
        slot.fire_timer();
        assert_eq!(slot.fresh, Some(true), "past the cache");
    }
    slot.load_failed();
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Unreachable)));
    slot.take(Input::RetryPressed).mount();
    assert_eq!((slot.state(), slot.card), (State::Mounted, None));
}

#[test]
fn a_wrong_digest_blocks_and_only_the_player_retries() {
    let mut slot = Slot::new();
    slot.take(Input::Start);
    slot.take(Input::Loaded { epoch: slot.epoch });
    slot.take(Input::DigestMismatch { epoch: slot.epoch, cause: "wallet.wasm".into() });
    assert_eq!((slot.state(), slot.card), (State::Blocked, Some(Card::Refused)));
    slot.fire_timer();
    assert_eq!(slot.state(), State::Blocked, "no timer leads out");
    slot.take(Input::RetryPressed);
    assert_eq!((slot.state(), slot.fresh), (State::Loading, Some(true)));
    slot.mount();
    assert_eq!(slot.state(), State::Mounted);
}

#[test]
fn three_crashes_open_the_breaker_and_a_retry_is_half_open() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount().crash();
    assert_eq!(slot.state(), State::Restarting);
    slot.fire_timer().mount().crash().fire_timer().mount().crash();
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Crashed)));
    slot.take(Input::RetryPressed).mount().crash();
    assert_eq!(slot.state(), State::Failed, "half-open takes no second crash");
    slot.take(Input::RetryPressed).mount();
    slot.now_ms += 60_000;
    slot.crash();
    assert_eq!(slot.state(), State::Restarting, "it ran long enough");
}

#[test]
fn what_ran_and_died_once_is_back_at_once_and_the_next_time_after_a_wait() {
    let wait_ms = |slot: &Slot| slot.timer.expect("a timer").1 - slot.now_ms;
    let mut slot = Slot::new();
    slot.take(Input::Start).mount().crash();
    assert_eq!(wait_ms(&slot), 0);
    slot.fire_timer().mount().crash();
    assert!(wait_ms(&slot) >= 250);
    // What dies while it mounts would only die again.
    let mut slot = Slot::new();
    slot.take(Input::Start);
    slot.take(Input::Loaded { epoch: slot.epoch });
    slot.take(Input::Verified { epoch: slot.epoch });
    slot.take(Input::MountThrew { epoch: slot.epoch, cause: "RuntimeError".into() });
    assert!(wait_ms(&slot) >= 125);
}

#[test]
fn a_mount_that_hangs_or_throws_is_a_crash() {
    let mut slot = Slot::new();
    slot.take(Input::Start);
    slot.take(Input::Loaded { epoch: slot.epoch }).take(Input::Verified { epoch: 2 });
    assert_eq!(slot.state(), State::Mounting);
    let late = slot.epoch;
    slot.fire_timer();
    assert_eq!((slot.state(), slot.live.len()), (State::Restarting, 0));
    slot.take(Input::MountReturned { epoch: late });
    assert_eq!(slot.state(), State::Restarting, "too late to count");
    slot.fire_timer();
    slot.take(Input::Loaded { epoch: slot.epoch });
    slot.take(Input::Verified { epoch: slot.epoch });
    slot.take(Input::MountThrew { epoch: slot.epoch, cause: "RuntimeError".into() });
    assert_eq!((slot.state(), slot.live.len()), (State::Restarting, 0));
}

#[test]
fn degraded_comes_and_goes_even_while_mounting() {
    let mut slot = Slot::new();
    slot.take(Input::Start);
    slot.take(Input::Loaded { epoch: slot.epoch });
    slot.take(Input::Verified { epoch: slot.epoch });
    slot.take(Input::Degraded { instance: slot.instance, cause: "feed".into() });
    slot.take(Input::MountReturned { epoch: slot.epoch });
    assert_eq!(slot.state(), State::Degraded);
    slot.take(Input::Healthy { instance: slot.instance });
    assert_eq!(slot.state(), State::Mounted);
    slot.take(Input::Degraded { instance: slot.instance + 1, cause: "feed".into() });
    assert_eq!(slot.state(), State::Mounted, "said by an instance that is not there");
}

#[test]
fn a_timer_that_fires_early_waits_for_the_rest() {
    let mut slot = Slot::new();
    slot.take(Input::Start).load_failed();
    let (epoch, at_ms) = slot.timer.unwrap();
    slot.now_ms = at_ms - 3;
    slot.take(Input::TimerFired { epoch });
    assert_eq!((slot.state(), slot.timer), (State::Restarting, Some((epoch, at_ms))));
}

#[test]
fn leaving_the_route_and_coming_back_shortens_no_wait() {
    let mut slot = Slot::new();
    slot.take(Input::Start).load_failed();
    let (_, at_ms) = slot.timer.unwrap();
    slot.take(Input::Unmount);
    slot.now_ms += 1;
    slot.take(Input::Start);
    assert_eq!((slot.state(), slot.timer.unwrap().1), (State::Restarting, at_ms));
    slot.fire_timer().mount();
    assert_eq!(slot.state(), State::Mounted);
    // Nothing waits after one that ran, nor once the wait is over.
    slot.take(Input::Unmount).take(Input::Start);
    assert_eq!(slot.state(), State::Loading);
    slot.load_failed().take(Input::Unmount);
    slot.now_ms += 5_000;
    slot.take(Input::Start);
    assert_eq!(slot.state(), State::Loading);
}

#[test]
fn one_that_does_not_answer_is_removed_and_restarted() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount();
    let mounted_ms = slot.now_ms;
    for _ in 1..BEATS {
        slot.beat(0);
        assert_eq!(slot.state(), State::Mounted);
    }
    slot.beat(0);
    assert_eq!((slot.state(), slot.live.len()), (State::Restarting, 0));
    assert_eq!((slot.last_cause.as_str(), slot.now_ms - mounted_ms), ("hung: no heartbeat", 2_000));
    let wait_ms = slot.timer.expect("a timer").1 - slot.now_ms;
    assert!(wait_ms >= 500, "the browser has to end its process first: {wait_ms} ms");
    slot.fire_timer().mount();
    assert_eq!(slot.state(), State::Mounted);
}

#[test]
fn one_that_answers_lives_whatever_it_says_of_its_feed() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount();
    for turn in 0..40 {
        slot.beat(0).beat(0).answer();
        let (instance, cause) = (slot.instance, "feed".into());
        slot.take(if turn % 2 == 0 { Input::Degraded { instance, cause } } else { Input::Healthy { instance } });
    }
    assert!(slot.state() == State::Mounted && slot.instance == 1);
}

#[test]
fn a_page_that_slept_or_is_held_up_itself_kills_nobody() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount();
    for _ in 0..3 {
        slot.beat(0).beat(0).beat(0).beat(3_600_000);
        assert_eq!(slot.state(), State::Mounted, "it slept");
    }
    for _ in 0..20 {
        slot.beat(BEAT_MS / 2 + 1);
    }
    assert_eq!(slot.state(), State::Mounted, "its own timers are late");
    for _ in 0..BEATS {
        slot.beat(BEAT_MS / 2);
    }
    assert_eq!(slot.state(), State::Restarting, "awake, and a witness again");
}

#[test]
fn what_lives_in_the_document_is_not_asked() {
    let limits = Limits { heartbeat_ms: 0, ..LIMITS };
    let mut slot = Slot::with(Means { limits, ..MEANS });
    slot.take(Input::Start).mount();
    let (epoch, _) = slot.timer.expect("the limit of mounting");
    assert_eq!(slot.silent, 0);
    slot.take(Input::TimerFired { epoch });
    assert_eq!(slot.state(), State::Mounted);
}

#[test]
fn what_is_given_up_makes_room_for_the_previous_release_and_a_retry_begins_anew() {
    let mut slot = Slot::with(Means { has_previous: true, ..MEANS });
    slot.take(Input::Start).mount().crash().fire_timer().mount().crash().fire_timer().mount().crash();
    assert_eq!((slot.state(), slot.previous, slot.card), (State::Restarting, true, None));
    slot.fire_timer().mount();
    assert_eq!((slot.state(), slot.previous), (State::Mounted, true));
    // What the present release did is not held against it.
    slot.crash().fire_timer().mount().crash();
    assert_eq!((slot.state(), slot.card), (State::Restarting, None));
    slot.fire_timer().mount().crash();
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Crashed)));
    slot.take(Input::RetryPressed);
    assert_eq!((slot.state(), slot.previous), (State::Loading, false));
    slot.mount().crash();
    assert_eq!((slot.state(), slot.previous), (State::Restarting, true), "half-open, and the way back is there");
}

#[test]
fn files_that_are_missing_or_not_genuine_lead_to_the_previous_release_as_well() {
    let mut slot = Slot::with(Means { has_previous: true, ..MEANS });
    slot.take(Input::Start);
    slot.take(Input::Loaded { epoch: slot.epoch });
    slot.take(Input::DigestMismatch { epoch: slot.epoch, cause: "wallet.wasm".into() });
    assert_eq!((slot.state(), slot.previous), (State::Restarting, true));
    slot.fire_timer();
    for _ in 0..LOAD_RETRIES {
        slot.load_failed().fire_timer();
    }
    slot.load_failed();
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Unreachable)));
}

#[test]
fn one_that_the_page_died_of_is_not_run_before_the_player_asks() {
    let mut slot = Slot::with(Means { quarantined: true, ..MEANS });
    slot.take(Input::Start);
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Crashed)));
    slot.take(Input::Unmount).take(Input::Start);
    assert_eq!(slot.state(), State::Failed, "nor on another route and back");
    slot.take(Input::RetryPressed).mount().take(Input::Unmount).take(Input::Start).mount();
    assert_eq!(slot.state(), State::Mounted);
    // With a previous release the player gets that one.
    let mut slot = Slot::with(Means { quarantined: true, has_previous: true, ..MEANS });
    slot.take(Input::Start).fire_timer().mount();
    assert_eq!((slot.state(), slot.previous), (State::Mounted, true));
}

const KILLED: Means = Means { killed: true, ..MEANS };

#[test]
fn a_new_release_takes_the_place_of_the_one_that_runs() {
    let mut slot = Slot::new();
    slot.take(Input::Start).mount().renew(MEANS);
    assert_eq!((slot.state(), slot.live.len()), (State::Loading, 0), "the old one is gone before the new one comes");
    slot.mount();
    assert_eq!((slot.state(), slot.instance), (State::Mounted, 2));
    slot.take(Input::Crashed { instance: 1, cause: "panic".into() });
    assert_eq!(slot.state(), State::Mounted, "what the old one still throws is not the new one's");
}

#[test]
fn what_was_held_against_the_release_before_is_not_held_against_the_new_one() {
    let crash_thrice = |slot: &mut Slot| {
        slot.mount().crash().fire_timer().mount().crash().fire_timer().mount().crash();
    };
    let mut slot = Slot::new();
    slot.take(Input::Start);
    crash_thrice(&mut slot);
    assert_eq!((slot.state(), slot.card), (State::Failed, Some(Card::Crashed)));
    slot.renew(MEANS);
    assert_eq!((slot.state(), slot.card), (State::Loading, None));
    slot.mount().crash();
    assert_eq!(slot.state(), State::Restarting, "three crashes of its own open its breaker");
    // One that is in quarantine, or has made room for the release before it.
    let mut slot = Slot::with(Means { quarantined: true, ..MEANS });
    slot.take(Input::Start).renew(MEANS).mount();
    assert_eq!(slot.state(), State::Mounted);
    let mut slot = Slot::with(Means { has_previous: true, ..MEANS });
    slot.take(Input::Start);
    crash_thrice(&mut slot);
    slot.fire_timer().mount();
    assert!(slot.previous);
    slot.renew(MEANS).mount();
    assert_eq!((slot.state(), slot.previous), (State::Mounted, false));
}

#[test]
fn a_slot_that_the_route_does_not_want_stays_empty_under_a_newer_manifest() {
    let mut slot = Slot::new();
    slot.renew(MEANS);
    assert_eq!((slot.state(), slot.states.len()), (State::Idle, 0));
    slot.renew(KILLED).take(Input::Start);
    assert_eq!((slot.state(), slot.card), (State::Blocked, Some(Card::SwitchedOff)));
}

#[test]
fn what_is_switched_off_goes_at_once_and_comes_back_only_when_it_is_switched_on() {
    let mut slot = Slot::with(Means { has_previous: true, ..MEANS });
    slot.take(Input::Start).mount().renew(Means { has_previous: true, ..KILLED });
    assert_eq!((slot.state(), slot.live.len()), (State::Blocked, 0));
    assert_eq!((slot.card, slot.previous), (Some(Card::SwitchedOff), false), "nor does the release before take over");
    slot.take(Input::RetryPressed).take(Input::Unmount);
    assert_eq!((slot.state(), slot.card), (State::Idle, None));
    slot.take(Input::Start);
    assert_eq!((slot.state(), slot.card), (State::Blocked, Some(Card::SwitchedOff)));
    slot.renew(MEANS).mount();
    assert_eq!((slot.state(), slot.card), (State::Mounted, None));
}

/// Any input, most of them about the current epoch and instance.
fn inputs() -> impl Strategy<Value = (u8, bool, i64)> {
    (0_u8..20, proptest::bool::weighted(0.85), 0_i64..5_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn any_sequence_keeps_the_rules(
        (has_previous, quarantined, killed) in any::<(bool, bool, bool)>(),
        sequence in proptest::collection::vec(inputs(), 0..120),
    ) {
        let mut slot = Slot::with(Means { has_previous, quarantined, killed, ..MEANS });
        for (kind, current, wait_ms) in sequence {
            slot.now_ms += wait_ms;
            let epoch = if current { slot.timer.map_or(slot.epoch, |(epoch, _)| epoch) } else { slot.epoch.wrapping_sub(1) };
            let instance = if current { slot.instance } else { slot.instance.wrapping_sub(1) };
            let cause = String::from("cause");
            slot.take(match kind {
                0 => Input::Start,
                1 => Input::Loaded { epoch },
                2 => Input::Verified { epoch },
                3 => Input::MountReturned { epoch },
                4 => Input::LoadFailed { epoch, cause },
                5 => Input::DigestMismatch { epoch, cause },
                6 => Input::MountThrew { epoch, cause },
                7 | 8 => Input::TimerFired { epoch },
                13 | 14 if slot.timer.is_some() => {
                    slot.beat(0);
                    continue;
                }
                15 => {
                    slot.answer();
                    continue;
                }
                9 => Input::Crashed { instance, cause },
                10 => Input::Degraded { instance, cause },
                11 => Input::Healthy { instance },
                12 => Input::RetryPressed,
                16 | 17 => {
                    let [has_previous, quarantined, killed] = [2, 3, 5].map(|divisor| wait_ms % divisor == 0);
                    Input::Renewed { means: Means { has_previous, quarantined, killed, ..MEANS } }
                }
                _ => Input::Unmount,
            });
            // What is live, and what the player sees, follows from the state alone.
            let runs = matches!(slot.state(), State::Mounting | State::Mounted | State::Degraded);
            prop_assert_eq!(slot.live.len(), usize::from(runs));
            prop_assert_eq!(slot.card.is_some(), matches!(slot.state(), State::Failed | State::Blocked));
            let given_up = slot.card.is_some() && !slot.means.killed;
            prop_assert!(!given_up || slot.previous == slot.means.has_previous, "given up with a way back left");
            let switched_off = slot.means.killed && slot.state() != State::Idle;
            prop_assert_eq!(slot.card == Some(Card::SwitchedOff), switched_off);
        }
        // No transient state is a dead end: with nothing but timers, it leads to rest.
        for _ in 0..64 {
            if !slot.state().is_transient() {
                break;
            }
            slot.fire_timer();
        }
        prop_assert!(!slot.state().is_transient(), "stuck in {:?}", slot.state());
    }
}
