//! Parameters of the routes about pages.

use super::parameter::{QueryError, error, in_range, is_of_scope, of_order, scope, threshold};
use crate::analyze::{Thresholds, page::Scope};

/// Parameters of `GET /api/pages`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PagesQuery {
    /// Only this page or these: an address, a path that begins with a slash, or either with `*` for any text.
    pub page: Option<String>,
    /// Which visits.
    pub scope: Scope,
    /// At most this many pages; 100 when not said, 1000 at most.
    pub limit: Option<usize>,
    /// What comes first.
    pub sort: PageSort,
    /// Thresholds of the click signals.
    pub thresholds: Thresholds,
}

/// The order of the pages list, highest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathsQuery {
    /// The page whose ways are told: those that led to it.
    pub page: Option<String>,
    /// Which visits.
    pub scope: Scope,
    /// At most this many pages, edges and ways, each; 100 when not said, 1000 at most.
    pub limit: Option<usize>,
}

impl PagesQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "page" => out.page = Some(value.into_owned()),
                "limit" => out.limit = Some(in_range(&name, &value, 1, 1000)?),
                "sort" => {
                    out.sort = match &*value {
                        "sessions" => PageSort::Sessions,
                        "frustration" => PageSort::Frustration,
                        "time" => PageSort::Time,
                        _ => return Err(error(&name, "is sessions, frustration or time")),
                    }
                }
                _ if is_of_scope(&name) => scope(&mut out.scope, &name, &value)?,
                _ => threshold(&mut out.thresholds, &name, &value)?,
            }
        }
        of_order(&out.scope)?;
        Ok(out)
    }
}

impl PathsQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "page" => out.page = Some(value.into_owned()),
                "limit" => out.limit = Some(in_range(&name, &value, 1, 1000)?),
                _ if is_of_scope(&name) => scope(&mut out.scope, &name, &value)?,
                _ => return Err(error(&name, "is unknown here")),
            }
        }
        of_order(&out.scope)?;
        Ok(out)
    }
}
