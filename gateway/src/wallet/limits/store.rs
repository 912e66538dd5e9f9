//! A player's book in tables.

use super::book::{Book, Breaks};
use super::calendar::Day;
use super::caps::{Cap, Caps, Increase, names};
use super::market::Market;
use super::session::Session;
use super::usage::{Days, Usage};
use crate::store::{Row, Sql, StoreError, Tx, params};
use contract::limits::{LimitKind, Period};
use contract::money::Currency;

/// A migration for the wallet's database.
pub(in crate::wallet) const SCHEMA: &str = include_str!("limits.sql");

/// Whose book, and what it is kept by.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) market: &'a Market,
    pub(super) player: &'a str,
    /// The account's.
    pub(super) currency: Currency,
    pub(super) now_ms: i64,
}

/// The player with all limits: a row for each, or one with none.
const PLAYER: &str = "SELECT p.version, p.time_out_until_ms, p.excluded_until_ms, p.told_block, p.check_minutes,
           p.started_ms, p.last_stake_ms, p.checked_ms, p.check_due, p.net_minor, p.open_bets,
           c.kind, c.period, c.value, c.next_value, c.next_from_ms
    FROM limit_players p LEFT JOIN limit_caps c ON c.player = p.player WHERE p.player = ?1";
const DAYS: &str = "SELECT day, deposited_minor, staked_minor, won_minor, played_ms FROM limit_days
    WHERE player = ?1 AND (day >= ?2 AND day < ?3 OR day >= ?4 AND day <= ?5 OR day = ?6)";

