//! Work that goes on in the background. A task that panics is begun again: one bad event must not
//! end the lobby or the event stream for good.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;

/// How long a task that failed waits before it begins again.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs the work for as long as the set lives.
pub(super) fn keep<F, W>(set: &mut JoinSet<()>, name: &'static str, work: W)
where
    F: Future<Output = ()> + Send + 'static,
    W: Fn() -> F + Send + 'static,
{
    set.spawn(async move {
        loop {
            // A set of its own: dropping it ends the work together with this loop.
            let mut one = JoinSet::new();
            one.spawn(work());
            match one.join_next().await {
                Some(Err(error)) if error.is_panic() => tracing::error!(task = name, "background work panicked"),
                _ => tracing::error!(task = name, "background work ended"),
            }
            metrics::counter!("background_restarts_total", "task" => name).increment(1);
            tokio::time::sleep(PAUSE).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn work_that_panics_is_begun_again() {
        let begun = Arc::new(AtomicU32::new(0));
        let (told, mut twice) = tokio::sync::mpsc::channel(4);
        let mut set = JoinSet::new();
        keep(&mut set, "test", move || {
            let (begun, told) = (Arc::clone(&begun), told.clone());
            async move {
                let _ = told.send(()).await;
                assert!(begun.fetch_add(1, Ordering::Relaxed) > 0, "the first one fails");
                std::future::pending::<()>().await;
            }
        });
        assert_eq!((twice.recv().await, twice.recv().await), (Some(()), Some(())));
    }
}
