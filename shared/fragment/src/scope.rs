//! What ends with what.
//!
//! A value handed to [`keep`] is dropped when the scope ends in which it was made: with the part of
//! the view that is being set up, or, made outside of one (in an event handler, say), with the
//! fragment. Its `Drop` closes whatever it holds open. A scope is itself a value that something
//! keeps, so scopes form a tree, and ending one ends everything below it.
//!
//! The shell aborts `host.signal` when an instance is unmounted *or has died*; then everything is
//! dropped. After a panic the instance still answers such a call, because ending touches nothing
//! but the scopes, and only those that nobody was inside of at the moment of the panic.

use crate::call::callback;
use crate::instance::instance;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;

type Values = RefCell<Vec<(u32, Box<dyn Any>)>>;

/// Holds what is kept in it, and drops it last made first.
#[derive(Clone, Default)]
pub struct Scope(Rc<Values>);

/// Where things are kept just now.
#[derive(Default)]
pub(crate) struct Scopes {
    held: RefCell<Vec<(u32, Rc<dyn Any>)>>,
    /// The fragment's own.
    whole: Scope,
    current: RefCell<Option<Scope>>,
    next: Cell<u32>,
    /// How a framework of its own says that what is kept ends with its component.
    tie: Cell<Option<fn(u32)>>,
}

impl Scope {
    /// The scope that is being set up, else the fragment's.
    #[must_use]
    #[inline(never)]
    pub fn current() -> Self {
        let scopes = &instance().scopes;
        scopes.current.borrow().clone().unwrap_or_else(|| scopes.whole.clone())
    }

    /// Sets something up: what it keeps ends with this scope.
    pub fn run<R>(&self, set_up: impl FnOnce() -> R) -> R {
        let outer = enter(Some(self.clone()));
        let made = set_up();
        enter(outer);
        made
    }

    /// Drops everything in it.
    #[inline(never)]
    pub fn end(&self) {
        // One by one and outside of the borrow: dropping a value may end others. Where somebody is
        // inside, after a panic, nothing can be done.
        while let Ok(mut values) = self.0.try_borrow_mut() {
            let Some(last) = values.pop() else { return };
            drop(values);
            drop(last);
        }
    }

    fn keep(&self, value: Box<dyn Any>) -> Key {
        let next = &instance().scopes.next;
        let id = next.replace(next.get().wrapping_add(1));
        self.0.borrow_mut().push((id, value));
        Key { scope: Rc::downgrade(&self.0), id }
    }
}

#[inline(never)]
fn enter(scope: Option<Scope>) -> Option<Scope> {
    instance().scopes.current.replace(scope)
}

/// Holds one thing at a time, a view say. What it starts (timers, feeds, subscriptions, listeners)
/// ends when another one takes its place, and at the latest when this is dropped.
#[derive(Default)]
pub struct Stage(Scope);

impl Stage {
    /// Ends what stands there and sets up something else.
    pub fn change<R>(&self, set_up: impl FnOnce() -> R) -> R {
        self.0.end();
        self.0.run(set_up)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Names a kept value.
pub(crate) struct Key {
    scope: Weak<Values>,
    id: u32,
}

impl Key {
    /// Drops the value now; nothing happens if it has gone already.
    pub(crate) fn end(self) {
        let value = self.scope.upgrade().and_then(|values| {
            let mut values = values.try_borrow_mut().ok()?;
            let index = values.iter().position(|(id, _)| *id == self.id)?;
            Some(values.remove(index))
        });
        // Outside the borrow, as above.
        drop(value);
    }
}

/// Keeps a value until the current scope ends.
pub fn keep(value: impl Any) {
    keep_boxed(Box::new(value));
}

#[inline(never)]
pub(crate) fn keep_boxed(value: Box<dyn Any>) -> Key {
    let key = Scope::current().keep(value);
    if let Some(tie) = instance().scopes.tie.get() {
        tie(key.id);
    }
    key
}

/// From now on `tie` sees the number of everything that is kept.
#[cfg(feature = "leptos")]
pub(crate) fn tie_with(tie: fn(u32)) {
    instance().scopes.tie.set(Some(tie));
}

/// Drops a value that was kept outside of any scope but the fragment's.
#[cfg(feature = "leptos")]
pub(crate) fn end(id: u32) {
    Key { scope: Rc::downgrade(&instance().scopes.whole.0), id }.end();
}

/// Drops everything.
pub(crate) fn end_all() {
    instance().scopes.whole.end();
}

/// Drops everything when the shell gives the signal.
pub(crate) fn end_with(signal: &web_sys::AbortSignal) {
    let on_abort = callback(|_| end_all()).into_js_value();
    // An AbortSignal always takes a listener.
    _ = signal.add_event_listener_with_callback("abort", on_abort.unchecked_ref());
}

/// A value that lives until the scope ends in which it was made: small to hand around, into listeners
/// and futures, and no reason for the value to live on. What comes late finds nothing.
#[derive(Debug)]
pub struct Held<T>(u32, PhantomData<fn() -> T>);

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Held<T> {}

impl<T: 'static> Held<T> {
    /// Keeps the value until the current scope ends.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(hold(Rc::new(value)), PhantomData)
    }

    /// The value, or nothing once its scope has ended.
    #[must_use]
    pub fn get(self) -> Option<Rc<T>> {
        held(self.0)?.downcast().ok()
    }
}

#[inline(never)]
fn hold(value: Rc<dyn Any>) -> u32 {
    let scopes = &instance().scopes;
    let id = scopes.next.replace(scopes.next.get().wrapping_add(1));
    scopes.held.borrow_mut().push((id, value));
    keep(LetGo(id));
    id
}

#[inline(never)]
fn held(id: u32) -> Option<Rc<dyn Any>> {
    instance().scopes.held.borrow().iter().find(|(of, _)| *of == id).map(|(_, value)| value.clone())
}

/// Lets go of a held value.
struct LetGo(u32);

impl Drop for LetGo {
    fn drop(&mut self) {
        // Outside the borrow: what the value holds may end others. After a panic somebody may be
        // inside.
        let value = instance().scopes.held.try_borrow_mut().ok().and_then(|mut held| {
            let index = held.iter().position(|(id, _)| *id == self.0)?;
            Some(held.swap_remove(index))
        });
        drop(value);
    }
}
