//! Answer of `GET /api/visitors/{visitor_id}`.

use serde::{Deserialize, Serialize};

use super::SessionRow;
use crate::model::{Millis, VisitorId};

/// Answer of `GET /api/visitors/{visitor_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VisitorAnswer {
    /// The browser.
    pub visitor_id: VisitorId,
    /// When its first session started.
    pub first_seen: Millis,
    /// Time of its latest event.
    pub last_seen: Millis,
    /// This page of its sessions, latest activity first.
    pub sessions: Vec<SessionRow>,
    /// Its sessions, on all pages.
    pub total: u64,
    /// Where the next page begins; none on the last one.
    pub next_cursor: Option<String>,
    /// What all its sessions add up to.
    pub totals: VisitorTotals,
    /// Pages visited, those of the latest session first, each once.
    pub pages: Vec<String>,
}

impl VisitorAnswer {
    /// Of a visitor of whom no session is known yet.
    #[cfg(feature = "server")]
    pub(crate) fn new(visitor_id: VisitorId) -> Self {
        Self {
            visitor_id,
            first_seen: Millis::MAX,
            last_seen: Millis::MIN,
            sessions: Vec::new(),
            total: 0,
            next_cursor: None,
            totals: VisitorTotals::default(),
            pages: Vec::new(),
        }
    }
}

/// Sums over the sessions of a visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VisitorTotals {
    /// Length of the sessions, in ms.
    pub duration_ms: Millis,
    /// Clicks and taps.
    pub clicks: u64,
    /// Rage bursts, not clicks.
    pub rage_clicks: u64,
    /// Positions of the pointer.
    pub mousemoves: u64,
    /// Scroll events.
    pub scrolls: u64,
    /// Keys pressed.
    pub keypresses: u64,
    /// Script errors and unhandled rejections.
    pub errors: u64,
    /// Frustration scores.
    pub frustration: u64,
}

impl VisitorTotals {
    /// Adds a session.
    #[cfg(feature = "server")]
    pub(crate) fn add(&mut self, row: &SessionRow) {
        self.duration_ms += row.duration_ms;
        self.clicks += row.clicks;
        self.rage_clicks += row.rage_clicks;
        self.mousemoves += row.mousemoves;
        self.scrolls += row.scrolls;
        self.keypresses += row.keypresses;
        self.errors += row.errors;
        self.frustration += u64::from(row.frustration);
    }
}