impl Of<'_> {
    /// Says that the book will be loaded before anything is written.
    pub(super) fn foresee(&self, sql: &Sql) -> Result<(), StoreError> {
        sql.foresee(PLAYER, params![self.player])?;
        let [first, after, from, to, also] = self.bounds(None, None);
        sql.foresee(DAYS, params![self.player, first, after, from, to, also])
    }

    /// The book with every day that can be asked for now; `also` is one more.
    pub(super) fn load(&self, sql: &Sql, also: Option<Day>) -> Result<Book, StoreError> {
        let mut caps = Caps::default();
        let books = sql.query_all(PLAYER, params![self.player], |row| {
            if let Some((kind, period, value)) = cap(row)? {
                caps.put(kind, period, value);
            }
            read(row, self.currency)
        })?;
        // Whoever has a limit is a player of this book: they are saved together.
        let mut book = books.into_iter().next().unwrap_or_else(|| Book::new(self.currency));
        book.caps = caps;
        book.days = self.days(sql, &book, also)?;
        Ok(book)
    }

    fn days(&self, sql: &Sql, book: &Book, also: Option<Day>) -> Result<Days, StoreError> {
        let [first, after, from, to, also] = self.bounds(book.session, also);
        let rows = sql.query_all(DAYS, params![self.player, first, after, from, to, also], |row| {
            let usage = Usage {
                deposited_minor: row.get(1)?,
                staked_minor: row.get(2)?,
                won_minor: row.get(3)?,
                played_ms: row.get(4)?,
            };
            Ok((Day(row.get(0)?), usage))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Which days count now: from the first to before the second; from the third to the fourth; and the fifth.
    fn bounds(&self, session: Option<Session>, also: Option<Day>) -> [i64; 5] {
        let calendar = &self.market.calendar;
        let windows = Period::ALL.iter().map(|period| calendar.window(*period, self.now_ms));
        let (first, after) = windows.fold((i64::MAX, i64::MIN), |(first, after), window| {
            (first.min(window.first.0), after.max(window.after.0))
        });
        // The last stake may still count on its own days, which may lie before all windows.
        let played = session.map(|session| session.played(self.market, self.now_ms));
        let (from, to) =
            played.map_or((first, first), |(from_ms, to_ms)| (calendar.day(from_ms).0, calendar.day(to_ms).0));
        [first, after, from, to, also.map_or(first, |day| day.0)]
    }

    /// Keeps what changed.
    pub(super) fn save(&self, tx: &Tx<'_>, before: &Book, after: &Book) -> Result<(), StoreError> {
        self.save_player(tx, after)?;
        for (kind, period) in names() {
            let cap = after.caps.get(kind, period);
            if cap != before.caps.get(kind, period) {
                self.save_cap(tx, kind, period, cap)?;
            }
        }
        for (day, usage) in &after.days {
            if before.days.get(day) != Some(usage) {
                self.save_day(tx, *day, usage)?;
            }
        }
        Ok(())
    }

    fn save_player(&self, tx: &Tx<'_>, book: &Book) -> Result<(), StoreError> {
        let version = i64::try_from(book.version).map_err(|error| StoreError::Mistake(error.to_string()))?;
        let session = book.session.as_ref();
        tx.send(
            "INSERT INTO limit_players (player, version, time_out_until_ms, excluded_until_ms, told_block,
                 check_minutes, started_ms, last_stake_ms, checked_ms, check_due, net_minor, open_bets, wakes_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (player) DO UPDATE SET version = excluded.version,
                 time_out_until_ms = excluded.time_out_until_ms, excluded_until_ms = excluded.excluded_until_ms,
                 told_block = excluded.told_block, check_minutes = excluded.check_minutes,
                 started_ms = excluded.started_ms, last_stake_ms = excluded.last_stake_ms,
                 checked_ms = excluded.checked_ms, check_due = excluded.check_due, net_minor = excluded.net_minor,
                 open_bets = excluded.open_bets, wakes_ms = excluded.wakes_ms",
            params![
                self.player,
                version,
                book.breaks.time_out_until_ms,
                book.breaks.excluded_until_ms,
                book.told_block,
                book.check_minutes,
                session.map(|session| session.started_ms),
                session.map(|session| session.last_stake_ms),
                session.map(|session| session.checked_ms),
                session.is_some_and(|session| session.check_due),
                session.map_or(0, |session| session.net_minor),
                book.open_bets,
                book.wakes_ms(self.market, self.now_ms)
            ],
        )?;
        Ok(())
    }

    fn save_cap(&self, tx: &Tx<'_>, kind: LimitKind, period: Period, cap: Cap) -> Result<(), StoreError> {
        tx.send(
            "INSERT INTO limit_caps (player, kind, period, value, next_value, next_from_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (player, kind, period) DO UPDATE SET value = excluded.value,
                 next_value = excluded.next_value, next_from_ms = excluded.next_from_ms",
            params![
                self.player,
                kind.as_str(),
                period.as_str(),
                cap.value,
                cap.increase.and_then(|increase| increase.value),
                cap.increase.map(|increase| increase.from_ms)
            ],
        )?;
        Ok(())
    }

    fn save_day(&self, tx: &Tx<'_>, day: Day, usage: &Usage) -> Result<(), StoreError> {
        tx.send(
            "INSERT INTO limit_days (player, day, deposited_minor, staked_minor, won_minor, played_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (player, day) DO UPDATE SET deposited_minor = excluded.deposited_minor,
                 staked_minor = excluded.staked_minor, won_minor = excluded.won_minor,
                 played_ms = excluded.played_ms",
            params![self.player, day.0, usage.deposited_minor, usage.staked_minor, usage.won_minor, usage.played_ms],
        )?;
        Ok(())
    }
}

fn read(row: &Row<'_>, currency: Currency) -> Result<Book, StoreError> {
    let times = (row.get::<Option<i64>>(5)?, row.get::<Option<i64>>(6)?, row.get::<Option<i64>>(7)?);
    let session = match times {
        (Some(started_ms), Some(last_stake_ms), Some(checked_ms)) => {
            Some(Session { started_ms, last_stake_ms, checked_ms, check_due: row.get(8)?, net_minor: row.get(9)? })
        }
        _ => None,
    };
    Ok(Book {
        version: row.get(0)?,
        breaks: Breaks { time_out_until_ms: row.get(1)?, excluded_until_ms: row.get(2)? },
        told_block: row.get(3)?,
        check_minutes: row.get(4)?,
        session,
        open_bets: row.get(10)?,
        ..Book::new(currency)
    })
}

fn cap(row: &Row<'_>) -> Result<Option<(LimitKind, Period, Cap)>, StoreError> {
    if row.get::<Option<String>>(11)?.is_none() {
        return Ok(None);
    }
    let value = row.get(14)?;
    let increase = row.get::<Option<i64>>(15)?.map(|from_ms| Increase { value, from_ms });
    let (kind, period) = (row.named(11, LimitKind::from_name)?, row.named(12, Period::from_name)?);
    Ok(Some((kind, period, Cap { value: row.get(13)?, increase })))
}

/// Notes the day that a bet counts on.
pub(super) fn open_stake(tx: &Tx<'_>, vendor: &str, bet: &str, day: Day) -> Result<(), StoreError> {
    tx.send("INSERT INTO limit_stakes (vendor, bet, day) VALUES (?1, ?2, ?3)", params![vendor, bet, day.0])?;
    Ok(())
}

/// Forgets an open bet; gives the day that it counted on. None for one that was never counted.
pub(super) fn close_stake(tx: &Tx<'_>, vendor: &str, bet: &str) -> Result<Option<Day>, StoreError> {
    tx.query_opt("DELETE FROM limit_stakes WHERE vendor = ?1 AND bet = ?2 RETURNING day", params![vendor, bet], |row| {
        row.get(0).map(Day)
    })
}

/// Players for whom the passing of time has changed something, the longest waiting first.
pub(super) fn woken(sql: &Sql, now_ms: i64, most: u32) -> Result<Vec<String>, StoreError> {
    sql.query_all(
        "SELECT player FROM limit_players WHERE wakes_ms <= ?1 ORDER BY wakes_ms LIMIT ?2",
        params![now_ms, most],
        |row| row.get(0),
    )
}
