//! Operators as the command line makes and removes them: whoever can start the program on the data
//! may say who runs the house.

use super::log::{self, COMMAND_LINE, Deed};
use super::store;
use crate::identity::{checks, password, players};
use crate::problem::ApiError;
use crate::store::Storage;
use contract::operator::{LogAction, Operator as Who, Role};
use uuid::Uuid;

/// Shorter ones are for players: an operator can do more harm.
const MIN_PASSWORD_CHARS: usize = 12;

/// Adds an operator. Gives their address in the form in which it is stored.
///
/// # Errors
/// The address or the password is not allowed, there is such an operator, or the store is not there.
pub async fn add(
    storage: &Storage,
    email: &str,
    role: Role,
    password: String,
    now_ms: i64,
) -> Result<String, ApiError> {
    let email = checks::email("email", email)?;
    if password.chars().count() < MIN_PASSWORD_CHARS {
        let detail = format!("An operator's password has at least {MIN_PASSWORD_CHARS} characters.");
        return Err(ApiError::invalid("password", detail));
    }
    checks::password("password", &password)?;
    let database = storage.open("identity", players::MIGRATIONS)?;
    let password = password::hash(&password).map_err(|error| ApiError::internal(&error))?;
    let who = Who { id: Uuid::new_v4().to_string(), email, role };
    database
        .write(move |tx| {
            store::add(tx, &who, &password, now_ms)?;
            log::append(tx, deed(LogAction::Added, &who.email, Some(who.role.as_str())), now_ms)?;
            Ok(who.email.clone())
        })
        .await
}

/// Removes an operator, who is out at once. What they did stays in the log.
///
/// # Errors
/// There is no such operator, or the store is not there.
pub async fn remove(storage: &Storage, email: &str, now_ms: i64) -> Result<String, ApiError> {
    let email = checks::email("email", email)?;
    let database = storage.open("identity", players::MIGRATIONS)?;
    database
        .write(move |tx| {
            store::remove(tx, &email)?;
            log::append(tx, deed(LogAction::Removed, &email, None), now_ms)?;
            Ok(email.clone())
        })
        .await
}

fn deed<'a>(action: LogAction, operator: &'a str, reason: Option<&'a str>) -> Deed<'a> {
    Deed { operator: COMMAND_LINE, action, subject: Some(operator), reason }
}
