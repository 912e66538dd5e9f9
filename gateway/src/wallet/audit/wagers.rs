//! What each bet says that it took, held against the entry that took it: by that goes what a rollback gives back.

use super::Differences;
use crate::store::{Row, Sql, StoreError, params};

/// Bets that are read at once.
const PAGE: u32 = 1_000;

/// The bets after one of them, each with whether it is mistaken. Of bets from before the vendor's moves were kept,
/// nobody can say which entry was theirs. One that was taken back before it arrived has taken nothing, by no entry.
const BETS: &str = "
    SELECT bets.vendor, bets.id, bets.placed_ms > (SELECT at_ms FROM vendor_moves_begin) AND (
        coalesce(entries.cash_minor, 0) <> -bets.cash_minor OR coalesce(entries.bonus_minor, 0) <> -bets.bonus_minor)
    FROM (SELECT vendor, id, placed_ms, cash_minor, bonus_minor FROM bets
          WHERE (vendor, id) > (?1, ?2) ORDER BY vendor, id LIMIT ?3) AS bets
    LEFT JOIN vendor_moves AS moves ON moves.vendor = bets.vendor AND moves.id = bets.id AND moves.kind = 'bet'
    LEFT JOIN entries ON entries.version = moves.entry
    ORDER BY bets.vendor, bets.id";

pub(super) fn compare(sql: &Sql, differences: &mut Differences) -> Result<(), StoreError> {
    let bet = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<bool>(2)?));
    let (mut vendor, mut id) = (String::new(), String::new());
    loop {
        let page = sql.query_all(BETS, params![vendor, id, PAGE], bet)?;
        for (vendor, id, _) in page.iter().filter(|(.., is_mistaken)| *is_mistaken) {
            differences.add(format!("bet {id} of {vendor}: says otherwise than the entry that took it"));
        }
        let Some(last) = page.into_iter().next_back() else { return Ok(()) };
        (vendor, id, _) = last;
    }
}
