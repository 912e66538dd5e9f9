//! How a service takes another's events: in order, and each with its effect exactly once, however often the
//! process dies and whatever arrives twice.
//!
//! The position is kept in the database of the effects, in their transaction. Several processes may run the
//! same follower on one database: the position that a page was read at is looked at again inside the
//! transaction, and whoever comes second changes nothing. Every page says after which event it comes, so one
//! that would leave a gap is refused.

use super::outbox::{Page, Position};
use super::{Database, Sql, StoreError, Tx, params};

/// In every service's database.
pub(super) const SCHEMA: &str = "
    CREATE TABLE inbox (
        source TEXT PRIMARY KEY, -- what is followed
        origin TEXT NOT NULL,    -- which outbox of that name; empty if that was not asked yet
        seq    INTEGER NOT NULL  -- the last event that was taken
    ) STRICT, WITHOUT ROWID;
";

/// Why a page was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InboxError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Events are missing before it.
    #[error("the events of {source_name} after {last} and up to {after} are missing: nothing is taken until they come")]
    Gap {
        /// What is followed.
        source_name: String,
        /// The last event that was taken.
        last: i64,
        /// The one that the page comes after.
        after: i64,
    },
}

/// One follower's place in one outbox.
pub struct Inbox {
    database: Database,
    source: String,
    /// How far it has come.
    position: Position,
    /// What the database says of that: behind by pages that had no effect.
    kept: Position,
}

impl Inbox {
    /// The place that is kept under this name in the follower's database.
    ///
    /// # Errors
    /// The query failed.
    pub async fn open(database: &Database, source: &str) -> Result<Self, StoreError> {
        let name = source.to_owned();
        let position = database.read(move |sql| position(sql, &name)).await?;
        Ok(Self { database: database.clone(), source: source.to_owned(), kept: position.clone(), position })
    }

    /// How far it has come.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Takes a page: its effects and the new position in one transaction. None if another process has taken
    /// events of this source since; the position is then the one that it has reached.
    ///
    /// The effect is given the page without what was taken before.
    ///
    /// # Errors
    /// Events are missing before the page, or the effect or the database failed: nothing was changed.
    pub async fn take<T, F>(&mut self, page: Page, effect: F) -> Result<Option<T>, InboxError>
    where
        F: Fn(&Tx<'_>, &Page) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let page = self.accept(page)?;
        let to = self.after(&page);
        let (stands, taken) = self.move_to(to, move |tx| effect(tx, &page)).await?;
        self.position = stands.clone();
        self.kept = stands;
        Ok(taken)
    }

    /// Passes over a page that has no effect here: a database is not written to for that. The position is kept
    /// with the next page that is taken, or by [`Self::keep`]; after a crash before that, the page comes again.
    ///
    /// # Errors
    /// Events are missing before the page.
    pub fn pass(&mut self, page: Page) -> Result<(), InboxError> {
        let page = self.accept(page)?;
        self.position = self.after(&page);
        Ok(())
    }

    /// Whether it has come further than its database says.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.position != self.kept
    }

    /// Writes down how far it has come, so that what is followed need not be kept for it.
    ///
    /// # Errors
    /// The database failed: nothing was changed.
    pub async fn keep(&mut self) -> Result<(), InboxError> {
        let (stands, _) = self.move_to(self.position.clone(), |_| Ok(())).await?;
        // Another process has taken what came between: from there on both go on.
        if stands.origin != self.position.origin || stands.seq > self.position.seq {
            self.position = stands.clone();
        }
        self.kept = stands;
        Ok(())
    }

    /// Moves the kept position, unless another process has done so, together with an effect; gives the one that
    /// stands then.
    async fn move_to<T, F>(&self, to: Position, effect: F) -> Result<(Position, Option<T>), StoreError>
    where
        F: Fn(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let (source, from) = (self.source.clone(), self.kept.clone());
        let moved = self.database.write(move |tx| {
            let stands = position(tx, &source)?;
            if stands != from {
                return Ok::<_, StoreError>((stands, None));
            }
            let taken = effect(tx)?;
            tx.execute(
                "INSERT INTO inbox (source, origin, seq) VALUES (?1, ?2, ?3)
                 ON CONFLICT (source) DO UPDATE SET origin = excluded.origin, seq = excluded.seq",
                params![source, to.origin, to.seq],
            )?;
            Ok((to.clone(), Some(taken)))
        });
        moved.await
    }

    /// The position once a page is done with.
    fn after(&self, page: &Page) -> Position {
        let reached = page.events.last().map_or(page.replaced_after, |event| Some(event.seq));
        Position { origin: page.origin.clone(), seq: reached.unwrap_or(self.position.seq) }
    }

    /// The page without what was taken before, if it joins on.
    fn accept(&self, mut page: Page) -> Result<Page, InboxError> {
        let last = page.replaced_after.unwrap_or(self.position.seq);
        if page.after > last && !self.position.is_start() {
            return Err(InboxError::Gap { source_name: self.source.clone(), last, after: page.after });
        }
        page.events.retain(|event| event.seq > last);
        Ok(page)
    }
}

fn position(sql: &Sql, source: &str) -> Result<Position, StoreError> {
    let kept = "SELECT origin, seq FROM inbox WHERE source = ?1";
    let found = sql.query_opt(kept, params![source], |row| Ok(Position { origin: row.get(0)?, seq: row.get(1)? }))?;
    Ok(found.unwrap_or_default())
}
