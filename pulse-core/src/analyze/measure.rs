//! How places are measured on a map.

use super::{HeatmapMode, PageView};
use crate::model::Millis;

/// Measures the places of one page view in the way of a mode.
pub(super) struct Measure {
    /// Window widths in px and since when, if they matter.
    widths: Option<Vec<(Millis, f64)>>,
}

impl Measure {
    pub(super) fn new(view: PageView<'_>, mode: HeatmapMode) -> Self {
        let widths = || {
            let at_first = view.window().map(|window| (Millis::MIN, window.w));
            at_first.into_iter().chain(view.viewports().map(|(at, v)| (at, v.w))).collect()
        };
        Self { widths: (mode == HeatmapMode::Viewport).then(widths) }
    }

    /// The place in px, or as fractions of the window's width at that time; none when no width is known.
    pub(super) fn place(&self, at: Millis, x: f64, y: f64) -> Option<(f64, f64)> {
        let Some(widths) = &self.widths else { return Some((x, y)) };
        let since = widths.partition_point(|&(since, _)| since <= at).checked_sub(1)?;
        let (_, width) = widths[since];
        Some((x / width, y / width))
    }
}
