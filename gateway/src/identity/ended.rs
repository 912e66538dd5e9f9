//! Sessions that ended while a cookie of theirs could still be taken without a look-up.
//!
//! A cookie is verified without asking, so the end of its session has to be known where it is
//! verified. This is that knowledge: what ended within a cookie's life, in memory, and in the database
//! for the next start. What ends in another process is asked for every [`ASK_EVERY`]; while identity
//! does not answer, it holds from the cookie's next renewal.

use super::door::Book;
use super::token::LIFE_MS;
use crate::clock::Clock;
use crate::problem::ApiError;
use crate::store::{Database, StoreError, Tx, params};
use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How many are added before those that no cookie can be left of are looked for.
const SWEEP_EVERY: usize = 256;

/// How often a process asks what has ended in others.
pub(super) const ASK_EVERY: Duration = Duration::from_secs(1);
/// How long it may take from the time that an end is dated to its commit, and how far the clocks of two
/// machines may be apart: what is asked for overlaps by it.
const OVERLAP_MS: i64 = 30_000;

/// The ends that identity has written down since some time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSince {
    /// Each session, and from when it counts as ended.
    pub(super) sessions: Vec<(Uuid, i64)>,
    /// Identity's clock when it looked.
    pub(super) now_ms: i64,
}

/// What is known.
#[derive(Default)]
struct Known {
    /// What was on the disk at the start is here as well.
    complete: bool,
    /// From when each of them counts as ended.
    from_ms: HashMap<Uuid, i64>,
}

impl Known {
    /// Whether that is news. The earliest of several ends counts.
    fn insert(&mut self, session: Uuid, from_ms: i64, now_ms: i64) -> bool {
        if self.from_ms.get(&session).is_some_and(|known_ms| *known_ms <= from_ms) {
            return false;
        }
        if self.from_ms.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.from_ms.retain(|_, from_ms| !is_over(*from_ms, now_ms));
        }
        self.from_ms.insert(session, from_ms);
        true
    }
}

/// The sessions that ended. A clone is another handle on the same ones.
#[derive(Clone)]
pub(super) struct Ended {
    known: watch::Sender<Known>,
    clock: Clock,
}

impl Ended {
    pub(super) fn new(clock: Clock) -> Self {
        Self { known: watch::Sender::new(Known::default()), clock }
    }

    /// Whether a session has ended.
    ///
    /// # Errors
    /// What ended before the start can't be read.
    pub(super) async fn has(&self, book: &dyn Book, session: Uuid) -> Result<bool, ApiError> {
        if !self.known.borrow().complete {
            self.learn(book.ended_since(i64::MIN).await?);
        }
        Ok(self.since_ms(session).is_some_and(|from_ms| self.clock.now_ms() >= from_ms))
    }

