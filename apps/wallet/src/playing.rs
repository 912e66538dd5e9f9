//! The gaming session: what is heard and asked of it, and the answer to a reality check.

use std::cell::{Cell, RefCell};

use contract::event::{Nothing, PlayerBlock, PlayerLimitReached, PlayerLimits, PlayerSession};
use contract::play::{Allowance, GamingSession, Play, PlayBlock, Reached, ReachedReason};
use contract::wallet::{Entry, EntryKind};
use fragment::{RequestError, ServerClock, State, clock, host, new_key};
use ui::Retry;

use crate::play::{blocked_until_ms, shows_check};
use crate::store::{Store, put_off};

/// Where everything that is shown beside a game is asked for.
const PATH: &str = "/api/limits/session";

/// What stands between the player and the next bet, and what it has come to so far.
#[derive(Debug, Default)]
pub(crate) struct Playing {
    /// Absent until the first answer.
    pub(crate) session: State<Option<GamingSession>>,
    pub(crate) block: State<Option<PlayBlock>>,
    /// What the limits leave for deposits; absent if there is none.
    pub(crate) deposit: State<Option<Allowance>>,
    /// The last bet that a limit refused, until one is taken again.
    pub(crate) reached: State<Option<Reached>>,
    /// The server's time, moved on every second.
    pub(crate) now_ms: State<i64>,
    /// The answer to the reality check is on its way.
    pub(crate) is_answering: State<bool>,
    /// It did not get through.
    pub(crate) has_failed: State<bool>,
    /// The player looks at the history first.
    pub(crate) is_aside: State<bool>,
    clock: Cell<ServerClock>,
    /// The key of an answer whose outcome is unknown.
    key: RefCell<Option<String>>,
    retry: Cell<Retry>,
}

impl Playing {
    pub(crate) fn listen(&'static self, store: &'static Store) {
        let host = host();
        host.subscribe(PlayerSession, move |session| {
            self.heard(session.now_ms);
            self.learn_session(session);
        });
        host.subscribe(PlayerBlock, move |block| {
            self.heard(block.now_ms);
            self.learn_block(block);
        });
        host.subscribe(PlayerLimits, move |_| self.refresh(store));
        host.subscribe(PlayerLimitReached, move |reached| self.refused(reached));
    }

    /// Nothing of one player may be shown to another.
    pub(crate) fn clear(&'static self) {
        self.session.set(None);
        self.block.set(None);
        self.deposit.set(None);
        self.reached.set(None);
        self.is_answering.set(false);
        self.has_failed.set(false);
        self.is_aside.set(false);
        self.key.take();
        self.retry.set(Retry::default());
    }

    /// Whether the reality check is to be shown, or waits while the player looks at the history.
    pub(crate) fn is_check_due(&'static self) -> bool {
        let now_ms = self.now_ms.get();
        self.session.with(|session| session.as_ref().is_some_and(|session| shows_check(session, now_ms)))
            && self.blocked_until_ms().is_none()
    }

    /// Until when bets, deposits and promotions are blocked, if they are.
    pub(crate) fn blocked_until_ms(&'static self) -> Option<i64> {
        let now_ms = self.now_ms.get();
        self.block.with(|block| blocked_until_ms(block.as_ref()?, now_ms))
    }

    /// Whether that is a self-exclusion.
    pub(crate) fn is_excluded(&'static self) -> bool {
        self.block.with(|block| block.as_ref().is_some_and(|block| block.self_excluded))
    }

    /// Moves the time on; asks again where there was no answer. True if a request may be made now.
    pub(crate) fn tick(&'static self, store: &'static Store, may_ask: bool) {
        let monotonic_ms = clock::monotonic_ms();
        self.now_ms.set(self.clock.get().now_ms(monotonic_ms));
        if may_ask && self.retry.get().is_due(monotonic_ms) {
            self.refresh(store);
        }
    }

    /// Asks for everything.
    pub(crate) fn refresh(&'static self, store: &'static Store) {
        self.retry.set(self.retry.get().started());
        fragment::spawn(self.ask(store));
    }

    /// The same, to wait for.
    pub(crate) async fn ask(&'static self, store: &'static Store) {
        let epoch = store.epoch();
        let reply = host().get::<Play>(PATH).await;
        if store.epoch() != epoch {
            return;
        }
        match reply {
            Ok(play) => {
                self.retry.set(Retry::default());
                self.replied(play.session.now_ms);
                self.learn_session(play.session);
                self.learn_block(play.block);
                self.deposit.set(play.deposit);
            }
            Err(error) => {
                put_off(&self.retry);
                host().warn(&error.text());
            }
        }
    }

    /// A line of the history: a stake was taken, so nothing stands in the way of bets any more.
    pub(crate) fn wrote(&'static self, entry: &Entry) {
        if entry.kind == EntryKind::Bet {
            self.reached.set(None);
        }
    }

    /// Tells the server that the player has seen the check and goes on.
    pub(crate) fn go_on(&'static self, store: &'static Store) {
        if self.is_answering.get() {
            return;
        }
        self.is_answering.set(true);
        self.has_failed.set(false);
        let key = self.key.take().unwrap_or_else(new_key);
        let epoch = store.epoch();
        fragment::spawn(async move {
            let path = "/api/limits/reality-check/acknowledge";
            let reply = host().post::<_, GamingSession>(path, &Nothing {}, Some(&key)).await;
            if store.epoch() != epoch {
                return;
            }
            self.is_answering.set(false);
            match reply {
                Ok(session) => {
                    self.replied(session.now_ms);
                    self.learn_session(session);
                }
                Err(error) => self.not_acknowledged(&error, key),
            }
        });
    }

    fn not_acknowledged(&'static self, error: &RequestError, key: String) {
        host().warn(&error.text());
        self.has_failed.set(true);
        // What was refused for good would be refused again.
        if !matches!(error, RequestError::Problem(problem) if problem.status < 500) {
            self.key.replace(Some(key));
        }
    }

    fn refused(&'static self, reached: Reached) {
        // The others show for themselves.
        if !matches!(
            reached.reason,
            ReachedReason::RealityCheck | ReachedReason::TimeOut | ReachedReason::SelfExclusion
        ) {
            self.reached.set(Some(reached));
        }
    }

    fn replied(&'static self, server_ms: i64) {
        self.set_clock(ServerClock::replied(server_ms, clock::monotonic_ms()));
    }

    fn heard(&'static self, server_ms: i64) {
        self.set_clock(self.clock.get().heard(server_ms, clock::monotonic_ms()));
    }

    fn set_clock(&'static self, set: ServerClock) {
        self.clock.set(set);
        self.now_ms.set(set.now_ms(clock::monotonic_ms()));
    }

    fn learn_session(&'static self, next: GamingSession) {
        if self.session.with(|known| known.as_ref().is_none_or(|known| known.version <= next.version)) {
            self.session.set(Some(next));
        }
    }

    fn learn_block(&'static self, next: PlayBlock) {
        if self.block.with(|known| known.as_ref().is_none_or(|known| known.version <= next.version)) {
            self.block.set(Some(next));
        }
    }
}
