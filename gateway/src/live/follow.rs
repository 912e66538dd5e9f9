//! What identity's events make of the permissions to bet: with the last session of a player they
//! end as well, so that nobody bets in the name of one who has signed out everywhere. None of them is missed.

use super::Live;
use super::sessions::TOKEN_LIFETIME_MS;
use crate::events::{Subscription, follow};
use crate::identity::{ALL_ENDED, AllEnded};
use crate::store::outbox::{Event, Page};
use crate::store::{StoreError, Tx, params};

/// Follows identity for as long as it runs.
pub(super) async fn run(live: Live, identity: Subscription) {
    let inner = &live.0;
    let clock = inner.clock.clone();
    let effect = move |tx: &Tx<'_>, page: &Page| {
        let mut ended = page.events.iter().filter(|event| event.topic == ALL_ENDED);
        ended.try_for_each(|event| end(tx, event, clock.now_ms()))
    };
    follow(&inner.database, &identity, |event| event.topic == ALL_ENDED, effect, |()| {}).await;
}

/// Ends what the player was permitted before the event, redeemed or not; what was asked for after it stays.
fn end(tx: &Tx<'_>, event: &Event, now_ms: i64) -> Result<(), StoreError> {
    let AllEnded { player } = match serde_json::from_str(&event.payload) {
        Ok(ended) => ended,
        Err(error) => {
            // An event of another version must not stop all that come after it.
            tracing::error!(seq = event.seq, %error, "an event of identity can't be read and is skipped");
            return Ok(());
        }
    };
    tx.execute(
        "UPDATE launches SET used = 1 WHERE player = ?1 AND expires_at_ms <= ?2",
        params![player, event.at_ms.saturating_add(TOKEN_LIFETIME_MS)],
    )?;
    tx.execute(
        "UPDATE vendor_sessions SET ends_at_ms = ?3 WHERE player = ?1 AND begun_at_ms <= ?2 AND ends_at_ms > ?3",
        params![player, event.at_ms, now_ms],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::VendorOrigins;
    use crate::faults::Faults;
    use crate::service::Service;
    use crate::store::Storage;
    use crate::wallet::vendor::VendorSessions;
    use contract::live::{Game, Table};
    use contract::money::Currency;

    fn table() -> Table {
        Table {
            id: "roulette-1".into(),
            game: Game::Roulette,
            name: "Azure Roulette".into(),
            dealer: "Ada".into(),
            min_minor: 100,
            max_minor: 50_000,
            currency: Currency::Eur,
            seated: 0,
            online: true,
            feed_url: String::new(),
            video_url: String::new(),
            still_url: String::new(),
        }
    }

    #[tokio::test]
    async fn what_was_launched_before_the_end_is_over_although_it_was_redeemed_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(1_800_000_000_000);
        let switch = Faults::new(clock.clone()).switch(Service::Live);
        let origins = VendorOrigins { http: "http://vendor".into(), ws: "ws://vendor".into() };
        let live = Live::open(&Storage::Folder(folder.path().into()), origins, switch, clock.clone()).await.unwrap();
        let launch = async || live.launch("ada".into(), table()).await.unwrap().token;
        let (carried, waiting) = (launch().await, launch().await);
        clock.advance(10);
        let (topic, payload) = (ALL_ENDED.to_owned(), r#"{"player":"ada"}"#.to_owned());
        let ended = Event { seq: 1, topic, player: None, payload, at_ms: clock.now_ms() };
        clock.advance(10);
        let later = launch().await;
        // The news takes a while to get here.
        let before = live.redeem(&carried).await.unwrap().unwrap().session;
        let after = live.redeem(&later).await.unwrap().unwrap().session;
        let now_ms = clock.now_ms();
        live.0.database.write(move |tx| end(tx, &ended, now_ms)).await.unwrap();
        let is_over = async |session: &str| live.session(session).await.unwrap().unwrap().1;
        assert_eq!((is_over(&before).await, is_over(&after).await), (true, false));
        assert_eq!(live.redeem(&waiting).await, Ok(None));
    }
}
