//! What each bet says that it took, held against the entry that took it: by that goes what a rollback gives back.

use super::Differences;
use crate::store::{Row, Sql, StoreError};

/// Of bets from before the vendor's moves were kept, nobody can say which entry was theirs. One that was taken back
/// before it arrived has taken nothing, by no entry.
const MISTAKEN: &str = "
    SELECT bets.vendor, bets.id FROM bets
    LEFT JOIN vendor_moves AS moves ON moves.vendor = bets.vendor AND moves.id = bets.id AND moves.kind = 'bet'
    LEFT JOIN entries ON entries.version = moves.entry
    WHERE (coalesce(entries.cash_minor, 0) <> -bets.cash_minor OR coalesce(entries.bonus_minor, 0) <> -bets.bonus_minor)
        AND bets.placed_ms > (SELECT at_ms FROM vendor_moves_begin)
    ORDER BY bets.vendor, bets.id LIMIT 100";

pub(super) fn compare(sql: &Sql, differences: &mut Differences) -> Result<(), StoreError> {
    let name = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<String>(1)?));
    for (vendor, bet) in sql.query_all(MISTAKEN, &[], name)? {
        differences.add(format!("bet {bet} of {vendor}: says otherwise than the entry that took it"));
    }
    Ok(())
}
