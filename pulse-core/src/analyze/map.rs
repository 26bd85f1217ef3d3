//! Heatmaps and trails, as they are answered. Places are page pixels unless the mode says otherwise.

use serde::{Deserialize, Serialize};

use crate::model::{Element, Layout, Millis, SessionId, ViewportSize, px};

/// A place at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HeatPoint {
    /// From the left edge: page pixels, or another unit as the mode says.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// From the top edge, in the same unit.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// When, in ms since the epoch.
    pub timestamp: Millis,
}

/// A rage burst on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RagePoint {
    /// Centre.
    pub x: f64,
    /// Centre.
    pub y: f64,
    /// When it began.
    pub timestamp: Millis,
    /// Clicks in it.
    pub count: u32,
    /// From the first to the last click.
    pub span_ms: Millis,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Element>,
}

/// Answer of `GET /api/heatmap/{session_id}`: one session on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SessionHeatmap {
    /// The visit.
    pub session_id: SessionId,
    /// Pages of the session in order of first visit, without query and fragment.
    pub pages: Vec<String>,
    /// The page that is shown: the one asked for, else the one with the most events.
    pub page: String,
    /// Positions of the pointer, by time.
    pub moves: Vec<HeatPoint>,
    /// The same positions by stroke: a gap of more than 1,000 ms or a new page view begins another.
    pub trails: Vec<Vec<HeatPoint>>,
    /// Clicks, those of rage bursts included.
    pub clicks: Vec<ClickPoint>,
    /// Rage bursts that are not suppressed.
    pub rage_clicks: Vec<RagePoint>,
    /// Window size on that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Document size on that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ViewportSize>,
    /// Wireframe of that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Positions there are.
    pub total: u64,
    /// Positions in this answer.
    pub shown: u64,
}

/// A click on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClickPoint {
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// When.
    pub timestamp: Millis,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Element>,
    /// Whether it belongs to a rage burst that is not suppressed.
    pub rage: bool,
}

/// Answer of `GET /api/heatmap`: all sessions on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PageHeatmap {
    /// The page, without query and fragment.
    pub page: String,
    /// How places are measured.
    pub mode: HeatmapMode,
    /// What is counted in each cell.
    #[serde(default)]
    pub count: HeatmapCount,
    /// Width and height of a cell: px, or per mille of the window's width in mode `viewport`.
    pub cell: u32,
    /// Column, row and number of positions of each cell that has any, by row, then column. Empty in mode `element`.
    pub cells: Vec<(i32, i32, u64)>,
    /// The same for the time in ms for which the pointer was there.
    #[serde(default)]
    pub attention: Vec<(i32, i32, u64)>,
    /// The same for clicks.
    pub clicks: Vec<(i32, i32, u64)>,
    /// Rage bursts that are not suppressed.
    pub rage_clicks: Vec<(i32, i32, u64)>,
    /// Dead clicks.
    #[serde(default)]
    pub dead_clicks: Vec<(i32, i32, u64)>,
    /// Elements that were clicked, the one with the most clicks first.
    #[serde(default)]
    pub elements: Vec<ElementMap>,
    /// How many there are.
    #[serde(default)]
    pub elements_total: u64,
    /// Whether that is all: of very many, some are not told apart.
    #[serde(default)]
    pub elements_whole: bool,
    /// Mean height of the window in px: where the fold was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<f64>,
    /// Share of sessions, 0 to 1, that saw each percent of the page: index 0 is the top, 100 the end.
    pub scroll_reach: Vec<f64>,
    /// Sessions in the map.
    pub sessions: u64,
    /// Positions there are.
    pub total: u64,
    /// Positions in the map: without those whose place is not known, and those too far down a very long page.
    pub shown: u64,
    /// Most usual window size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Largest document size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ViewportSize>,
    /// Wireframe of the page as it was seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// How places are measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum HeatmapMode {
    /// Page pixels.
    #[default]
    Page,
    /// Fractions of the window's width, both ways; cells are per mille of it.
    Viewport,
    /// Relative to the element that was clicked.
    Element,
}

/// What is counted in a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum HeatmapCount {
    /// Everything that happened in it; of attention, milliseconds.
    #[default]
    Events,
    /// Sessions in which it happened.
    Sessions,
}

/// What was clicked, and where on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ElementMap {
    /// As it was seen last.
    pub element: Element,
    /// Clicks on it.
    pub clicks: u64,
    /// Rage bursts that began on it and are not suppressed.
    pub rage: u64,
    /// Dead clicks.
    pub dead: u64,
    /// Clicks followed by an error.
    pub error_clicks: u64,
    /// Sessions in which it was clicked.
    pub sessions: u64,
    /// Mean time from entering it with the pointer to clicking it, in ms, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_wait_ms: Option<u64>,
    /// Column, row and number of clicks: each cell is a tenth of its box, both ways.
    pub cells: Vec<(u8, u8, u64)>,
}
