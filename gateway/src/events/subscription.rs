//! How one service hears of another's events, whichever way they travel: pages in order, each joining on to
//! the last. What is made of them, and how far they were taken, is the follower's ([`super::follow`]).

use std::sync::Arc;

use super::nats::{Nats, Reader};
use super::{PAUSE_AFTER_ERROR, Source};
use crate::store::outbox::{self, Page, Position};
use crate::store::{Mark, StoreError};

/// Events per page.
pub(super) const PAGE: u32 = 256;

/// A service's events, to be followed. What it has not handed over is kept for it, for as long as it or
/// a clone lives.
#[derive(Clone)]
pub struct Subscription(Way);

/// The way events travel.
#[derive(Clone)]
enum Way {
    /// Out of the outbox, which this process can read.
    Inside(Source, Mark),
    /// Through a stream, from whichever process has the outbox.
    Stream(Arc<Reader>),
}

impl Subscription {
    /// To this source, inside the process.
    #[must_use]
    pub fn to(source: Source) -> Self {
        let mark = source.database.join_followers();
        Self(Way::Inside(source, mark))
    }

    /// To the service of this name, over its stream.
    #[must_use]
    pub fn over(nats: &Nats, name: &'static str) -> Self {
        Self(Way::Stream(Arc::new(Reader::new(nats.clone(), name))))
    }

    /// The service that is followed.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.0 {
            Way::Inside(source, _) => source.name,
            Way::Stream(reader) => reader.name(),
        }
    }

    /// The page after a position, once there is at least one event, or the outbox is another one than before.
    /// Everything up to there counts as taken.
    pub async fn page(&self, position: &Position) -> Page {
        match &self.0 {
            Way::Inside(source, mark) => inside(source, mark, position).await,
            Way::Stream(reader) => reader.page(position).await,
        }
    }
}

/// Nothing has happened. An outbox that was restored has, also where nothing was written to it since: a follower that
/// heard of it only with the next event might find that its place is there again, with other events before it.
fn is_nothing(page: &Page) -> bool {
    page.events.is_empty() && page.replaced_after.is_none()
}

async fn inside(source: &Source, mark: &Mark, position: &Position) -> Page {
    let mut commits = source.database.commits();
    loop {
        // Seen before it is read: a commit in between wakes us again.
        commits.seen();
        let read = async {
            let page = outbox::page(&source.database, position.clone(), PAGE).await?;
            mark.passed(page.after);
            if is_nothing(&page) {
                commits.next().await?;
            }
            Ok::<_, StoreError>(page)
        };
        match read.await {
            Ok(page) if is_nothing(&page) => {}
            Ok(page) => return page,
            Err(error) => {
                tracing::warn!(source = source.name, %error, "following pauses");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}
