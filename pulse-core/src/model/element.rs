//! The element that an event happened on.

use serde::{Deserialize, Serialize};

use super::px;

/// An element of the page, described without any of its values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Element {
    /// Short stable CSS path, at most 512 characters.
    pub path: String,
    /// Lower-case tag name; empty when the sender gave a bare selector.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// The `id` attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The ARIA role, stated or implied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What a person would call it, at most 128 characters, never an input's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its box in page pixels: x, y, width, height.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "px::option_rect")]
    pub rect: Option<[f64; 4]>,
    /// Whether it looks as if a click would do something.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interactive: bool,
    /// Whether it keeps its place on the screen while the page scrolls (fixed or sticky).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed: bool,
    /// Whether the page says that fast clicking is normal here (`data-pulse-no-rage`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_rage: bool,
}

impl Element {
    /// An element known by its selector alone.
    pub fn from_selector(selector: impl Into<String>) -> Self {
        Self { path: selector.into(), ..Self::default() }
    }

    /// What to call it on screen: its label, else its path.
    pub fn name(&self) -> &str {
        self.label.as_deref().filter(|label| !label.is_empty()).unwrap_or(&self.path)
    }
}
