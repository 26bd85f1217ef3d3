//! Answers of the routes about problems: the same finding over many sessions.

use serde::{Deserialize, Serialize};

use super::QueryError;
use crate::{
    analyze::{
        detect::{ElementRef, FindingKind, Measure, Typical},
        problems::{ProblemId, ProblemMark, ProblemStatus, Share95},
    },
    model::{Millis, SessionId, Severity, px},
};

/// Answer of `GET /api/problems`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProblemsAnswer {
    /// The problems, in the order asked for.
    pub problems: Vec<ProblemRow>,
    /// Problems there are.
    pub total: u64,
    /// Visits that were asked for, with problems and without.
    pub visits: u64,
    /// Where to go on; null on the last page.
    pub next_cursor: Option<String>,
    /// Whether places of a page were left out, because there were too many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Answer of `GET /api/problems/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProblemAnswer {
    /// The problem.
    pub problem: ProblemRow,
    /// Each day on which the page was seen, in UTC.
    pub days: Vec<ProblemDay>,
    /// Visits that were asked for, on all pages.
    pub visits: u64,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// A problem: one finding over many sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProblemRow {
    /// Its name, which is the same after restarts and in every store.
    pub id: ProblemId,
    /// What happens.
    pub kind: FindingKind,
    /// What happens, on which element and page, as a sentence without its full stop: that of the built-in analyst.
    #[serde(default)]
    pub title: String,
    /// Name of the page.
    pub page: String,
    /// Path of the element, else its label in curly quotes, else its square of 50 px; empty for a whole page.
    pub target: String,
    /// The element it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<ElementRef>,
    /// The other element of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ElementRef>,
    /// The other page of it, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_page: Option<String>,
    /// Name and message of the error that follows, as it was seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Where, in page px, as it was seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(i64, i64)>,
    /// How much it matters.
    pub severity: Severity,
    /// What problems are ranked by, 0 to 1: harm x strength x the lower bound of the share, with 30 calm visits more.
    pub weight: f64,
    /// Mean harm x strength of the visits hit, 0 to 1.
    pub gravity: f64,
    /// Mean strength of it, against what is usual or tolerable, 0 to 1.
    pub strength: f64,
    /// Visits that were hit.
    pub hit: u64,
    /// Visits that saw the page.
    pub seen: u64,
    /// Share of visits hit, with its 95 % interval.
    pub share: Share95,
    /// How often it happened.
    pub times: u64,
    /// Time that it cost, in ms, all visits together.
    pub cost_ms: u64,
    /// Visits whose goal it blocked.
    pub blocked: u64,
    /// Visits that ended there.
    pub left: u64,
    /// Visits that tried something else.
    pub gave_up: u64,
    /// Visits that went back.
    pub came_back: u64,
    /// When it was seen first.
    pub first_seen: Millis,
    /// When it was seen last.
    pub last_seen: Millis,
    /// What was measured, on average, and what is usual.
    pub figures: Vec<MeanFigure>,
    /// Moments to look at, the gravest first.
    pub examples: Vec<ProblemExample>,
    /// Each day on which the page was seen, in UTC; only when a list is asked for with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<ProblemDay>,
    /// How the visits that were hit ended, and the others on that page. None when no visit reached a goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goals: Option<Goals>,
    /// What was decided about it.
    pub status: ProblemState,
    /// Of a problem that was fixed: whether enough visits have stayed free of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// Of a problem that was fixed: the share of visits hit before and since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Why, in the words of who set the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the status was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_at: Option<Millis>,
}

/// What a fix has changed: the 30 days before it, and the visits since, from the next full hour on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// Share of visits hit before.
    pub before: Share95,
    /// How many visits that were.
    pub before_visits: u64,
    /// Share of visits hit since.
    pub since: Share95,
    /// How many visits that were.
    pub since_visits: u64,
}

/// What is to be thought of a problem.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ProblemState {
    /// Nothing was done about it yet.
    #[default]
    Open,
    /// Nothing will be done about it.
    Ignored,
    /// It was fixed, and is not known to be back.
    Fixed,
    /// It was fixed, and is back.
    Regressed,
}

