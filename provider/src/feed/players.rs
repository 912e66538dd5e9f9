//! Which connections bet for which player: all of them see the same bets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::feed::{Bets, FromVendor, Paid};
use contract::live::Game;

use super::outbox::encode;
use super::seat::{Seat, Session};

/// The players that are connected.
#[derive(Debug, Default)]
pub struct Players {
    seats: Mutex<HashMap<String, Vec<Arc<Seat>>>>,
}

impl Players {
    /// A connection bets for this player from now on.
    pub fn join(&self, player: &str, seat: &Arc<Seat>) {
        let mut seats = self.lock();
        let seats = seats.entry(player.to_owned()).or_default();
        if !seats.iter().any(|known| known.id == seat.id) {
            seats.push(Arc::clone(seat));
        }
    }

    /// It no longer does.
    pub fn leave(&self, player: &str, seat: &Seat) {
        let mut seats = self.lock();
        if let Some(of_player) = seats.get_mut(player) {
            of_player.retain(|known| known.id != seat.id);
            if of_player.is_empty() {
                seats.remove(player);
            }
        }
    }

    /// Whoever watches a table and may bet there, with the session that pays; each player once.
    #[must_use]
    pub fn seated(&self, table: &str, game: Game) -> Vec<Session> {
        let seats = self.lock();
        let session = |seats: &Vec<Arc<Seat>>| {
            seats.iter().filter(|seat| seat.watches(table)).find_map(|seat| seat.session(game))
        };
        seats.values().filter_map(session).collect()
    }

    /// Tells a player's bets to their connections that watch the table, and to `also`.
    pub fn tell_bets(&self, player: &str, bets: &Bets, also: &Seat) {
        let table: Arc<str> = bets.table.as_str().into();
        let text = encode(&FromVendor::Bets(bets.clone()));
        also.outbox.send_text(Some(&table), &text);
        for seat in self.lock().get(player).into_iter().flatten() {
            if seat.id != also.id && seat.watches(&table) {
                seat.outbox.send_text(Some(&table), &text);
            }
        }
    }

    /// Tells a player what a round brought, on all of their connections.
    pub fn tell_paid(&self, player: &str, paid: Paid) {
        let table: Arc<str> = paid.table.as_str().into();
        let text = encode(&FromVendor::Paid(paid));
        for seat in self.lock().get(player).into_iter().flatten() {
            seat.outbox.send_text(Some(&table), &text);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Arc<Seat>>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
