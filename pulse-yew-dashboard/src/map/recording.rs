//! What was recorded of one session on one page, with its positions flat: no struct for each of 100,000 points.

use std::ops::Range;

use pulse_core::{
    analyze::ClickAt,
    model::Millis,
    wire::{MoveColumns, SessionMap},
};

use super::{Size, frame::session_size};
use crate::summary::Summary;

/// One session on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Everything but the positions and clicks, of which there are none here.
    pub map: SessionMap,
    /// The positions.
    pub moves: Moves,
    /// The clicks that are not part of a rage burst, by time.
    pub clicks: Vec<Click>,
    /// Size of the page, in page pixels.
    pub size: Size,
}

/// Positions are whole numbers, so that each is equal to itself; and what is equal to itself is not compared position by
/// position when it is shared.
impl Eq for Recording {}

/// A click that is not part of a rage burst.
#[derive(Debug, Clone, PartialEq)]
pub struct Click {
    /// From the page's left and top edge.
    pub at: (f64, f64),
    /// When.
    pub time: Millis,
    /// What is called what was clicked.
    pub label: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What was meant, as far as can be told.
    Answered,
    /// Nothing answered it.
    Dead,
    /// An error followed.
    Error,
}

impl Recording {
    /// A map, with what the summary knows of its clicks.
    pub fn new(mut map: SessionMap, summary: &Summary) -> Self {
        let moves = Moves::from(&std::mem::take(&mut map.moves));
        let is_in = |list: &[ClickAt], at: Millis| list.iter().any(|click| click.at == at);
        let clicks = std::mem::take(&mut map.clicks).into_iter().filter(|click| !click.rage).map(|click| Click {
            at: (click.x, click.y),
            time: click.timestamp,
            label: click.element.as_ref().map(|element| element.name().to_owned()),
            outcome: match click.timestamp {
                at if is_in(&summary.error_clicks, at) => Outcome::Error,
                at if is_in(&summary.dead, at) => Outcome::Dead,
                _ => Outcome::Answered,
            },
        });
        let mut recording = Self { clicks: clicks.collect(), moves, map, size: (1.0, 1.0) };
        recording.size = session_size(&recording);
        recording
    }
}

/// Positions of the pointer, stroke by stroke, in page pixels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moves {
    t: Vec<Millis>,
    x: Vec<f32>,
    y: Vec<f32>,
    /// Index of the first position of each stroke.
    starts: Vec<u32>,
}

impl From<&MoveColumns> for Moves {
    fn from(columns: &MoveColumns) -> Self {
        let (t, x, y): (Vec<_>, Vec<_>, Vec<_>) = (
            columns.times().collect(),
            columns.across().map(|x| x as f32).collect(),
            columns.down().map(|y| y as f32).collect(),
        );
        let all = t.len().min(x.len()).min(y.len());
        // Only what a server of another version might get wrong.
        let starts = columns.strokes.iter().copied().filter(|start| (*start as usize) < all).collect();
        let mut moves = Self { t, x, y, starts };
        moves.t.truncate(all);
        moves.x.truncate(all);
        moves.y.truncate(all);
        moves
    }
}

impl Moves {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.t.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    /// How many strokes there are.
    pub fn strokes(&self) -> usize {
        self.starts.len()
    }

    /// The positions of each stroke, by time within each.
    pub fn each_stroke(&self) -> impl Iterator<Item = Range<usize>> {
        self.starts.iter().enumerate().map(|(i, start)| {
            let start = *start as usize;
            let end = self.starts.get(i + 1).map_or(self.len(), |end| *end as usize);
            start..end.max(start)
        })
    }

    /// Where the positions of a stroke end that came up to a time.
    pub fn end(&self, stroke: &Range<usize>, until: Option<Millis>) -> usize {
        match until {
            Some(until) => stroke.start + self.t[stroke.clone()].partition_point(|t| *t <= until),
            None => stroke.end,
        }
    }

    /// Where a position is.
    pub fn place(&self, i: usize) -> (f64, f64) {
        (f64::from(self.x[i]), f64::from(self.y[i]))
    }

    /// When a position was.
    pub fn time(&self, i: usize) -> Millis {
        self.t[i]
    }