impl ProblemState {
    /// Whether somebody should do something about it.
    pub fn is_to_do(self) -> bool {
        matches!(self, Self::Open | Self::Regressed)
    }
}

/// A figure over the visits that were hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MeanFigure {
    /// What was measured.
    pub name: Measure,
    /// Its mean.
    #[serde(serialize_with = "px::serialize")]
    pub mean: f64,
    /// How often it was measured.
    pub n: u64,
    /// What was usual, on average, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Typical>,
}

/// A moment of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProblemExample {
    /// Which session.
    pub session_id: SessionId,
    /// When.
    pub timestamp: Millis,
}

/// How visits of a page ended: those that a problem hit, and the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Goals {
    /// Those hit that reached a goal.
    pub hit_reached: u64,
    /// Share of them, of all that were hit.
    pub hit: Share95,
    /// The others that reached a goal.
    pub others_reached: u64,
    /// How many others there were.
    pub others: u64,
    /// Share of them.
    pub not_hit: Share95,
}

/// A day of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProblemDay {
    /// When it begins.
    pub day: Millis,
    /// Visits that were hit.
    pub hit: u64,
    /// Visits that saw the page.
    pub seen: u64,
}

/// Answer of `POST /api/problems/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProblemMarked {
    /// Which problem.
    pub id: ProblemId,
    /// What was set.
    pub status: ProblemStatus,
    /// Why.
    pub note: Option<String>,
    /// When.
    pub status_at: Millis,
}

/// Body of `POST /api/problems/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct MarkRequest {
    /// The status to set.
    pub status: ProblemStatus,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("maxLength" = ProblemMark::NOTE)))]
    pub note: Option<String>,
}

impl MarkRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no JSON object, or one of its fields is unknown or cannot be used; the error names the field.
    pub fn parse(body: &[u8]) -> Result<Self, QueryError> {
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(body).map_err(|_| QueryError::new("body", "is a json object"))?;
        if let Some(unknown) = fields.keys().find(|name| !matches!(name.as_str(), "status" | "note")) {
            return Err(QueryError::new(unknown, "is unknown here"));
        }
        let status = fields.get("status").and_then(|status| ProblemStatus::from_name(status.as_str()?));
        let status = status.ok_or_else(|| QueryError::new("status", "is open, ignored or fixed"))?;
        let note = match fields.get("note") {
            None | Some(serde_json::Value::Null) => None,
            Some(serde_json::Value::String(note)) if note.chars().count() <= ProblemMark::NOTE => Some(note.clone()),
            Some(_) => return Err(QueryError::new("note", "is a text of at most 1000 characters")),
        };
        Ok(Self { status, note: note.filter(|note| !note.trim().is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_or_refused_by_name() {
        let parse = |body: &str| MarkRequest::parse(body.as_bytes()).map_err(|error| error.parameter);
        let fixed =
            |note: Option<&str>| Ok(MarkRequest { status: ProblemStatus::Fixed, note: note.map(str::to_owned) });
        assert_eq!(parse(r#"{"status": "fixed"}"#), fixed(None));
        assert_eq!(parse(r#"{"status": "fixed", "note": "in 1.4"}"#), fixed(Some("in 1.4")));
        assert_eq!(parse(r#"{"status": "fixed", "note": " "}"#), fixed(None));
        assert_eq!(parse(r#"{"note": null, "status": "fixed"}"#), fixed(None));
        let long = format!(r#"{{"status": "open", "note": "{}"}}"#, "x".repeat(1001));
        for (bad, name) in [
            ("", "body"),
            ("[]", "body"),
            ("{}", "status"),
            (r#"{"status": "regressed"}"#, "status"),
            (r#"{"status": 1}"#, "status"),
            (r#"{"status": "open", "colour": 1}"#, "colour"),
            (r#"{"status": "open", "note": 5}"#, "note"),
            (&long, "note"),
        ] {
            assert_eq!(parse(bad), Err(name.to_owned()), "{bad}");
        }
    }
}
