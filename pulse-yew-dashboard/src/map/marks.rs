//! The things on a map that can be pointed at, and what lies near a place.

use pulse_core::model::Millis;

use super::{Moves, Outcome, Recording};
use crate::order;

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
    /// The element's path.
    pub path: Option<String>,
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
    pub fn new(kind: Kind, (x, y): (f64, f64), count: u64) -> Self {
        Self { kind, x, y, count, at: None, label: None, rect: None, path: None }
    }

    /// What a ring is drawn around.
    pub fn spot(&self) -> Spot {
        self.rect.map_or(Spot::Place((self.x, self.y)), Spot::Box)
    }
}

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
    order::sort_by(&mut marks, |a, b| a.at.cmp(&b.at));
    marks
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

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
