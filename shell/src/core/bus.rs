//! The bus: who hears what, and who may say it.
//!
//! Handlers and payloads are the edge's; this keeps them apart from the rules. Delivery is the
//! edge's as well: it calls each handler by itself, so that one that throws stops no other.

use super::bucket::Bucket;
use contract::event::{TOPICS, TopicInfo};
use std::fmt;

/// An instance may hold this many subscriptions at a time.
pub const MAX_SUBSCRIPTIONS: usize = 64;

/// Why the bus refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No topic of this version.
    UnknownTopic,
    /// The manifest does not grant it.
    NotGranted,
    /// Longer than the fragment's limit.
    TooLarge,
    /// More events in a second than the fragment's limit, or more than 64 subscriptions.
    TooMany,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// In words.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownTopic => "no such topic",
            Self::NotGranted => "not granted by the manifest",
            Self::TooLarge => "payload too large",
            Self::TooMany => "too many",
        }
    }
}

/// How much one instance may do on the bus.
#[derive(Debug)]
pub struct Rights {
    payload_chars: usize,
    bucket: Bucket,
    subscriptions: usize,
}

impl Rights {
    /// Within the bounds of the manifest.
    #[must_use]
    pub fn new(payload_kib: u32, events_per_second: u32, now_ms: i64) -> Self {
        Self {
            payload_chars: payload_kib as usize * 1024,
            bucket: Bucket::new(events_per_second, now_ms),
            subscriptions: 0,
        }
    }

    /// Asks to publish a payload of that length.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub fn publish(&mut self, granted: bool, chars: usize, now_ms: i64) -> Result<(), Refusal> {
        if !granted {
            return Err(Refusal::NotGranted);
        }
        if chars > self.payload_chars {
            return Err(Refusal::TooLarge);
        }
        if self.bucket.take(now_ms) { Ok(()) } else { Err(Refusal::TooMany) }
    }

    /// Asks to subscribe.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub fn subscribe(&mut self, granted: bool) -> Result<(), Refusal> {
        if !granted {
            return Err(Refusal::NotGranted);
        }
        if self.subscriptions >= MAX_SUBSCRIPTIONS {
            return Err(Refusal::TooMany);
        }
        self.subscriptions += 1;
        Ok(())
    }

    /// A subscription ended.
    pub fn unsubscribe(&mut self) {
        self.subscriptions = self.subscriptions.saturating_sub(1);
    }
}

/// A handler and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber<H> {
    /// Names the subscription.
    pub id: u32,
    /// The instance.
    pub owner: u32,
    /// What to call.
    pub handler: H,
}

struct Topic<H, P> {
    info: &'static TopicInfo,
    retained: Option<P>,
    subscribers: Vec<Subscriber<H>>,
}

/// All topics, their subscribers and retained payloads.
pub struct Bus<H, P> {
    topics: Vec<Topic<H, P>>,
    next: u32,
}

impl<H: Clone, P: Clone> Default for Bus<H, P> {
    fn default() -> Self {
        let topic = |info| Topic { info, retained: None, subscribers: Vec::new() };
        Self { topics: TOPICS.iter().map(topic).collect(), next: 0 }
    }
}

impl<H: Clone, P: Clone> Bus<H, P> {
    fn topic(&mut self, name: &str) -> Result<&mut Topic<H, P>, Refusal> {
        self.topics.iter_mut().find(|topic| topic.info.name == name).ok_or(Refusal::UnknownTopic)
    }

    /// Adds a handler. Gives its id and the retained payload, which is the edge's to deliver.
    ///
    /// # Errors
    /// [`Refusal::UnknownTopic`].
    pub fn subscribe(&mut self, name: &str, owner: u32, handler: H) -> Result<(u32, Option<P>), Refusal> {
        let id = self.next;
        let topic = self.topic(name)?;
        topic.subscribers.push(Subscriber { id, owner, handler });
        let retained = topic.retained.clone();
        self.next = id.wrapping_add(1);
        Ok((id, retained))
    }

    /// Keeps the payload if the topic is retained and gives the handlers to call, oldest first.
    ///
    /// # Errors
    /// [`Refusal::UnknownTopic`].
    pub fn publish(&mut self, name: &str, payload: &P) -> Result<Vec<Subscriber<H>>, Refusal> {
        let topic = self.topic(name)?;
        if topic.info.retained {
            topic.retained = Some(payload.clone());
        }
        Ok(topic.subscribers.clone())
    }

