//! One connection: a position in the log that moves as fast as its socket takes events.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::sse;
use contract::problem::Code;
use futures::stream::{self, Stream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::recent::Look;
use super::{Events, log};
use crate::identity::SessionEnd;
use crate::problem::ApiError;
use crate::store::StoreError;

/// Events that wait for the socket at once; the rest waits in the log.
const BATCH: usize = 64;
/// A sign of life goes out when nothing else has for so long. It is an event of its own, since of comments
/// a page hears nothing: one that has heard nothing for twelve seconds takes the connection for lost.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);
/// Its name.
const BEAT: &str = "beat";
/// The last event of a session that has ended: the page has to look who is signed in.
const SIGNED_OUT: &str = "signed-out";
/// What the browser waits before it connects again.
const RETRY: Duration = Duration::from_millis(500);
/// A connection is ended after so long and comes back with its session checked again.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Connections in all, of visitors, and of one player. Visitors cost nothing to make: they leave room for players.
const MAX_CONNECTIONS: usize = 8192;
const MAX_OF_VISITORS: usize = 6144;
const MAX_PER_PLAYER: usize = 24;

/// Who is connected.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<Option<String>, usize>>>);

/// A connection's place; free again when dropped.
pub(super) struct Seat {
    seats: Seats,
    player: Option<String>,
}

impl Seats {
    /// Takes a place.
    ///
    /// # Errors
    /// There are too many connections, in all, of visitors or of this player.
    pub(super) fn take(&self, player: Option<&str>) -> Result<Seat, ApiError> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let player = player.map(str::to_owned);
        let own = taken.get(&player).copied().unwrap_or(0);
        let most = if player.is_some() { MAX_PER_PLAYER } else { MAX_OF_VISITORS };
        if own >= most || taken.values().sum::<usize>() >= MAX_CONNECTIONS {
            return Err(ApiError::new(Code::TooMany, "There are too many open event streams."));
        }
        taken.insert(player.clone(), own + 1);
        metrics::gauge!("sse_connections").increment(1.0);
        Ok(Seat { seats: self.clone(), player })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.player) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.player);
            }
        }
        metrics::gauge!("sse_connections").decrement(1.0);
    }
}

/// Where a connection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// With what happens from now on.
    Now,
    /// Right after this event.
    After(i64),
    /// The client's position means nothing here.
    Unknown,
}

struct Connection {
    events: Events,
    seat: Seat,
    /// When the session ends, so does this.
    end: SessionEnd,
    over: bool,
    head: watch::Receiver<i64>,
    stopping: watch::Receiver<bool>,
    position: i64,
    /// It has caught up once: from then on it is served from memory, and ended if it falls behind.
    live: bool,
    waiting: VecDeque<sse::Event>,
    began: Instant,
    /// When the page has to hear something, whatever happens to others until then.
    beat_at: Instant,
}

/// The events of a connection.
///
/// # Errors
/// The log can't be read.
pub(super) async fn open(
    events: Events,
    (seat, end): (Seat, SessionEnd),
    start: Start,
) -> Result<impl Stream<Item = Result<sse::Event, Infallible>>, ApiError> {
    let head = events.0.head.subscribe();
    let player = seat.player.clone();
    let (bounds, retained) = events
        .0
        .database
        .read(move |sql| Ok::<_, StoreError>((log::bounds(sql)?, log::retained(sql, player.as_deref())?)))
        .await?;
    let resumed = match start {
        Start::After(id) if (bounds.oldest - 1..=bounds.newest).contains(&id) => Some(id),
        _ => None,
    };
    let position = resumed.unwrap_or(bounds.newest);
    let (mut waiting, mut begin) = (VecDeque::new(), VecDeque::new());
    waiting.push_back(sse::Event::default().retry(RETRY));
    if resumed.is_none() {
        if start != Start::Now {
            // With its own id, for a page goes on from there; it asks for all that it was not told.
            waiting.push_back(sse::Event::default().event("reset").data("{}").id(position.to_string()));
        }
        begin.extend(retained.iter().map(|event| sse::Event::default().event(&event.topic).data(&event.payload)));
    }
    // The last of these sets the browser's position, so that even a connection that breaks before its first event
    // misses nothing; and none before it, so that one that breaks before begins anew. Without data it is no event.
    let last = begin.pop_back().unwrap_or_default().id(position.to_string());
    waiting.append(&mut begin);
    waiting.push_back(last);
    let stopping = events.0.stopping.clone();
    let began = Instant::now();
    let connection = Connection {
        events,
        seat,
        end,
        over: false,
        head,
        stopping,
        position,
        live: false,
        waiting,
        began,
        beat_at: began + HEARTBEAT,
    };
    Ok(stream::unfold(connection, |mut connection| async {
        let event = connection.next().await?;
        Some((Ok(event), connection))
    }))
}

impl Connection {
    /// The next event, or nothing when the connection has to end.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.beat_at = Instant::now() + HEARTBEAT;
                return Some(event);
            }
            if self.over || *self.stopping.borrow() {
                return None;
            }
            self.head.borrow_and_update();
            if self.read().await? {
                continue;
            }
            let switch = self.events.0.switch.clone();
            tokio::select! {
                changed = self.head.changed() => changed.ok()?,
                () = tokio::time::sleep_until(self.beat_at) => {
                    let id = self.position.to_string();
                    self.waiting.push_back(sse::Event::default().event(BEAT).data("{}").id(id));
                }
                () = tokio::time::sleep_until(self.began + LIFETIME) => return None,
                () = switch.cut_off(self.began) => return None,
                () = self.end.come() => {
                    self.over = true;
                    return Some(sse::Event::default().event(SIGNED_OUT).data("{}"));
                }
                _ = self.stopping.changed() => return None,
            }
        }
    }

    /// Reads on; false if there was nothing, nothing at all if the connection has to end.
    async fn read(&mut self) -> Option<bool> {
        let player = self.seat.player.clone();
        match self.events.0.recent.look(self.position, player.as_deref(), BATCH) {
            Look::Here(found, reached) => {
                self.live = true;
                self.take(found.iter().map(AsRef::as_ref), reached);
            }
            Look::TooOld if self.live => {
                tracing::info!("an event stream fell behind and is ended; it resumes from the log");
                return None;
            }
            Look::TooOld => {
                let after = self.position;
                let database = &self.events.0.database;
                let page = database.read(move |sql| {
                    let oldest = log::bounds(sql)?.oldest;
                    let page = log::page(sql, after, player.as_deref(), BATCH)?;
                    // Trimmed while it was being caught up on: what is missing can't be told.
                    Ok::<_, StoreError>((after + 1 >= oldest).then_some(page))
                });
                let (found, reached) = page.await.ok()??;
                self.take(found.iter(), reached);
            }
        }
        Some(!self.waiting.is_empty())
    }

    fn take<'a>(&mut self, found: impl Iterator<Item = &'a log::Logged>, reached: i64) {
        debug_assert!(reached >= self.position, "the position never goes back");
        self.position = reached;
        self.waiting.extend(
            found.map(|event| sse::Event::default().id(event.id.to_string()).event(&event.topic).data(&event.payload)),
        );
    }
}
