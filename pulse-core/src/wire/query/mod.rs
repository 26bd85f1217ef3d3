//! Query strings of the read routes.

mod pages;
mod parameter;
mod sessions;

use self::parameter::{error, in_range, is_of_scope, mode, number, of_order, scope, threshold};
pub(super) use self::parameter::{rows, unknown};
pub use self::{
    pages::{PageSort, PagesQuery, PathsQuery},
    parameter::{QueryError, no_parameters},
    sessions::{SessionSort, SessionsQuery},
};
use crate::{
    analyze::{HeatmapCount, HeatmapMode, Thresholds, page::Scope},
    model::{EventType, VisitorId},
};

/// Parameters of `GET /api/analytics/{id}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnalyticsQuery {
    /// Only events of these types, comma separated; all when not said.
    pub types: Option<Vec<EventType>>,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<usize>,
    /// At most this many events; all when not said.
    pub limit: Option<usize>,
    /// Thresholds of the click signals.
    pub thresholds: Thresholds,
}

/// Parameters of `GET /api/heatmap/{id}` and `GET /api/heatmap`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeatmapQuery {
    /// The page: an address, or a path that begins with a slash.
    pub page: Option<String>,
    /// How places are measured.
    pub mode: HeatmapMode,
    /// Which visits.
    pub scope: Scope,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
    /// What is counted in a cell.
    pub count: HeatmapCount,
    /// Size of a cell; 10 when not said.
    pub cell: Option<u32>,
    /// Thresholds of the click signals.
    pub thresholds: Thresholds,
}

impl AnalyticsQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "types" => {
                    let types = value.split(',').map(EventType::from_name).collect::<Option<_>>();
                    out.types = Some(types.ok_or_else(|| error(&name, "names an unknown event type"))?);
                }
                "cursor" => out.cursor = Some(number(&name, &value)?),
                "limit" => out.limit = Some(in_range(&name, &value, 1, 1_000_000)?),
                _ => threshold(&mut out.thresholds, &name, &value)?,
            }
        }
        Ok(out)
    }
}

impl HeatmapQuery {
    /// Reads the query string of one session's map, where only page, mode and the thresholds mean something.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn of_session(query: &str) -> Result<Self, QueryError> {
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            if is_of_scope(&name) || matches!(&*name, "visitor" | "count" | "cell") {
                return Err(error(&name, "is for the map of all sessions"));
            }
        }
        Self::parse(query)
    }

    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "page" => out.page = Some(value.into_owned()),
                "mode" => out.mode = mode(&name, &value)?,
                "visitor" => out.visitor = Some(value.parse().map_err(|_| error(&name, "is not a visitor's id"))?),
                "count" => {
                    out.count = match &*value {
                        "events" => HeatmapCount::Events,
                        "sessions" => HeatmapCount::Sessions,
                        _ => return Err(error(&name, "is events or sessions")),
                    }
                }
                "cell" => out.cell = Some(in_range(&name, &value, 1, 1000)?),
                _ if is_of_scope(&name) => scope(&mut out.scope, &name, &value)?,
                _ => threshold(&mut out.thresholds, &name, &value)?,
            }
        }
        of_order(&out.scope)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read() {
        let query =
            SessionsQuery::parse("limit=20&page=%2Fcheck+out&from=2026-01-01T00:00:00Z&sort=frustration").expect("ok");
        assert_eq!(query.limit, Some(20));
        assert_eq!(query.page.as_deref(), Some("/check out"));
        assert_eq!(query.from, Some(1_767_225_600_000));
        assert_eq!(query.sort, SessionSort::Frustration);
        let query = SessionsQuery::parse("has_rage=true&has_errors=false&live=true&visitor=visitor-1&sort=started");
        let query = query.expect("ok");
        assert_eq!((query.has_rage, query.has_errors, query.live), (Some(true), Some(false), Some(true)));
        assert_eq!((query.visitor, query.sort), ("visitor-1".parse().ok(), SessionSort::Started));
        let query = AnalyticsQuery::parse("types=click,scroll&rage_count=4").expect("ok");
        assert_eq!(query.types, Some(vec![EventType::Click, EventType::Scroll]));
        assert_eq!(query.thresholds.rage_count, 4);
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (bad, name) in [
            ("limit=0", "limit"),
            ("limit=x", "limit"),
            ("from=5&to=4", "from"),
            ("colour=red", "colour"),
            ("device=fridge", "device"),
            ("min_frustration=-1", "min_frustration"),
            ("page=/&x=1", "x"),
            ("page=/&x=NaN&y=1", "x"),
            ("x=1&y=1", "y"),
            ("page=/&x=1&y=1&element=a", "element"),
            ("page=/&x=1&y=1&mode=element", "mode"),
            ("page=/&cell=10", "cell"),
            ("page=/&element=a&layer=scrolls", "layer"),
            ("page=/&element=a&width_min=9&width_max=1", "width_min"),
            ("sort=duration", "sort"),
            ("has_rage=yes", "has_rage"),
            ("has_errors=", "has_errors"),
            ("live=1", "live"),
            ("visitor=x%27y", "visitor"),
        ] {
            assert_eq!(SessionsQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
        }
        for (bad, name) in [
            ("rage_radius=inf", "rage_radius"),
            ("rage_radius=NaN", "rage_radius"),
            ("rage_count=0", "rage_count"),
            ("width_min=9&width_max=1", "width_min"),
            ("cell=0", "cell"),
        ] {
            assert_eq!(HeatmapQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
        }
    }
}
