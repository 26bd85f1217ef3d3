//! The thresholds that a caller may change; stored events are then scored again with them.

use crate::model::Millis;

/// Thresholds of the click signals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Clicks of a burst lie within this of its first click, in px, inclusive.
    pub rage_radius: f64,
    /// Some `rage_count` clicks of a burst lie within this, inclusive.
    pub rage_window_ms: Millis,
    /// Least clicks of a burst.
    pub rage_count: u32,
    /// A click is dead when nothing answered it for this long.
    pub dead_after_ms: Millis,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { rage_radius: 50.0, rage_window_ms: 1000, rage_count: 3, dead_after_ms: 2500 }
    }
}
