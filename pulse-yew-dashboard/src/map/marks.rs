//! The things on a map that can be pointed at, and what lies near a place.

use pulse_core::{
    analyze::{ElementMap, PageHeatmap},
    model::Millis,
};

use super::{Moves, Outcome, PageLayer, Recording};

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A click.
    Click,
    /// A click that nothing answered.
    Dead,
    /// A click that an error followed.
    Error,
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
    /// The element's box.
    pub rect: Option<[f64; 4]>,
    /// How many of the clicks were dead.
    pub dead: u64,
}

/// What a ring is drawn around, in page pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spot {
    /// A place.
    Place((f64, f64)),
    /// A box.
    Box([f64; 4]),
}

impl Spot {
    /// The box that is brought into sight.
    pub fn rect(self) -> [f64; 4] {
        match self {
            Self::Place((x, y)) => [x, y, 0.0, 0.0],
            Self::Box(rect) => rect,
        }
    }

    /// Its middle.
    pub fn place(self) -> (f64, f64) {
        match self {
            Self::Place(place) => place,
            Self::Box([x, y, w, h]) => (x + w / 2.0, y + h / 2.0),
        }
    }
}

impl Mark {
    /// A mark of a place that has no name.
    pub(super) fn new(kind: Kind, (x, y): (f64, f64), count: u64) -> Self {
        Self { kind, x, y, count, at: None, label: None, rect: None, dead: 0 }
    }

    /// What a ring is drawn around.
    pub fn spot(&self) -> Spot {
        self.rect.map_or(Spot::Place((self.x, self.y)), Spot::Box)
    }
}

/// Densest places that can be stepped through.
const DENSEST: usize = 12;

/// Clicks, bursts and strokes of a session, by time.
pub fn session_marks(recording: &Recording) -> Vec<Mark> {
    let Recording { map, moves, clicks, .. } = recording;
    let clicks = clicks.iter().map(|click| {
        let kind = match click.outcome {
            Outcome::Answered => Kind::Click,
            Outcome::Dead => Kind::Dead,
            Outcome::Error => Kind::Error,
        };
        Mark { at: Some(click.time), label: click.label.clone(), ..Mark::new(kind, click.at, 1) }
    });
    let bursts = map.rage_clicks.iter().map(|r| Mark {
        at: Some(r.timestamp),
        label: r.element.as_ref().map(|element| element.name().to_owned()),
        ..Mark::new(Kind::Rage(r.span_ms), (r.x, r.y), r.count.into())
    });
    let strokes = moves.each_stroke().map(|stroke| {
        let (place, at) = (moves.place(stroke.start), Some(moves.time(stroke.start)));
        Mark { at, ..Mark::new(Kind::Stroke, place, stroke.len() as u64) }
    });
    let mut marks: Vec<Mark> = clicks.chain(bursts).chain(strokes).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// What can be stepped through in a layer of a page, most of each first: elements, or cells where no element is known.
pub fn page_marks(map: &PageHeatmap, layer: PageLayer) -> Vec<Mark> {
    let (kind, cells) = match layer {
        PageLayer::Moves => return densest(map, Kind::Dense, &map.cells),
        PageLayer::Clicks => (Kind::Click, &map.clicks),
        PageLayer::Rage => (Kind::Rage(0), &map.rage_clicks),
    };
    let mark = |of: &ElementMap| {
        let rect = of.element.rect.filter(is_box)?;
        let (count, dead) = if layer == PageLayer::Clicks { (of.clicks, of.dead) } else { (of.rage, 0) };
        let label = Some(of.element.name().to_owned());
        (count > 0).then(|| Mark { label, rect: Some(rect), dead, ..Mark::new(kind, Spot::Box(rect).place(), count) })
    };
    let mut marks: Vec<Mark> = map.elements.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.count));
    if marks.is_empty() { densest(map, kind, cells) } else { marks }
}

/// Whether a box is one: what was recorded may be anything.
fn is_box(rect: &[f64; 4]) -> bool {
    rect.iter().all(|v| v.is_finite()) && rect[2] > 0.0 && rect[3] > 0.0
}

/// The densest cells.
fn densest(map: &PageHeatmap, kind: Kind, cells: &[(i32, i32, u64)]) -> Vec<Mark> {
    let cell = f64::from(map.cell);
    let mut cells = cells.to_vec();
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.2));
    let mark = |(cx, cy, count): (i32, i32, u64)| {
        let (x, y) = ((f64::from(cx) + 0.5) * cell, (f64::from(cy) + 0.5) * cell);
        Mark { label: label_at(map, x, y), ..Mark::new(kind, (x, y), count) }
    };
    cells.into_iter().take(DENSEST).map(mark).collect()
}

