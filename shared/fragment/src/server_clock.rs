//! The server's time, where the player's own clock must not count: it may be set at any time.
//!
//! Replies and events say when they were made; from there a clock counts on that only goes forward. Must never
//! read a clock itself.

/// The server's clock, told by one that only goes forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    ahead_ms: Option<i64>,
}

impl ServerClock {
    /// After a reply, which was made a moment ago.
    #[must_use]
    pub const fn replied(server_ms: i64, monotonic_ms: i64) -> Self {
        Self { ahead_ms: Some(server_ms - monotonic_ms) }
    }

    /// After an event, which may have been kept for whoever comes late: it only says that it is not
    /// earlier.
    #[must_use]
    pub fn heard(self, server_ms: i64, monotonic_ms: i64) -> Self {
        let ahead_ms = server_ms - monotonic_ms;
        Self { ahead_ms: Some(self.ahead_ms.map_or(ahead_ms, |known| known.max(ahead_ms))) }
    }

    /// The server's time; 0 before anything was heard of it.
    #[must_use]
    pub fn now_ms(self, monotonic_ms: i64) -> i64 {
        self.ahead_ms.map_or(0, |ahead_ms| monotonic_ms + ahead_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::ServerClock;

    #[test]
    fn the_clock_counts_on_from_what_the_server_said() {
        let clock = ServerClock::replied(1_000_000, 50);
        assert_eq!(clock.now_ms(50), 1_000_000);
        assert_eq!(clock.now_ms(60_050), 1_060_000);
        assert_eq!(ServerClock::default().now_ms(99), 0, "nothing is known yet");
    }

    #[test]
    fn an_old_event_does_not_turn_the_clock_back() {
        let clock = ServerClock::replied(1_000_000, 50);
        assert_eq!(clock.heard(400_000, 60).now_ms(60), 1_000_010, "it was kept for ten minutes");
        assert_eq!(clock.heard(9_000_000, 60).now_ms(60), 9_000_000, "the server's clock was set forward");
        assert_eq!(ServerClock::default().heard(400_000, 60).now_ms(60), 400_000);
        assert_eq!(ServerClock::replied(500, 60).now_ms(60), 500, "a reply may set it back");
    }
}
