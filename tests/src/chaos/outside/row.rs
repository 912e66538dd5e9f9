//! What is known of a fault once it has been played.

use serde::Serialize;

use crate::browser::Engine;
use crate::chaos::gallery::Harm;

/// What was seen of a fault.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What is at fault.
    pub family: &'static str,
    /// The fault's name.
    pub fault: &'static str,
    /// The fault in words.
    pub what: &'static str,
    /// In which browser.
    pub browser: Engine,
    /// The slots that were affected, and how.
    pub affected: String,
    /// What the player reads.
    pub says: String,
    /// From the fault to the moment at which the player could know; none if there is nothing to know.
    pub shown_ms: Option<u32>,
    /// From the moment at which it was mended until all was as before; none if it always was.
    pub back_ms: Option<u32>,
    /// What it took.
    pub back: &'static str,
    /// The page's longest block.
    pub block_ms: u32,
    /// What everything else suffered.
    pub harm: Vec<Harm>,
    /// What is true of the rest of the page, unless it suffered.
    pub rest: &'static str,
    /// Whether the ledger balances.
    pub ledger_balanced: bool,
    /// How this differs from what is stated; empty if it does not.
    pub missed: String,
}
