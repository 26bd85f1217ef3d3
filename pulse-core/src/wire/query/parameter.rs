//! Single parameters: how each value is read and what it may be.

use std::{borrow::Cow, fmt, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    analyze::{Thresholds, detect::FindingKind, page::Scope},
    model::{Device, EventType, Millis},
};

/// A parameter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The parameter's name, cut at 32 characters.
    pub parameter: String,
    /// What is wrong with it. It never repeats the value.
    pub problem: Cow<'static, str>,
}

impl QueryError {
    pub(crate) fn new(name: &str, problem: impl Into<Cow<'static, str>>) -> Self {
        let parameter = name.chars().filter(|c| !c.is_control()).take(32).collect();
        Self { parameter, problem: problem.into() }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter {}: {}", self.parameter, self.problem)
    }
}

impl std::error::Error for QueryError {}

/// The parameters of a [`Scope`].
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(remote = "Scope", default = "Scope::default")]
pub(super) struct ScopeParameters {
    /// Only sessions that started at or after this time.
    #[serde(deserialize_with = "time")]
    from: Option<Millis>,
    /// Only sessions that started before this time.
    #[serde(deserialize_with = "time")]
    to: Option<Millis>,
    /// Only on this kind of device.
    device: Option<Device>,
    /// Only where the page was entered in a window at least this wide, in px.
    #[serde(deserialize_with = "width")]
    width_min: Option<f64>,
    /// Only where the page was entered in a window at most this wide, in px.
    #[serde(deserialize_with = "width")]
    width_max: Option<f64>,
    /// Only sessions of at least this frustration.
    #[serde(deserialize_with = "frustration_above_0")]
    min_frustration: Option<u32>,
}

/// The parameters of [`Thresholds`].
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(remote = "Thresholds", default = "Thresholds::default")]
pub(super) struct ThresholdParameters {
    /// Clicks of a burst lie within this of its first click, in px, inclusive.
    #[serde(deserialize_with = "rage_radius")]
    rage_radius: f64,
    /// Some `rage_count` clicks of a burst lie within this, in ms, inclusive.
    #[serde(deserialize_with = "up_to_a_minute")]
    rage_window_ms: Millis,
    /// Least clicks of a burst.
    #[serde(deserialize_with = "rage_count")]
    rage_count: u32,
    /// A click is dead when nothing answered it for this long, in ms.
    #[serde(deserialize_with = "up_to_a_minute")]
    dead_after_ms: Millis,
}

/// Checks what the parameters of a scope say together.
pub(super) fn check_scope(scope: &Scope) -> Result<(), QueryError> {
    check_times(scope.from, scope.to)?;
    check_widths(scope.width_min, scope.width_max)
}

pub(super) fn check_times(from: Option<Millis>, to: Option<Millis>) -> Result<(), QueryError> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(QueryError::new("from", "is after to")),
        _ => Ok(()),
    }
}

pub(super) fn check_widths(min: Option<f64>, max: Option<f64>) -> Result<(), QueryError> {
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err(QueryError::new("width_min", "is above width_max")),
        _ => Ok(()),
    }
}

/// Reads a number in a range. Numbers are text in a query string, so that they are not read by serde's own visitors.
fn number<'de, D: Deserializer<'de>, T>(d: D, range: RangeInclusive<T>) -> Result<T, D::Error>
where
    T: FromStr + PartialOrd + fmt::Display,
{
    let number = Cow::<'de, str>::deserialize(d)?.parse::<T>().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| D::Error::custom(format_args!("is a number from {} to {}", range.start(), range.end())))
}

/// Makes a function that reads the number of one parameter.
macro_rules! numbers {
    ($($name:ident: $number:ty = $range:expr => $out:ty;)+) => {
        $(pub(super) fn $name<'de, D: Deserializer<'de>>(d: D) -> Result<$out, D::Error> {
            number::<D, $number>(d, $range).map(Into::into)
        })+
    };
}

/// Largest place in a list that a cursor may name: of nine digits, more than any list has.
pub(super) const CURSOR: usize = 999_999_999;

numbers! {
    session_rows: usize = 1..=500 => Option<usize>;
    page_rows: usize = 1..=1000 => Option<usize>;
    problem_rows: usize = 1..=500 => Option<usize>;
    event_rows: usize = 0..=1_000_000 => Option<usize>;
    place_cursor: usize = 0..=CURSOR => Option<usize>;
    cell: u32 = 1..=1000 => Option<u32>;
    coordinate: f64 = -1e6..=1e6 => Option<f64>;
    width: f64 = 0.0..=1e6 => Option<f64>;
    frustration: u32 = 0..=u32::MAX => Option<u32>;
    rage_radius: f64 = 1.0..=10_000.0 => f64;
    rage_count: u32 = 2..=100 => u32;
    up_to_a_minute: Millis = 1..=60_000 => Millis;
}

/// Every session has a frustration of 0 at least, so that 0 leaves none out.
fn frustration_above_0<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u32>, D::Error> {
    Ok(frustration(d)?.filter(|min| *min > 0))
}

/// The times of the years 0 to 9999, which RFC 3339 can write: further ones are mistakes, such as microseconds.
pub(in crate::wire) const TIMES: RangeInclusive<Millis> = -62_167_219_200_000..=253_402_300_799_999;

/// Integer milliseconds since the epoch, or RFC 3339.
pub(super) fn time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Millis>, D::Error> {
    let text = Cow::<'de, str>::deserialize(d)?;
    let time = text.parse().ok().or_else(|| text.parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond()));
    let time = time.filter(|time| TIMES.contains(time)).map(Some);
    time.ok_or_else(|| D::Error::custom("is milliseconds since the epoch or rfc 3339, of the years 0 to 9999"))
}

/// Words of a search: at most 8, of 100 characters together.
pub(super) fn words<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    let text = Cow::<'de, str>::deserialize(d)?;
    let good = (1..=8).contains(&text.split_whitespace().count()) && text.chars().count() <= 100;
    good.then(|| Some(text.into_owned()))
        .ok_or_else(|| D::Error::custom("is 1 to 8 words of at most 100 characters together"))
}

/// The name of a kind of finding.
pub(super) mod kind {
    use super::*;

    pub(in crate::wire::query) fn serialize<S: Serializer>(
        kind: &Option<FindingKind>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        kind.map(FindingKind::as_str).serialize(s)
    }

    pub(in crate::wire::query) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<FindingKind>, D::Error> {
        let kind = FindingKind::from_name(&Cow::<'de, str>::deserialize(d)?);
        kind.map(Some).ok_or_else(|| D::Error::custom("names no kind of problem"))
    }
}

/// Types of events, comma separated.
pub(super) mod types {
    use super::*;

    pub(in crate::wire::query) fn serialize<S: Serializer>(
        types: &Option<Vec<EventType>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        let names = types.as_ref().map(|types| types.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(","));
        names.serialize(s)
    }

    pub(in crate::wire::query) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<Vec<EventType>>, D::Error> {
        let types = Cow::<'de, str>::deserialize(d)?.split(',').map(EventType::from_name).collect::<Option<_>>();
        types.map(Some).ok_or_else(|| D::Error::custom("names an unknown event type"))
    }
}
