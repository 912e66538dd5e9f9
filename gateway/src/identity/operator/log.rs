//! What operators did: written in the transaction that does it, and only ever added to.

use crate::store::{Row, Sql, StoreError, Tx, params};
use contract::operator::{LogAction, LogLine, OperatorLog};

/// Who is named where nobody is signed in.
pub(super) const COMMAND_LINE: &str = "command line";

/// Something to be written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed<'a> {
    /// Who: an operator's address, or [`COMMAND_LINE`].
    pub(super) operator: &'a str,
    pub(super) action: LogAction,
    /// To which player or operator.
    pub(super) subject: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
}

/// Adds a line.
pub(super) fn append(tx: &Tx<'_>, deed: Deed<'_>, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO operator_log (at_ms, operator, action, subject, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![now_ms, deed.operator, deed.action.as_str(), deed.subject, deed.reason],
    )?;
    Ok(())
}

/// At most `limit` lines before a place, newest first.
pub(super) fn page(sql: &Sql, before: i64, limit: u32) -> Result<OperatorLog, StoreError> {
    let read = |row: &Row<'_>| {
        Ok(LogLine {
            seq: row.get(0)?,
            at_ms: row.get(1)?,
            operator: row.get(2)?,
            action: row.named(3, LogAction::from_name)?,
            subject: row.get(4)?,
            reason: row.get(5)?,
        })
    };
    // One line more than asked tells whether there is a next page.
    let mut lines = sql.query_all(
        "SELECT seq, at_ms, operator, action, subject, reason FROM operator_log
         WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
        params![before, limit + 1],
        read,
    )?;
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next_before = lines.last().filter(|_| more).map(|line| line.seq);
    Ok(OperatorLog { lines, next_before })
}
