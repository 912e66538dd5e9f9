//! What a form may hold.

use crate::problem::ApiError;

const MAX_NAME_CHARS: usize = 40;
const MAX_EMAIL_CHARS: usize = 254;
const MIN_PASSWORD_CHARS: usize = 8;
const MAX_PASSWORD_CHARS: usize = 200;

/// A name as it will be shown.
pub(super) fn name(text: &str) -> Result<String, ApiError> {
    let name = text.trim();
    if (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(ApiError::invalid("name", format!("A name has 1 to {MAX_NAME_CHARS} characters.")))
}

/// An address in the one form in which it is stored and compared.
pub(super) fn email(field: &str, text: &str) -> Result<String, ApiError> {
    let email = text.trim().to_lowercase();
    let shaped = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    let printable = !email.chars().any(|char| char.is_whitespace() || char.is_control());
    if shaped && printable && email.chars().count() <= MAX_EMAIL_CHARS {
        return Ok(email);
    }
    Err(ApiError::invalid(field, format!("An address has an @ and at most {MAX_EMAIL_CHARS} characters.")))
}

/// A password that is being chosen.
pub(super) fn password(field: &str, text: &str) -> Result<(), ApiError> {
    if (MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&text.chars().count()) {
        return Ok(());
    }
    let detail = format!("A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.");
    Err(ApiError::invalid(field, detail))
}

/// A password that is being tried: any that could have been chosen, and shorter ones, which are
/// simply wrong.
pub(super) fn known_password(field: &str, text: &str) -> Result<(), ApiError> {
    if (1..=MAX_PASSWORD_CHARS).contains(&text.chars().count()) {
        return Ok(());
    }
    Err(ApiError::invalid(field, format!("A password has at most {MAX_PASSWORD_CHARS} characters.")))
}
