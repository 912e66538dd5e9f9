//! Players, as they are stored.

use super::changes::{self, AccountChange};
use crate::problem::ApiError;
use crate::store::{Database, Tx, params};
use contract::identity::Player;
use contract::problem::Code;
use uuid::Uuid;

/// Append-only.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE players (
        id         TEXT PRIMARY KEY,
        name       TEXT NOT NULL,
        email      TEXT UNIQUE, -- in lower case; a demo player has none
        password   TEXT,        -- argon2id, in PHC form
        created_ms INTEGER NOT NULL,
        CHECK ((email IS NULL) = (password IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sessions (
        id         TEXT PRIMARY KEY,
        player     TEXT NOT NULL REFERENCES players (id),
        expires_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_expiry ON sessions (expires_ms);
",
    include_str!("account.sql"),
    include_str!("known.sql"),
];

/// A player to be added.
#[derive(Clone, Debug)]
pub(super) struct NewPlayer {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// Address and hashed password; a demo player has none.
    pub(super) credentials: Option<(String, String)>,
}

pub(super) fn add(tx: &Tx<'_>, player: &NewPlayer, now_ms: i64) -> Result<(), ApiError> {
    let (email, password) = player.credentials.as_ref().map(|(email, password)| (email, password)).unzip();
    let taken: bool =
        tx.query_one("SELECT EXISTS (SELECT 1 FROM players WHERE email = ?1)", params![email], |row| row.get(0))?;
    if taken {
        return Err(ApiError::new(Code::EmailTaken, "This address has an account: sign in instead.").field("email"));
    }
    tx.execute(
        "INSERT INTO players (id, name, email, password, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![player.id.to_string(), player.name, email, password, now_ms],
    )?;
    changes::tell(tx, &player.id.to_string(), AccountChange::Opened, now_ms)?;
    Ok(())
}

/// A known address: the player and the stored password.
pub(super) async fn by_email(database: &Database, email: String) -> Result<Option<(Player, String)>, ApiError> {
    database
        .read(move |sql| {
            let found =
                sql.query_opt("SELECT id, name, password FROM players WHERE email = ?1", params![email], |row| {
                    Ok((Player { id: row.get(0)?, name: row.get(1)?, demo: false }, row.get(2)?))
                })?;
            Ok(found)
        })
        .await
}

pub(super) async fn by_id(database: &Database, id: String) -> Result<Option<Player>, ApiError> {
    database
        .read(move |sql| {
            let found =
                sql.query_opt("SELECT id, name, email IS NULL FROM players WHERE id = ?1", params![id], |row| {
                    Ok(Player { id: row.get(0)?, name: row.get(1)?, demo: row.get(2)? })
                })?;
            Ok(found)
        })
        .await
}