    /// Whether a subscription still stands: one handler may have ended the next one's.
    #[must_use]
    pub fn holds(&self, id: u32) -> bool {
        self.topics.iter().any(|topic| topic.subscribers.iter().any(|subscriber| subscriber.id == id))
    }

    /// Ends one subscription of an instance; true if it stood.
    pub fn unsubscribe(&mut self, id: u32, owner: u32) -> bool {
        let held = self.holds(id);
        self.retain(|subscriber| subscriber.id != id || subscriber.owner != owner);
        held && !self.holds(id)
    }

    /// Ends every subscription of an instance.
    pub fn drop_owner(&mut self, owner: u32) {
        self.retain(|subscriber| subscriber.owner != owner);
    }

    fn retain(&mut self, keep: impl Fn(&Subscriber<H>) -> bool) {
        for topic in &mut self.topics {
            topic.subscribers.retain(&keep);
        }
    }

    /// The last payload of a retained topic.
    #[must_use]
    pub fn retained(&self, name: &str) -> Option<P> {
        self.topics.iter().find(|topic| topic.info.name == name)?.retained.clone()
    }

    /// Forgets a retained payload: it belongs to a player who has left.
    pub fn forget(&mut self, name: &str) {
        if let Ok(topic) = self.topic(name) {
            topic.retained = None;
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn rights() -> Rights {
        Rights { payload_chars: 10, bucket: Bucket::new(2, 0), subscriptions: 0 }
    }

    #[test]
    fn a_late_subscriber_gets_what_is_retained() {
        let mut bus: Bus<&str, i32> = Bus::default();
        assert_eq!(bus.publish("wallet.balance", &1).unwrap(), []);
        assert_eq!(bus.publish("live.round", &2).unwrap(), []);
        assert_eq!(bus.subscribe("wallet.balance", 1, "h").unwrap().1, Some(1));
        assert_eq!(bus.subscribe("live.round", 1, "h").unwrap().1, None, "not a retained topic");
        bus.forget("wallet.balance");
        assert_eq!(bus.retained("wallet.balance"), None);
    }

    #[test]
    fn an_instance_leaves_no_subscription_behind() {
        let mut bus: Bus<&str, i32> = Bus::default();
        let (first, _) = bus.subscribe("live.round", 1, "a").unwrap();
        let (second, _) = bus.subscribe("live.round", 2, "b").unwrap();
        bus.drop_owner(1);
        assert!(!bus.holds(first) && bus.holds(second));
        let called = bus.publish("live.round", &0).unwrap();
        assert_eq!(called.iter().map(|subscriber| subscriber.handler).collect::<Vec<_>>(), ["b"]);
        assert!(!bus.unsubscribe(second, 1), "not its own");
        assert!(bus.unsubscribe(second, 2) && !bus.unsubscribe(second, 2));
    }

    #[test]
    fn what_is_not_granted_known_or_bounded_is_refused() {
        let mut bus: Bus<&str, i32> = Bus::default();
        assert_eq!(bus.publish("no.such", &0), Err(Refusal::UnknownTopic));
        assert_eq!(bus.subscribe("no.such", 1, "a"), Err(Refusal::UnknownTopic));
        let mut rights = rights();
        assert_eq!(rights.publish(false, 1, 0), Err(Refusal::NotGranted));
        assert_eq!(rights.publish(true, 11, 0), Err(Refusal::TooLarge));
        assert_eq!(rights.publish(true, 10, 0), Ok(()));
        assert_eq!(rights.publish(true, 10, 0), Ok(()));
        assert_eq!(rights.publish(true, 10, 0), Err(Refusal::TooMany));
        assert_eq!(rights.subscribe(false), Err(Refusal::NotGranted));
        for _ in 0..MAX_SUBSCRIPTIONS {
            assert_eq!(rights.subscribe(true), Ok(()));
        }
        assert_eq!(rights.subscribe(true), Err(Refusal::TooMany));
        rights.unsubscribe();
        assert_eq!(rights.subscribe(true), Ok(()));
    }
}
