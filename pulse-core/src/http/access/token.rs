//! Tokens: what is kept of them is a digest.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::Scopes;
use crate::model::Millis;

/// Characters of the shortest token: 128 bits in base64.
const CHARS: usize = 22;

/// SHA-256.
pub(super) type Digest = [u8; 32];

pub(super) fn digest(secret: &str) -> Digest {
    Sha256::digest(secret).into()
}

/// A credential that is sent as `Authorization: Bearer`. Only its digest is kept.
#[derive(Clone)]
pub struct Token {
    name: String,
    digest: Digest,
    scopes: Scopes,
    /// When it is no longer good.
    until: Option<Millis>,
}

/// A token is shorter than 22 characters, which is 128 bits in base64, or cannot be sent in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeakToken;

impl fmt::Display for WeakToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the admin token is 22 or more visible ASCII characters, for example the output of `openssl rand -base64 24`")
    }
}

impl std::error::Error for WeakToken {}

/// Text that does not describe a token. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It is not `NAME:SCOPES:DIGEST` or `NAME:SCOPES:DIGEST:UNTIL`.
    Form,
    /// There is no such scope.
    Scopes,
    /// It is not a SHA-256 in hexadecimal digits.
    Digest,
    /// It is not a date.
    Until,
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => {
                "a token is NAME:SCOPES:DIGEST or NAME:SCOPES:DIGEST:UNTIL, as grafana:metrics:9f86...:2027-01-31"
            }
            Self::Scopes => "scopes are all, or some of read, analyze, erase and metrics, with + between them",
            Self::Digest => "a digest is 64 hexadecimal digits: `printf %s \"$TOKEN\" | sha256sum`",
            Self::Until => "until is the last day on which a token is good (UTC), as 2027-01-31",
        })
    }
}

impl std::error::Error for InvalidToken {}

impl Token {
    /// A token by its text. `name` says in the log whose it is.
    ///
    /// # Errors
    /// The token is so short that it could be guessed, or it could not be sent.
    pub fn new(name: impl Into<String>, token: &str, scopes: impl Into<Scopes>) -> Result<Self, WeakToken> {
        if token.len() < CHARS || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(WeakToken);
        }
        Ok(Self { name: name.into(), digest: digest(token), scopes: scopes.into(), until: None })
    }

    /// The same token, good before this time only.
    #[must_use]
    pub fn until(self, until: Millis) -> Self {
        Self { until: Some(until), ..self }
    }

    /// Whose it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn scopes(&self) -> Scopes {
        self.scopes
    }

    pub(super) fn is_good(&self, now: Millis) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Names it where its use is counted, without saying what it is.
    pub(super) fn who(&self) -> String {
        self.digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("name", &self.name).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// `NAME:SCOPES:DIGEST` or `NAME:SCOPES:DIGEST:UNTIL`: a setting that holds no secret.
impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let mut parts = text.splitn(4, ':');
        let (Some(name), Some(scopes), Some(hex)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidToken::Form);
        };
        if name.is_empty() {
            return Err(InvalidToken::Form);
        }
        let mut digest = Digest::default();
        if hex.len() != 2 * digest.len() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidToken::Digest);
        }
        for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| InvalidToken::Digest)?;
        }
        let until = parts.next().map(end_of_day).transpose()?;
        Ok(Self { name: name.to_owned(), digest, scopes: scopes.parse()?, until })
    }
}

/// When the day ends, in UTC.
fn end_of_day(day: &str) -> Result<Millis, InvalidToken> {
    let day: jiff::civil::Date = day.parse().map_err(|_| InvalidToken::Until)?;
    let next = day.tomorrow().map_err(|_| InvalidToken::Until)?;
    let start = next.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| InvalidToken::Until)?;
    Ok(start.timestamp().as_millisecond())
}

/// The place of the token with this digest. All of them are looked at, so that time does not tell which one it was.
pub(super) fn find(tokens: &[Token], wanted: &Digest) -> Option<usize> {
    let mut found = u64::MAX;
    for (place, token) in tokens.iter().enumerate() {
        let same: Choice = token.digest.ct_eq(wanted);
        found.conditional_assign(&(place as u64), same);
    }
    usize::try_from(found).ok().filter(|place| *place < tokens.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Of `0123456789abcdef012345`.
    fn hex() -> String {
        digest("0123456789abcdef012345").iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_token_is_described_by_its_digest() {
        let token: Token = format!("grafana:metrics:{}:2027-01-31", hex()).parse().unwrap();
        assert_eq!((token.name(), token.scopes), ("grafana", "metrics".parse().unwrap()));
        let end = 1_801_440_000_000;
        assert!(token.is_good(end - 1) && !token.is_good(end), "{:?}", token.until);
        assert_eq!(find(std::slice::from_ref(&token), &digest("0123456789abcdef012345")), Some(0));
        assert_eq!(find(&[token], &digest("0123456789abcdef012346")), None);
        let bad = [
            ("grafana".to_owned(), InvalidToken::Form),
            (format!(":read:{}", hex()), InvalidToken::Form),
            (format!("a:write:{}", hex()), InvalidToken::Scopes),
            ("a:read:0123456789abcdef012345".to_owned(), InvalidToken::Digest),
            (format!("a:read:{}", hex().replace('a', "+")), InvalidToken::Digest),
            (format!("a:read:{}:soon", hex()), InvalidToken::Until),
        ];
        for (text, error) in bad {
            assert_eq!(text.parse::<Token>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn a_weak_token_is_refused_and_none_is_shown() {
        for bad in ["short", "a token of more than 22 chars", "ä-token-of-more-than-22-chars"] {
            assert_eq!(Token::new("admin", bad, true).unwrap_err(), WeakToken);
        }
        let token = Token::new("admin", "a-token-of-more-than-22-chars", true).unwrap();
        assert!(!format!("{token:?}").contains("a-token") && !format!("{token:?}").contains("digest"));
    }
}
