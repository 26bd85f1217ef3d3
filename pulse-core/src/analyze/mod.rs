//! From raw events to what they mean: pure folds over a [`Timeline`], computed when asked for. Each signal is defined
//! once, in the documentation of the module that computes it; a stored event is scored again with other [`Thresholds`].
//!
//! ```text
//! batches -> Timeline (order, page views) -> one fold per signal -> summarize, score, Report
//!                                         -> session_heatmap, page::PageSums
//! ```

mod activity;
mod compared;
mod dead;
pub mod detect;
#[cfg(test)]
mod edges;
mod error_clicks;
mod frustration;
#[cfg(test)]
mod golden;
mod heatmap;
mod hesitation;
mod hover;
mod map;
mod measure;
mod navigation;
mod outline;
pub mod page;
mod places;
mod pointer;
pub mod problems;
mod rage;
mod report;
mod report_parts;
mod reversals;
mod score;
mod scroll;
mod split;
mod stats;
mod summarize;
mod summary;
mod suppress;
#[cfg(test)]
mod testing;
mod thrash;
mod thresholds;
mod timeline;
mod typing;
mod view;

pub use compared::compared_pages;
pub use heatmap::session_heatmap;
pub use map::{ClickPoint, ElementMap, HeatPoint, HeatmapCount, HeatmapMode, PageHeatmap, RagePoint, SessionHeatmap};
pub use report::{ClickPlace, PageReport, Report};
pub use reversals::Reversals;
pub use score::Scorer;
pub use summarize::{score, score_of, summarize, summarize_among};
pub use summary::{
    AccelerationStats, ClickAt, Frustration, Hesitation, Hover, IntervalStats, PageSummary, PointerSummary, QuickBack,
    RageBurst, ScrollSummary, SignalCounts, SpeedStats, Summary, Thrash, Tier, TypingSummary,
};
pub use thresholds::Thresholds;
pub use timeline::Timeline;
pub use view::PageView;
