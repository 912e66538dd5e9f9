//! A new password. It ends every session, the one that asks too: whoever knew the old one, or holds
//! a copy of a cookie, is out. The browser that asks gets a new session with the answer.

use crate::identity::attempts::{self, Subject};
use crate::identity::changes::{self, AccountChange};
use crate::identity::device::Device;
use crate::identity::known::Marks;
use crate::identity::session::SignedIn;
use crate::identity::sessions::{self, NewSession, REPLACED_MS};
use crate::identity::source::Source;
use crate::identity::token::Token;
use crate::identity::{Identity, checks};
use crate::problem::ApiError;
use crate::store::{StoreError, Tx, params};
use contract::account::PasswordChange;
use contract::problem::Code;
use uuid::Uuid;

const CURRENT: &str = "current_password";
const NEW: &str = "new_password";

/// Changes the password and begins the new session.
pub(super) async fn change(
    identity: &Identity,
    caller: &SignedIn,
    (device, source): (Device, Source),
    form: PasswordChange,
) -> Result<Token, ApiError> {
    checks::known_password(CURRENT, &form.current_password)?;
    checks::password(NEW, &form.new_password)?;
    if form.current_password == form.new_password {
        return Err(ApiError::invalid(NEW, "The new password has to be another one."));
    }
    let inner = &identity.0;
    let stored = stored(identity, caller.player.clone()).await?;
    let subjects = Subject::of_player(&inner.keys, &caller.player);
    let look = inner.passwords.verify(form.current_password, Some(stored.clone()));
    if !identity.attempt(&subjects, look).await? {
        let wrong = ApiError::new(Code::WrongCredentials, "This is not the current password.");
        return Err(wrong.field(CURRENT).status(http::StatusCode::FORBIDDEN));
    }
    let new = inner.passwords.hash(form.new_password).await?;
    let now_ms = inner.clock.now_ms();
    let (player, current) = ids(caller)?;
    let marks = Marks::of(&inner.keys, player, device, source);
    let session = NewSession { id: Uuid::new_v4(), player, device, marks };
    let gone = inner
        .database
        .write(move |tx| {
            set(tx, player, &stored, &new)?;
            changes::tell(tx, &player.to_string(), AccountChange::Password, now_ms)?;
            attempts::succeeded(tx, &subjects)?;
            let gone = replace_all(tx, &session, current, now_ms)?;
            Ok::<_, ApiError>(gone)
        })
        .await?;
    inner.ended.add(&gone, now_ms);
    inner.ended.add(&[current], now_ms.saturating_add(REPLACED_MS));
    Ok(Token::issue(player, session.id, now_ms))
}

async fn stored(identity: &Identity, player: String) -> Result<String, ApiError> {
    let stored: Option<String> = identity
        .0
        .database
        .read(move |sql| {
            let read = "SELECT password FROM players WHERE id = ?1";
            Ok::<_, StoreError>(sql.query_opt(read, params![player], |row| row.get(0))?.flatten())
        })
        .await?;
    stored.ok_or_else(|| ApiError::new(Code::Conflict, "A demo player has no password."))
}

fn set(tx: &Tx<'_>, player: Uuid, before: &str, password: &str) -> Result<(), ApiError> {
    let changed = tx.execute(
        "UPDATE players SET password = ?3 WHERE id = ?1 AND password = ?2",
        params![player.to_string(), before, password],
    )?;
    if changed == 0 {
        return Err(ApiError::new(Code::Conflict, "The password was changed meanwhile."));
    }
    Ok(())
}

/// Begins a session in the place of all others. Gives those that end at once.
fn replace_all(tx: &Tx<'_>, session: &NewSession, current: Uuid, now_ms: i64) -> Result<Vec<Uuid>, ApiError> {
    let player = session.player.to_string();
    let gone = sessions::end_all(tx, &player, Some(current), now_ms)?;
    sessions::end(tx, &player, current, now_ms.saturating_add(REPLACED_MS), now_ms)?;
    sessions::begin(tx, session, now_ms)?;
    Ok(gone)
}

fn ids(caller: &SignedIn) -> Result<(Uuid, Uuid), ApiError> {
    let id = |text: &str| Uuid::parse_str(text).map_err(|error| ApiError::internal(&error));
    Ok((id(&caller.player)?, id(&caller.session)?))
}
