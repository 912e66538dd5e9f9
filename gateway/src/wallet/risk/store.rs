//! The risk module's tables: what decisions are made from, and the decisions.

use super::facts::Facts;
use super::rules::Rules;
use crate::store::{Sql, StoreError, Tx, params};
use crate::wallet::ledger::Holder;
use contract::risk::Reason;

/// A migration for the wallet's database.
pub(in crate::wallet) const SCHEMA: &str = include_str!("risk.sql");

pub(super) const HOUR_MS: i64 = 60 * 60 * 1000;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
/// The days that deposits, stakes, bonuses and patterns count.
const MONTH_DAYS: i64 = 30;

/// What is added to a player's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) deposited_minor: i64,
    pub(super) staked_minor: i64,
    pub(super) bonus_minor: i64,
}

/// Adds to the day.
pub(super) fn add(tx: &Tx<'_>, player: &str, change: Change, now_ms: i64) -> Result<(), StoreError> {
    tx.send(
        "INSERT INTO risk_days (player, day, deposited_minor, staked_minor, bonus_minor) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (player, day) DO UPDATE SET
             deposited_minor = risk_days.deposited_minor + excluded.deposited_minor,
             staked_minor = risk_days.staked_minor + excluded.staked_minor,
             bonus_minor = risk_days.bonus_minor + excluded.bonus_minor",
        params![player, day(now_ms), change.deposited_minor, change.staked_minor, change.bonus_minor],
    )
}

/// Everything that is known of a player now, for a withdrawal of that amount.
pub(super) fn facts(sql: &Sql, holder: &Holder, amount_minor: i64, now_ms: i64) -> Result<Facts, StoreError> {
    let mut facts = Facts::unremarkable(holder.balance.currency, amount_minor);
    facts.cash_minor = holder.balance.cash_minor;
    facts.locked = holder.withdrawals_held;
    velocity(sql, &holder.player, now_ms, &mut facts)?;
    money(sql, &holder.player, now_ms, &mut facts)?;
    account(sql, &holder.player, now_ms, &mut facts)?;
    patterns(sql, &holder.player, now_ms, &mut facts)?;
    Ok(facts)
}

fn velocity(sql: &Sql, player: &str, now_ms: i64, facts: &mut Facts) -> Result<(), StoreError> {
    let since = |days| now_ms.saturating_sub(days * DAY_MS);
    let counted = sql.query_one(
        "SELECT CAST(coalesce(sum(CASE WHEN at_ms > ?2 THEN 1 END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN at_ms > ?2 THEN amount_minor END), 0) AS BIGINT),
                count(*), CAST(coalesce(sum(amount_minor), 0) AS BIGINT)
         FROM risk_decisions WHERE player = ?1 AND at_ms > ?3",
        params![player, since(1), since(7)],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
    )?;
    [facts.day_withdrawals, facts.day_withdrawn_minor, facts.week_withdrawals, facts.week_withdrawn_minor] = counted;
    let last_ms: Option<i64> =
        sql.query_one("SELECT max(at_ms) FROM risk_decisions WHERE player = ?1", params![player], |row| row.get(0))?;
    facts.withdrawal_hours = last_ms.map(|last_ms| hours(last_ms, now_ms));
    Ok(())
}

fn money(sql: &Sql, player: &str, now_ms: i64, facts: &mut Facts) -> Result<(), StoreError> {
    let sums = sql.query_one(
        "SELECT CAST(coalesce(sum(deposited_minor), 0) AS BIGINT), CAST(coalesce(sum(staked_minor), 0) AS BIGINT),
                CAST(coalesce(sum(bonus_minor), 0) AS BIGINT)
         FROM risk_days WHERE player = ?1 AND day > ?2",
        params![player, day(now_ms) - MONTH_DAYS],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
    )?;
    [facts.deposited_minor, facts.staked_minor, facts.bonus_minor] = sums;
    Ok(())
}

