//! Single parameters: each is checked, an unknown one is an error.

use std::{fmt, str::FromStr};

use crate::{
    analyze::{HeatmapMode, Thresholds, page::Scope},
    model::{Device, Millis},
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

pub(super) fn is_of_scope(name: &str) -> bool {
    matches!(name, "from" | "to" | "device" | "width_min" | "width_max" | "min_frustration")
}

pub(super) fn scope(out: &mut Scope, name: &str, value: &str) -> Result<(), QueryError> {
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

pub(super) fn of_order(scope: &Scope) -> Result<(), QueryError> {
    ordered(scope.from, scope.to)?;
    match (scope.width_min, scope.width_max) {
        (Some(min), Some(max)) if min > max => Err(error("width_min", "is above width_max")),
        _ => Ok(()),
    }
}

pub(super) fn threshold(out: &mut Thresholds, name: &str, value: &str) -> Result<(), QueryError> {
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

pub(in crate::wire) fn unknown(name: &str) -> QueryError {
    error(name, "is unknown here")
}

/// A number of rows.
pub(in crate::wire) fn rows(name: &str, value: &str) -> Result<usize, QueryError> {
    in_range(name, value, 1, 500)
}

pub(super) fn error(name: &str, problem: &'static str) -> QueryError {
    QueryError { parameter: name.chars().filter(|c| !c.is_control()).take(32).collect(), problem }
}

pub(super) fn number<T: FromStr>(name: &str, value: &str) -> Result<T, QueryError> {
    value.parse().map_err(|_| error(name, "is not a number that fits"))
}

pub(super) fn in_range<T: FromStr + PartialOrd>(name: &str, value: &str, min: T, max: T) -> Result<T, QueryError> {
    let number: T = number(name, value)?;
    if number >= min && number <= max { Ok(number) } else { Err(error(name, "is out of range")) }
}

/// Integer milliseconds since the epoch, or RFC 3339.
pub(super) fn time(name: &str, value: &str) -> Result<Millis, QueryError> {
    value
        .parse()
        .ok()
        .or_else(|| value.parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond()))
        .ok_or_else(|| error(name, "is neither milliseconds since the epoch nor rfc 3339"))
}

pub(super) fn device(name: &str, value: &str) -> Result<Device, QueryError> {
    Device::from_name(value).ok_or_else(|| error(name, "is desktop, mobile, tablet or unknown"))
}

pub(super) fn yes_or_no(name: &str, value: &str) -> Result<bool, QueryError> {
    value.parse().map_err(|_| error(name, "is true or false"))
}

pub(super) fn ordered(from: Option<Millis>, to: Option<Millis>) -> Result<(), QueryError> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(error("from", "is after to")),
        _ => Ok(()),
    }
}

pub(super) fn mode(name: &str, value: &str) -> Result<HeatmapMode, QueryError> {
    match value {
        "page" => Ok(HeatmapMode::Page),
        "viewport" => Ok(HeatmapMode::Viewport),
        "element" => Ok(HeatmapMode::Element),
        _ => Err(error(name, "is page, viewport or element")),
    }
}
