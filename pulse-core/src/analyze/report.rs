//! The computed report that analysts read: facts and figures, never raw events.

use serde::Serialize;

use super::{
    Summary, Thresholds, Timeline,
    detect::Diagnosis,
    report_parts::{click_places, page_reports},
};
use crate::model::{Device, Millis, SessionId, SessionStart, ViewportSize, px};

/// What an analyst is told about one session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The visit.
    pub session_id: SessionId,
    /// When it started.
    pub started_at: Millis,
    /// Kind of device.
    pub device: Device,
    /// Window size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Every signal.
    pub summary: Summary,
    /// Outcome, episodes and findings.
    pub diagnosis: Diagnosis,
    /// The elements clicked most, most first, at most [`Report::PLACES`].
    pub click_places: Vec<ClickPlace>,
    /// What happened on each page, the one with the most time first, at most [`Report::PLACES`].
    pub pages: Vec<PageReport>,
}

impl Report {
    /// Most click places and pages in a report; what is left out is the least frequent.
    pub const PLACES: usize = 20;

    /// The report on a session, with the summary that other answers about it have.
    pub fn new(
        session: &SessionStart,
        timeline: &Timeline,
        thresholds: &Thresholds,
        summary: Summary,
        diagnosis: Diagnosis,
    ) -> Self {
        Self {
            session_id: session.session_id.clone(),
            started_at: session.started_at,
            device: session.device,
            viewport: session.viewport.or_else(|| timeline.views().find_map(|view| view.window())),
            summary,
            diagnosis,
            click_places: click_places(timeline, thresholds),
            pages: page_reports(timeline),
        }
    }
}

/// One element, or one bare place, that was clicked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClickPlace {
    /// Page of the clicks, without query and fragment.
    pub page: String,
    /// Path of the element; empty when no element is known.
    pub element: String,
    /// What a person would call it.
    pub label: String,
    /// Whether it looks as if a click would do something.
    pub interactive: bool,
    /// Clicks.
    pub clicks: u64,
    /// Dead clicks among them.
    pub dead: u64,
    /// When it was clicked first.
    pub first_at: Millis,
    /// Mean place in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// Mean place in page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
}

/// What happened on one page, over all its views in the session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageReport {
    /// The page, without query and fragment.
    pub page: String,
    /// Its title, if the tracker told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How often it was entered.
    pub views: u64,
    /// Time spent on it.
    pub time_ms: Millis,
    /// Deepest scroll, in percent of the document.
    #[serde(serialize_with = "px::serialize")]
    pub max_depth: f64,
    /// Clicks on it.
    pub clicks: u64,
    /// From entering it to the first click on it, in its first view that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_click_after_ms: Option<Millis>,
}
