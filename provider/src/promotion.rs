//! The lucky seat: the vendor's own promotion. Somebody who sits at a table wins a prize that has nothing
//! to do with the round; the operator's wallet is asked to pay it.
//!
//! **Architecture invariant:** a promotion is drawn once. Who asks again is told who won, and nothing is
//! paid twice.

use std::sync::Arc;

use contract::problem::Code;
use serde::Deserialize;

use crate::clock;
use crate::feed::Session;
use crate::floor::Floor;
use crate::journal::payouts::{self, Payout};
use crate::journal::{Journal, JournalError};
use crate::random;

/// The longest name of a promotion.
const MAX_NAME_CHARS: usize = 100;

/// What an operator of the vendor asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LuckySeat {
    /// The name of this one draw.
    pub promotion: String,
    /// At which table.
    pub table: String,
    /// The prize, in the table's currency: at most the table's highest stake.
    pub amount_minor: i64,
}

/// Why nobody wins.
#[derive(Debug, thiserror::Error)]
pub enum NoWinner {
    /// A member of the wish.
    #[error("{detail}")]
    Invalid {
        /// The member at fault.
        field: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// Nobody sits there who could be paid.
    #[error("nobody is seated at this table")]
    NobodyThere,
    /// The name was used for another draw.
    #[error("a promotion of this name was drawn with another table or prize")]
    DrawnOtherwise,
    /// No random number.
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
    /// The books.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl NoWinner {
    /// The kind of the refusal, and the member at fault.
    #[must_use]
    pub fn code(&self) -> (Code, Option<&'static str>) {
        match self {
            Self::Invalid { field, .. } => (Code::InvalidValue, Some(field)),
            Self::NobodyThere => (Code::Conflict, Some("table")),
            Self::DrawnOtherwise => (Code::Conflict, Some("promotion")),
            Self::Random(_) | Self::Journal(_) => (Code::Unavailable, None),
        }
    }
}

/// Draws a winner and has the prize paid; the operator's wallet is asked until it answers.
///
/// # Errors
/// See [`NoWinner`]; nothing was drawn.
pub async fn draw(floor: &Arc<Floor>, wish: LuckySeat) -> Result<Payout, NoWinner> {
    let invalid = |field, detail: String| Err(NoWinner::Invalid { field, detail });
    if !(1..=MAX_NAME_CHARS).contains(&wish.promotion.chars().count()) {
        return invalid("promotion", format!("a name has 1 to {MAX_NAME_CHARS} characters"));
    }
    let Some(board) = floor.board(&wish.table) else {
        return invalid("table", "there is no such table".into());
    };
    let limits = board.spec.limits;
    if !(1..=limits.max_minor).contains(&wish.amount_minor) {
        return invalid("amount_minor", format!("a prize is from 1 to {}", limits.max_minor));
    }
    if let Some(drawn) = drawn(&floor.journal, &wish).await? {
        return Ok(drawn);
    }
    let mut seated = floor.players.seated(&wish.table, board.spec.game);
    if seated.is_empty() {
        return Err(NoWinner::NobodyThere);
    }
    let winner: Session = seated.swap_remove(random::index(&mut random::fresh()?, seated.len()));
    let payout = Payout {
        promotion: wish.promotion.clone(),
        table: wish.table.clone(),
        player: winner.player,
        amount_minor: wish.amount_minor,
        currency: limits.currency,
        transaction: uuid::Uuid::new_v4().to_string(),
    };
    let (owed, session) = (payout.clone(), winner.session);
    let call = floor.journal.write(move |db| {
        // Two may have asked at once: the books take one of them.
        if payouts::find(db, &owed.promotion)?.is_some() {
            return Ok(None);
        }
        payouts::owe(db, &owed, &session, clock::now_ms()).map(Some)
    });
    if let Some(call) = call.await? {
        floor.desk.settler.enqueue(vec![call]);
        return Ok(payout);
    }
    drawn(&floor.journal, &wish).await?.ok_or(NoWinner::DrawnOtherwise)
}

/// Who won before, if the promotion was drawn as it is asked for now.
async fn drawn(journal: &Journal, wish: &LuckySeat) -> Result<Option<Payout>, NoWinner> {
    let name = wish.promotion.clone();
    match journal.write(move |db| payouts::find(db, &name)).await? {
        Some(drawn) if (&drawn.table, drawn.amount_minor) != (&wish.table, wish.amount_minor) => {
            Err(NoWinner::DrawnOtherwise)
        }
        drawn => Ok(drawn),
    }
}
