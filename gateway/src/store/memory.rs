//! What the commands of one transaction tell each other, so that one need not read what another has just
//! written, nor write what another will write once more. One value of each type.
//!
//! **Architecture invariant:** it lives no longer than its transaction and is emptied by whatever undoes a part
//! of it, so it never tells of what did not happen. What is only remembered is written down before the part
//! that may be undone begins, and before the transaction is committed.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;

use super::{StoreError, Tx};

/// Writes down what is only remembered.
pub(super) type WriteDown = fn(&Tx<'_>) -> Result<(), StoreError>;

#[derive(Default)]
pub(super) struct Memory {
    values: RefCell<HashMap<TypeId, Box<dyn Any>>>,
    write_down: RefCell<Vec<WriteDown>>,
}

impl Memory {
    pub(super) fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.values.borrow().get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned()
    }

    pub(super) fn put<T: 'static>(&self, value: T) {
        self.values.borrow_mut().insert(TypeId::of::<T>(), Box::new(value));
    }

    pub(super) fn take<T: 'static>(&self) -> Option<T> {
        let value = self.values.borrow_mut().remove(&TypeId::of::<T>())?;
        value.downcast().ok().map(|value| *value)
    }

    pub(super) fn at_end(&self, write_down: WriteDown) {
        self.write_down.borrow_mut().push(write_down);
    }

    pub(super) fn to_write_down(&self) -> Vec<WriteDown> {
        self.write_down.borrow().clone()
    }

    pub(super) fn clear(&self) {
        self.values.borrow_mut().clear();
        self.write_down.borrow_mut().clear();
    }
}