    /// Asks what ends in other processes, for as long as it runs.
    pub(super) async fn keep_up(&self, book: &dyn Book) {
        let mut since_ms = i64::MIN;
        let mut answers = true;
        loop {
            match book.ended_since(since_ms).await {
                Ok(ended) => {
                    since_ms = ended.now_ms.saturating_sub(OVERLAP_MS);
                    self.learn(ended);
                    answers = true;
                }
                // Once per outage.
                Err(error) => {
                    if std::mem::take(&mut answers) {
                        tracing::warn!(%error, "what sessions end elsewhere is not known; they last until their cookies do");
                    }
                }
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }

    fn learn(&self, ended: EndedSince) {
        let now_ms = self.clock.now_ms();
        self.known.send_if_modified(|known| {
            let mut news = !std::mem::replace(&mut known.complete, true);
            for (session, from_ms) in ended.sessions {
                news |= !is_over(from_ms, now_ms) && known.insert(session, from_ms, now_ms);
            }
            news
        });
    }

    /// Makes it known; it stands on the disk already.
    pub(super) fn add(&self, sessions: &[Uuid], from_ms: i64) {
        let now_ms = self.clock.now_ms();
        self.known.send_if_modified(|known| {
            sessions.iter().fold(false, |news, session| known.insert(*session, from_ms, now_ms) | news)
        });
    }

    fn since_ms(&self, session: Uuid) -> Option<i64> {
        self.known.borrow().from_ms.get(&session).copied()
    }

    /// For whoever has to stop when it comes.
    pub(super) fn of(&self, session: Uuid) -> SessionEnd {
        SessionEnd(Some((self.clone(), session)))
    }
}

/// What is written down of ends after a time.
pub(super) async fn since(database: &Database, since_ms: i64, now_ms: i64) -> Result<EndedSince, StoreError> {
    let sessions = database.read(move |sql| {
        sql.query_all("SELECT id, from_ms FROM ended_sessions WHERE from_ms > ?1", params![since_ms], |row| {
            Ok((row.named(0, |id| Uuid::parse_str(id).ok())?, row.get(1)?))
        })
    });
    Ok(EndedSince { sessions: sessions.await?, now_ms })
}

/// Writes down that sessions end, in the transaction that ends them, and forgets those that no
/// cookie can be left of.
pub(super) fn note(tx: &Tx<'_>, sessions: &[Uuid], from_ms: i64, now_ms: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM ended_sessions WHERE from_ms <= ?1", params![now_ms.saturating_sub(LIFE_MS)])?;
    for session in sessions {
        tx.execute(
            "INSERT INTO ended_sessions (id, from_ms) VALUES (?1, ?2)
             ON CONFLICT (id) DO UPDATE SET from_ms = excluded.from_ms WHERE excluded.from_ms < ended_sessions.from_ms",
            params![session.to_string(), from_ms],
        )?;
    }
    Ok(())
}

/// Whether every cookie that was given out before is too old to be taken.
fn is_over(from_ms: i64, now_ms: i64) -> bool {
    now_ms.saturating_sub(from_ms) >= LIFE_MS
}

/// The end of the session that a request belongs to.
#[derive(Clone)]
pub struct SessionEnd(Option<(Ended, Uuid)>);

impl SessionEnd {
    /// Of a visitor, who has none.
    #[must_use]
    pub fn of_nobody() -> Self {
        Self(None)
    }

    /// Returns once the session has ended; never for a visitor.
    pub async fn come(&self) {
        let Some((ended, session)) = &self.0 else { return pending().await };
        let mut news = ended.known.subscribe();
        loop {
            news.borrow_and_update();
            if let Some(from_ms) = ended.since_ms(*session) {
                let left = from_ms.saturating_sub(ended.clock.now_ms());
                return tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
            }
            if news.changed().await.is_err() {
                return pending().await;
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SessionEnd {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::of_nobody))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_reaches_whoever_waits_for_it_and_nobody_else() {
        let clock = Clock::standing_at(1_000);
        let ended = Ended::new(clock.clone());
        let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
        let (ends, stays) = (ended.of(one), ended.of(other));
        let mut stays = std::pin::pin!(stays.come());
        assert!(futures::poll!(stays.as_mut()).is_pending());
        ended.add(&[one], 1_000);
        ends.come().await;
        assert!(futures::poll!(stays.as_mut()).is_pending());
        let visitor = SessionEnd(None);
        assert!(futures::poll!(std::pin::pin!(visitor.come())).is_pending());
    }

    #[tokio::test]
    async fn what_ends_at_once_does_not_wait_for_an_end_that_was_set_before() {
        let clock = Clock::standing_at(1_000);
        let (ended, session) = (Ended::new(clock), Uuid::new_v4());
        ended.add(&[session], 11_000);
        let waiting = ended.of(session);
        ended.add(&[session], 1_000);
        ended.add(&[session], 21_000);
        waiting.come().await;
    }

    #[test]
    fn memory_holds_no_more_than_a_cookies_life() {
        let clock = Clock::standing_at(0);
        let ended = Ended::new(clock.clone());
        for number in 0..8 * SWEEP_EVERY {
            let (session, now_ms) = (Uuid::new_v4(), clock.now_ms());
            if number % 2 == 0 {
                ended.add(&[session], now_ms);
            } else {
                ended.learn(EndedSince { sessions: vec![(session, now_ms)], now_ms });
            }
            clock.advance(LIFE_MS / 100);
        }
        let held = ended.known.borrow().from_ms.len();
        assert!(held <= 100 + SWEEP_EVERY, "{held}");
    }
}
