//! What the details may be, and the one form in which each is stored.

use crate::identity::checks;
use crate::problem::ApiError;
use contract::account::AccountChange;

/// The languages that a player can be written to in.
const LANGUAGES: [&str; 5] = ["en", "de", "es", "ja", "ar"];
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
const MAX_ADDRESS_LINES: usize = 8;
const MAX_ADDRESS_CHARS: usize = 300;

/// The details, each in its stored form. What is empty is absent.
pub(super) fn change(change: AccountChange) -> Result<AccountChange, ApiError> {
    Ok(AccountChange {
        version: change.version,
        name: checks::name(&change.name)?,
        contact_email: filled(change.contact_email).map(|text| checks::email("contact_email", &text)).transpose()?,
        phone: filled(change.phone).map(|text| phone(&text)).transpose()?,
        address: filled(change.address).map(|text| address(&text)).transpose()?,
        language: filled(change.language).map(language).transpose()?,
    })
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// `+49 (30) 123-456` is `+4930123456`.
fn phone(text: &str) -> Result<String, ApiError> {
    let spacing = |char: char| char.is_whitespace() || matches!(char, '-' | '(' | ')' | '.' | '/' | '\u{200e}');
    let number: String = text.chars().filter(|char| !spacing(*char)).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if is_number && PHONE_DIGITS.contains(&digits.len()) {
        return Ok(number);
    }
    let (least, most) = (PHONE_DIGITS.start(), PHONE_DIGITS.end());
    Err(ApiError::invalid("phone", format!("A number is + with the country's code, {least} to {most} digits.")))
}

/// Lines without space around them; none is empty.
fn address(text: &str) -> Result<String, ApiError> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let address = lines.join("\n");
    let is_plain = !lines.iter().any(|line| line.chars().any(char::is_control));
    if is_plain && lines.len() <= MAX_ADDRESS_LINES && address.chars().count() <= MAX_ADDRESS_CHARS {
        return Ok(address);
    }
    let detail = format!("An address has at most {MAX_ADDRESS_LINES} lines and {MAX_ADDRESS_CHARS} characters.");
    Err(ApiError::invalid("address", detail))
}

fn language(text: String) -> Result<String, ApiError> {
    if LANGUAGES.contains(&text.as_str()) {
        return Ok(text);
    }
    Err(ApiError::invalid("language", format!("A language is one of {}.", LANGUAGES.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_stored_in_one_form() {
        for text in ["+49 30 123456", "+49 (30) 123-456", " +49.30/12 34 56 ", "\u{200e}+4930123456"] {
            assert_eq!(phone(text).unwrap(), "+4930123456", "{text}");
        }
        for text in ["030 123456", "+0301234567", "+49", "+1234567890123456", "+49 30 12x456", "++4930123456"] {
            assert_eq!(phone(text).unwrap_err().field.as_deref(), Some("phone"), "{text}");
        }
    }

    #[test]
    fn an_address_keeps_its_lines() {
        assert_eq!(address("  Ada \r\n\r\n Street 1\n12345 City ").unwrap(), "Ada\nStreet 1\n12345 City");
        let refused = [["a"; 9].join("\n"), "x".repeat(301), "bell\u{7}".to_owned()];
        assert!(refused.iter().all(|text| address(text).is_err()));
    }

    #[test]
    fn what_is_empty_is_absent() {
        let form = AccountChange {
            version: 1,
            name: " Ada ".into(),
            contact_email: Some("  ".into()),
            phone: Some(String::new()),
            address: Some("\n \n".into()),
            language: None,
        };
        let stored = change(form).unwrap();
        assert_eq!(
            (stored.name.as_str(), stored.contact_email, stored.phone, stored.address),
            ("Ada", None, None, None)
        );
    }
}
