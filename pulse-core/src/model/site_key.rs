//! The name of a site, where one server serves several.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// What metrics and answers call the site without a key.
const DEFAULT: &str = "default";

/// The key of a site: 1 to 32 characters of `[a-z0-9-]`, and not `default`. It stands in addresses
/// (`/sites/shop/api/track`), in the tracker's tag (`data-site="shop"`) and in the names of files and databases, and is
/// nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("pattern" = "^[a-z0-9-]{1,32}$")))]
#[serde(transparent)]
pub struct SiteKey(Box<str>);

/// Text that is no key of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSiteKey;

impl fmt::Display for InvalidSiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a site's key is 1 to 32 characters of a-z, 0-9 and -, and not `default`")
    }
}

impl std::error::Error for InvalidSiteKey {}

impl SiteKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How a site is called where every one of them needs a name, also the one without a key.
    pub fn name(key: Option<&Self>) -> &str {
        key.map_or(DEFAULT, Self::as_str)
    }
}

impl FromStr for SiteKey {
    type Err = InvalidSiteKey;

    fn from_str(text: &str) -> Result<Self, InvalidSiteKey> {
        let is_key = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && text != DEFAULT;
        if is_key { Ok(Self(text.into())) } else { Err(InvalidSiteKey) }
    }
}

impl fmt::Display for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SiteKey {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_can_stand_in_an_address_and_in_a_files_name() {
        for key in ["a", "shop", "shop-2", "-", "9", &"x".repeat(32)] {
            assert!(key.parse::<SiteKey>().is_ok(), "{key}");
        }
        for bad in ["", "Shop", "a/b", "..", "a.b", "a_b", "a b", "ä", "a\0", "%61", "default", &"x".repeat(33)] {
            assert_eq!(bad.parse::<SiteKey>(), Err(InvalidSiteKey), "{bad:?}");
            assert!(serde_json::from_value::<SiteKey>(bad.into()).is_err(), "{bad:?}");
        }
    }
}
