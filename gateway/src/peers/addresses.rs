//! The addresses of one service: in turn, those last that did not answer a moment ago.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::uri::Authority;

/// How long an address that could not be reached is asked after the others.
const SPARED_FOR: Duration = Duration::from_secs(1);

/// One process of the service.
pub(super) struct Address {
    pub(super) authority: Authority,
    unreachable: Mutex<Option<Instant>>,
}

impl Address {
    /// It could not be connected to, or it could.
    pub(super) fn note(&self, reachable: bool) {
        let now = (!reachable).then(Instant::now);
        *self.unreachable.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub(super) fn is_spared(&self) -> bool {
        let unreachable = *self.unreachable.lock().unwrap_or_else(PoisonError::into_inner);
        unreachable.is_some_and(|since| since.elapsed() < SPARED_FOR)
    }
}

/// All of them.
pub(super) struct Addresses {
    all: Vec<Address>,
    next: AtomicUsize,
}

impl Addresses {
    pub(super) fn new(all: Vec<Authority>) -> Self {
        let all = all.into_iter().map(|authority| Address { authority, unreachable: Mutex::default() });
        Self { all: all.collect(), next: AtomicUsize::new(0) }
    }

    pub(super) fn all(&self) -> &[Address] {
        &self.all
    }

    /// Every address once, in the order in which they are to be tried this time.
    pub(super) fn in_turn(&self) -> Vec<&Address> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, from) = self.all.split_at(first);
        let mut order: Vec<&Address> = from.iter().chain(before).collect();
        // Stable: within each half the turn is kept.
        order.sort_by_key(|address| address.is_spared());
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(addresses: &Addresses) -> String {
        let ports = addresses.in_turn();
        ports.iter().map(|address| address.authority.port().unwrap().to_string()).collect()
    }

    #[test]
    fn each_has_its_turn_and_the_unreachable_wait() {
        let addresses = Addresses::new(["a:1", "a:2", "a:3"].map(|address| address.parse().unwrap()).into());
        assert_eq!([(); 4].map(|()| order(&addresses)), ["123", "231", "312", "123"]);
        addresses.all()[2].note(false);
        assert_eq!([(); 3].map(|()| order(&addresses)), ["213", "123", "123"]);
        addresses.all()[2].note(true);
        assert_eq!(order(&addresses), "231");
    }
}
