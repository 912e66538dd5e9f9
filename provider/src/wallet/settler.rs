//! Brings each win, rollback and payout of the journal to a final answer, however long that takes.
//!
//! A call is repeated with growing pauses until the operator says yes or a clear no. A no where
//! there should be none is kept for a person to look at; it is never dropped and never paid twice.

use std::sync::Arc;
use std::time::Duration;

use contract::feed::Paid;
use contract::vendor::Status;
use tokio::sync::{Semaphore, watch};

use super::{Client, WalletError};
use crate::clock;
use crate::journal::calls::{self, Call, Kind, Verdict};
use crate::journal::{Journal, JournalError};

/// Calls on the way at once.
const MAX_CONCURRENT: usize = 16;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Is told when nothing of a player's round is open any more.
pub type OnPaid = Arc<dyn Fn(&str, Paid) + Send + Sync>;

/// Carries out what the journal says is owed.
#[derive(Clone)]
pub struct Settler {
    journal: Journal,
    client: Client,
    on_paid: OnPaid,
    slots: Arc<Semaphore>,
    owed: watch::Sender<usize>,
}

impl std::fmt::Debug for Settler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settler").field("owed", &*self.owed.borrow()).finish_non_exhaustive()
    }
}

impl Settler {
    /// A settler with nothing to do yet.
    #[must_use]
    pub fn new(journal: Journal, client: Client, on_paid: OnPaid) -> Self {
        let slots = Arc::new(Semaphore::new(MAX_CONCURRENT));
        Self { journal, client, on_paid, slots, owed: watch::Sender::new(0) }
    }

    /// Takes up every call without a final answer: what an earlier run left.
    ///
    /// # Errors
    /// The journal's.
    pub async fn resume(&self) -> Result<usize, JournalError> {
        let calls = self.journal.write(calls::pending).await?;
        let count = calls.len();
        self.enqueue(calls);
        Ok(count)
    }

    /// Makes these calls in the background.
    pub fn enqueue(&self, calls: Vec<Call>) {
        for call in calls {
            drop(self.start(call));
        }
    }

    /// Makes a call; the returned task tells whether the first attempt was final. It goes on in
    /// the background in either case.
    #[must_use]
    pub fn start(&self, call: Call) -> tokio::sync::oneshot::Receiver<Verdict> {
        let (first, told) = tokio::sync::oneshot::channel();
        let settler = self.clone();
        self.owed.send_modify(|owed| *owed += 1);
        tokio::spawn(async move {
            settler.bring_to_an_end(&call, first).await;
            settler.owed.send_modify(|owed| *owed -= 1);
        });
        told
    }

    /// Waits until nothing is owed, at most `limit`; returns how much still is.
    pub async fn drained(&self, limit: Duration) -> usize {
        let mut owed = self.owed.subscribe();
        let _ = tokio::time::timeout(limit, owed.wait_for(|owed| *owed == 0)).await;
        *self.owed.borrow()
    }

    async fn bring_to_an_end(&self, call: &Call, first: tokio::sync::oneshot::Sender<Verdict>) {
        let mut first = Some(first);
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some((verdict, answer)) = self.attempt(call).await {
                match self.write(call, verdict, answer).await {
                    Ok(()) => {
                        let _ = first.take().map(|first| first.send(verdict));
                        return;
                    }
                    // The books are closed: the next run will ask again and get the same answer.
                    Err(JournalError::Closed) => return,
                    Err(error) => tracing::error!(transaction = call.id, %error, "an answer could not be written"),
                }
            }
            // Dropped: whoever waits for the first attempt learns that it was not final.
            first = None;
            tokio::time::sleep(with_jitter(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn attempt(&self, call: &Call) -> Option<(Verdict, String)> {
        // Never closed: the semaphore lives as long as the settler.
        let _slot = self.slots.acquire().await.ok()?;
        match self.client.settle(call.kind.as_str(), call.body.clone()).await {
            Ok(reply) => {
                let verdict = verdict(call.kind, reply.status);
                if verdict == Verdict::Review {
                    tracing::error!(
                        transaction = call.id,
                        kind = call.kind.as_str(),
                        status = reply.status.as_str(),
                        detail = reply.detail,
                        "the operator refused for good; a person has to look"
                    );
                }
                Some((verdict, reply.status.as_str().to_owned()))
            }
            Err(error @ WalletError::Rejected(..)) => {
                tracing::error!(transaction = call.id, kind = call.kind.as_str(), %error, "will be repeated");
                None
            }
            Err(error) => {
                tracing::warn!(transaction = call.id, kind = call.kind.as_str(), %error, "will be repeated");
                None
            }
        }
    }

    async fn write(&self, call: &Call, verdict: Verdict, answer: String) -> Result<(), JournalError> {
        let (on_paid, player, call) = (Arc::clone(&self.on_paid), call.player.clone(), call.clone());
        self.journal
            .write_then(
                move |db| calls::finish(db, &call, verdict, &answer, clock::now_ms()),
                move |paid: &Option<Paid>| {
                    if let Some(paid) = paid {
                        on_paid(&player, paid.clone());
                    }
                },
            )
            .await
            .map(drop)
    }
}

/// What a status means for a call that must end well.
const fn verdict(kind: Kind, status: Status) -> Verdict {
    match (kind, status) {
        (_, Status::Ok) => Verdict::Done,
        // The bet is not there any more, or never was: that is what a rollback wants.
        (Kind::Rollback, Status::RolledBack | Status::UnknownBet) => Verdict::Done,
        _ => Verdict::Review,
    }
}

/// Between half and the whole pause, so that many calls don't come at once.
fn with_jitter(pause: Duration) -> Duration {
    let half = pause / 2;
    half + half.mul_f64(rand::random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_ends_a_win_well() {
        for status in Status::ALL {
            let done = *status == Status::Ok;
            assert_eq!(verdict(Kind::Win, *status) == Verdict::Done, done, "{status:?}");
            assert_eq!(verdict(Kind::PromoPayout, *status) == Verdict::Done, done, "{status:?}");
        }
        assert_eq!(verdict(Kind::Rollback, Status::RolledBack), Verdict::Done);
        assert_eq!(verdict(Kind::Rollback, Status::AlreadySettled), Verdict::Review);
    }

    #[test]
    fn jitter_stays_within_the_pause() {
        for _ in 0..100 {
            let pause = with_jitter(Duration::from_millis(100));
            assert!((50..=100).contains(&pause.as_millis()));
        }
    }
}
