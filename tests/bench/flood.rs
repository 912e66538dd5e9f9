//! A flood of history queries beside commands.
//!
//! The queries come from a thread of their own with the lowest priority: elsewhere they would come from other
//! machines, and are not to take processor time from the server by being made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow, ensure};
use futures::future::try_join_all;
use http::{Method, StatusCode};

use crate::caller::Caller;

/// Connections that ask for the history as fast as they are answered.
pub(crate) const CONNECTIONS: usize = 16;

/// A flood under way.
pub(crate) struct Flood {
    over: Arc<AtomicBool>,
    queries: Arc<AtomicU64>,
    thread: JoinHandle<Result<()>>,
}

impl Flood {
    /// Begins with so many connections, each of a player of its own.
    pub(crate) async fn begin(origin: &str, connections: usize) -> Result<Self> {
        let (over, queries) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (origin, ends, counted) = (origin.to_owned(), Arc::clone(&over), Arc::clone(&queries));
        let thread = std::thread::Builder::new().name("flood".into()).spawn(move || {
            rustix::process::setpriority_process(None, 19).context("a low priority")?;
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
                let players = try_join_all((0..connections).map(|_| Caller::player(&origin))).await?;
                let _ = begun.send(());
                try_join_all(players.into_iter().map(|player| ask(player, &ends, &counted))).await.map(drop)
            })
        })?;
        // If it has not begun, its end says why.
        let _ = has_begun.await;
        Ok(Self { over, queries, thread })
    }

    /// Ends it; how many queries were answered until then.
    pub(crate) fn end(self) -> Result<u64> {
        let answered = self.queries.load(Ordering::Relaxed);
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow!("the flood panicked"))??;
        Ok(answered)
    }
}

async fn ask(mut player: Caller, over: &AtomicBool, answered: &AtomicU64) -> Result<()> {
    while !over.load(Ordering::Relaxed) {
        let status = player.call(Method::GET, "/api/wallet/history?limit=100", None, String::new()).await?;
        ensure!(status == StatusCode::OK, "a query was answered {status}");
        answered.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
