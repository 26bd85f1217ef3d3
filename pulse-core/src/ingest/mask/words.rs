//! Words that make a name look secret.

/// A name with one of these anywhere in it is secret: `reset_token`, `userEmail`.
const WITHIN: &[&str] = &[
    "token",
    "mail",
    "code",
    "pass",
    "pwd",
    "secret",
    "session",
    "auth",
    "key",
    "signature",
    "phone",
    "jwt",
    "card",
    "cvv",
    "cvc",
    "iban",
    "ssn",
    "ticket",
    "credential",
    "invit",
    "verif",
    "saml",
    "csrf",
    "xsrf",
    "birth",
    "nonce",
];

/// A name is secret that has one of these as a word of its own, because they are parts of harmless ones: `pin`, and not
/// `shopping`.
const WORDS: &[&str] = &["sid", "otp", "pin", "sig", "cc", "tan", "tel", "pw", "dob", "bic", "mfa", "pan"];

/// What comes behind one of these in a path is made for one person: `/reset/8f3k2`.
const BEFORE: &[&str] = &[
    "reset",
    "activate",
    "activation",
    "confirm",
    "confirmation",
    "magic",
    "unsubscribe",
    "token",
    "tokens",
    "invite",
    "invites",
    "invitation",
    "verify",
    "verification",
    "password",
    "ticket",
    "tickets",
    "otp",
    "jwt",
    "secret",
    "auth",
    "session",
    "key",
];

/// Whether a name speaks of a secret or a person; `more` are words of the site's own.
pub(in crate::ingest) fn is_secret(name: &str, more: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    WITHIN.iter().any(|word| name.contains(word))
        || more.iter().any(|word| !word.is_empty() && name.contains(&word.to_ascii_lowercase()))
        || name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Whether a part of a path says that the next one is made for one person.
pub(super) fn is_before_secret(part: &str, more: &[String]) -> bool {
    let part = part.to_ascii_lowercase();
    let own = |word: &String| !word.is_empty() && part == word.to_ascii_lowercase();
    part.split(['-', '_']).any(|word| BEFORE.contains(&word)) || more.iter().any(own)
}
