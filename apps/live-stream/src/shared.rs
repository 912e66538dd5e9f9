//! What a view holds while it stands.

use leptos::prelude::{GetValue, LocalStorage, Owner, StoredValue};
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

/// One type for all, so that the arena's code is there once.
type Kept = StoredValue<Rc<dyn Any>, LocalStorage>;

/// The state behind a view: small to hand around, and gone with the view. Answers that come late
/// find nothing and do nothing.
#[derive(Debug)]
pub(crate) struct Shared<T>(Kept, PhantomData<fn() -> T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

impl<T: 'static> Shared<T> {
    pub(crate) fn new(state: T) -> Self {
        Self(keep(Rc::new(state)), PhantomData)
    }

    /// The state, or nothing once the view has ended.
    pub(crate) fn get(self) -> Option<Rc<T>> {
        kept(self.0)?.downcast().ok()
    }
}

/// Keeps a value until the view ends that is being set up.
#[inline(never)]
pub(crate) fn keep(value: Rc<dyn Any>) -> Kept {
    StoredValue::new_local(value)
}

#[inline(never)]
fn kept(key: Kept) -> Option<Rc<dyn Any>> {
    key.try_get_value()
}

/// Where a view is set up. What it starts (timers, feeds, subscriptions, listeners) ends when
/// another one takes its place.
pub(crate) struct Stage {
    parent: Owner,
    current: RefCell<Option<Owner>>,
}

impl Stage {
    /// A stage inside the view that is being set up.
    pub(crate) fn new() -> Self {
        Self { parent: Owner::current().unwrap_or_default(), current: RefCell::new(None) }
    }

    /// Ends what stands there and sets up something else.
    pub(crate) fn change(&self, set_up: &mut dyn FnMut()) {
        if let Some(earlier) = self.current.take() {
            earlier.cleanup();
        }
        let owner = self.parent.child();
        owner.with(set_up);
        self.current.replace(Some(owner));
    }
}
