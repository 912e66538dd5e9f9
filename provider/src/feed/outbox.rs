//! What waits to be sent on one connection.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use contract::feed::{FromVendor, MAX_FRAME_BYTES};
use futures::SinkExt;
use futures::stream::SplitSink;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Duration, Instant, MissedTickBehavior, interval};

use crate::faults::{Fault, Faults};

/// A flood comes in bursts: five thousand frames a second.
const BURST: usize = 50;
const BURST_EVERY: Duration = Duration::from_millis(10);

/// Frames that may wait. A round of a table is some ten frames; this is minutes of a full feed.
const QUEUE: usize = 256;

/// One thing to send.
#[derive(Debug)]
enum Item {
    Frame { table: Option<Arc<str>>, text: Utf8Bytes, queued: Instant },
    Ping,
    Close(u16, &'static str),
}

/// The sending end; clones feed the same connection.
#[derive(Clone, Debug)]
pub struct Outbox {
    items: mpsc::Sender<Item>,
    overflow: Arc<Notify>,
}

/// The receiving end.
#[derive(Debug)]
pub struct Queue(mpsc::Receiver<Item>);

impl Outbox {
    /// An empty queue.
    #[must_use]
    pub fn new() -> (Self, Queue) {
        let (items, queue) = mpsc::channel(QUEUE);
        (Self { items, overflow: Arc::default() }, Queue(queue))
    }

    /// Queues a frame that several connections get; it is written as JSON once.
    pub fn send_text(&self, table: Option<&Arc<str>>, text: &Utf8Bytes) {
        self.push(Item::Frame { table: table.cloned(), text: text.clone(), queued: Instant::now() });
    }

    /// Queues a frame.
    pub fn send(&self, table: Option<&Arc<str>>, message: &FromVendor) {
        self.send_text(table, &encode(message));
    }

    /// Queues a WebSocket ping.
    pub fn ping(&self) {
        self.push(Item::Ping);
    }

    /// Ends the connection after what is queued.
    pub fn close(&self, code: u16, reason: &'static str) {
        self.push(Item::Close(code, reason));
    }

    /// Waits until something did not fit into the queue: the reader is too slow.
    pub async fn overflowed(&self) {
        self.overflow.notified().await;
    }

    fn push(&self, item: Item) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.items.try_send(item) {
            self.overflow.notify_one();
        }
    }
}

/// A message as the text of a frame.
#[must_use]
pub fn encode(message: &FromVendor) -> Utf8Bytes {
    let text = serde_json::to_string(message).expect("the contract's types always serialise");
    debug_assert!(text.len() <= MAX_FRAME_BYTES, "a frame of {} bytes", text.len());
    text.into()
}

/// Sends what is queued until the connection or the queue ends, and misbehaves as told.
pub(super) async fn write(mut sink: SplitSink<WebSocket, Message>, mut queue: Queue, faults: &Faults) {
    let mut spoilt = 0_usize;
    let mut last = None::<(Option<Arc<str>>, Utf8Bytes)>;
    let mut bursts = interval(BURST_EVERY);
    bursts.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // Looked at with each frame, so a flood begins within a heartbeat.
        let flood = last.as_ref().filter(|(table, _)| faults.is_on(Fault::Flood, table.as_deref()));
        let item = tokio::select! {
            item = queue.0.recv() => item,
            _ = bursts.tick(), if flood.is_some() => {
                let again = flood.map_or_else(Utf8Bytes::default, |(_, text)| text.clone());
                if repeat(&mut sink, &again).await.is_err() { return } else { continue }
            }
        };
        let Some(item) = item else { return };
        faults.hung().await;
        let message = match item {
            Item::Ping => Message::Ping(Vec::new().into()),
            Item::Close(code, reason) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
            Item::Frame { table, text, queued } => {
                faults.slowed(table.as_deref(), queued).await;
                if faults.is_on(Fault::Garbage, table.as_deref()) {
                    spoilt += 1;
                    Message::Text(GARBAGE[spoilt % GARBAGE.len()].into())
                } else {
                    last = Some((table, text.clone()));
                    Message::Text(text)
                }
            }
        };
        let ends = matches!(message, Message::Close(_));
        if sink.send(message).await.is_err() || ends {
            return;
        }
    }
}

/// Waits for a reader who can't keep up, as any frame does.
async fn repeat(sink: &mut SplitSink<WebSocket, Message>, text: &Utf8Bytes) -> Result<(), axum::Error> {
    for _ in 0..BURST {
        sink.feed(Message::Text(text.clone())).await?;
    }
    sink.flush().await
}

/// Not JSON, not an object, an unknown type, a wrong type of a member, a member that is missing.
const GARBAGE: [&str; 5] = [
    "}{ this is no frame",
    "[1,2,3]",
    r#"{"type":"surprise"}"#,
    r#"{"type":"delta","table":5,"seq":"next"}"#,
    r#"{"type":"snapshot","now_ms":0}"#,
];
