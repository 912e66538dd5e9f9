//! A gaming session and its reality checks: pure.
//!
//! A session begins with the first stake and ends when there was no other for a while. A reality
//! check falls due when so many minutes of it have passed since it began or since the last check; from
//! then on stakes are refused until it is acknowledged. Only a pause that ends the session does without.
//!
//! The clock may jump. A moment that was noted and now lies in the future counts as now.

use super::market::Market;

/// A gaming session, as long as it is remembered: until the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Session {
    pub(in crate::wallet) started_ms: i64,
    pub(in crate::wallet) last_stake_ms: i64,
    /// When the last check was acknowledged; the beginning before that.
    pub(super) checked_ms: i64,
    /// A check has fallen due and waits: it stays so, whatever the clock does.
    pub(super) check_due: bool,
    /// What the games have brought since it began.
    pub(in crate::wallet) net_minor: i64,
}

impl Session {
    fn begin(now_ms: i64) -> Self {
        Self { started_ms: now_ms, last_stake_ms: now_ms, checked_ms: now_ms, check_due: false, net_minor: 0 }
    }

    /// When it ends if nothing more is staked.
    pub(super) fn ends_ms(&self, market: &Market) -> i64 {
        self.last_stake_ms.saturating_add(market.session_ends_after_ms)
    }

    /// When the next check falls due.
    pub(super) fn check_ms(&self, check_minutes: u32) -> i64 {
        self.checked_ms.saturating_add(i64::from(check_minutes) * 60_000)
    }

    /// Whether a check stands in the way of the next stake.
    pub(super) fn is_check_due(&self, check_minutes: u32, now_ms: i64) -> bool {
        self.check_due || now_ms >= self.check_ms(check_minutes)
    }

    /// The session in which a stake falls that is taken now.
    pub(in crate::wallet) fn with_stake(
        session: Option<Self>,
        market: &Market,
        amount_minor: i64,
        now_ms: i64,
    ) -> Self {
        let session = session.filter(|session| now_ms < session.ends_ms(market));
        let Self { started_ms, checked_ms, check_due, net_minor, .. } = session.unwrap_or_else(|| Self::begin(now_ms));
        Self {
            started_ms: started_ms.min(now_ms),
            last_stake_ms: now_ms,
            checked_ms: checked_ms.min(now_ms),
            check_due,
            net_minor: net_minor.saturating_sub(amount_minor),
        }
    }

    /// The session after a game has brought something: a win, or a stake that was taken back.
    pub(in crate::wallet) fn brought(self, minor: i64) -> Self {
        Self { net_minor: self.net_minor.saturating_add(minor), ..self }
    }

    /// A session as the log tells it: of its checks, the log knows nothing.
    pub(in crate::wallet) fn of_log(started_ms: i64, last_stake_ms: i64, net_minor: i64) -> Self {
        Self { started_ms, last_stake_ms, checked_ms: started_ms, check_due: false, net_minor }
    }

    /// The stretch of time up to now that its last stake counts as played.
    pub(super) fn played(&self, market: &Market, now_ms: i64) -> (i64, i64) {
        (self.last_stake_ms, now_ms.min(self.last_stake_ms.saturating_add(market.stake_counts_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn market() -> Market {
        Market::house().expect("good rules")
    }

    fn at(minute: i64) -> i64 {
        1_800_000_000_000 + minute * MINUTE_MS
    }

    #[test]
    fn a_pause_ends_a_session_and_the_next_stake_begins_another() {
        let market = market();
        let first = Session::with_stake(None, &market, 100, at(0));
        let second = Session::with_stake(Some(first), &market, 50, at(29));
        assert_eq!((second.started_ms, second.net_minor), (at(0), -150));
        let next = Session::with_stake(Some(second), &market, 10, at(59));
        assert_eq!((next.started_ms, next.net_minor), (at(59), -10));
    }

    #[test]
    fn a_check_falls_due_at_the_interval_and_waits() {
        let session = Session::with_stake(None, &market(), 100, at(0));
        assert!(!session.is_check_due(15, at(15) - 1));
        assert!(session.is_check_due(15, at(15)));
        let due = Session { check_due: true, ..session };
        assert!(due.is_check_due(15, at(0)), "whatever the clock says");
        assert!(Session::with_stake(Some(due), &market(), 1, at(1)).check_due, "a stake does not take it away");
    }

    #[test]
    fn a_stake_counts_for_its_minutes_or_until_now() {
        let session = Session::with_stake(None, &market(), 100, at(0));
        assert_eq!(session.played(&market(), at(2)), (at(0), at(2)));
        assert_eq!(session.played(&market(), at(60)), (at(0), at(5)));
    }

    #[test]
    fn a_session_from_the_future_is_one_of_now() {
        let ahead = Session::with_stake(None, &market(), 100, at(600));
        let back = Session::with_stake(Some(ahead), &market(), 100, at(0));
        assert_eq!((back.started_ms, back.checked_ms, back.last_stake_ms), (at(0), at(0), at(0)));
        assert_eq!(back.net_minor, -200);
    }
}
