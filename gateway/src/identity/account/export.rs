//! Everything that is held on a player, as one JSON document.
//!
//! Each service gives its own part through its public handle. Not in it: the keyed hashes that
//! failed attempts are counted by and new browsers are known by, what withdrawals were decided from (who
//! knows the rules gets around them), and copies of what is in it already (events on their way, replies
//! kept under a key).

use super::details;
use crate::faults::Switch;
use crate::identity::{Identity, sessions};
use crate::problem::ApiError;
use crate::store::StoreError;
use contract::problem::Code;
use futures::future::BoxFuture;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// A player's next document: not before so long after the last one.
const EVERY_MS: i64 = 60_000;
/// Documents that are put together at once; the next one is refused.
const AT_ONCE: usize = 2;

type Give = Arc<dyn Fn(String) -> BoxFuture<'static, Result<String, ApiError>> + Send + Sync>;

/// What one service holds on a player, as JSON.
#[derive(Clone)]
pub struct Part {
    name: &'static str,
    switch: Switch,
    give: Give,
}

impl Part {
    /// A service's name and switch, and how it is asked for what it holds on the player with an id.
    pub fn new<F, T>(name: &'static str, switch: Switch, give: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
        T: Serialize,
    {
        Self::as_json(name, switch, move |player| {
            let part = give(player);
            Box::pin(async move { json(&part.await?) })
        })
    }

    /// The same of a service that gives its part as JSON already.
    pub fn as_json(
        name: &'static str,
        switch: Switch,
        give: impl Fn(String) -> BoxFuture<'static, Result<String, ApiError>> + Send + Sync + 'static,
    ) -> Self {
        Self { name, switch, give: Arc::new(give) }
    }
}

/// When whose document was made; in memory, since it only spares the disk.
pub(crate) struct Exports {
    last_ms: Mutex<HashMap<String, i64>>,
    at_once: Semaphore,
}

impl Exports {
    pub(crate) fn new() -> Self {
        Self { last_ms: Mutex::default(), at_once: Semaphore::new(AT_ONCE) }
    }

    /// From when on a player may have another one; nothing if at once.
    pub(super) fn after_ms(&self, player: &str, now_ms: i64) -> Option<i64> {
        let last_ms = self.last_ms.lock().unwrap_or_else(PoisonError::into_inner).get(player).copied();
        last_ms.map(|last_ms| last_ms.saturating_add(EVERY_MS)).filter(|after_ms| is_ahead(*after_ms, now_ms))
    }

    fn made(&self, player: String, now_ms: i64) {
        let mut all = self.last_ms.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, last_ms| is_ahead(last_ms.saturating_add(EVERY_MS), now_ms));
        all.insert(player, now_ms);
    }
}

/// Still to come; what lies further ahead was dated by a clock that has been put right since.
fn is_ahead(after_ms: i64, now_ms: i64) -> bool {
    (1..=EVERY_MS).contains(&after_ms.saturating_sub(now_ms))
}

/// A player's document.
pub(super) async fn document(
    identity: &Identity,
    others: &[Part],
    player: String,
    session: String,
) -> Result<String, ApiError> {
    let inner = &identity.0;
    let now_ms = inner.clock.now_ms();
    if inner.exports.after_ms(&player, now_ms).is_some() {
        return Err(ApiError::new(Code::TooMany, "The last document was made within the minute."));
    }
    let busy = || ApiError::new(Code::Unavailable, "Others are asking for theirs right now; try again.");
    let _place = inner.exports.at_once.try_acquire().map_err(|_| busy())?;
    let id = player.clone();
    let (account, sessions) = inner
        .database
        .read(move |sql| {
            Ok::<_, StoreError>((details::account(sql, &id)?, sessions::list(sql, &id, &session, now_ms)?))
        })
        .await?;
    let mut document = format!(
        "{{\"player\":{},\"made_at_ms\":{now_ms},\"account\":{},\"sessions\":{}",
        json(&player)?,
        json(&account)?,
        json(&sessions.sessions)?
    );
    for Part { name, switch, give } in others {
        switch.pass().await?;
        let part = give(player.clone()).await?;
        document.push_str(&format!(",{}:{part}", json(name)?));
    }
    document.push('}');
    inner.exports.made(player, now_ms);
    Ok(document)
}

fn json(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| ApiError::internal(&error))
}
