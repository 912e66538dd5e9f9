//! What is made when it is first asked for: pages and their compressed forms. Nobody who is told of a manifest waits
//! for them.
//!
//! Never twice: whoever asks meanwhile waits for the same making, and everybody after that gets what was made.

use tokio::sync::{Mutex, OnceCell};

use super::page::PageError;

/// One is made at a time, so that a core is left for everybody else.
static MAKING: Mutex<()> = Mutex::const_new(());

/// What is in `cell`, made before if it is empty.
///
/// # Errors
/// It can't be made; whoever asks next tries again.
pub(super) async fn once<T, F>(cell: &OnceCell<T>, make: F) -> Result<&T, PageError>
where
    T: Send + Sync + 'static,
    F: FnOnce() -> Result<T, PageError> + Send + 'static,
{
    let making = || async move {
        let _one = MAKING.lock().await;
        tokio::task::spawn_blocking(make).await.unwrap_or_else(|error| Err(PageError::Making(error)))
    };
    cell.get_or_try_init(making).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn those_who_ask_at_once_get_the_same_making() {
        let (cell, made) = (OnceCell::new(), Arc::new(AtomicU32::new(0)));
        let ask = async || {
            let made = Arc::clone(&made);
            once(&cell, move || Ok(made.fetch_add(1, Ordering::Relaxed))).await.copied().expect("made")
        };
        assert_eq!(tokio::join!(ask(), ask(), ask()), (0, 0, 0));
        assert_eq!((ask().await, made.load(Ordering::Relaxed)), (0, 1));
    }

    #[tokio::test]
    async fn what_could_not_be_made_is_tried_again() {
        let cell = OnceCell::new();
        let failed = once(&cell, || Err::<u32, _>(std::io::Error::other("full").into())).await;
        assert!(matches!(failed, Err(PageError::Compress(_))));
        assert!(matches!(once(&cell, || Ok(7)).await, Ok(7)));
    }
}
