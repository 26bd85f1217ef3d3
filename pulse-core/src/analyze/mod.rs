//! From raw events to what they mean: pure folds, computed when asked for. Definitions are in each module.

mod map;
mod report;
mod summary;
mod thresholds;

pub use map::{ClickPoint, HeatPoint, HeatmapMode, PageHeatmap, RagePoint, SessionHeatmap};
pub use report::{ClickPlace, PageReport, Report};
pub use summary::{
    AccelerationStats, ClickAt, Frustration, Hesitation, Hover, IntervalStats, PageSummary, PointerSummary, QuickBack,
    RageBurst, ScrollSummary, SignalCounts, SpeedStats, Summary, Thrash, Tier, TypingSummary,
};
pub use thresholds::Thresholds;
