//! The sites that a server serves.

use serde::{Deserialize, Serialize};

use crate::model::SiteKey;

/// Answer of `GET /api/sites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SitesAnswer {
    /// The site that was asked; none for the one without a key.
    pub site: Option<SiteKey>,
    /// All sites: first the one without a key, then the others by their keys.
    pub sites: Vec<SiteRow>,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SiteRow {
    /// Its key. Its API and its dashboard are under `/sites/KEY/`; what has no key is the server's root.
    pub key: Option<SiteKey>,
    /// Origins whose pages may send events to it. Empty when these are the pages of the server's own machine.
    pub origins: Vec<String>,
}
