//! The signals of a session that are shown.

use pulse_core::{
    analyze::{ClickAt, Frustration, Hesitation, PageSummary, QuickBack, RageBurst, SignalCounts, Thrash},
    model::Millis,
};
use serde::Deserialize;

/// What is used of `analyze::Summary`; the rest would make the program larger.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in analyze::Summary")]
pub struct Summary {
    pub duration_ms: Millis,
    pub counts: SignalCounts,
    pub pages: Vec<PageSummary>,
    pub pointer: Pointer,
    pub hesitations: Vec<Hesitation>,
    pub rage: Vec<RageBurst>,
    pub dead: Vec<ClickAt>,
    pub error_clicks: Vec<ClickAt>,
    pub scroll: Scroll,
    pub quick_backs: Vec<QuickBack>,
    pub frustration: Frustration,
    pub completeness: Option<f64>,
}

/// What is used of `analyze::PointerSummary`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in analyze::PointerSummary")]
pub struct Pointer {
    pub thrash: Vec<Thrash>,
}

/// What is used of `analyze::ScrollSummary`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in analyze::ScrollSummary")]
pub struct Scroll {
    pub max_depth: f64,
}
