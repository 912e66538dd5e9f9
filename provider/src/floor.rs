//! Everything that the parts of a running vendor share.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use crate::desk::Desk;
use crate::faults::Faults;
use crate::feed::Players;
use crate::journal::Journal;
use crate::signer::Signer;
use crate::table::Board;

/// The tables, the desk, and who is here.
#[derive(Debug)]
pub struct Floor {
    /// The tables by their id.
    pub boards: Arc<BTreeMap<String, Arc<Board>>>,
    /// The ids in the order of the lobby.
    pub order: Vec<String>,
    /// Where bets are taken.
    pub desk: Desk,
    /// Who bets.
    pub players: Arc<Players>,
    /// How to misbehave.
    pub faults: Arc<Faults>,
    /// The books, for operators.
    pub journal: Journal,
    /// Signs the pages of the statement.
    pub signer: Signer,
    /// Where pages reach the vendor, without a slash at the end.
    pub public_url: String,
    /// Room for connections of the feed.
    pub connections: Arc<Semaphore>,
    /// True once the vendor stops.
    pub closing: watch::Sender<bool>,
}

impl Floor {
    /// The table of that id.
    #[must_use]
    pub fn board(&self, table: &str) -> Option<&Arc<Board>> {
        self.boards.get(table)
    }
}
