//! Query strings of the read routes: one type that parses a query and makes one, so that clients and server share the
//! names of parameters. No other module spells one.

mod pages;
mod parameter;
mod problems;
mod sessions;
#[cfg(test)]
mod tests;
mod text;

use std::{borrow::Cow, collections::HashSet};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub(super) use self::parameter::TIMES;
use self::parameter::{ScopeParameters, ThresholdParameters};
pub use self::{
    pages::{PageSort, PagesQuery, PathsQuery},
    parameter::QueryError,
    problems::{ProblemQuery, ProblemSort, ProblemsQuery, VisitsQuery},
    sessions::{ExportFormat, ExportQuery, SessionSort, SessionsQuery, SpotQuery, VisitorQuery},
};
use crate::{
    analyze::{HeatmapCount, HeatmapMode, Thresholds, page::Scope},
    model::{EventType, VisitorId},
};

/// The parameters of a route.
///
/// ```
/// use pulse_core::wire::{Query, Route, SessionSort, SessionsQuery};
///
/// let query = SessionsQuery { page: Some("/cart".into()), sort: SessionSort::Frustration, ..Default::default() };
/// assert_eq!(Route::Sessions.address(&query), "/api/sessions?page=%2Fcart&sort=frustration");
/// assert_eq!(SessionsQuery::parse("page=%2Fcart&sort=frustration"), Ok(query));
/// ```
pub trait Query: Serialize + DeserializeOwned + Default {
    /// Checks what parameters say together; each alone is right.
    ///
    /// # Errors
    /// They contradict each other.
    fn check(&self) -> Result<(), QueryError> {
        Ok(())
    }

    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown, is there twice, or cannot be used.
    fn parse(query: &str) -> Result<Self, QueryError> {
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(query.as_bytes()).collect();
        let mut names = HashSet::new();
        for (name, text) in &pairs {
            if !names.insert(name) {
                return Err(QueryError::new(name, "is there more than once"));
            }
            // Each alone first: what serde says of a flattened struct does not name the field.
            let alone = std::iter::once((&**name, &**text));
            text::read::<Self>(alone).map_err(|text::Problem(problem)| QueryError::new(name, problem))?;
        }
        let all = pairs.iter().map(|(name, text)| (&**name, &**text));
        let query: Self = text::read(all).map_err(|text::Problem(problem)| QueryError::new("", problem))?;
        query.check()?;
        Ok(query)
    }

    /// The query string, without the question mark; what is as by default is not in it.
    fn to_query_string(&self) -> String {
        // Only a value that has no text fails, and every parameter has one.
        let text = |query: &Self| serde_urlencoded::to_string(query).unwrap_or_default();
        let (text, default) = (text(self), text(&Self::default()));
        let default: HashSet<&str> = default.split('&').collect();
        text.split('&').filter(|pair| !default.contains(pair)).collect::<Vec<_>>().join("&")
    }
}

/// No parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

impl Query for NoQuery {}

/// Parameters of `GET /api/analytics/{session_id}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AnalyticsQuery {
    /// Only events of these types, comma separated; all when not said.
    #[cfg_attr(test, schemars(with = "Option<Vec<EventType>>", extend("minItems" = 1)))]
    #[serde(with = "parameter::types")]
    pub types: Option<Vec<EventType>>,
    /// Where to go on: `next_cursor` of the page before.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("pattern" = r"^\d{1,9}$")))]
    #[serde(deserialize_with = "parameter::place_cursor")]
    pub cursor: Option<usize>,
    /// At most this many events, 0 for none; all when not said.
    #[serde(deserialize_with = "parameter::event_rows")]
    pub limit: Option<usize>,
    /// Whether the answer has the map of a page, with its positions as columns.
    pub map: bool,
    /// Which page: an address, or a path that begins with a slash. When not said, the one with the most events, and of a
    /// session that is live the one on which the visitor is.
    pub page: Option<String>,
    /// Whether the summary lists hovers, of which a long session has thousands; it does when not said.
    pub hovers: Option<bool>,
    /// Whether the answer has the insight that is kept of the session.
    pub insight: bool,
    /// Thresholds of the click signals.
    #[serde(flatten, with = "ThresholdParameters")]
    pub thresholds: Thresholds,
}

impl Query for AnalyticsQuery {
    fn check(&self) -> Result<(), QueryError> {
        match self.page {
            Some(_) if !self.map => Err(QueryError::new("page", "is the page of a map: map=true is needed, too")),
            _ => Ok(()),
        }
    }
}

/// Parameters of `GET /api/heatmap/{session_id}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SessionMapQuery {
    /// The page: an address, or a path that begins with a slash; the one with the most events when not said.
    pub page: Option<String>,
    /// How places are measured.
    pub mode: HeatmapMode,
    /// Thresholds of the click signals.
    #[serde(flatten, with = "ThresholdParameters")]
    pub thresholds: Thresholds,
}

impl Query for SessionMapQuery {}

/// Parameters of `GET /api/heatmap`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct HeatmapQuery {
    /// The page: an address, a path that begins with a slash, or either with `*` for any text. It is needed.
    pub page: Option<String>,
    /// How places are measured.
    pub mode: HeatmapMode,
    /// Which visits.
    #[serde(flatten, with = "ScopeParameters")]
    pub scope: Scope,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
    /// What is counted in a cell.
    pub count: HeatmapCount,
    /// Size of a cell. When not said it is that of the sums that the server keeps, whose answer is the fastest.
    #[serde(deserialize_with = "parameter::cell")]
    pub cell: Option<u32>,
    /// Thresholds of the click signals.
    #[serde(flatten, with = "ThresholdParameters")]
    pub thresholds: Thresholds,
}

impl HeatmapQuery {
    /// Every session on a page, with cells of the size of the sums that the server keeps.
    pub fn of_page(page: impl Into<String>) -> Self {
        Self { page: Some(page.into()), ..Self::default() }
    }
}

impl Query for HeatmapQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_scope(&self.scope)
    }
}
