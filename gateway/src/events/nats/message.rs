//! An event as a message: the payload is its body, and what is said about it stands in headers.

use std::str::FromStr;

use async_nats::header::{
    HeaderMap, HeaderValue, NATS_EXPECTED_LAST_MESSAGE_ID, NATS_EXPECTED_LAST_SEQUENCE, NATS_MESSAGE_ID,
};
use bytes::Bytes;

use super::{NatsError, server};
use crate::store::outbox::Event;

const ORIGIN: &str = "Croupier-Origin";
const SEQ: &str = "Croupier-Seq";
const AFTER: &str = "Croupier-After";
const TOPIC: &str = "Croupier-Topic";
const PLAYER: &str = "Croupier-Player";
const AT_MS: &str = "Croupier-At-Ms";

/// What a message has to come right behind; it is refused anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Behind {
    /// The number of the stream's last message.
    pub(super) number: u64,
    /// The id of that message, where it is one that is still under way: by its number alone it could be taken for
    /// a message that somebody else has appended in its place. Not known of one that was there before: the server
    /// forgets ids.
    pub(super) id: Option<String>,
}

/// An event with its place in its outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// Which outbox it is of.
    pub(super) origin: String,
    /// The event before it.
    pub(super) after: i64,
    pub(super) event: Event,
}

impl Carried {
    /// What the event is called as this message of its service's stream: the same message in the same place is
    /// known to the server by it.
    pub(super) fn id(&self, service: &str, number: u64) -> String {
        format!("{service}/{}/{}/{number}", self.origin, self.event.seq)
    }

    /// The headers and the body. It is appended right behind another message, or not at all.
    pub(super) fn to_message(&self, service: &str, behind: &Behind) -> Result<(HeaderMap, Bytes), NatsError> {
        let Self { origin, after, event } = self;
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: String| {
            // No line may end within a header.
            headers.insert(name, HeaderValue::from_str(&value).map_err(server)?);
            Ok::<_, NatsError>(())
        };
        set(ORIGIN, origin.clone())?;
        set(SEQ, event.seq.to_string())?;
        set(AFTER, after.to_string())?;
        set(TOPIC, event.topic.clone())?;
        set(AT_MS, event.at_ms.to_string())?;
        if let Some(player) = &event.player {
            set(PLAYER, player.clone())?;
        }
        headers.insert(NATS_MESSAGE_ID, self.id(service, behind.number + 1));
        headers.insert(NATS_EXPECTED_LAST_SEQUENCE, behind.number.to_string());
        if let Some(id) = &behind.id {
            headers.insert(NATS_EXPECTED_LAST_MESSAGE_ID, id.clone());
        }
        Ok((headers, Bytes::from(event.payload.clone())))
    }

    /// None if it is no message of ours.
    pub(super) fn of_message(headers: Option<&HeaderMap>, body: &[u8]) -> Option<Self> {
        let headers = headers?;
        let text = |name: &str| headers.get(name).map(|value| value.as_str().to_owned());
        let number = |name: &str| headers.get(name)?.as_str().parse::<i64>().ok();
        let event = Event {
            seq: number(SEQ)?,
            topic: text(TOPIC)?,
            player: text(PLAYER),
            payload: String::from_utf8(body.to_vec()).ok()?,
            at_ms: number(AT_MS)?,
        };
        Some(Self { origin: text(ORIGIN)?, after: number(AFTER)?, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(player: Option<&str>) -> Carried {
        let event = Event {
            seq: 7,
            topic: "wallet.balance".into(),
            player: player.map(Into::into),
            payload: r#"{"name":"Ünï"}"#.into(),
            at_ms: 5,
        };
        Carried { origin: "ab".into(), after: 3, event }
    }

    fn behind(number: u64) -> Behind {
        Behind { number, id: None }
    }

    #[test]
    fn an_event_arrives_as_it_was_sent() {
        for player in [Some("p"), None] {
            let (headers, body) = carried(player).to_message("wallet", &behind(41)).expect("headers");
            assert_eq!(Carried::of_message(Some(&headers), &body), Some(carried(player)));
            assert_eq!(headers.get(NATS_MESSAGE_ID).map(HeaderValue::as_str), Some("wallet/ab/7/42"));
            assert!(headers.get(NATS_EXPECTED_LAST_MESSAGE_ID).is_none());
        }
    }

    #[test]
    fn what_is_not_ours_is_not_taken_for_it() {
        assert_eq!(Carried::of_message(None, b"{}"), None);
        let (mut headers, body) = carried(None).to_message("wallet", &behind(0)).expect("headers");
        assert_eq!(Carried::of_message(Some(&headers), b"\xff"), None);
        headers.insert(SEQ, "seven");
        assert_eq!(Carried::of_message(Some(&headers), &body), None);
    }

    #[test]
    fn no_header_is_smuggled_in() {
        let refused = carried(Some("p\r\nCroupier-Seq: 1")).to_message("wallet", &behind(0));
        assert!(refused.is_err(), "{refused:?}");
    }
}
