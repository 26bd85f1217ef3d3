//! Density over all sessions: a flat square a cell, in six steps of one colour.

use super::data::Cells;
use crate::map::{Draw, Frame, Paint};

/// How much of the colour each step has. The first is seen on an empty page, the last still shows what is under it.
pub(super) const STEPS: [f64; 6] = [0.08, 0.2, 0.34, 0.5, 0.67, 0.85];

/// The squares of each step that are seen, on whole pixels so that no seam is seen between them.
pub(super) fn squares(cells: &Cells, side: f64, frame: &Frame, paint: Paint) -> Vec<Draw> {
    let (side, most) = (side * frame.scale, usual_most(cells));
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

/// What counts as most: the count that one cell in a hundred exceeds. A few spots where everybody clicks would make the
/// rest of a page look empty.
fn usual_most(cells: &Cells) -> u64 {
    let mut counts: Vec<u64> = cells.iter().map(|cell| cell.2).collect();
    counts.sort_unstable();
    counts.get((counts.len() * 99 / 100).min(counts.len().saturating_sub(1))).copied().unwrap_or(1)
}

/// A root lets thin places be seen beside a crowded one.
pub(super) fn step(count: u64, most: u64) -> usize {
    let strength = (count as f64 / most.max(1) as f64).clamp(0.0, 1.0).powf(0.6);
    ((strength * STEPS.len() as f64).ceil() as usize).clamp(1, STEPS.len()) - 1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_densest_cell_is_the_strongest_and_the_thinnest_can_be_seen() {
        assert_eq!((step(50, 50), step(1, 1_000_000), step(0, 0)), (5, 0, 0));
        assert!(step(10, 50) < step(40, 50));
    }

    #[test]
    fn one_hot_cell_does_not_pale_the_rest() {
        let mut cells: Cells = (0..200).map(|n| (n, 0, 10)).collect();
        cells.push((500, 0, 100_000));
        assert_eq!((usual_most(&cells), usual_most(&vec![(0, 0, 7)]), usual_most(&Vec::new())), (10, 7, 1));
    }

    #[test]
    fn squares_meet_on_whole_pixels() {
        let frame = Frame::fit((1000.0, 1000.0), 333.0);
        let draws = squares(&vec![(0, 0, 8), (1, 0, 1)], 10.0, &frame, Paint::Move);
        let rects = draws.iter().flat_map(|draw| if let Draw::Squares { rects, .. } = draw { &rects[..] } else { &[] });
        let mut rects: Vec<[f64; 4]> = rects.copied().collect();
        rects.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(rects.len(), 2);
        assert!(rects.iter().flatten().all(|v| v.fract() == 0.0) && rects[0][0] + rects[0][2] == rects[1][0]);
    }
}
