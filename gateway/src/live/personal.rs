//! What this service holds on a player, for that player.

use super::Live;
use crate::problem::ApiError;
use crate::store::{Row, StoreError, params};
use serde::Serialize;

/// A table that a player was permitted to bet at, from the moment that it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seat {
    table: String,
    game: String,
    currency: String,
    begun_at_ms: i64,
    ended_at_ms: i64,
}

impl Live {
    /// Where the player was permitted to bet. The vendor's own records are the vendor's.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn personal(self, player: String) -> Result<Vec<Seat>, ApiError> {
        let read = |row: &Row<'_>| {
            Ok(Seat {
                table: row.get(0)?,
                game: row.get(1)?,
                currency: row.get(2)?,
                begun_at_ms: row.get(3)?,
                ended_at_ms: row.get(4)?,
            })
        };
        let seats = self.0.database.read(move |sql| {
            sql.query_all(
                "SELECT table_id, game, currency, begun_at_ms, ends_at_ms FROM vendor_sessions WHERE player = ?1
                 ORDER BY begun_at_ms, id",
                params![player],
                read,
            )
        });
        seats.await.map_err(|error: StoreError| error.into())
    }
}