/// The label of the innermost labelled box at a place.
fn label_at(map: &PageHeatmap, x: f64, y: f64) -> Option<String> {
    let boxes = map.layout.iter().flat_map(|layout| &layout.boxes);
    boxes.filter(|b| is_inside(b.r, (x, y))).filter_map(|b| b.l.clone()).next_back()
}

fn is_inside([bx, by, bw, bh]: [f64; 4], (x, y): (f64, f64)) -> bool {
    x >= bx && x <= bx + bw && y >= by && y <= by + bh
}

/// The mark whose box is the innermost around a place.
pub(super) fn innermost(marks: &[Mark], place: (f64, f64)) -> Option<usize> {
    let area = |i: usize| marks[i].rect.map_or(f64::INFINITY, |[_, _, w, h]| w * h);
    let around = (0..marks.len()).filter(|i| marks[*i].rect.is_some_and(|rect| is_inside(rect, place)));
    around.min_by(|a, b| area(*a).total_cmp(&area(*b)))
}

/// The click or burst nearest to a place, within a reach.
pub(super) fn nearest(marks: &[Mark], (x, y): (f64, f64), reach: f64) -> Option<usize> {
    let far = |mark: &Mark| (mark.x - x).hypot(mark.y - y);
    let near = marks
        .iter()
        .enumerate()
        .filter(|(_, mark)| !matches!(mark.kind, Kind::Stroke | Kind::Dense) && far(mark) <= reach);
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

/// How much lies in cells whose middle is within a reach.
pub(super) fn cells_around(cells: &[(i32, i32, u64)], cell: u32, (x, y): (f64, f64), reach: f64) -> u64 {
    let middle = |c: i32| (f64::from(c) + 0.5) * f64::from(cell);
    cells.iter().filter(|(cx, cy, _)| (middle(*cx) - x).hypot(middle(*cy) - y) <= reach).map(|cell| cell.2).sum()
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A page of 1000 x 1000 px with cells of 10 px, two buttons, and a third element whose box is not known.
    pub(in crate::map) fn page() -> PageHeatmap {
        let button = |path: &str, label: &str, rect: Option<[f64; 4]>| serde_json::json!({"path": path, "tag": "button", "label": label, "rect": rect});
        let of = |element, clicks: u64, rage: u64, dead: u64| {
            serde_json::json!({"element": element, "clicks": clicks, "rage": rage, "dead": dead,
                "error_clicks": 0, "sessions": clicks, "cells": []})
        };
        serde_json::from_value(serde_json::json!({
            "page": "http://s.test/", "mode": "page", "cell": 10, "sessions": 4, "total": 9, "shown": 9,
            "cells": [[0, 0, 8], [1, 0, 1]], "clicks": [[4, 2, 6], [9, 9, 2]], "dead_clicks": [[4, 2, 2], [9, 9, 2]],
            "rage_clicks": [[4, 2, 3]], "scroll_reach": [],
            "elements": [
                of(button("#card", "Card", Some([0.0, 0.0, 300.0, 200.0])), 1, 0, 0),
                of(button("#pay", "Pay", Some([30.0, 10.0, 60.0, 30.0])), 5, 3, 2),
                of(button("#lost", "Lost", None), 2, 0, 0)
            ]
        }))
        .unwrap()
    }

    #[test]
    fn a_layer_is_stepped_through_by_its_elements() {
        let steps = |layer| {
            let marks = page_marks(&page(), layer);
            marks.into_iter().map(|mark| (mark.label.unwrap_or_default(), mark.count)).collect::<Vec<_>>()
        };
        assert_eq!(steps(PageLayer::Moves), [(String::new(), 8), (String::new(), 1)]);
        assert_eq!(steps(PageLayer::Clicks), [("Pay".to_owned(), 5), ("Card".to_owned(), 1)]);
        assert_eq!(steps(PageLayer::Rage), [("Pay".to_owned(), 3)]);
        let none = PageHeatmap { elements: Vec::new(), ..page() };
        assert_eq!(page_marks(&none, PageLayer::Clicks).iter().map(|mark| mark.count).collect::<Vec<_>>(), [6, 2]);
    }

    #[test]
    fn the_innermost_box_is_pointed_at() {
        let marks = page_marks(&page(), PageLayer::Clicks);
        let label = |place| innermost(&marks, place).map(|i| marks[i].label.clone().unwrap_or_default());
        assert_eq!(label((40.0, 20.0)).as_deref(), Some("Pay"));
        assert_eq!(label((200.0, 150.0)).as_deref(), Some("Card"));
        assert_eq!(label((900.0, 900.0)), None);
    }

    fn mark(x: f64, y: f64) -> Mark {
        Mark::new(Kind::Click, (x, y), 1)
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
