//! Values that elements follow.

use std::cell::RefCell;

use leptos::prelude::{ArcTrigger, Notify, Track};

/// A value and whoever follows it. What a signal is, with one compiled copy of the reactive part
/// for all types of values; see [`crate::El`] for why that counts.
///
/// Read it with [`get`](Self::get) or [`with`](Self::with) inside of a closure that should run
/// again when it changes, outside with the same: where nobody follows, nothing is followed.
#[derive(Debug)]
pub struct State<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> State<T> {
    /// Begins with `value`.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: RefCell::new(value), changed: ArcTrigger::new() }
    }

    /// The value.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.changed.track();
        self.value.borrow().clone()
    }

    /// Reads the value in place. `read` must not change this state.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        read(&self.value.borrow())
    }

    /// Replaces the value. Who follows it runs again, unless it is the same.
    pub fn set(&self, value: T)
    where
        T: PartialEq,
    {
        if *self.value.borrow() != value {
            *self.value.borrow_mut() = value;
            self.changed.notify();
        }
    }

    /// Changes the value in place. `change` must not read this state.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.changed.notify();
    }
}

impl<T: Default> Default for State<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
