//! Checked identifiers: a value of one of these types is always well formed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// An id is not 8 to 64 characters of `[A-Za-z0-9_-]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 8 to 64 characters of A-Z, a-z, 0-9, _ and -")
    }
}

impl std::error::Error for InvalidId {}

/// Whether a text is an id. Shorter ones are hardly unique, longer ones fill a log.
pub(crate) fn is_id(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn check(id: &str) -> Result<(), InvalidId> {
    if is_id(id) { Ok(()) } else { Err(InvalidId) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("pattern" = "^[A-Za-z0-9_-]{8,64}$")))]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text).map(|()| Self(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// One visit in one browser tab. It survives page loads and ends after 30 minutes without activity.
    ///
    /// ```
    /// use pulse_core::model::SessionId;
    ///
    /// let id: SessionId = "session-0001".parse()?;
    /// assert_eq!(id.as_str(), "session-0001");
    /// assert!("too short".parse::<SessionId>().is_err());
    /// # Ok::<(), pulse_core::model::InvalidId>(())
    /// ```
    SessionId
}
id! {
    /// One page load. Random, so that a duplicated tab, which copies `sessionStorage`, is not taken for a repeat.
    ViewId
}
id! {
    /// One browser, across visits.
    VisitorId
}

impl ViewId {
    /// Marks the views that Pulse made for batches that came without one.
    const ANONYMOUS: char = '_';

    /// A view for a batch whose sender named none; `unique` makes the batch its own.
    pub fn anonymous(unique: &str) -> Result<Self, InvalidId> {
        format!("{}{unique}", Self::ANONYMOUS).parse()
    }

    /// Whether the sender named no view, so that all such batches of a session are read as one page view.
    pub fn is_anonymous(&self) -> bool {
        self.0.starts_with(Self::ANONYMOUS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_checked_wherever_it_comes_from() {
        assert!("a1_-B2cd".parse::<SessionId>().is_ok());
        for bad in ["", "short", "with space", "with/slash", "ünïcödé-id", &"x".repeat(65)] {
            assert_eq!(bad.parse::<SessionId>(), Err(InvalidId), "{bad:?}");
            assert!(serde_json::from_value::<SessionId>(bad.into()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_anonymous_view_is_recognised() {
        assert!(ViewId::anonymous("0123456789").is_ok_and(|v| v.is_anonymous()));
        assert!("0123456789".parse::<ViewId>().is_ok_and(|v| !v.is_anonymous()));
    }
}
