//! Parameters of the routes about pages.

use serde::{Deserialize, Serialize};

use super::{
    Query, QueryError,
    parameter::{self, ScopeParameters, ThresholdParameters},
};
use crate::analyze::{Thresholds, page::Scope};

/// Parameters of `GET /api/pages`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PagesQuery {
    /// Only this page or these: an address, a path that begins with a slash, or either with `*` for any text.
    pub page: Option<String>,
    /// Which visits.
    #[serde(flatten, with = "ScopeParameters")]
    pub scope: Scope,
    /// At most this many pages; 100 when not said, 1000 at most.
    #[serde(deserialize_with = "parameter::page_rows")]
    pub limit: Option<usize>,
    /// What comes first.
    pub sort: PageSort,
    /// Thresholds of the click signals.
    #[serde(flatten, with = "ThresholdParameters")]
    pub thresholds: Thresholds,
}

/// The order of the pages list, highest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PageSort {
    /// `sessions`
    #[default]
    Sessions,
    /// `frustration`: that of all its visits together.
    Frustration,
    /// `time`: spent on it, by all.
    Time,
}

/// Parameters of `GET /api/paths`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PathsQuery {
    /// The page whose ways are reported: those that led to it.
    pub page: Option<String>,
    /// Which visits.
    #[serde(flatten, with = "ScopeParameters")]
    pub scope: Scope,
    /// At most this many pages, edges and ways, each; 100 when not said, 1000 at most.
    #[serde(deserialize_with = "parameter::page_rows")]
    pub limit: Option<usize>,
}

impl Query for PagesQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_scope(&self.scope)
    }
}

impl Query for PathsQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_scope(&self.scope)
    }
}
