//! Query strings of the read routes: each parameter is checked, an unknown one is an error.

use std::{fmt, str::FromStr};

use crate::{
    analyze::{HeatmapCount, HeatmapMode, Thresholds, page::Scope},
    model::{Device, EventType, Millis, VisitorId},
};

/// A parameter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The parameter's name, cut at 32 characters.
    pub parameter: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter {}: {}", self.parameter, self.problem)
    }
}

impl std::error::Error for QueryError {}

/// Parameters of `GET /api/sessions`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionsQuery {
    /// At most this many rows; 50 when not said, 500 at most.
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Only sessions that visited this page: an address, or a path that begins with a slash; `*` is any part of it.
    pub page: Option<String>,
    /// Only sessions that started at or after this time.
    pub from: Option<Millis>,
    /// Only sessions that started before this time.
    pub to: Option<Millis>,
    /// Only sessions on this kind of device.
    pub device: Option<Device>,
    /// Only sessions of at least this frustration.
    pub min_frustration: Option<u32>,
    /// Only sessions with rage bursts, or without.
    pub has_rage: Option<bool>,
    /// Only sessions with script errors, or without.
    pub has_errors: Option<bool>,
    /// Only sessions that are live, or that are not.
    pub live: Option<bool>,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
    /// What comes first.
    pub sort: SessionSort,
}

/// The order of the sessions list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SessionSort {
    /// `recent`: the latest activity first.
    #[default]
    Recent,
    /// `started`: the latest start first.
    Started,
    /// `frustration`: the most frustrated first.
    Frustration,
}

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

impl SessionsQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => out.limit = Some(rows(&name, &value)?),
                "cursor" => out.cursor = Some(value.into_owned()),
                "page" => out.page = Some(value.into_owned()),
                "from" => out.from = Some(time(&name, &value)?),
                "to" => out.to = Some(time(&name, &value)?),
                "device" => out.device = Some(device(&name, &value)?),
                "min_frustration" => out.min_frustration = Some(number(&name, &value)?),
                "has_rage" => out.has_rage = Some(yes_or_no(&name, &value)?),
                "has_errors" => out.has_errors = Some(yes_or_no(&name, &value)?),
                "live" => out.live = Some(yes_or_no(&name, &value)?),
                "visitor" => out.visitor = Some(value.parse().map_err(|_| error(&name, "is no visitor's id"))?),
                "sort" => {
                    out.sort = match &*value {
                        "recent" => SessionSort::Recent,
                        "started" => SessionSort::Started,
                        "frustration" => SessionSort::Frustration,
                        _ => return Err(error(&name, "is recent, started or frustration")),
                    }
                }
                _ => return Err(unknown(&name)),
            }
        }
        ordered(out.from, out.to)?;
        Ok(out)
    }
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
                "mode" => {
                    out.mode = match &*value {
                        "page" => HeatmapMode::Page,
                        "viewport" => HeatmapMode::Viewport,
                        "element" => HeatmapMode::Element,
                        _ => return Err(error(&name, "is page, viewport or element")),
                    }
                }
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

fn is_of_scope(name: &str) -> bool {
    matches!(name, "from" | "to" | "device" | "width_min" | "width_max" | "min_frustration")
}

fn scope(out: &mut Scope, name: &str, value: &str) -> Result<(), QueryError> {
    match name {
        "from" => out.from = Some(time(name, value)?),
        "to" => out.to = Some(time(name, value)?),
        "device" => out.device = Some(device(name, value)?),
        "width_min" => out.width_min = Some(in_range(name, value, 0.0, 1e6)?),
        "width_max" => out.width_max = Some(in_range(name, value, 0.0, 1e6)?),
        // Every session has none at least.
        _ => out.min_frustration = Some(number(name, value)?).filter(|min| *min > 0),
    }
    Ok(())
}

fn of_order(scope: &Scope) -> Result<(), QueryError> {
    ordered(scope.from, scope.to)?;
    match (scope.width_min, scope.width_max) {
        (Some(min), Some(max)) if min > max => Err(error("width_min", "is above width_max")),
        _ => Ok(()),
    }
}

fn threshold(out: &mut Thresholds, name: &str, value: &str) -> Result<(), QueryError> {
    match name {
        "rage_radius" => out.rage_radius = in_range(name, value, 1.0, 10_000.0)?,
        "rage_window_ms" => out.rage_window_ms = in_range(name, value, 1, 60_000)?,
        "rage_count" => out.rage_count = in_range(name, value, 2, 100)?,
        "dead_after_ms" => out.dead_after_ms = in_range(name, value, 1, 60_000)?,
        _ => return Err(unknown(name)),
    }
    Ok(())
}

/// Checks the query string of a route that takes no parameters.
///
/// # Errors
/// There is one.
pub fn no_parameters(query: &str) -> Result<(), QueryError> {
    form_urlencoded::parse(query.as_bytes()).next().map_or(Ok(()), |(name, _)| Err(unknown(&name)))
}

pub(super) fn unknown(name: &str) -> QueryError {
    error(name, "is unknown here")
}

/// A number of rows.
pub(super) fn rows(name: &str, value: &str) -> Result<usize, QueryError> {
    in_range(name, value, 1, 500)
}

fn error(name: &str, problem: &'static str) -> QueryError {
    QueryError { parameter: name.chars().filter(|c| !c.is_control()).take(32).collect(), problem }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, QueryError> {
    value.parse().map_err(|_| error(name, "is not a number that fits"))
}

fn in_range<T: FromStr + PartialOrd>(name: &str, value: &str, min: T, max: T) -> Result<T, QueryError> {
    let number: T = number(name, value)?;
    if number >= min && number <= max { Ok(number) } else { Err(error(name, "is out of range")) }
}

/// Integer milliseconds since the epoch, or RFC 3339.
fn time(name: &str, value: &str) -> Result<Millis, QueryError> {
    value
        .parse()
        .ok()
        .or_else(|| value.parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond()))
        .ok_or_else(|| error(name, "is neither milliseconds since the epoch nor rfc 3339"))
}

fn device(name: &str, value: &str) -> Result<Device, QueryError> {
    Device::from_name(value).ok_or_else(|| error(name, "is desktop, mobile, tablet or unknown"))
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, QueryError> {
    value.parse().map_err(|_| error(name, "is true or false"))
}

fn ordered(from: Option<Millis>, to: Option<Millis>) -> Result<(), QueryError> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(error("from", "is after to")),
        _ => Ok(()),
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
