//! What was recorded of one session on one page, with its positions flat: no struct for each of 100,000 points.

use std::ops::Range;

use pulse_core::{
    model::Millis,
    wire::{MoveColumns, SessionMap},
};

/// One session on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Everything but the positions, whose columns are empty here.
    pub map: SessionMap,
    /// The positions.
    pub moves: Moves,
}

impl From<SessionMap> for Recording {
    fn from(mut map: SessionMap) -> Self {
        let moves = Moves::from(&std::mem::take(&mut map.moves));
        Self { map, moves }
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

    /// The positions of each stroke up to a time; strokes that begin later are left out.
    pub fn strokes_until(&self, until: Option<Millis>) -> impl Iterator<Item = Range<usize>> {
        self.each_stroke().filter_map(move |stroke| {
            let past = match until {
                Some(until) => self.t[stroke.clone()].partition_point(|t| *t <= until),
                None => stroke.len(),
            };
            (past > 0).then_some(stroke.start..stroke.start + past)
        })
    }

    /// Where a position is.
    pub fn place(&self, i: usize) -> (f64, f64) {
        (f64::from(self.x[i]), f64::from(self.y[i]))
    }

    /// When a position was.
    pub fn time(&self, i: usize) -> Millis {
        self.t[i]
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
        let last = self.strokes_until(Some(at)).map(|stroke| stroke.end - 1).max_by_key(|i| self.t[*i])?;
        Some(self.place(last))
    }
}

#[cfg(test)]
mod tests {
    use pulse_core::analyze::HeatPoint;

    use super::*;

    fn moves(strokes: &[&[(f64, Millis)]]) -> Moves {
        let points = |stroke: &&[(f64, Millis)]| {
            stroke.iter().map(|(x, timestamp)| HeatPoint { x: *x, y: 0.0, timestamp: *timestamp }).collect()
        };
        Moves::from(&MoveColumns::new(strokes.iter().map(points).collect()))
    }

    #[test]
    fn strokes_up_to_a_time() {
        let moves = moves(&[&[(1.0, 10), (2.0, 20), (3.0, 30)], &[(9.0, 15), (8.0, 40)]]);
        let until = |at| moves.strokes_until(at).collect::<Vec<_>>();
        assert_eq!(until(None), [0..3, 3..5]);
        assert_eq!(until(Some(20)), [0..2, 3..4]);
        assert_eq!(until(Some(9)), []);
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
}
