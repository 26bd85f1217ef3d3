//! What somebody has decided about a problem.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Hits;
use crate::model::Millis;

/// Names a problem: the same one in every store and after every restart. 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("pattern" = "^[0-9a-f]{16}$")))]
#[serde(transparent)]
pub struct ProblemId(Box<str>);

/// The id of a problem is not 16 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidProblemId;

impl fmt::Display for InvalidProblemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a problem is 16 hexadecimal digits")
    }
}

impl std::error::Error for InvalidProblemId {}

impl ProblemId {
    /// The id of these bits.
    pub fn from_bits(bits: u64) -> Self {
        Self(format!("{bits:016x}").into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProblemId {
    type Err = InvalidProblemId;

    fn from_str(text: &str) -> Result<Self, InvalidProblemId> {
        let is_id = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_id { Ok(Self(text.into())) } else { Err(InvalidProblemId) }
    }
}

impl fmt::Display for ProblemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProblemId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// What people set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ProblemStatus {
    /// Nothing was done about it yet.
    #[default]
    Open,
    /// Nothing will be done about it.
    Ignored,
    /// It should be gone.
    Fixed,
}

impl ProblemStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Ignored, Self::Fixed];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ignored => "ignored",
            Self::Fixed => "fixed",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A status, and when and why it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemMark {
    /// Of which problem.
    pub id: ProblemId,
    /// Name of its page, whose visits tell whether a fix holds.
    pub page: String,
    /// What was set.
    pub status: ProblemStatus,
    /// Why, in the words of who set it.
    pub note: Option<String>,
    /// When.
    pub at: Millis,
    /// What was counted of it before that, which a fix is measured against.
    pub before: Hits,
}

impl ProblemMark {
    /// Most characters of a note.
    pub const NOTE: usize = 1000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_16_digits() {
        assert_eq!("00ff00ff00ff00ff".parse::<ProblemId>().map(|id| id.to_string()), Ok("00ff00ff00ff00ff".into()));
        for bad in ["", "00ff00ff00ff00f", "00ff00ff00ff00ff0", "00FF00FF00FF00FF", "00ff00ff00ff00f/"] {
            assert_eq!(bad.parse::<ProblemId>(), Err(InvalidProblemId), "{bad}");
        }
    }

    #[test]
    fn names_lead_back() {
        for status in ProblemStatus::ALL {
            assert_eq!(ProblemStatus::from_name(status.as_str()), Some(status));
        }
        assert_eq!(ProblemStatus::from_name("regressed"), None, "that is found, and not set");
    }
}
