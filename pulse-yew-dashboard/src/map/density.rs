//! Density over all sessions: a flat square a cell, the denser the less translucent.

use pulse_core::analyze::PageHeatmap;

use super::{Draw, Frame, Paint, clicks::burst};

/// Cells as they are answered: column, row, count.
type Cells = [(i32, i32, u64)];

/// Movement of all sessions.
pub(super) fn density(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    let most = most(&map.cells);
    let side = f64::from(map.cell) * frame.scale;
    let square = |&(cx, cy, n): &(i32, i32, u64)| Draw::Rect {
        rect: [f64::from(cx) * side, f64::from(cy) * side, side, side],
        radius: 0.0,
        fill: Some(Paint::Move.at(alpha(n, most))),
        stroke: None,
    };
    map.cells.iter().map(square).collect()
}

/// Clicks of all sessions: a disc a cell, its area growing with the clicks.
pub(super) fn clicks(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    let disc = |&(cx, cy, n): &(i32, i32, u64)| Draw::Disc {
        at: centre(map, frame, cx, cy),
        r: (4.0 * (n as f64).sqrt()).clamp(5.0, 18.0),
        ink: Paint::Click.at(0.6),
    };
    map.clicks.iter().map(disc).collect()
}

/// Rage bursts of all sessions.
pub(super) fn bursts(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    map.rage_clicks.iter().flat_map(|&(cx, cy, n)| burst(centre(map, frame, cx, cy), n)).collect()
}

/// The middle of a cell on the canvas.
fn centre(map: &PageHeatmap, frame: &Frame, cx: i32, cy: i32) -> (f64, f64) {
    let cell = f64::from(map.cell);
    frame.place((f64::from(cx) + 0.5) * cell, (f64::from(cy) + 0.5) * cell)
}

fn most(cells: &Cells) -> u64 {
    cells.iter().map(|cell| cell.2).max().unwrap_or(1)
}

/// A root lets thin places be seen beside a crowded one.
fn alpha(count: u64, most: u64) -> f64 {
    0.08 + 0.77 * (count as f64 / most.max(1) as f64).powf(0.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_densest_cell_is_the_strongest_and_the_thinnest_can_be_seen() {
        assert!((alpha(50, 50) - 0.85).abs() < 1e-9);
        assert!(alpha(1, 1_000_000) >= 0.08);
        assert!(alpha(10, 50) < alpha(20, 50));
    }
}
