//! Launch tokens and the vendor's sessions.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::live::{Game, Launch, Table};
use contract::money::Currency;
use contract::problem::Code;
use sha2::{Digest, Sha256};

use super::Live;
use crate::problem::ApiError;
use crate::store::{Row, StoreError, Tx, params};
use crate::wallet::vendor::{SessionsUnavailable, VendorSession, VendorSessions};

/// How long a token may be carried to the vendor.
pub(super) const TOKEN_LIFETIME_MS: i64 = 60_000;
/// Tokens of one player that wait to be used.
const MAX_WAITING: i64 = 32;
/// How long a player may bet before the page has to launch again.
const SESSION_LIFETIME_MS: i64 = 12 * 3600 * 1000;
/// The base64 of 32 bytes.
const SECRET_CHARS: usize = 43;

/// 256 bits that nobody can guess, as text.
fn secret() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(&error))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Live {
    /// Makes a launch token for a player at a table.
    pub(super) async fn launch(&self, player: String, table: Table) -> Result<Launch, ApiError> {
        let token = secret()?;
        let now_ms = self.0.clock.now_ms();
        let expires_at_ms = now_ms + TOKEN_LIFETIME_MS;
        let token_hash = hash(&token);
        self.0
            .database
            .write(move |tx| {
                tx.execute("DELETE FROM launches WHERE expires_at_ms <= ?1", params![now_ms])?;
                let waiting: i64 = tx.query_one(
                    "SELECT count(*) FROM launches WHERE player = ?1 AND used = 0",
                    params![&player],
                    |row| row.get(0),
                )?;
                if waiting >= MAX_WAITING {
                    return Err(ApiError::new(Code::TooMany, "Too many tables were opened at once. Wait a minute."));
                }
                tx.execute(
                    "INSERT INTO launches (token_hash, player, table_id, game, currency, expires_at_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![token_hash, player, table.id, table.game.as_str(), table.currency.as_str(), expires_at_ms],
                )?;
                Ok(())
            })
            .await?;
        Ok(Launch { token, expires_at_ms })
    }

    /// Neither the switch nor the file keeps the service from answering.
    async fn reachable(&self) -> Result<(), SessionsUnavailable> {
        self.0.switch.pass().await.map_err(|_| SessionsUnavailable)
    }
}

impl VendorSessions for Live {
    async fn redeem(&self, token: &str) -> Result<Option<VendorSession>, SessionsUnavailable> {
        self.reachable().await?;
        if token.len() != SECRET_CHARS {
            return Ok(None);
        }
        let token_hash = hash(token);
        let id = secret().map_err(|_| SessionsUnavailable)?;
        let now_ms = self.0.clock.now_ms();
        let redeemed = self.0.database.write(move |tx| redeem(tx, &token_hash, &id, now_ms));
        redeemed.await.map_err(unavailable)
    }

    async fn session(&self, id: &str) -> Result<Option<(VendorSession, bool)>, SessionsUnavailable> {
        self.reachable().await?;
        let id = id.to_owned();
        let now_ms = self.0.clock.now_ms();
        let found = self.0.database.read(move |sql| {
            sql.query_opt(
                "SELECT id, player, table_id, game, currency, ends_at_ms FROM vendor_sessions WHERE id = ?1",
                params![id],
                |row| Ok((session(row)?, row.get::<i64>(5)? <= now_ms)),
            )
        });
        found.await.map_err(unavailable)
    }
}

/// Uses the token up and begins a session, as of the launch: what ended everything of the player's between then and now
/// may not have been heard of here yet, and has to end this too.
fn redeem(tx: &Tx<'_>, token_hash: &[u8; 32], id: &str, now_ms: i64) -> Result<Option<VendorSession>, StoreError> {
    let used = tx.execute(
        "UPDATE launches SET used = 1 WHERE token_hash = ?1 AND used = 0 AND expires_at_ms > ?2",
        params![token_hash, now_ms],
    )?;
    if used == 0 {
        return Ok(None);
    }
    tx.execute(
        "INSERT INTO vendor_sessions (id, player, table_id, game, currency, ends_at_ms, begun_at_ms)
         SELECT ?2, player, table_id, game, currency, ?3, expires_at_ms - ?4 FROM launches WHERE token_hash = ?1",
        params![token_hash, id, now_ms + SESSION_LIFETIME_MS, TOKEN_LIFETIME_MS],
    )?;
    let session = tx.query_one(
        "SELECT id, player, table_id, game, currency FROM vendor_sessions WHERE id = ?1",
        params![id],
        session,
    )?;
    Ok(Some(session))
}

fn session(row: &Row<'_>) -> Result<VendorSession, StoreError> {
    Ok(VendorSession {
        session: row.get(0)?,
        player: row.get(1)?,
        table: row.get(2)?,
        game: row.named(3, Game::from_name)?,
        currency: row.named(4, Currency::from_name)?,
    })
}

fn unavailable(error: StoreError) -> SessionsUnavailable {
    tracing::warn!(%error, "a vendor's session could not be read or begun");
    SessionsUnavailable
}
