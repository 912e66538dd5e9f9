//! The details, as they are stored. Of two changes made from the same state the later is refused.

use crate::identity::changes::{self, AccountChange};
use crate::problem::ApiError;
use crate::store::{Sql, StoreError, Tx, params};
use contract::account::{Account, AccountChange as Form};
use contract::problem::Code;

/// A player's account, but for when it can be exported again.
pub(crate) fn account(sql: &Sql, player: &str) -> Result<Option<Account>, StoreError> {
    sql.query_opt(
        "SELECT name, email, contact_email, phone, address, language, created_ms, version FROM players WHERE id = ?1",
        params![player],
        |row| {
            let email: Option<String> = row.get(1)?;
            Ok(Account {
                name: row.get(0)?,
                demo: email.is_none(),
                email,
                contact_email: row.get(2)?,
                phone: row.get(3)?,
                address: row.get(4)?,
                language: row.get(5)?,
                created_at_ms: row.get(6)?,
                version: row.get(7)?,
                export_after_ms: None,
            })
        },
    )
}

/// Sets the details to a checked form.
pub(super) fn change(tx: &Tx<'_>, player: &str, form: &Form, now_ms: i64) -> Result<Account, ApiError> {
    let before = account(tx, player)?.ok_or_else(gone)?;
    if before.demo {
        return Err(ApiError::new(Code::Conflict, "A demo player has no details."));
    }
    if before.version != form.version {
        let detail = "The details were changed meanwhile. Read them again, and change what they are now.";
        return Err(ApiError::new(Code::Conflict, detail).field("version"));
    }
    tx.execute(
        "UPDATE players SET name = ?2, contact_email = ?3, phone = ?4, address = ?5, language = ?6,
                            version = version + 1
         WHERE id = ?1",
        params![player, form.name, form.contact_email, form.phone, form.address, form.language],
    )?;
    let after = account(tx, player)?.ok_or_else(gone)?;
    let contact = |account: &Account| (account.contact_email.clone(), account.phone.clone(), account.address.clone());
    if contact(&before) != contact(&after) {
        changes::tell(tx, player, AccountChange::Contact, now_ms)?;
    }
    Ok(after)
}

/// A session of a player who is not there: players are never removed, so this is ours.
pub(super) fn gone() -> ApiError {
    ApiError::internal(&"a session belongs to no player")
}