fn account(sql: &Sql, player: &str, now_ms: i64, facts: &mut Facts) -> Result<(), StoreError> {
    // Whoever identity has told nothing of has been here since the first line of the history at least.
    let first = "SELECT at_ms FROM entries WHERE player = ?1 ORDER BY version LIMIT 1";
    let first_ms: Option<i64> = sql.query_opt(first, params![player], |row| row.get(0))?;
    let told: Option<[Option<i64>; 5]> = sql.query_opt(
        "SELECT opened_ms, device_ms, place_ms, password_ms, contact_ms FROM risk_players WHERE player = ?1",
        params![player],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
    )?;
    let [opened_ms, device_ms, place_ms, password_ms, contact_ms] = told.unwrap_or_default();
    let since = |then_ms: Option<i64>| then_ms.map(|then_ms| hours(then_ms, now_ms));
    let since_ms = [opened_ms, first_ms].into_iter().flatten().min();
    facts.account_hours = since(since_ms).unwrap_or(0);
    facts.device_hours = since(device_ms);
    facts.place_hours = since(place_ms);
    facts.password_hours = since(password_ms);
    facts.contact_hours = since(contact_ms);
    Ok(())
}

fn patterns(sql: &Sql, player: &str, now_ms: i64, facts: &mut Facts) -> Result<(), StoreError> {
    let since_ms = (day(now_ms) - MONTH_DAYS + 1) * DAY_MS;
    let (staked_minor, hedged_minor): (i64, i64) = sql.query_one(
        "SELECT CAST(coalesce(sum(staked_minor), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN hedged = 1 THEN staked_minor END), 0) AS BIGINT)
         FROM risk_rounds WHERE player = ?1 AND at_ms >= ?2",
        params![player, since_ms],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    facts.hedged_percent = hedged_minor.saturating_mul(100).checked_div(staked_minor).unwrap_or(0);
    facts.opposed_rounds = sql.query_one(
        "SELECT CAST(coalesce(max(rounds), 0) AS BIGINT)
         FROM (SELECT count(*) AS rounds FROM risk_opposed WHERE player = ?1 AND at_ms >= ?2 GROUP BY other) AS pairs",
        params![player, since_ms],
        |row| row.get(0),
    )?;
    Ok(())
}

/// A decision about a withdrawal, to be kept with what it was made from.
pub(super) struct Decided<'a> {
    pub(super) withdrawal: &'a str,
    pub(super) facts: &'a Facts,
    pub(super) outcome: &'a str,
    pub(super) reasons: &'a [Reason],
}

/// Keeps a decision, and the rules that made it if they never did before.
pub(super) fn keep(
    tx: &Tx<'_>,
    rules: &Rules,
    player: &str,
    decided: &Decided<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mistake = |error: serde_json::Error| StoreError::Mistake(error.to_string());
    tx.execute(
        "INSERT INTO risk_rules (digest, version, text) VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO NOTHING",
        params![rules.digest, rules.version, rules.text],
    )?;
    tx.send(
        "INSERT INTO risk_decisions (withdrawal, player, amount_minor, outcome, rules, reasons, facts, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            decided.withdrawal,
            player,
            decided.facts.amount_minor,
            decided.outcome,
            rules.digest,
            serde_json::to_string(decided.reasons).map_err(mistake)?,
            serde_json::to_string(decided.facts).map_err(mistake)?,
            now_ms
        ],
    )?;
    // Days that no rule can ask for any more.
    tx.execute("DELETE FROM risk_days WHERE player = ?1 AND day <= ?2", params![player, day(now_ms) - MONTH_DAYS])?;
    Ok(())
}

/// The day in UTC, counted from the first of January 1970.
fn day(now_ms: i64) -> i64 {
    now_ms.div_euclid(DAY_MS)
}

/// Whole hours; none for what a clock that went wrong has dated ahead.
fn hours(then_ms: i64, now_ms: i64) -> i64 {
    now_ms.saturating_sub(then_ms).max(0) / HOUR_MS
}
