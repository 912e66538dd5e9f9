//! The statement: every transaction of the books, page by page, for an operator who compares.
//!
//! **Architecture invariant:** nothing is left out. A bet that was refused and a call that a person has to
//! look at are lines like any other: what they mean is the reader's business.

use contract::money::Currency;
use contract::vendor::{PromoPayout, StatementKind, StatementLine, StatementPage, StatementState, Transaction as Body};
use rusqlite::{Row, Transaction, params};

use super::calls::Kind;
use super::{JournalError, from_name, from_text};

/// Lines on a page.
const PAGE: usize = 500;

/// The end of a page: where the next one goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    at_ms: i64,
    transaction: String,
}

impl Cursor {
    /// Before the first line at this time or later.
    #[must_use]
    pub fn from(since_ms: i64) -> Self {
        Self { at_ms: since_ms, transaction: String::new() }
    }

    /// As it was written into a page; nothing if it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (at_ms, transaction) = text.split_once('.')?;
        Some(Self { at_ms: at_ms.parse().ok()?, transaction: transaction.to_owned() })
    }

    fn after(line: &StatementLine) -> String {
        format!("{}.{}", line.at_ms, line.transaction)
    }
}

/// What both tables have to say of a transaction, in one order.
const LINES: &str = "
    SELECT id, 'bet' AS kind, player, round, staked_minor, currency, state, NULL AS bet, NULL AS body, taken_ms AS at_ms
    FROM bets WHERE (taken_ms, id) > (?1, ?2)
    UNION ALL
    SELECT c.id, c.kind, c.player, c.round, b.staked_minor, b.currency, c.state, b.id, c.body, c.created_ms
    FROM calls c LEFT JOIN bets b ON b.call = c.id AND c.kind = 'rollback'
    WHERE (c.created_ms, c.id) > (?1, ?2)
    ORDER BY at_ms, 1 LIMIT ?3";

/// The page that begins after the cursor.
///
/// # Errors
/// The database's, or the books hold what can't be read.
pub fn page(db: &Transaction<'_>, cursor: &Cursor) -> Result<StatementPage, JournalError> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(LINES)?;
    let mut rows = statement.query(params![cursor.at_ms, cursor.transaction, limit])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(line(row)?);
    }
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(Cursor::after);
    Ok(StatementPage { lines, next })
}

fn line(row: &Row<'_>) -> Result<StatementLine, JournalError> {
    let kind: String = row.get(1)?;
    let state: String = row.get(6)?;
    let mut line = StatementLine {
        transaction: row.get(0)?,
        kind: StatementKind::Bet,
        player: row.get(2)?,
        round: row.get(3)?,
        bets: Vec::new(),
        amount_minor: 0,
        currency: Currency::Eur,
        state: StatementState::Pending,
        at_ms: row.get(9)?,
    };
    if kind == "bet" {
        line.state = from_name("state of a bet", &state, bet_state)?;
        (line.amount_minor, line.currency) = stake(row)?;
        return Ok(line);
    }
    line.state = from_name("state of a call", &state, call_state)?;
    match from_name("kind of call", &kind, Kind::from_name)? {
        Kind::Win => {
            let body: Body = from_text("win", &row.get::<_, String>(8)?)?;
            line.kind = StatementKind::Win;
            (line.amount_minor, line.currency, line.bets) = (body.amount_minor, body.currency, body.settles);
        }
        Kind::Rollback => {
            line.kind = StatementKind::Rollback;
            line.bets = row.get::<_, Option<String>>(7)?.into_iter().collect();
            (line.amount_minor, line.currency) = stake(row)?;
        }
        Kind::PromoPayout => {
            let body: PromoPayout = from_text("payout", &row.get::<_, String>(8)?)?;
            line.kind = StatementKind::PromoPayout;
            (line.amount_minor, line.currency) = (body.amount_minor, body.currency);
        }
    }
    Ok(line)
}

fn stake(row: &Row<'_>) -> Result<(i64, Currency), JournalError> {
    Ok((row.get(4)?, from_name("currency", &row.get::<_, String>(5)?, Currency::from_name)?))
}

fn bet_state(state: &str) -> Option<StatementState> {
    Some(match state {
        "placing" => StatementState::Pending,
        "placed" | "paying" | "paid" | "lost" => StatementState::Done,
        "refused" => StatementState::Refused,
        "rolling-back" | "rolled-back" => StatementState::TakenBack,
        "review" => StatementState::Review,
        _ => return None,
    })
}

fn call_state(state: &str) -> Option<StatementState> {
    Some(match state {
        "pending" => StatementState::Pending,
        "done" => StatementState::Done,
        "review" => StatementState::Review,
        _ => return None,
    })
}
