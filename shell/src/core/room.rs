//! Which slots may be alive: a browser has room for about a hundred Wasm memories in a page, and every
//! frame is a process.
//!
//! With fewer slots than there is room for, all of them live. With more, what is in sight comes first,
//! then what was in sight last.

/// Copies that live at a time. Chromium takes 124 memories; what has just ended still counts until its
/// garbage is collected.
pub const ROOM: usize = 48;

/// What is known of a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// The route wants it.
    pub wanted: bool,
    /// It is in sight.
    pub in_sight: bool,
    /// Grows with time; when it was last in sight, 0 for never.
    pub seen: u32,
}

/// Whether each slot may live. Never more than [`ROOM`] may, even if more are in sight: then the first
/// ones do.
#[must_use]
pub fn seated(seats: &[Seat]) -> Vec<bool> {
    let wanted = seats.iter().filter(|seat| seat.wanted).count();
    let mut seated: Vec<bool> = seats.iter().map(|seat| seat.wanted).collect();
    // One after the other and not by sorting, which is two kilobytes of code.
    for _ in ROOM..wanted {
        let mut last: Option<usize> = None;
        for (index, seat) in seats.iter().enumerate() {
            let value = |seat: &Seat| (seat.in_sight, seat.seen);
            let is_worth_less = match last.and_then(|last| seats.get(last)) {
                None => true,
                Some(least) => value(seat) <= value(least),
            };
            if seated.get(index) == Some(&true) && is_worth_less {
                last = Some(index);
            }
        }
        if let Some(seat) = last.and_then(|last| seated.get_mut(last)) {
            *seat = false;
        }
    }
    seated
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn with_few_slots_all_live_seen_or_not() {
        let seats = [Seat { wanted: true, ..Seat::default() }; ROOM];
        assert_eq!(seated(&seats), [true; ROOM]);
        assert_eq!(seated(&[Seat::default()]), [false], "not wanted here");
    }

    #[test]
    fn who_is_in_sight_comes_first_and_then_who_was_there_last() {
        let mut seats = vec![Seat { wanted: true, ..Seat::default() }; 300];
        seats[299].in_sight = true;
        seats[298].seen = 7;
        seats[297].wanted = false;
        let seated = seated(&seats);
        assert!(seated[299] && seated[298] && !seated[297]);
        assert_eq!(seated.iter().filter(|seated| **seated).count(), ROOM);
        assert!(seated[..ROOM - 2].iter().all(|seated| *seated), "the first ones fill what is left");
    }

    proptest! {
        #[test]
        fn there_is_never_too_little_room_nor_room_left(
            seats in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_u32..50), 0..200),
        ) {
            let seat = |(wanted, in_sight, seen)| Seat { wanted, in_sight, seen };
            let seats: Vec<Seat> = seats.into_iter().map(seat).collect();
            let seated = seated(&seats);
            let wanted = seats.iter().filter(|seat| seat.wanted).count();
            let living = |is: &dyn Fn(&Seat) -> bool| {
                seats.iter().zip(&seated).filter(|(seat, seated)| **seated && is(seat)).count()
            };
            prop_assert_eq!(living(&|_| true), wanted.min(ROOM));
            prop_assert_eq!(living(&|seat| !seat.wanted), 0);
            let in_sight = seats.iter().filter(|seat| seat.wanted && seat.in_sight).count();
            prop_assert_eq!(living(&|seat| seat.in_sight), in_sight.min(ROOM), "nobody out of sight takes their room");
        }
    }
}