    /// Where some positions are: from the left edge, and from the top.
    pub fn columns(&self, range: Range<usize>) -> (&[f32], &[f32]) {
        (&self.x[range.clone()], &self.y[range])
    }

    /// The right and the lower edge of where positions are; none when there are none.
    pub fn farthest(&self) -> Option<(f64, f64)> {
        let edge = |places: &[f32]| places.iter().copied().reduce(f32::max).map(f64::from);
        edge(&self.x).zip(edge(&self.y))
    }

    /// Where all positions are.
    pub fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().zip(&self.y).map(|(x, y)| (f64::from(*x), f64::from(*y)))
    }

    /// The times of all positions.
    pub fn times(&self) -> impl Iterator<Item = Millis> {
        self.t.iter().copied()
    }

    /// Where the pointer was at a time: the latest position up to it.
    pub fn head(&self, at: Millis) -> Option<(f64, f64)> {
        let last = |stroke: Range<usize>| self.end(&stroke, Some(at)).checked_sub(1).filter(|i| *i >= stroke.start);
        let last = self.each_stroke().filter_map(last).max_by_key(|i| self.t[*i])?;
        Some(self.place(last))
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::analyze::HeatPoint;

    use super::*;

    /// A page of 100 x 100 px: two strokes of three positions and one, a click, a dead one, a rage burst and an image.
    pub(in crate::map) fn recording() -> Recording {
        let map = serde_json::json!({
            "pages": ["http://s.test/"], "page": "http://s.test/",
            "moves": {"t0": 10, "t": [0, 10, 10, 10], "x": [10, 0, 0, 0], "y": [50, -50, 0, 0], "strokes": [0, 3]},
            "clicks": [
                {"x": 20, "y": 50, "timestamp": 20, "rage": false},
                {"x": 30, "y": 50, "timestamp": 30, "rage": false},
                {"x": 40, "y": 50, "timestamp": 40, "rage": true},
            ],
            "rage_clicks": [{"x": 40, "y": 50, "timestamp": 40, "count": 5, "span_ms": 900}],
            "layout": {"hash": "a", "boxes": [{"k": "image", "r": [0, 0, 10, 10]}]},
            "document": {"w": 100, "h": 100}, "total": 4
        });
        let dead = vec![ClickAt { at: 30, x: 30.0, y: 50.0, element: None }];
        Recording::new(serde_json::from_value(map).unwrap(), &Summary { dead, ..Summary::default() })
    }

    fn moves(strokes: &[&[(f64, Millis)]]) -> Moves {
        let points = |stroke: &&[(f64, Millis)]| {
            stroke.iter().map(|(x, timestamp)| HeatPoint { x: *x, y: 0.0, timestamp: *timestamp }).collect()
        };
        Moves::from(&MoveColumns::new(strokes.iter().map(points).collect()))
    }

    #[test]
    fn strokes_up_to_a_time() {
        let moves = moves(&[&[(1.0, 10), (2.0, 20), (3.0, 30)], &[(9.0, 15), (8.0, 40)]]);
        let until = |at| moves.each_stroke().map(|stroke| moves.end(&stroke, at)).collect::<Vec<_>>();
        assert_eq!((until(None), until(Some(20)), until(Some(9))), (vec![3, 5], vec![2, 4], vec![0, 3]));
        assert_eq!(moves.head(20), Some((2.0, 0.0)));
        assert_eq!(moves.head(15), Some((9.0, 0.0)), "in another tab");
        assert_eq!(moves.head(5), None);
    }

    #[test]
    fn columns_of_unequal_length_are_cut() {
        let columns = MoveColumns { t: vec![0, 1], x: vec![5], y: vec![5, 0, 0], strokes: vec![0, 7], t0: 0 };
        let moves = Moves::from(&columns);
        assert_eq!((moves.len(), moves.strokes(), moves.is_empty()), (1, 1, false));
    }

    #[test]
    fn clicks_of_bursts_are_told_as_bursts_and_dead_ones_as_dead() {
        let recording = recording();
        let outcomes: Vec<_> = recording.clicks.iter().map(|click| (click.time, click.outcome)).collect();
        assert_eq!(outcomes, [(20, Outcome::Answered), (30, Outcome::Dead)]);
        assert_eq!((recording.size, recording.map.rage_clicks.len()), ((100.0, 100.0), 1));
    }
}
