//! Parameters of the sessions list, and of a visitor.

use serde::{Deserialize, Serialize};

use super::{Query, QueryError, parameter};
use crate::{
    analyze::{
        HeatmapMode,
        page::{CELL, Place, Scope, Spot, What},
    },
    model::{Device, Millis, VisitorId},
};

/// Parameters of `GET /api/sessions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SessionsQuery {
    /// At most this many rows; 50 when not said, 500 at most.
    #[serde(deserialize_with = "parameter::session_rows")]
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    #[cfg_attr(test, schemars(extend("pattern" = r"^-?\d{1,18}\.[A-Za-z0-9_-]{8,64}$")))]
    pub cursor: Option<String>,
    /// Only sessions that visited this page: an address, or a path that begins with a slash; `*` is any part of it.
    pub page: Option<String>,
    /// Only sessions in which each of these words occurs in the address of a page, in the title or in the device,
    /// whatever its case.
    #[serde(deserialize_with = "parameter::words")]
    #[cfg_attr(test, schemars(extend("maxLength" = 100, "pattern" = r"^\s*\S+(\s+\S+){0,7}\s*$")))]
    pub q: Option<String>,
    /// Only sessions that started at or after this time.
    #[serde(deserialize_with = "parameter::time")]
    pub from: Option<Millis>,
    /// Only sessions that started before this time.
    #[serde(deserialize_with = "parameter::time")]
    pub to: Option<Millis>,
    /// Only sessions on this kind of device.
    pub device: Option<Device>,
    /// Only sessions of at least this frustration.
    #[serde(deserialize_with = "parameter::frustration")]
    pub min_frustration: Option<u32>,
    /// Only sessions with rage bursts, or without.
    pub has_rage: Option<bool>,
    /// Only sessions with script errors, or without.
    pub has_errors: Option<bool>,
    /// Only sessions that reached a goal, or that did not.
    pub has_goal: Option<bool>,
    /// Only sessions that are live, or that are not.
    pub live: Option<bool>,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
    /// Only sessions that did something at this place on the map of `page`; `total` counts the others, too.
    #[serde(flatten)]
    pub spot: SpotQuery,
    /// What comes first.
    pub sort: SessionSort,
}

/// The order of the sessions list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SessionSort {
    /// `recent`: the latest activity first.
    #[default]
    Recent,
    /// `started`: the latest start first.
    Started,
    /// `frustration`: the most frustrated first.
    Frustration,
}

/// The place on a map whose sessions are listed: `x` and `y`, or `element`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SpotQuery {
    /// Across: px, or per mille of the window's width in mode `viewport`.
    #[serde(deserialize_with = "parameter::coordinate")]
    pub x: Option<f64>,
    /// Down, the same.
    #[serde(deserialize_with = "parameter::coordinate")]
    pub y: Option<f64>,
    /// The path of an element that was clicked.
    pub element: Option<String>,
    /// Width and height of the cell that holds the place; 10 when not said.
    #[serde(deserialize_with = "parameter::cell")]
    pub cell: Option<u32>,
    /// How places are measured; `page` when not said.
    pub mode: Option<HeatmapMode>,
    /// What happened there; clicks when not said.
    pub layer: Option<What>,
    /// Only where the page was entered in a window at least this wide, in px.
    #[serde(deserialize_with = "parameter::width")]
    pub width_min: Option<f64>,
    /// Only where the page was entered in a window at most this wide, in px.
    #[serde(deserialize_with = "parameter::width")]
    pub width_max: Option<f64>,
}

impl Query for SessionsQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_times(self.from, self.to)?;
        self.spot().map(drop)
    }
}

impl SessionsQuery {
    /// The place that is asked for, if one is.
    ///
    /// # Errors
    /// Its parameters do not go together.
    pub fn spot(&self) -> Result<Option<Spot>, QueryError> {
        let SpotQuery { x, y, element, cell, mode, layer, width_min, width_max } = &self.spot;
        let given = [
            ("x", x.is_some()),
            ("y", y.is_some()),
            ("element", element.is_some()),
            ("cell", cell.is_some()),
            ("mode", mode.is_some()),
            ("layer", layer.is_some()),
            ("width_min", width_min.is_some()),
            ("width_max", width_max.is_some()),
        ];
        let Some((last, _)) = given.into_iter().rfind(|(_, given)| *given) else { return Ok(None) };
        if self.page.is_none() {
            return Err(QueryError::new(last, "is a place on a page: page is needed, too"));
        }
        parameter::check_widths(*width_min, *width_max)?;
        let mode = mode.unwrap_or_default();
        let place = match (element, *x, *y) {
            (Some(path), None, None) => Place::Element(path.clone()),
            (None, Some(x), Some(y)) if mode != HeatmapMode::Element => {
                Place::Cell { x, y, cell: cell.unwrap_or(CELL), mode, what: layer.unwrap_or_default() }
            }
            _ => {
                let problem = "goes with x and y in mode page or viewport, or with element alone";
                return Err(QueryError::new(last, problem));
            }
        };
        Ok(Some(Spot { place, scope: Scope { width_min: *width_min, width_max: *width_max, ..Scope::default() } }))
    }
}

/// Parameters of `GET /api/visitors/{visitor_id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct VisitorQuery {
    /// At most this many rows; 50 when not said, 500 at most.
    #[serde(deserialize_with = "parameter::session_rows")]
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    #[cfg_attr(test, schemars(extend("pattern" = r"^-?\d{1,18}\.[A-Za-z0-9_-]{8,64}$")))]
    pub cursor: Option<String>,
}

impl Query for VisitorQuery {}

/// Parameters of `GET /api/export`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ExportQuery {
    /// How rows are spelt: `ndjson` or `csv`; `ndjson` when not said.
    pub format: ExportFormat,
    /// Only sessions that visited this page: an address, or a path that begins with a slash; `*` is any part of it.
    pub page: Option<String>,
    /// Only sessions that started at or after this time.
    #[serde(deserialize_with = "parameter::time")]
    pub from: Option<Millis>,
    /// Only sessions that started before this time.
    #[serde(deserialize_with = "parameter::time")]
    pub to: Option<Millis>,
    /// Only sessions on this kind of device.
    pub device: Option<Device>,
    /// Only sessions of this visitor.
    pub visitor: Option<VisitorId>,
}

impl Query for ExportQuery {
    fn check(&self) -> Result<(), QueryError> {
        parameter::check_times(self.from, self.to)
    }
}

/// How the rows of an export are spelt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ExportFormat {
    /// `ndjson`: a JSON object a line.
    #[default]
    Ndjson,
    /// `csv`: RFC 4180, with a head; `data` is JSON in a field.
    Csv,
}
