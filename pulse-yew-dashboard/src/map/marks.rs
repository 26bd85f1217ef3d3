//! The things on a map that can be pointed at, and what lies near a place.

use pulse_core::{analyze::PageHeatmap, model::Millis};

use super::{Moves, Recording};

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A click.
    Click,
    /// A rage burst, and how long it took.
    Rage(Millis),
    /// A stroke of the pointer: where it began.
    Stroke,
    /// A place where the pointers of all sessions were often.
    Dense,
}

/// Something on the map, in page pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it stands for.
    pub kind: Kind,
    /// From the page's left edge.
    pub x: f64,
    /// From the page's top edge.
    pub y: f64,
    /// How many clicks or positions.
    pub count: u64,
    /// When, if it is one thing that happened.
    pub at: Option<Millis>,
    /// What the element is called.
    pub label: Option<String>,
}

/// Densest places that can be stepped through.
const DENSEST: usize = 12;

/// Clicks, bursts and strokes of a session, by time.
pub fn session_marks(Recording { map, moves }: &Recording) -> Vec<Mark> {
    let name = |element: &Option<pulse_core::model::Element>| element.as_ref().map(|e| e.name().to_owned());
    let clicks = map.clicks.iter().filter(|c| !c.rage).map(|c| Mark {
        kind: Kind::Click,
        x: c.x,
        y: c.y,
        count: 1,
        at: Some(c.timestamp),
        label: name(&c.element),
    });
    let bursts = map.rage_clicks.iter().map(|r| Mark {
        kind: Kind::Rage(r.span_ms),
        x: r.x,
        y: r.y,
        count: r.count.into(),
        at: Some(r.timestamp),
        label: name(&r.element),
    });
    let strokes = moves.each_stroke().map(|stroke| {
        let ((x, y), at) = (moves.place(stroke.start), Some(moves.time(stroke.start)));
        Mark { kind: Kind::Stroke, x, y, count: stroke.len() as u64, at, label: None }
    });
    let mut marks: Vec<Mark> = clicks.chain(bursts).chain(strokes).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Rage, click and the densest movement cells of a page, most of each first.
pub fn cell_marks(map: &PageHeatmap) -> Vec<Mark> {
    let cell = f64::from(map.cell);
    let mark = |kind, &(cx, cy, count): &(i32, i32, u64)| {
        let (x, y) = ((f64::from(cx) + 0.5) * cell, (f64::from(cy) + 0.5) * cell);
        Mark { kind, x, y, count, at: None, label: label_at(map, x, y) }
    };
    let of = |kind, cells: &[(i32, i32, u64)], most| {
        let mut marks: Vec<Mark> = cells.iter().map(|cell| mark(kind, cell)).collect();
        marks.sort_by_key(|mark| std::cmp::Reverse(mark.count));
        marks.truncate(most);
        marks
    };
    let bursts = of(Kind::Rage(0), &map.rage_clicks, usize::MAX);
    let clicks = of(Kind::Click, &map.clicks, usize::MAX);
    [bursts, clicks, of(Kind::Dense, &map.cells, DENSEST)].concat()
}

/// The label of the innermost labelled box at a place.
fn label_at(map: &PageHeatmap, x: f64, y: f64) -> Option<String> {
    let inside = |[bx, by, bw, bh]: [f64; 4]| x >= bx && x <= bx + bw && y >= by && y <= by + bh;
    let boxes = map.layout.iter().flat_map(|layout| &layout.boxes);
    boxes.filter(|b| inside(b.r)).filter_map(|b| b.l.clone()).next_back()
}

/// The click or burst nearest to a place, within a reach.
pub(super) fn nearest(marks: &[Mark], (x, y): (f64, f64), reach: f64) -> Option<usize> {
    let far = |mark: &Mark| (mark.x - x).hypot(mark.y - y);
    let near = marks
        .iter()
        .enumerate()
        .filter(|(_, mark)| matches!(mark.kind, Kind::Click | Kind::Rage(_)) && far(mark) <= reach);
    near.min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b))).map(|(i, _)| i)
}

/// How many positions lie within a reach, and when the first and the last of them were.
pub(super) fn around(moves: &Moves, (x, y): (f64, f64), reach: f64) -> Option<(u64, Millis, Millis)> {
    let near = moves.places().zip(moves.times()).filter(|((px, py), _)| (px - x).hypot(py - y) <= reach);
    near.fold(None, |seen, (_, at)| match seen {
        None => Some((1, at, at)),
        Some((n, first, last)) => Some((n + 1, at.min(first), at.max(last))),
    })
}

/// How many positions of all sessions lie in cells whose middle is within a reach.
pub(super) fn cells_around(map: &PageHeatmap, (x, y): (f64, f64), reach: f64) -> u64 {
    let cell = f64::from(map.cell);
    let middle = |c: i32| (f64::from(c) + 0.5) * cell;
    map.cells.iter().filter(|(cx, cy, _)| (middle(*cx) - x).hypot(middle(*cy) - y) <= reach).map(|cell| cell.2).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(x: f64, y: f64) -> Mark {
        Mark { kind: Kind::Click, x, y, count: 1, at: None, label: None }
    }

    #[test]
    fn the_nearest_mark_within_reach() {
        let marks = [mark(0.0, 0.0), mark(10.0, 0.0), mark(100.0, 0.0)];
        assert_eq!(nearest(&marks, (8.0, 0.0), 20.0), Some(1));
        assert_eq!(nearest(&marks, (50.0, 0.0), 20.0), None);
    }

    #[test]
    fn positions_near_a_place_are_counted() {
        let at = |x: f64, timestamp| pulse_core::analyze::HeatPoint { x, y: 0.0, timestamp };
        let stroke = vec![at(0.0, 1), at(5.0, 2), at(90.0, 3), at(3.0, 4)];
        let moves = Moves::from(&pulse_core::wire::MoveColumns::new(vec![stroke]));
        assert_eq!(around(&moves, (1.0, 0.0), 10.0), Some((3, 1, 4)));
        assert_eq!(around(&moves, (50.0, 0.0), 10.0), None);
    }
}
