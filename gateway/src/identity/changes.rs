//! Changes to an account that other services hear of, through identity's outbox: what an account is judged by
//! that somebody else may have. They never go to a browser, and say that something changed, not to what.

use crate::store::{StoreError, Tx, outbox};
use serde::{Deserialize, Serialize};

/// The topic of [`AccountChanged`].
pub const ACCOUNT_CHANGED: &str = "identity.account-changed";

/// Something about a player's account changed. When, is the event's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChanged {
    /// The player's id.
    pub player: String,
    /// What.
    pub change: AccountChange,
}

/// See [`AccountChanged::change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountChange {
    /// It was made.
    Opened,
    /// The player signed in with a browser and system that they had not used within a year.
    NewDevice,
    /// The player signed in from a place on the network that they had not used within a year.
    NewPlace,
    /// Another password.
    Password,
    /// Another address to write to, telephone or postal address.
    Contact,
}

/// Tells of a change, in its transaction.
pub(super) fn tell(tx: &Tx<'_>, player: &str, change: AccountChange, now_ms: i64) -> Result<(), StoreError> {
    let told = serde_json::to_string(&AccountChanged { player: player.to_owned(), change });
    let told = told.map_err(|error| StoreError::Mistake(error.to_string()))?;
    // Nobody's: it is not for a browser.
    outbox::append(tx, ACCOUNT_CHANGED, None, &told, now_ms)?;
    Ok(())
}
