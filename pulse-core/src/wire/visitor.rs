//! Parameters and answer of `GET /api/visitors/{visitor_id}`.

use serde::{Deserialize, Serialize};

use super::{QueryError, SessionRow, query};
use crate::model::{Millis, VisitorId};

/// Parameters of `GET /api/visitors/{visitor_id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitorQuery {
    /// At most this many rows; 50 when not said, 500 at most.
    pub limit: Option<usize>,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl VisitorQuery {
    /// Reads a query string, without the question mark.
    ///
    /// # Errors
    /// A parameter is unknown or cannot be used.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => out.limit = Some(query::rows(&name, &value)?),
                "cursor" => out.cursor = Some(value.into_owned()),
                _ => return Err(query::unknown(&name)),
            }
        }
        Ok(out)
    }
}

/// Answer of `GET /api/visitors/{visitor_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[expect(missing_docs, reason = "each field is the sum of the one of its name in the rows")]
pub struct VisitorTotals {
    pub duration_ms: Millis,
    pub clicks: u64,
    pub rage_clicks: u64,
    pub mousemoves: u64,
    pub scrolls: u64,
    pub keypresses: u64,
    pub errors: u64,
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
