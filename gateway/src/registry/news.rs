//! Tells open pages of a newer manifest: an event of its own on their event stream, at its beginning and whenever
//! the floor has changed.
//!
//! It is put in on the way from the event service to the page and not by the service: what the floor holds,
//! only the edge knows, and the service may be another process. It carries no id, so that a page resumes where
//! the service's own events have brought it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use futures::stream::{self, Stream};
use http::header::CONTENT_TYPE;
use tokio::sync::watch;

use super::{Registry, inspect};

/// How often the folder is looked at when nobody asks for anything and nothing is shipped.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What is told of a manifest.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    pub(super) serial: u64,
    /// The place in the log of what was shipped up to which it knows.
    pub(super) after: u64,
}

impl Registry {
    /// Looks at the floor for as long as it runs, and at what was shipped as soon as that is known here.
    pub async fn keep_looking(self) {
        let mut changes = self.desk().changes();
        loop {
            let _ = tokio::time::timeout(LOOK_EVERY, changes.changed()).await;
            // Not only if nobody is looking: that one may have begun before the change.
            self.look().await;
        }
    }

    /// A layer that puts what is to be told into the event streams that pass it.
    pub async fn tell(State(registry): State<Self>, request: Request, next: Next) -> Response {
        let cookie = inspect::cookie(request.headers());
        let reply = next.run(request).await;
        if reply.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "text/event-stream") {
            return reply;
        }
        let (news, own) = (registry.0.news.subscribe(), cookie.map(|cookie| registry.0.inspections.listen(cookie)));
        reply.map(|body| Body::from_stream(told(body.into_data_stream(), news, own)))
    }
}

/// A stream of events that is added to.
struct Told {
    events: BodyDataStream,
    news: watch::Receiver<News>,
    /// What changes for this browser alone, where something may.
    own: Option<watch::Receiver<u64>>,
    /// The last bytes that passed; between two events they are an empty line.
    tail: [u8; 2],
}

fn told(
    events: BodyDataStream,
    mut news: watch::Receiver<News>,
    own: Option<watch::Receiver<u64>>,
) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    news.mark_changed();
    let told = Told { events, news, own, tail: [0; 2] };
    stream::unfold(told, |mut told| async { Some((told.next().await?, told)) })
}

impl Told {
    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        tokio::select! {
            biased;
            Ok(()) = self.news.changed(), if self.tail == *b"\n\n" => {
                let news = *self.news.borrow_and_update();
                Some(Ok(event(news)))
            }
            Some(()) = changed(&mut self.own), if self.tail == *b"\n\n" => {
                // Of a browser's own manifest no number tells that it is another one. The page asks for the last that
                // it hears of alone, so this one has to know as much as the one before it.
                let News { after, .. } = *self.news.borrow();
                Some(Ok(event(News { serial: 0, after })))
            }
            passed = self.events.next() => {
                if let Some(Ok(bytes)) = &passed {
                    for byte in bytes.iter().rev().take(2).rev() {
                        self.tail = [self.tail[1], *byte];
                    }
                }
                passed
            }
        }
    }
}

async fn changed(own: &mut Option<watch::Receiver<u64>>) -> Option<()> {
    own.as_mut()?.changed().await.ok()
}

/// What a page hears; it gets the manifest if that is not the number of the one that it has. The next edge that it
/// asks may be another one, so it says after what.
fn event(News { serial, after }: News) -> Bytes {
    Bytes::from(format!("event: manifest\ndata: {{\"serial\":{serial},\"after\":{after}}}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(serial: u64) -> News {
        News { serial, after: 7 }
    }

    #[tokio::test]
    async fn the_news_come_between_two_events_and_never_inside_one() {
        let pieces = ["retry: 1\nid: 7\n\n", "id: 8\nev", "ent: a\ndata: 1\n", "\n", "id: 9\ndata: 2\n\n"];
        let news = watch::Sender::new(of(3));
        let (giving, given) = futures::channel::mpsc::unbounded();
        let body = Body::from_stream(given.map(Ok::<_, std::convert::Infallible>)).into_data_stream();
        let mut told = Box::pin(told(body, news.subscribe(), None));
        let mut heard = Vec::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            giving.unbounded_send(Bytes::from_static(piece.as_bytes())).expect("it is read");
            let passed = told.next().await.expect("goes on").expect("good");
            assert_eq!(passed, piece.as_bytes());
            // The floor changes while half of the second event has passed, twice.
            match index {
                1 => drop(news.send_replace(of(4))),
                2 => drop(news.send_replace(of(5))),
                _ => {}
            }
            if [0, 3].contains(&index) {
                heard.push(told.next().await.expect("goes on").expect("good"));
            }
        }
        let event = |serial| format!("event: manifest\ndata: {{\"serial\":{serial},\"after\":7}}\n\n");
        assert_eq!(heard, [event(3), event(5)], "the one of before is not news any more");
        drop(giving);
        assert!(told.next().await.is_none(), "it ends with the service's");
    }

    #[tokio::test]
    async fn what_changes_for_one_browser_is_told_to_it_without_a_number() {
        let (news, own) = (watch::Sender::new(of(3)), watch::Sender::new(0));
        let (giving, given) = futures::channel::mpsc::unbounded();
        let body = Body::from_stream(given.map(Ok::<_, std::convert::Infallible>)).into_data_stream();
        let mut told = Box::pin(told(body, news.subscribe(), Some(own.subscribe())));
        giving.unbounded_send(Bytes::from_static(b"retry: 1\n\n")).expect("it is read");
        assert_eq!(told.next().await.expect("goes on").expect("good"), "retry: 1\n\n");
        assert_eq!(told.next().await.expect("goes on").expect("good"), event(of(3)));
        own.send_replace(1);
        assert_eq!(told.next().await.expect("goes on").expect("good"), event(of(0)), "after all that it was told of");
        // The inspection ends, the stream goes on.
        drop(own);
        giving.unbounded_send(Bytes::from_static(b"data: 1\n\n")).expect("it is read");
        assert_eq!(told.next().await.expect("goes on").expect("good"), "data: 1\n\n");
    }
}
