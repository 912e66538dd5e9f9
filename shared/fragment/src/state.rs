//! Values that views follow.
//!
//! A [`State`] is a value with its followers; [`follow`] runs a closure now, and again whenever a
//! state that it read has changed. That is what a signal and an effect are elsewhere. It is here,
//! and this small, because a reactive library is a third of what a small fragment weighs; a
//! fragment in Leptos uses Leptos' own.
//!
//! Changes are gathered: followers run once, in a microtask, however many states an event changed.
//! They run in the order in which they were made, so one that sets up a part of the view runs
//! before those inside that part, which may be gone by then.

use crate::call::{Call, Callback, callback};
use crate::instance::instance;
use crate::scope::{Scope, keep};
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &Callback);
}

/// Followers that set each other off go round this often at most.
const MOST_RUNS: u32 = 100_000;

type Followers = RefCell<Vec<Weak<Follower>>>;

/// A value and whoever follows it.
///
/// Read it with [`get`](Self::get) or [`with`](Self::with) inside of a closure that should run
/// again when it changes, outside with the same: where nobody follows, nothing is followed.
#[derive(Default)]
pub struct State<T> {
    value: RefCell<T>,
    followers: Rc<Followers>,
}

impl<T> State<T> {
    /// Begins with `value`.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: RefCell::new(value), followers: Rc::default() }
    }

    /// The value.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        track(&self.followers);
        self.value.borrow().clone()
    }

    /// Reads the value in place. `read` must not change this state.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        track(&self.followers);
        read(&self.value.borrow())
    }

    /// Replaces the value. Who follows it runs again, unless it is the same.
    pub fn set(&self, value: T)
    where
        T: PartialEq,
    {
        if *self.value.borrow() != value {
            let earlier = self.value.replace(value);
            drop(earlier);
            notify(&self.followers);
        }
    }

    /// Changes the value in place. `change` must not read this state.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        notify(&self.followers);
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// Runs `run` now, and again whenever a state that it read has changed, until the current scope
/// ends. What it keeps ends before it runs again.
pub fn follow(run: impl Fn() + 'static) {
    follow_boxed(Box::new(move |()| run()));
}

/// Reads states without following them.
pub fn untrack<R>(read: impl FnOnce() -> R) -> R {
    let outer = run_as(None);
    let read = read();
    run_as(outer);
    read
}

#[inline(never)]
fn run_as(follower: Option<Rc<Follower>>) -> Option<Rc<Follower>> {
    instance().queue.running.replace(follower)
}

struct Follower {
    /// Counts up: who sets up a part of the view has a lower one than those inside it.
    id: u32,
    run: Box<dyn Call<(), ()>>,
    scope: Scope,
    reads: RefCell<Vec<Weak<Followers>>>,
    is_due: Cell<bool>,
}

/// Who runs, and who is to.
#[derive(Default)]
pub(crate) struct Queue {
    running: RefCell<Option<Rc<Follower>>>,
    due: Followers,
    next: Cell<u32>,
    run_due: OnceCell<Callback>,
}

#[inline(never)]
fn follow_boxed(run: Box<dyn Call<(), ()>>) {
    let next = &instance().queue.next;
    let id = next.replace(next.get().wrapping_add(1));
    let follower =
        Rc::new(Follower { id, run, scope: Scope::default(), reads: RefCell::default(), is_due: Cell::new(false) });
    keep(follower.clone());
    follower.run();
}

impl Follower {
    fn run(self: &Rc<Self>) {
        self.is_due.set(false);
        self.scope.end();
        self.forget_reads();
        let outer = run_as(Some(self.clone()));
        self.scope.run(|| self.run.call(()));
        run_as(outer);
    }

    fn forget_reads(&self) {
        for followers in self.reads.take() {
            if let Some(followers) = followers.upgrade() {
                forget(&followers, self);
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.forget_reads();
        self.scope.end();
    }
}

/// Takes a follower from a list, and those that have ended.
#[inline(never)]
fn forget(followers: &Followers, gone: *const Follower) {
    followers.borrow_mut().retain(|follower| follower.strong_count() > 0 && follower.as_ptr() != gone);
}

#[inline(never)]
fn track(followers: &Rc<Followers>) {
    let running = instance().queue.running.borrow();
    let Some(running) = &*running else { return };
    let weak = Rc::downgrade(running);
    let mut following = followers.borrow_mut();
    if !following.iter().any(|follower| follower.ptr_eq(&weak)) {
        following.push(weak);
        running.reads.borrow_mut().push(Rc::downgrade(followers));
    }
}

#[inline(never)]
fn notify(followers: &Followers) {
    let queue = &instance().queue;
    let mut due = queue.due.borrow_mut();
    let was_empty = due.is_empty();
    for follower in &*followers.borrow() {
        if follower.upgrade().is_some_and(|follower| !follower.is_due.replace(true)) {
            due.push(follower.clone());
        }
    }
    if was_empty && !due.is_empty() {
        queue_microtask(queue.run_due.get_or_init(|| callback(|_| run_due())));
    }
}

fn run_due() {
    for _ in 0..MOST_RUNS {
        let Some(next) = next_due() else { return };
        next.run();
    }
    panic!("followers set each other off without end");
}

/// Takes the first made of those that are due and still live.
fn next_due() -> Option<Rc<Follower>> {
    let due = &instance().queue.due;
    forget(due, std::ptr::null());
    let first = due.borrow().iter().filter_map(Weak::upgrade).min_by_key(|follower| follower.id)?;
    forget(due, Rc::as_ptr(&first));
    Some(first)
}
