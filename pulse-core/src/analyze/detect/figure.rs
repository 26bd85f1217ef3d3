//! Figures of findings and facts: what was measured, in which unit, and what is usual.

use serde::{Deserialize, Serialize};

use crate::model::px;

/// One measured figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured; the unit follows from it.
    pub name: Measure,
    /// How much.
    #[serde(serialize_with = "px::serialize")]
    pub value: f64,
    /// What is usual on the page, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Typical>,
}

/// What is usual: a median or mean over `n` others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Typical {
    /// In the unit of what it is compared with.
    #[serde(serialize_with = "px::serialize")]
    pub value: f64,
    /// How many sessions, or within one session how many clicks, it rests on.
    pub n: u64,
}

/// How a figure is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// How often.
    Count,
    /// Milliseconds.
    Ms,
    /// CSS pixels.
    Px,
    /// 0 to 100.
    Percent,
}

/// What a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// Clicks or taps.
    Clicks,
    /// Clicks that nothing answered.
    DeadClicks,
    /// Clicks that missed their target.
    Misses,
    /// Script errors after clicks.
    Errors,
    /// Options, fields or pages that were looked at.
    Options,
    /// How often a form was sent.
    Submits,
    /// Key presses.
    Presses,
    /// How often a field was taken up again.
    Returns,
    /// How often the pointer was shaken.
    Shakes,
    /// How often something was in view.
    TimesSeen,
    /// How often the tab was left.
    TimesAway,
    /// Page views.
    PageViews,
    /// Changes of the direction of scrolling.
    Reversals,
    /// From the first to the last click of a burst.
    SpanMs,
    /// From a click to what answered it.
    WaitMs,
    /// Time on a page, in a form or in a field.
    TimeMs,
    /// Longest pause.
    PauseMs,
    /// From entering an element or page to clicking.
    BeforeClickMs,
    /// Time with the tab out of sight.
    AwayMs,
    /// What it cost altogether.
    CostMs,
    /// How far a click was from its target.
    DistancePx,
    /// Shorter side of a target, or distance to its neighbour.
    SizePx,
    /// Distance scrolled.
    ScrolledPx,
    /// Share of a document.
    DepthPercent,
    /// Share of a recording.
    ReceivedPercent,
}

impl Measure {
    /// The unit.
    pub fn unit(self) -> Unit {
        use Measure as M;
        match self {
            M::Clicks | M::DeadClicks | M::Misses | M::Errors | M::Options | M::Submits | M::Presses => Unit::Count,
            M::Returns | M::Shakes | M::TimesSeen | M::TimesAway | M::PageViews | M::Reversals => Unit::Count,
            M::SpanMs | M::WaitMs | M::TimeMs | M::PauseMs | M::BeforeClickMs | M::AwayMs | M::CostMs => Unit::Ms,
            M::DistancePx | M::SizePx | M::ScrolledPx => Unit::Px,
            M::DepthPercent | M::ReceivedPercent => Unit::Percent,
        }
    }
}

impl Figure {
    /// A figure of which nothing usual is known.
    pub fn new(name: Measure, value: impl Into<f64>) -> Self {
        Self { name, value: value.into(), usual: None }
    }

    /// A duration in ms.
    pub(crate) fn ms(name: Measure, ms: crate::model::Millis) -> Self {
        Self::new(name, ms as f64)
    }

    /// With what is usual.
    #[must_use]
    pub fn among(self, usual: Option<Typical>) -> Self {
        Self { usual, ..self }
    }
}
