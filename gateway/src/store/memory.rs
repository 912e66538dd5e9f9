//! What the commands of one transaction tell each other, so that one need not read what another has just
//! written. One value of each type.
//!
//! **Architecture invariant:** it lives no longer than its transaction and is emptied by whatever undoes a part
//! of it, so it never tells of what the database does not hold.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Memory(RefCell<HashMap<TypeId, Box<dyn Any>>>);

impl Memory {
    pub(super) fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.0.borrow().get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned()
    }

    pub(super) fn put<T: Clone + 'static>(&self, value: T) {
        self.0.borrow_mut().insert(TypeId::of::<T>(), Box::new(value));
    }

    pub(super) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
