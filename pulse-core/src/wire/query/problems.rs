//! Parameters of the routes about problems.

use serde::{Deserialize, Serialize};

use super::{Query, QueryError, parameter};
use crate::{
    analyze::{detect::FindingKind, page::Scope},
    model::{Device, Millis},
    wire::ProblemState,
};

/// Which visits problems are counted of. Times are compared with the hour in which a session started, and widths with
/// the band of the window's width.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct VisitsQuery {
    /// Of sessions that started at or after this time.
    #[serde(deserialize_with = "parameter::time")]
    pub from: Option<Millis>,
    /// Of sessions that started before this time.
    #[serde(deserialize_with = "parameter::time")]
    pub to: Option<Millis>,
    /// On this kind of device.
    pub device: Option<Device>,
    /// Of pages entered in a window at least this wide, in px.
    #[serde(deserialize_with = "parameter::width")]
    pub width_min: Option<f64>,
    /// Of pages entered in a window at most this wide, in px.
    #[serde(deserialize_with = "parameter::width")]
    pub width_max: Option<f64>,
}

/// Parameters of `GET /api/problems/{id}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProblemQuery {
    /// Which visits.
    #[serde(flatten)]
    pub visits: VisitsQuery,
}

/// Parameters of `GET /api/problems`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProblemsQuery {
    /// Only on this page or these: an address, a path that begins with a slash, or either with `*` for any text.
    pub page: Option<String>,
    /// Which visits.
    #[serde(flatten)]
    pub visits: VisitsQuery,
    /// Only problems of this kind.
    #[cfg_attr(test, schemars(with = "Option<FindingKind>"))]
    #[serde(with = "parameter::kind")]
    pub kind: Option<FindingKind>,
    /// Only problems of this status.
    pub status: Option<ProblemState>,
    /// Whether each problem has its days.
    pub days: bool,
    /// What comes first.
    pub sort: ProblemSort,
    /// At most this many problems; 50 when not said, 500 at most.
    #[serde(deserialize_with = "parameter::problem_rows")]
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("pattern" = r"^\d{1,9}$")))]
    #[serde(deserialize_with = "parameter::place_cursor")]
    pub cursor: Option<usize>,
}

/// The order of problems, highest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ProblemSort {
    /// `harm`: the lower bound of what it does.
    #[default]
    Harm,
    /// `share`: the lower bound of the share of visits hit.
    Share,
    /// `visits`: how many were hit.
    Visits,
    /// `recent`: when it was seen last.
    Recent,
}

impl VisitsQuery {
    /// The same as a scope.
    pub fn scope(&self) -> Scope {
        let Self { from, to, device, width_min, width_max } = *self;
        Scope { from, to, device, width_min, width_max, min_frustration: None }
    }
}

impl Query for ProblemQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_scope(&self.visits.scope())
    }
}

impl Query for ProblemsQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_scope(&self.visits.scope())
    }
}
