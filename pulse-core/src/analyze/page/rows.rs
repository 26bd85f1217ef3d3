//! Figures of pages, and the ways between them.

use serde::{Deserialize, Serialize};

use super::{PageSums, Part};
use crate::{
    analyze::ElementMap,
    model::{Device, Goals, Layout, ViewportSize, px},
};

/// Elements that a row names.
const ELEMENTS: usize = 5;

/// What the sessions on one page add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PageRow {
    /// The page's name.
    pub page: String,
    /// Sessions that visited it.
    pub sessions: u64,
    /// Times that it was entered.
    pub views: u64,
    /// Time spent on it in ms, all views together.
    pub time_ms: u64,
    /// Mean time of a view, in ms.
    #[serde(serialize_with = "px::serialize")]
    pub mean_time_ms: f64,
    /// Positions of the pointer.
    pub mousemoves: u64,
    /// Clicks and taps, those of rage bursts included.
    pub clicks: u64,
    /// Rage bursts that are not suppressed.
    pub rage: u64,
    /// Dead clicks.
    pub dead: u64,
    /// Clicks followed by an error.
    pub error_clicks: u64,
    /// Script errors and unhandled rejections.
    pub errors: u64,
    /// Mean frustration score of what happened on this page, by session.
    #[serde(serialize_with = "px::serialize")]
    pub frustration: f64,
    /// Sessions that began here.
    pub entries: u64,
    /// Sessions that ended here.
    pub exits: u64,
    /// How often it was left again at once for the page before.
    pub quick_backs: u64,
    /// Share of sessions, 0 to 1, that saw each percent of the page: index 0 is the top, 100 the end.
    pub scroll_reach: Vec<f64>,
    /// Mean height of the window in px: where the fold was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<f64>,
    /// Most usual window size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// The elements with the most clicks, at most five.
    pub elements: Vec<ElementMap>,
    /// What the page looks like on each kind of device, in each band of widths in which it was seen; only when one page
    /// is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layouts: Vec<PageLayout>,
}

/// What a page looks like on a kind of device, in windows of some widths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageLayout {
    /// The kind of device.
    pub device: Device,
    /// Width from which on the band reaches, in px.
    pub width_from: f64,
    /// Width up to which it reaches, exclusive; none for the widest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_to: Option<f64>,
    /// Sessions in it.
    pub sessions: u64,
    /// The wireframe seen last, where one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
}

/// A page of the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PathNode {
    /// The page's name.
    pub page: String,
    /// Sessions that visited it.
    pub sessions: u64,
    /// Times that it was entered.
    pub views: u64,
    /// Sessions that began here.
    pub entries: u64,
    /// Sessions that ended here.
    pub exits: u64,
    /// How often it was left again at once for the page before.
    pub quick_backs: u64,
    /// Mean frustration score of what happened on this page, by session.
    #[serde(default, serialize_with = "px::serialize")]
    pub frustration: f64,
    /// Whether coming here is a goal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goal: bool,
}

/// A step from one page to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PathEdge {
    /// The page that was left.
    pub from: String,
    /// The page that came next.
    pub to: String,
    /// How often.
    pub count: u64,
}

/// How sessions came to a page the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Way {
    /// At most five pages, in order; the last is the one they came to.
    pub pages: Vec<String>,
    /// Sessions.
    pub count: u64,
}

impl PageSums {
    /// The figures of a page, without its layouts.
    pub fn row(&self, page: &str) -> PageRow {
        let figures = &self.figures;
        let mean = |sum: u64, of: u64| if of == 0 { 0.0 } else { sum as f64 / of as f64 };
        let mut elements = self.elements.maps();
        elements.truncate(ELEMENTS);
        PageRow {
            page: page.to_owned(),
            sessions: figures.sessions,
            views: figures.views,
            time_ms: figures.time_ms,
            mean_time_ms: mean(figures.time_ms, figures.views),
            mousemoves: figures.moves,
            clicks: figures.clicks,
            rage: figures.rage,
            dead: figures.dead,
            error_clicks: figures.error_clicks,
            errors: figures.errors,
            frustration: mean(figures.frustration, figures.sessions),
            entries: figures.entries,
            exits: figures.exits,
            quick_backs: figures.quick_backs,
            scroll_reach: figures.scroll_reach(),
            fold: figures.fold(),
            viewport: figures.usual_window(),
            elements,
            layouts: Vec::new(),
        }
    }

    /// What the page looks like, when these are the sums of one kind of device and one band of widths.
    pub fn layout(&self, device: Device, band: usize) -> Option<PageLayout> {
        let (width_from, width_to) = Part::widths(band)?;
        let layout = self.elements.layout.as_ref().map(|(_, layout)| layout.clone());
        Some(PageLayout { device, width_from, width_to, sessions: self.figures.sessions, layout })
    }

    /// The page in the graph, which may be a goal.
    pub fn node(&self, page: &str, goals: &Goals) -> PathNode {
        let figures = &self.figures;
        PathNode {
            page: page.to_owned(),
            sessions: figures.sessions,
            views: figures.views,
            entries: figures.entries,
            exits: figures.exits,
            quick_backs: figures.quick_backs,
            frustration: figures.frustration as f64 / figures.sessions.max(1) as f64,
            goal: goals.include(page),
        }
    }

    /// The steps from the page.
    pub fn edges(&self, page: &str) -> impl Iterator<Item = PathEdge> {
        let edge = |(to, count): (&String, &u64)| PathEdge { from: page.to_owned(), to: to.clone(), count: *count };
        self.figures.next.iter().map(edge)
    }

    /// The ways to the page.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        self.figures.ways.iter().map(|(pages, count)| Way { pages: pages.clone(), count: *count })
    }
}
