//! Out of a stream, from the event on that a follower has not taken yet.
//!
//! The outbox's own numbers rise along the stream, so the first message after a position is found by
//! halving: some twenty questions for a million events. From there a consumer without any memory of its own
//! hands the messages over; whatever is wrong with it, it is thrown away and the place is looked up again.
//!
//! Several processes may read for one inbox, and whoever loses a page to another goes on where that one is. That is no
//! reason to look anything up: it is passed over up to there, or handed over once more.

use std::time::Duration;

use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::Stream;
use futures::{FutureExt, StreamExt};
use tokio::sync::Mutex;

use super::handed::Handed;
use super::message::Carried;
use super::{Nats, NatsError, found, server};
use crate::events::PAUSE_AFTER_ERROR;
use crate::events::subscription::PAGE;
use crate::store::outbox::{Page, Position};

/// How often the server says that there is nothing.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// When nothing has come for so long, it is asked whether that is so.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(3);
/// The server forgets a consumer that nobody asks: that of a process which died.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15);

/// A service's stream, to be read by one follower.
pub(in crate::events) struct Reader {
    nats: Nats,
    service: &'static str,
    place: Mutex<Option<Place>>,
}

/// A place in the stream.
struct Place {
    /// The event that was handed over last.
    position: Position,
    /// The number of the message that was received last.
    number: u64,
    /// As it was when the place was found: one of the same name may come in its place.
    stream: Stream,
    /// The name of what hands the messages over.
    consumer: String,
    messages: pull::Stream,
    /// Received, and not handed over yet.
    held: Option<Carried>,
    /// What was handed over up to the position.
    handed: Handed,
}

impl Reader {
    pub(in crate::events) fn new(nats: Nats, service: &'static str) -> Self {
        Self { nats, service, place: Mutex::new(None) }
    }

