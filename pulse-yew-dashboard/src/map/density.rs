//! Density over all sessions: a flat square a cell, in six steps of one colour.

use std::collections::HashMap;

use pulse_core::analyze::PageHeatmap;

use super::{Draw, Frame, Paint};

/// Cells as they are answered: column, row, count.
type Cells = [(i32, i32, u64)];

/// How much of the colour each step has. The first is seen on an empty page, the last still shows what is under it.
const STEPS: [f64; 6] = [0.08, 0.2, 0.34, 0.5, 0.67, 0.85];

/// Movement of all sessions.
pub(super) fn movement(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    squares(&map.cells, map, frame, Paint::Move, most(&map.cells))
}

/// Clicks of all sessions; dead clicks are grey, on one scale with the others.
pub(super) fn clicks(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    let dead: HashMap<(i32, i32), u64> = map.dead_clicks.iter().map(|&(cx, cy, n)| ((cx, cy), n)).collect();
    let answered = |&(cx, cy, n): &(i32, i32, u64)| {
        let n = n.saturating_sub(dead.get(&(cx, cy)).copied().unwrap_or_default());
        (n > 0).then_some((cx, cy, n))
    };
    let answered: Vec<_> = map.clicks.iter().filter_map(answered).collect();
    let most = most(&map.clicks);
    let mut out = squares(&map.dead_clicks, map, frame, Paint::Text2, most);
    out.extend(squares(&answered, map, frame, Paint::Click, most));
    out
}

/// Rage bursts of all sessions.
pub(super) fn bursts(map: &PageHeatmap, frame: &Frame) -> Vec<Draw> {
    squares(&map.rage_clicks, map, frame, Paint::Rage, most(&map.rage_clicks))
}

/// The squares of each step that are seen, on whole pixels so that no seam is seen between them.
fn squares(cells: &Cells, map: &PageHeatmap, frame: &Frame, paint: Paint, most: u64) -> Vec<Draw> {
    let side = f64::from(map.cell) * frame.scale;
    let edge = |cell: i32, offset: f64| (f64::from(cell) * side - offset).round();
    let span = |cell: i32, offset: f64| {
        let from = edge(cell, offset);
        (from, (edge(cell.saturating_add(1), offset) - from).max(1.0))
    };
    let mut steps: [Vec<[f64; 4]>; STEPS.len()] = Default::default();
    for &(cx, cy, n) in cells {
        let ((x, w), (y, h)) = (span(cx, frame.left), span(cy, frame.top));
        if frame.sees([x, y, w, h]) {
            steps[step(n, most)].push([x, y, w, h]);
        }
    }
    let drawn = steps.into_iter().zip(STEPS).filter(|(rects, _)| !rects.is_empty());
    drawn.map(|(rects, alpha)| Draw::Squares { rects, ink: paint.at(alpha) }).collect()
}

fn most(cells: &Cells) -> u64 {
    cells.iter().map(|cell| cell.2).max().unwrap_or(1)
}

/// A root lets thin places be seen beside a crowded one.
fn step(count: u64, most: u64) -> usize {
    let strength = (count as f64 / most.max(1) as f64).clamp(0.0, 1.0).powf(0.6);
    ((strength * STEPS.len() as f64).ceil() as usize).clamp(1, STEPS.len()) - 1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::map::{Gaze, marks::tests::page};

    #[test]
    fn the_densest_cell_is_the_strongest_and_the_thinnest_can_be_seen() {
        assert_eq!((step(50, 50), step(1, 1_000_000), step(0, 0)), (5, 0, 0));
        assert!(step(10, 50) < step(40, 50));
    }

    fn cells(draws: &[Draw], paint: Paint) -> usize {
        let of = |draw: &Draw| match draw {
            Draw::Squares { rects, ink } if ink.paint == paint => rects.len(),
            _ => 0,
        };
        draws.iter().map(of).sum()
    }

    #[test]
    fn a_dead_click_is_not_drawn_as_a_click() {
        let draws = clicks(&page(), &Frame::new((1000.0, 1000.0), (500.0, 500.0), Gaze::default()));
        // Cell 4, 2 has six clicks, two of them dead; cell 9, 9 has dead ones alone.
        assert_eq!((cells(&draws, Paint::Click), cells(&draws, Paint::Text2)), (1, 2));
        assert_eq!((cells(&draws, Paint::Move), cells(&draws, Paint::Rage)), (0, 0));
    }

    #[test]
    fn squares_meet_on_whole_pixels() {
        let frame = Frame::new((1000.0, 1000.0), (333.0, 333.0), Gaze::default());
        let draws = movement(&page(), &frame);
        let rects = draws.iter().flat_map(|draw| if let Draw::Squares { rects, .. } = draw { &rects[..] } else { &[] });
        let mut rects: Vec<[f64; 4]> = rects.copied().collect();
        rects.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(rects.len(), 2);
        assert!(rects.iter().flatten().all(|v| v.fract() == 0.0) && rects[0][0] + rects[0][2] == rects[1][0]);
    }
}
