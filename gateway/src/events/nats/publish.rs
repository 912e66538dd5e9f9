//! From an outbox into its stream: in order, each event once, however often the process dies.
//!
//! An event is appended with the number of the message that it has to come right behind, which the server
//! checks; within a page, of which all are under way at once, also with that message's id: where the first is
//! refused, so is the rest, however many messages somebody else has appended. So the stream's own end says how far the outbox was published, also after a kill between an
//! append and the note of it, and two processes that publish one outbox can't mix up its order: whoever comes second
//! is refused, looks at the end again, and goes on from there. The note in the service's database is what is
//! left to go by when the stream is empty: whether it was read to its end and then aged, or was lost.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use async_nats::jetstream::context::PublishErrorKind;

use super::message::{Behind, Carried};
use super::{Nats, NatsError, found, server};
use crate::events::{PAUSE_AFTER_ERROR, Source, Subscription};
use crate::store::Database;
use crate::store::outbox::{self, Page, Position, State};

/// How long a note may be behind: it costs the service a commit.
const NOTE_WITHIN: Duration = Duration::from_secs(1);

/// How far an outbox is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// The last event in the stream.
    seq: i64,
    /// The number of the stream's last message.
    number: u64,
}

pub(super) async fn run(nats: Nats, source: Source) {
    let outbox = Subscription::to(source.clone());
    loop {
        match until_error(&nats, &source, &outbox).await {
            Ok(never) => match never {},
            Err(NatsError::Changed(what)) => {
                tracing::info!(source = source.name, what, "the stream is looked at again")
            }
            Err(error) => {
                metrics::counter!("events_publish_errors_total", "source" => source.name).increment(1);
                tracing::warn!(source = source.name, %error, "publishing pauses; events wait in the outbox");
            }
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn until_error(nats: &Nats, source: &Source, outbox: &Subscription) -> Result<Infallible, NatsError> {
    let (mut end, origin) = find_end(nats, source).await?;
    let mut note = Note { database: &source.database, noted: None, last: Instant::now() };
    loop {
        let position = Position { origin: origin.clone(), seq: end.seq };
        let page = tokio::select! {
            page = outbox.page(&position) => page,
            () = note.is_due(end) => {
                note.write(end).await?;
                continue;
            }
        };
        if page.replaced_after.is_some() {
            return Err(NatsError::Changed("its outbox was restored"));
        }
        end = append(nats, source.name, &page, end).await?;
        metrics::counter!("events_published_total", "source" => source.name).increment(page.events.len() as u64);
        if note.last.elapsed() >= NOTE_WITHIN {
            note.write(end).await?;
        }
    }
}

/// Appends a page right behind the end.
async fn append(nats: &Nats, service: &str, page: &Page, mut end: End) -> Result<End, NatsError> {
    let (context, subject) = (&nats.0.context, nats.subject(service));
    let (mut after, mut sent) = (page.after, Vec::with_capacity(page.events.len()));
    let mut behind = Behind { number: end.number, id: None };
    for event in &page.events {
        let carried = Carried { origin: page.origin.clone(), after, event: event.clone() };
        let (headers, body) = carried.to_message(service, &behind)?;
        let acknowledged = context.publish_with_headers(subject.clone(), headers, body).await.map_err(server)?;
        let number = behind.number + 1;
        sent.push((End { seq: event.seq, number }, acknowledged));
        behind = Behind { number, id: Some(carried.id(service, number)) };
        after = event.seq;
    }
    for (reached, acknowledged) in sent {
        let acknowledged = acknowledged.await.map_err(|error| match error.kind() {
            PublishErrorKind::WrongLastSequence | PublishErrorKind::WrongLastMessageId => {
                NatsError::Changed("somebody else has written to it")
            }
            _ => server(error),
        })?;
        if acknowledged.sequence != reached.number {
            return Err(NatsError::Changed("an event is somewhere else in it"));
        }
        end = reached;
    }
    Ok(end)
}

/// Where the stream ends, and which outbox is published into it.
async fn find_end(nats: &Nats, source: &Source) -> Result<(End, String), NatsError> {
    let stream = nats.stream(source.name).await?;
    // The number before the message: if somebody appends in between, the next append is refused.
    let number = stream.cached_info().state.last_sequence;
    let last = found(stream.get_last_raw_message_by_subject(&nats.subject(source.name)).await)?;
    let state = outbox::state(&source.database).await?;
    let seq = match last {
        Some(last) => {
            let carried = Carried::of_message(Some(&last.headers), &last.payload);
            let foreign = |what| NatsError::Foreign { stream: nats.stream_name(source.name), what };
            let seq = published(carried.as_ref(), &state).map_err(foreign)?;
            if seq < state.published.0 {
                tracing::error!(source = source.name, "its stream has lost events: they are published again");
            }
            seq
        }
        // Everything was published, and has aged since.
        None if number == state.published.1 => state.published.0,
        None => {
            if state.published.0 > 0 {
                tracing::error!(source = source.name, "its stream is lost: what the outbox keeps is published again");
            }
            0
        }
    };
    Ok((End { seq, number }, state.origin))
}

/// Which event of the outbox is the stream's last.
fn published(last: Option<&Carried>, outbox: &State) -> Result<i64, &'static str> {
    match last {
        None => Err("ends with a message that is not ours"),
        Some(last) if last.origin != outbox.origin => Err("holds the events of another database"),
        Some(last) if last.event.seq > outbox.newest => Err("is ahead of the database, which was restored"),
        Some(last) => Ok(last.event.seq),
    }
}

/// The note of how far was published, in the service's own database.
struct Note<'a> {
    database: &'a Database,
    noted: Option<End>,
    last: Instant,
}

impl Note<'_> {
    /// Waits until there is something to note, and it is time.
    async fn is_due(&self, end: End) {
        if self.noted == Some(end) {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(NOTE_WITHIN.saturating_sub(self.last.elapsed())).await;
    }

    async fn write(&mut self, end: End) -> Result<(), NatsError> {
        outbox::note_published(self.database, end.seq, end.number).await?;
        (self.noted, self.last) = (Some(end), Instant::now());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::outbox::Event;

    #[test]
    fn only_a_stream_of_the_same_past_is_continued() {
        let outbox = State { origin: "ours".into(), trimmed: 0, newest: 9, published: (7, 7) };
        let last = |origin: &str, seq| {
            let event = Event { seq, topic: "t".into(), player: None, payload: "{}".into(), at_ms: 0 };
            Carried { origin: origin.into(), after: seq - 1, event }
        };
        assert_eq!(published(Some(&last("ours", 8)), &outbox), Ok(8), "the note was behind");
        assert_eq!(published(Some(&last("ours", 3)), &outbox), Ok(3), "the stream has lost something");
        assert!(published(Some(&last("ours", 10)), &outbox).is_err(), "the database was restored");
        assert!(published(Some(&last("theirs", 8)), &outbox).is_err());
        assert!(published(None, &outbox).is_err());
    }
}
