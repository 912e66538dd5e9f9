//! What can be said about credentials before they are sent. The server checks again.

/// A field of the sign-in and sign-up forms; its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialField {
    /// How the player is called.
    Name,
    /// The address.
    Email,
    /// The password.
    Password,
}

impl CredentialField {
    /// The field that a problem names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "name" => Some(Self::Name),
            "email" => Some(Self::Email),
            "password" => Some(Self::Password),
            _ => None,
        }
    }

    /// The message for a value that is not allowed.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Name => "name-invalid",
            Self::Email => "email-invalid",
            Self::Password => "password-invalid",
        }
    }
}

/// The first field that can't be right. Sign-up has a name, and rules for a new password; sign-in
/// only needs something to compare.
#[must_use]
pub fn fault(name: Option<&str>, email: &str, password: &str) -> Option<CredentialField> {
    let long = |text: &str| text.chars().count();
    if name.is_some_and(|name| !(1..=40).contains(&long(name.trim()))) {
        return Some(CredentialField::Name);
    }
    let email = email.trim();
    let has_two_sides = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !has_two_sides || long(email) > 254 {
        return Some(CredentialField::Email);
    }
    let shortest = if name.is_some() { 8 } else { 1 };
    (!(shortest..=200).contains(&long(password))).then_some(CredentialField::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_up_names_the_first_fault() {
        let good = "long enough";
        assert_eq!(fault(Some("  "), "a@b", good), Some(CredentialField::Name));
        assert_eq!(fault(Some(&"x".repeat(41)), "a@b", good), Some(CredentialField::Name));
        assert_eq!(fault(Some("Ada"), "ada.example", good), Some(CredentialField::Email));
        assert_eq!(fault(Some("Ada"), "ada@", good), Some(CredentialField::Email));
        assert_eq!(fault(Some("Ada"), "a@b", "short"), Some(CredentialField::Password));
        assert_eq!(fault(Some("Ada"), " a@b ", good), None);
    }

    #[test]
    fn sign_in_leaves_the_rules_for_passwords_to_sign_up() {
        assert_eq!(fault(None, "a@b", "short"), None);
        assert_eq!(fault(None, "a@b", ""), Some(CredentialField::Password));
    }
}