    pub(in crate::events) fn name(&self) -> &'static str {
        self.service
    }

    /// The page after a position, once there is at least one event.
    pub(in crate::events) async fn page(&self, position: &Position) -> Page {
        let mut place = self.place.lock().await;
        loop {
            // Taken out: if this is given up in the middle, the place is looked up again.
            match self.next(place.take(), position).await {
                Ok((page, reached)) => {
                    *place = Some(reached);
                    return page;
                }
                Err(error) => {
                    metrics::counter!("events_follow_errors_total", "source" => self.service).increment(1);
                    tracing::warn!(source = self.service, %error, "following pauses");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }

    /// The page after a position, and the place that it leads to.
    async fn next(&self, place: Option<Place>, position: &Position) -> Result<(Page, Place), NatsError> {
        let mut place = match place {
            Some(place) if place.leads_to(position) => place,
            elsewhere => {
                if let Some(place) = elsewhere {
                    place.leave();
                }
                self.find(position).await?
            }
        };
        if let Some(page) = place.again(position) {
            return Ok((page, place));
        }
        place.pass_to(position);
        match self.read(&mut place).await {
            Ok(page) => Ok((page, place)),
            Err(error) => {
                place.leave();
                Err(error)
            }
        }
    }

    /// The place after a position.
    async fn find(&self, position: &Position) -> Result<Place, NatsError> {
        let stream = self.nats.stream(self.service).await?;
        let start_sequence = self.first_after(&stream, position).await?.max(1);
        let config = pull::Config {
            description: Some("a gateway".to_owned()),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ack_policy: AckPolicy::None,
            inactive_threshold: FORGOTTEN_AFTER,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(server)?;
        let pull = consumer.stream().max_messages_per_batch(PAGE as usize).heartbeat(HEARTBEAT);
        Ok(Place {
            position: position.clone(),
            number: start_sequence - 1,
            consumer: consumer.cached_info().name.clone(),
            messages: pull.messages().await.map_err(server)?,
            held: None,
            handed: Handed::nothing_after(position.seq),
            stream,
        })
    }

    /// The number of the first message that has an event after the position.
    async fn first_after(&self, stream: &Stream, position: &Position) -> Result<u64, NatsError> {
        let (state, subject) = (&stream.cached_info().state, self.nats.subject(self.service));
        // Nothing up to `before` is after the position; everything from `from` on is.
        let (mut before, mut from) = (state.first_sequence.saturating_sub(1), state.last_sequence + 1);
        if position.is_start() {
            return Ok(before + 1);
        }
        while from - before > 1 {
            let middle = before + (from - before) / 2;
            let message = found(stream.get_first_raw_message_by_subject(&subject, middle).await)?;
            match message {
                Some(message) if is_before(&message.headers, &message.payload, position) => before = message.sequence,
                _ => from = middle,
            }
        }
        Ok(from)
    }

    /// Waits for an event, and takes what else has come by then.
    async fn read(&self, place: &mut Place) -> Result<Page, NatsError> {
        let first = loop {
            let next = match place.held.take() {
                Some(held) => Some(held),
                None => self.receive(place).await?,
            };
            if let Some(next) = next.filter(|next| !place.has(next)) {
                break next;
            }
        };
        let is_other = !place.position.origin.is_empty() && place.position.origin != first.origin;
        let replaced_after = is_other.then_some(0);
        if !place.joins_on(&first) {
            place.handed = Handed::nothing_after(first.after);
        }
        let Carried { origin, after, event } = first;
        place.position = Position { origin: origin.clone(), seq: event.seq };
        let mut page = Page { origin, after, replaced_after, events: vec![event] };
        while page.events.len() < PAGE as usize
            && let Some(next) = place.messages.next().now_or_never()
        {
            match self.carried(place, next)? {
                Some(next) if place.has(&next) => {}
                Some(next) if place.joins_on(&next) => {
                    place.position.seq = next.event.seq;
                    page.events.push(next.event);
                }
                Some(next) => {
                    place.held = Some(next);
                    break;
                }
                None => {}
            }
        }
        place.handed.add(&page.events);
        Ok(page)
    }

    /// The next message; none if it is not ours.
    async fn receive(&self, place: &mut Place) -> Result<Option<Carried>, NatsError> {
        loop {
            match tokio::time::timeout(LOOK_AGAIN_AFTER, place.messages.next()).await {
                Ok(next) => return self.carried(place, next),
                Err(_) => self.look_again(place).await?,
            }
        }
    }

    /// Makes sure that nothing has come because there is nothing.
    async fn look_again(&self, place: &Place) -> Result<(), NatsError> {
        let stream = self.nats.stream(self.service).await?;
        let info = stream.cached_info();
        if info.created != place.stream.cached_info().created {
            return Err(NatsError::Changed("it was made anew"));
        }
        if info.state.last_sequence > place.number && info.state.messages > 0 {
            return Err(NatsError::Changed("it holds more than was handed over"));
        }
        Ok(())
    }

    fn carried(
        &self,
        place: &mut Place,
        next: Option<Result<async_nats::jetstream::Message, pull::MessagesError>>,
    ) -> Result<Option<Carried>, NatsError> {
        let message = next.ok_or(NatsError::Changed("it is no longer handed over"))?.map_err(server)?;
        place.number = message.info().map_err(server)?.stream_sequence;
        let carried = Carried::of_message(message.headers.as_ref(), &message.payload);
        if carried.is_none() {
            tracing::error!(source = self.service, number = place.number, "a message is not ours and is passed over");
        }
        Ok(carried)
    }
}

impl Place {
    /// Whether what comes after a position comes from here.
    fn leads_to(&self, position: &Position) -> bool {
        self.position.origin == position.origin && self.handed.goes_back_to(position.seq)
    }

    /// What was handed over after a position that is behind this one.
    fn again(&self, position: &Position) -> Option<Page> {
        let events = self.handed.after(position.seq);
        let page = Page { origin: position.origin.clone(), after: position.seq, replaced_after: None, events };
        (!page.events.is_empty()).then_some(page)
    }

    /// Goes on to a position that somebody else has come to: what is before it is not handed over here.
    fn pass_to(&mut self, position: &Position) {
        if self.position != *position {
            self.handed = Handed::nothing_after(position.seq);
            self.position = position.clone();
        }
    }

    /// Has the server forget at once what has handed over messages here. Nobody waits for that: if it does not get
    /// there, it is forgotten by itself.
    fn leave(self) {
        let Self { stream, consumer, messages, .. } = self;
        drop(messages);
        tokio::spawn(async move {
            if let Err(error) = stream.delete_consumer(&consumer).await {
                tracing::debug!(%error, "a consumer is left to be forgotten");
            }
        });
    }

    /// Whether the event was handed over before.
    fn has(&self, next: &Carried) -> bool {
        next.origin == self.position.origin && next.event.seq <= self.position.seq
    }

    /// Whether nothing is missing between what was handed over last and this.
    fn joins_on(&self, next: &Carried) -> bool {
        next.origin == self.position.origin && next.after <= self.position.seq
    }
}

/// Whether a message is not after the position. One that is not ours may be passed over.
fn is_before(headers: &async_nats::HeaderMap, body: &[u8], position: &Position) -> bool {
    let Some(carried) = Carried::of_message(Some(headers), body) else { return false };
    let is_same = position.origin.is_empty() || position.origin == carried.origin;
    is_same && carried.event.seq <= position.seq
}
