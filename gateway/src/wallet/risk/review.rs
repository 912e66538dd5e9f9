//! What operators see of withdrawals that wait, and what they decide about them.

use super::facts::Facts;
use super::set_lock;
use crate::store::{Row, Sql, StoreError, Tx, params};
use crate::wallet::WalletError;
use crate::wallet::events::{self, OperatorDeed};
use crate::wallet::ledger::Holder;
use crate::wallet::reservations::{self, End};
use contract::money::Currency;
use contract::operator::LogAction;
use contract::risk::{Decision, OpenWithdrawal, OpenWithdrawals, Outcome, Review, Verdict, WithdrawalsLock};

/// An operator who decides, and why.
#[derive(Clone, Debug)]
pub(super) struct By {
    /// The operator's address.
    pub(super) operator: String,
    /// In their words.
    pub(super) reason: String,
}

/// A page of what waits, oldest first. What was set aside for a time only is no withdrawal.
pub(super) fn open(sql: &Sql, after: i64, limit: u32) -> Result<OpenWithdrawals, StoreError> {
    // One more than asked tells whether there is a next page.
    let mut withdrawals = sql.query_all(
        "SELECT r.id, r.version, r.player, r.amount_minor, r.currency, r.at_ms, h.withdrawals_held,
                d.outcome, w.version, w.digest, d.reasons, d.facts
         FROM reservations r JOIN holders h ON h.player = r.player
              LEFT JOIN risk_decisions d ON d.withdrawal = r.id LEFT JOIN risk_rules w ON w.digest = d.rules
         WHERE r.state = 'open' AND r.expires_at_ms IS NULL AND r.version > ?1
         ORDER BY r.version LIMIT ?2",
        params![after, limit + 1],
        waiting,
    )?;
    let more = withdrawals.len() > limit as usize;
    withdrawals.truncate(limit as usize);
    let next_after = withdrawals.last().filter(|_| more).map(|last| last.version);
    Ok(OpenWithdrawals { withdrawals, next_after })
}

fn waiting(row: &Row<'_>) -> Result<OpenWithdrawal, StoreError> {
    let is_decided = row.get::<Option<String>>(7)?.is_some();
    Ok(OpenWithdrawal {
        id: row.get(0)?,
        version: row.get(1)?,
        player: row.get(2)?,
        amount_minor: row.get(3)?,
        currency: row.named(4, Currency::from_name)?,
        at_ms: row.get(5)?,
        locked: row.get(6)?,
        decision: if is_decided { Some(decision(row)?) } else { None },
    })
}

fn decision(row: &Row<'_>) -> Result<Decision, StoreError> {
    Ok(Decision {
        outcome: row.named(7, Outcome::from_name)?,
        rules_version: row.get(8)?,
        rules_digest: row.get(9)?,
        reasons: row.named(10, |json| serde_json::from_str(json).ok())?,
        facts: row.named(11, |json| serde_json::from_str::<Facts>(json).ok())?.listed(),
    })
}

/// Pays a withdrawal that waits, in full, or gives it back. When several things are wrong, the first of these
/// is said: there is no such withdrawal; it has ended.
pub(super) fn end(tx: &Tx<'_>, id: &str, verdict: Verdict, by: &By, now_ms: i64) -> Result<Review, WalletError> {
    let waits = "SELECT player, amount_minor, currency FROM reservations WHERE id = ?1 AND expires_at_ms IS NULL";
    let found = tx.query_opt(waits, params![id], |row| {
        Ok((row.get::<String>(0)?, row.get(1)?, row.named(2, Currency::from_name)?))
    })?;
    let (player, amount_minor, currency) = found.ok_or(WalletError::UnknownReservation)?;
    let (how, action) = match verdict {
        Verdict::Released => (End::Post(None), LogAction::WithdrawalReleased),
        Verdict::Refused => (End::Void, LogAction::WithdrawalRefused),
    };
    reservations::end(tx, id, how, now_ms)?;
    tx.execute(
        "INSERT INTO risk_reviews (withdrawal, verdict, operator, reason, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, verdict.as_str(), by.operator, by.reason, now_ms],
    )?;
    tell(tx, action, &player, by, now_ms)?;
    let By { operator, reason } = by.clone();
    let id = id.to_owned();
    Ok(Review { id, player, verdict, amount_minor, currency, operator, reason, at_ms: now_ms })
}

/// Locks a player's withdrawals or lifts the lock; nothing if it was so before.
pub(super) fn lock(
    tx: &Tx<'_>,
    player: &str,
    locked: bool,
    by: &By,
    now_ms: i64,
) -> Result<Option<WithdrawalsLock>, WalletError> {
    let holder = Holder::find(tx, player)?.ok_or(WalletError::UnknownPlayer)?;
    if holder.withdrawals_held == locked {
        return Ok(None);
    }
    set_lock(tx, player, locked)?;
    let action = if locked { LogAction::WithdrawalsLocked } else { LogAction::WithdrawalsUnlocked };
    tell(tx, action, player, by, now_ms)?;
    Ok(Some(WithdrawalsLock { player: player.to_owned(), locked }))
}

/// For the log of what operators did, which identity keeps.
fn tell(tx: &Tx<'_>, action: LogAction, player: &str, by: &By, now_ms: i64) -> Result<(), StoreError> {
    let deed = OperatorDeed {
        operator: by.operator.clone(),
        action,
        player: player.to_owned(),
        reason: by.reason.clone(),
        at_ms: now_ms,
    };
    events::tell_deed(tx, &deed)
}
