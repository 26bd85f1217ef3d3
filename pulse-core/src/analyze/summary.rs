//! The summary of a session: every signal, in one document. Times are integer milliseconds since the epoch.

use serde::{Deserialize, Serialize};

use crate::model::{Element, Millis, px};

/// What happened in a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// From the first event to the last.
    pub duration_ms: Millis,
    /// Time during which the visitor did something: gaps of more than 5 s do not count.
    pub active_ms: Millis,
    /// How often each signal occurred.
    pub counts: SignalCounts,
    /// Page views in order.
    pub pages: Vec<PageSummary>,
    /// How the pointer moved.
    pub pointer: PointerSummary,
    /// Where the pointer rested.
    pub hovers: Vec<Hover>,
    /// Elements that were entered long before they were clicked.
    pub hesitations: Vec<Hesitation>,
    /// Rage bursts, the suppressed ones included and marked.
    pub rage: Vec<RageBurst>,
    /// Clicks that nothing answered.
    pub dead: Vec<ClickAt>,
    /// Clicks followed by an error.
    pub error_clicks: Vec<ClickAt>,
    /// How pages were scrolled.
    pub scroll: ScrollSummary,
    /// Pages left again at once for the one before.
    pub quick_backs: Vec<QuickBack>,
    /// How keys were pressed.
    pub typing: TypingSummary,
    /// How much went wrong.
    pub frustration: Frustration,
    /// Batches received of those that the tracker says it made, 0 to 1; none when no batch names its view.
    #[serde(serialize_with = "px::option")]
    pub completeness: Option<f64>,
}

/// How often each signal occurred. Hints of the tracker are not in it: `rage` counts bursts that are not suppressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignalCounts {
    /// Positions of the pointer.
    pub mousemove: u64,
    /// Clicks and taps, those of rage bursts included.
    pub click: u64,
    /// Rage bursts that are not suppressed.
    pub rage: u64,
    /// Dead clicks.
    pub dead: u64,
    /// Clicks followed by an error.
    pub error_click: u64,
    /// Scroll events.
    pub scroll: u64,
    /// Keys pressed.
    pub keypress: u64,
    /// Pages entered or left.
    pub navigation: u64,
    /// Times that the tab was shown or hidden.
    pub visibility: u64,
}

/// One page view.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageSummary {
    /// Its address.
    pub url: String,
    /// Name of its page: one for many addresses.
    #[serde(default)]
    pub page: String,
    /// When it was entered.
    pub entered_at: Millis,
    /// Until it was left, or its last event.
    pub time_ms: Millis,
    /// Deepest scroll, in percent of the document.
    #[serde(serialize_with = "px::serialize")]
    pub max_depth: f64,
}

/// How the pointer moved, over all page views.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PointerSummary {
    /// Positions recorded.
    pub points: u64,
    /// Movements without a gap of more than 1,000 ms.
    pub strokes: u64,
    /// Distance travelled within strokes.
    pub distance_px: f64,
    /// Of the segments, in px/s; `mean` is total distance over total time.
    pub speed_px_s: SpeedStats,
    /// Between adjacent segments of a stroke, in px/s^2, by magnitude.
    pub acceleration_px_s2: AccelerationStats,
    /// Straight over travelled distance of the strokes that end in a click, 0 to 1.
    pub efficiency: Option<f64>,
    /// Times when the pointer was shaken.
    pub thrash: Vec<Thrash>,
}

/// Speed in px/s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SpeedStats {
    /// Total distance over total time, in px/s.
    pub mean: f64,
    /// Median of the segments, in px/s.
    pub median: f64,
    /// Their 95th percentile, in px/s.
    pub p95: f64,
    /// The fastest segment, in px/s.
    pub max: f64,
}

/// Acceleration in px/s^2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccelerationStats {
    /// Mean magnitude, in px/s^2.
    pub mean: f64,
    /// 95th percentile of the magnitude, in px/s^2.
    pub p95: f64,
    /// Largest magnitude, in px/s^2.
    pub max: f64,
}

/// The pointer was shaken.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Thrash {
    /// When it began.
    pub start: Millis,
    /// How long it went on.
    pub duration_ms: Millis,
}

/// The pointer rested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hover {
    /// Mean position in page pixels.
    pub x: f64,
    /// Mean position in page pixels.
    pub y: f64,
    /// When it began.
    pub start: Millis,
    /// How long it went on.
    pub duration_ms: Millis,
    /// Path of the element there, when a click of the visit tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// What a person would call what is there, when a click or an outline of the page tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// An element was entered long before it was clicked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hesitation {
    /// What.
    pub element: Element,
    /// From entering it to clicking it.
    pub ms: Millis,
    /// When it was clicked.
    pub at: Millis,
}

/// A burst of clicks in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RageBurst {
    /// When it began.
    pub start: Millis,
    /// Clicks in it.
    pub count: u32,
    /// From the first to the last click.
    pub span_ms: Millis,
    /// Centre in page pixels.
    pub x: f64,
    /// Centre in page pixels.
    pub y: f64,
    /// What was clicked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Element>,
    /// Whether the page answered: no dead click was reported within the burst. None when the tracker cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reacted: Option<bool>,
    /// Why it is not counted, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<String>,
}

/// A click that stands for a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClickAt {
    /// When.
    pub at: Millis,
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub x: f64,
    /// Page pixels.
    #[serde(serialize_with = "px::serialize")]
    pub y: f64,
    /// What was clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Element>,
}

/// How pages were scrolled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScrollSummary {
    /// Deepest on any page, in percent of its document.
    #[serde(serialize_with = "px::serialize")]
    pub max_depth: f64,
    /// Changes of direction after at least 100 px.
    pub reversals: u64,
    /// Whether that is far more than usual.
    pub excessive: bool,
}

/// A page was left again at once for the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QuickBack {
    /// The page left.
    pub from: String,
    /// The page returned to.
    pub to: String,
    /// When.
    pub at: Millis,
    /// After how long on `from`.
    pub after_ms: Millis,
}

/// How keys were pressed. Which keys is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TypingSummary {
    /// Key presses.
    pub presses: u64,
    /// Between presses.
    pub interval_ms: IntervalStats,
    /// How long keys were held.
    #[serde(default)]
    pub hold_ms: IntervalStats,
    /// Presses per minute of typing; pauses of more than 5 s are not typing.
    pub per_minute: f64,
}

/// Statistics of milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IntervalStats {
    /// Mean, in ms.
    pub mean: f64,
    /// Median, in ms.
    pub median: f64,
    /// Standard deviation, in ms.
    pub sd: f64,
    /// Longest, in ms.
    pub max: f64,
}

/// How much went wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Frustration {
    /// error x5 + rage x4 + error click x4 + dead x2 + thrash x1 + quick back x1, each counted at most 10 times.
    pub score: u32,
    /// What that amounts to.
    pub tier: Tier,
}

/// Tiers of frustration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// 0.
    #[default]
    None,
    /// 1 to 5.
    Low,
    /// 6 to 14.
    Medium,
    /// 15 and more.
    High,
}

impl Tier {
    /// The least score of the tier `High`.
    pub const HIGH: u32 = 15;
    /// From this frustration on a session is [`Tier::Medium`].
    pub const MEDIUM: u32 = 6;

    /// The tier of a score.
    pub fn of(score: u32) -> Self {
        match score {
            0 => Self::None,
            1..=5 => Self::Low,
            Self::MEDIUM..Self::HIGH => Self::Medium,
            _ => Self::High,
        }
    }
}
