//! What the player's page hears of limits, breaks and sessions, in the transaction of the change.

use super::book::Book;
use super::error::Reached;
use super::store::Of;
use crate::store::{StoreError, Tx, outbox};
use contract::event::{PlayerBlock, PlayerLimitReached, PlayerLimits, PlayerSession, Topic};
use contract::limits::LimitsChanged;
use serde::Serialize;

impl Of<'_> {
    /// Tells of what differs; notes whether the page then knows of a break.
    pub(super) fn tell(&self, tx: &Tx<'_>, before: &Book, after: &mut Book) -> Result<(), StoreError> {
        let is_blocked = after.breaks.now(self.now_ms).is_some();
        let block_differs = before.breaks != after.breaks || after.told_block != is_blocked;
        if block_differs && before.breaks == after.breaks {
            // Only time has passed, which is a change all the same.
            after.changed();
        }
        let session = |book: &Book| (book.session, book.open_bets, book.check_minutes);
        if session(before) != session(after) {
            self.append::<PlayerSession>(tx, &self.session(after))?;
        }
        if block_differs {
            after.told_block = is_blocked;
            self.append::<PlayerBlock>(tx, &self.block(after))?;
        }
        let limits = |book: &Book| (book.caps, book.breaks, book.check_minutes);
        if limits(before) != limits(after) {
            self.append::<PlayerLimits>(tx, &LimitsChanged { version: after.version })?;
        }
        Ok(())
    }

    /// Tells of a bet that was refused.
    pub(super) fn tell_refusal(&self, tx: &Tx<'_>, reached: &Reached) -> Result<(), StoreError> {
        self.append::<PlayerLimitReached>(tx, &self.reached(reached))
    }

    fn append<T: Topic>(&self, tx: &Tx<'_>, payload: &T::Payload) -> Result<(), StoreError>
    where
        T::Payload: Serialize,
    {
        let json = serde_json::to_string(payload).map_err(|error| StoreError::Mistake(error.to_string()))?;
        outbox::append(tx, T::NAME, Some(self.player), &json, self.now_ms)?;
        Ok(())
    }
}
