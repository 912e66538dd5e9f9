//! Texts put together and taken apart without the standard library's formatting and searching:
//! those bring four kilobytes along that every player would download with every fragment.
//!
//! For code that runs in the page. Native programs have no reason to use it.

/// The texts in a row.
#[inline(never)]
#[must_use]
pub fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A number in decimal digits.
#[inline(never)]
#[must_use]
pub fn integer(number: i64) -> String {
    decimal(number, 0)
}

/// A number without a sign in decimal digits.
#[must_use]
pub fn digits(number: u64) -> String {
    let mut text = String::new();
    push_digits(&mut text, number);
    text
}

/// An integer with its last `decimals` digits behind the point.
#[inline(never)]
#[must_use]
pub fn decimal(number: i64, decimals: usize) -> String {
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    let mut unit: u64 = 1;
    for _ in 0..decimals {
        unit *= 10;
    }
    let number = number.unsigned_abs();
    push_digits(&mut text, number / unit);
    if unit > 1 {
        text.push('.');
        push_places(&mut text, number, unit / 10);
    }
    text
}

fn push_digits(text: &mut String, number: u64) {
    // 10^19 is the largest power of ten that fits.
    let mut unit: u64 = 10_000_000_000_000_000_000;
    while unit > 1 && number < unit {
        unit /= 10;
    }
    push_places(text, number, unit);
}

/// Adds the digit at the place of `unit`, a power of ten, and those below.
#[inline(never)]
fn push_places(text: &mut String, number: u64, mut unit: u64) {
    while unit > 0 {
        #[allow(clippy::cast_possible_truncation)] // one digit
        text.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}

/// The number that decimal digits stand for; `None` for anything else, and past 18 digits.
#[inline(never)]
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    if !(1..=18).contains(&text.len()) {
        return None;
    }
    let mut number = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(byte - b'0');
    }
    Some(number)
}

/// The text with the full-width and Arabic digits and decimal separators of a person's keyboard as those of ASCII.
#[inline(never)]
#[must_use]
pub fn ascii_figures(text: &str) -> String {
    let mut ascii = String::new();
    for sign in text.chars() {
        ascii.push(match sign {
            // The last four bits of each are the digit.
            '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{FF10}'..='\u{FF19}' => {
                char::from_digit(u32::from(sign) & 0xF, 10).unwrap_or(sign)
            }
            '\u{66B}' | '\u{FF0E}' => '.',
            '\u{FF0C}' => ',',
            _ => sign,
        });
    }
    ascii
}

/// What stands before and after the first `at`; `None` if it does not occur. `at` is ASCII.
#[inline(never)]
#[must_use]
pub fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    debug_assert!(at.is_ascii());
    let index = text.bytes().position(|byte| byte == at)?;
    // Both lie beside an ASCII character.
    Some((text.get(..index)?, text.get(index + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_read_as_the_standard_library_writes_them() {
        for number in [0, 7, 10, 99, 100, -1, -10, 1_234_567_890, i64::MAX, i64::MIN] {
            assert_eq!(integer(number), number.to_string());
        }
        assert_eq!(digits(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn only_digits_are_a_number() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("007"), Some(7));
        assert_eq!(number("999999999999999999"), Some(999_999_999_999_999_999));
        for text in ["", "-1", "+1", "1.5", " 1", "١", "9999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn figures_of_other_keyboards_become_those_of_ascii() {
        assert_eq!(ascii_figures("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ ０１２３４５６７８９"), "0123456789 0123456789 0123456789");
        assert_eq!(ascii_figures("١٫٥ １．５ １，５ 1.5 é१"), "1.5 1.5 1,5 1.5 é१");
    }

    #[test]
    fn a_text_is_cut_once() {
        assert_eq!(cut("a-b-c", b'-'), Some(("a", "b-c")));
        assert_eq!(cut("é}", b'}'), Some(("é", "")));
        assert_eq!(cut("none", b'-'), None);
    }

    #[test]
    fn texts_stand_in_a_row() {
        assert_eq!(concat(&["a", "", "bc"]), "abc");
    }
}
