//! What is known of the player's gaming session: how long it lasts, and whether a reality check is to be
//! shown.
//!
//! Time is the server's and comes in as an argument. Must never decide whether a bet is allowed: the
//! server does.

use contract::play::{GamingSession, PlayBlock};

/// A check that the server has not announced is shown this long after its time: its event may still be on
/// the way, or events don't get through at all.
const PATIENCE_MS: i64 = 2_000;

/// Since when somebody has been playing without a long pause; nothing once the session is over.
#[must_use]
pub fn started_at_ms(session: &GamingSession, now_ms: i64) -> Option<i64> {
    session.started_at_ms.filter(|_| session.ends_at_ms.is_none_or(|ends_at_ms| now_ms < ends_at_ms))
}

/// For how many whole minutes; 0 if nobody is playing.
#[must_use]
pub fn minutes(session: &GamingSession, now_ms: i64) -> i64 {
    started_at_ms(session, now_ms).map_or(0, |started_at_ms| (now_ms - started_at_ms).max(0) / 60_000)
}

/// What the games of this session have brought; 0 if nobody is playing.
#[must_use]
pub fn net_minor(session: &GamingSession, now_ms: i64) -> i64 {
    if started_at_ms(session, now_ms).is_some() { session.net_minor } else { 0 }
}

/// Whether a reality check is to be shown: it is due, and no round is on.
#[must_use]
pub fn shows_check(session: &GamingSession, now_ms: i64) -> bool {
    let is_late = session.check_at_ms.is_some_and(|check_at_ms| now_ms >= check_at_ms + PATIENCE_MS);
    session.open_bets == 0 && started_at_ms(session, now_ms).is_some() && (session.check_due || is_late)
}

/// Until when play is blocked, if it is.
#[must_use]
pub fn blocked_until_ms(block: &PlayBlock, now_ms: i64) -> Option<i64> {
    block.until_ms.filter(|until_ms| now_ms < *until_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::money::Currency;

    const MINUTE_MS: i64 = 60_000;

    fn session() -> GamingSession {
        GamingSession {
            version: 1,
            currency: Currency::Eur,
            started_at_ms: Some(1_000),
            ends_at_ms: Some(1_000 + 40 * MINUTE_MS),
            net_minor: -500,
            open_bets: 0,
            check_at_ms: Some(1_000 + 15 * MINUTE_MS),
            check_due: false,
            now_ms: 1_000,
        }
    }

    #[test]
    fn whole_minutes_count_until_the_session_is_over() {
        let session = session();
        assert_eq!(minutes(&session, 1_000), 0);
        assert_eq!(minutes(&session, 1_000 + 5 * MINUTE_MS - 1), 4);
        assert_eq!((minutes(&session, 1_000 + 39 * MINUTE_MS), net_minor(&session, 2_000)), (39, -500));
        let over_ms = 1_000 + 40 * MINUTE_MS;
        assert_eq!((minutes(&session, over_ms), net_minor(&session, over_ms)), (0, 0));
        assert_eq!(minutes(&session, 0), 0, "a clock that is behind");
        let nobody = GamingSession { started_at_ms: None, ends_at_ms: None, check_at_ms: None, ..session };
        assert_eq!((minutes(&nobody, 9_000), net_minor(&nobody, 9_000)), (0, 0));
    }

    #[test]
    fn a_check_waits_for_the_end_of_the_round() {
        let due = GamingSession { check_due: true, ..session() };
        assert!(shows_check(&due, 5_000));
        assert!(!shows_check(&GamingSession { open_bets: 1, ..due.clone() }, 5_000));
        assert!(!shows_check(&due, 1_000 + 40 * MINUTE_MS), "the session is over");
        assert!(!shows_check(&session(), 5_000));
    }

    #[test]
    fn a_check_that_nobody_announced_is_shown_a_little_late() {
        let at_ms = 1_000 + 15 * MINUTE_MS;
        assert!(!shows_check(&session(), at_ms + PATIENCE_MS - 1));
        assert!(shows_check(&session(), at_ms + PATIENCE_MS));
    }

    #[test]
    fn a_block_ends_by_itself() {
        let block = PlayBlock { version: 1, until_ms: Some(100), self_excluded: false, now_ms: 0 };
        assert_eq!((blocked_until_ms(&block, 99), blocked_until_ms(&block, 100)), (Some(100), None));
        assert_eq!(blocked_until_ms(&PlayBlock { until_ms: None, ..block }, 1), None);
    }
}
