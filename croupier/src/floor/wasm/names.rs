//! The names of functions, whichever way they are written.
//!
//! The name section holds what the compiler called a function: in the old mangling, in the new one,
//! or made readable by wasm-bindgen. All of them become a path without hashes:
//! `std::panicking::default_hook`.

use std::fmt::Write;

/// The path that a name stands for.
pub(super) fn path(name: &str) -> String {
    // Without the hashes: `{:#}` leaves them out of both manglings.
    let mut readable = String::with_capacity(name.len());
    // Writing to a string can't fail, and a name that can't be demangled is written as it is.
    _ = write!(readable, "{:#}", rustc_demangle::demangle(name));
    without_disambiguators(without_hash(without_number(&readable)))
}

/// `std[a543996e6e7dbf1e]::panicking` → `std::panicking`: which copy of a crate it is.
fn without_disambiguators(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        rest = match after.split_once(']') {
            Some((hash, after)) if is_hash(hash) => after,
            // A slice or an array.
            _ => {
                plain.push('[');
                after
            }
        };
    }
    plain.push_str(rest);
    plain
}

/// `core::cell::panic_already_borrowed::h28caead06396edc2` → without its last part.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((path, hash)) if is_hash(hash) => path,
        _ => name,
    }
}

/// `…::finish_grow[1]` → without the number by which a tool tells equal names apart.
fn without_number(name: &str) -> &str {
    let Some((before, number)) = name.strip_suffix(']').and_then(|name| name.rsplit_once('[')) else { return name };
    let is_number = !number.is_empty() && number.len() < 8 && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !before.is_empty() { before } else { name }
}

fn is_hash(text: &str) -> bool {
    (14..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_for_every_way_of_writing_it() {
        for name in [
            "std::panicking::default_hook",
            "std::panicking::default_hook::h8d997d6b04e8db9e",
            "std[a543996e6e7dbf1e]::panicking::default_hook",
            "std[a543996e6e7dbf1e]::panicking::default_hook[1]",
            "_ZN3std9panicking12default_hook17h8d997d6b04e8db9eE",
            "_RNvNtCsesJ85GpQMXs_3std9panicking12default_hook",
        ] {
            assert_eq!(path(name), "std::panicking::default_hook", "{name}");
        }
    }

    #[test]
    fn slices_and_other_brackets_stay() {
        assert_eq!(path("<[T] as core::fmt::Debug>::fmt::h8d997d6b04e8db9e"), "<[T] as core::fmt::Debug>::fmt");
        assert_eq!(path("<core[c5930c85a12de822]::fmt::Formatter>::pad"), "<core::fmt::Formatter>::pad");
        assert_eq!(path("a[5"), "a[5");
        assert_eq!(path("__wbindgen_malloc"), "__wbindgen_malloc");
    }
}
