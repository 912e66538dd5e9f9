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

/// For a database whose own table `positions` the inbox comes in the place of: a step of its schema.
pub const TAKES_OVER_POSITIONS: &str = "
    INSERT INTO inbox (source, origin, seq) SELECT source, '', seq FROM positions;
    DROP TABLE positions;
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
    position: Position,
}

impl Inbox {
    /// The place that is kept under this name in the follower's database.
    ///
    /// # Errors
    /// The query failed.
    pub async fn open(database: &Database, source: &str) -> Result<Self, StoreError> {
        let name = source.to_owned();
        let position = database.read(move |sql| position(sql, &name)).await?;
        Ok(Self { database: database.clone(), source: source.to_owned(), position })
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
        F: FnOnce(&Tx<'_>, &Page) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let page = self.accept(page)?;
        let reached = page.events.last().map_or(page.replaced_after, |event| Some(event.seq));
        let seq = reached.unwrap_or(self.position.seq);
        let (source, from, to) =
            (self.source.clone(), self.position.clone(), Position { origin: page.origin.clone(), seq });
        let taken = self.database.write(move |tx| {
            let stands = position(tx, &source)?;
            if stands != from {
                return Ok::<_, StoreError>((stands, None));
            }
            let taken = effect(tx, &page)?;
            tx.execute(
                "INSERT INTO inbox (source, origin, seq) VALUES (?1, ?2, ?3)
                 ON CONFLICT (source) DO UPDATE SET origin = excluded.origin, seq = excluded.seq",
                params![source, to.origin, to.seq],
            )?;
            Ok((to, Some(taken)))
        });
        let (position, taken) = taken.await?;
        self.position = position;
        Ok(taken)
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
