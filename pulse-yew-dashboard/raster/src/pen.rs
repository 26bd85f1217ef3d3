//! The shapes that are stamped: which pixels a dot covers, and how much of each.

use crate::ink::WHOLE;

/// A dot as changes along each of its rows: `(offset, change)` from its middle. A running sum along a row gives the
/// covers, so that a dot costs a few additions for each row instead of one for each pixel.
pub(crate) struct Dot {
    pub(crate) changes: Vec<(isize, i32)>,
}

impl Dot {
    /// A dot of radius `r`, on a sheet whose rows are `wide`.
    pub(crate) fn new(r: f64, wide: usize) -> Self {
        let reach = reach(r) as isize;
        let cover = |dx: isize, dy: isize| {
            let share = (r + 0.5 - (dx as f64).hypot(dy as f64)).clamp(0.0, 1.0);
            (share * f64::from(WHOLE)).round() as i32
        };
        let mut changes = Vec::new();
        for dy in -reach..=reach {
            let mut before = 0;
            for dx in -reach..=reach + 1 {
                let now = cover(dx, dy);
                if now != before {
                    changes.push((dy * wide as isize + dx, now - before));
                }
                before = now;
            }
        }
        Self { changes }
    }
}

/// How far from its middle a dot of radius `r` reaches, in whole pixels.
pub(crate) fn reach(r: f64) -> usize {
    (r + 0.5).ceil().max(1.0) as usize
}

/// The part of a line within `0..width` and `0..height`: Liang and Barsky, "A New Concept and Method for Line Clipping"
/// (1984).
pub(crate) fn clip(from: (f32, f32), to: (f32, f32), (width, height): (f32, f32)) -> Option<((f32, f32), (f32, f32))> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0f32, 1f32);
    for (step, room) in [(-dx, from.0), (dx, width - from.0), (-dy, from.1), (dy, height - from.1)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    let at = |part: f32| (from.0 + dx * part, from.1 + dy * part);
    (enter <= leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_ends_in_each_of_its_rows() {
        for r in [0.4, 3.0, 5.0, 10.0] {
            let dot = Dot::new(r, 1000);
            assert_eq!(dot.changes.iter().map(|(_, change)| change).sum::<i32>(), 0, "{r}");
            let farthest = reach(r) as isize;
            assert!(dot.changes.iter().all(|(offset, _)| offset.abs() <= farthest * 1000 + farthest + 1), "{r}");
        }
    }

    #[test]
    fn a_line_is_cut_to_the_sheet() {
        let size = (10.0, 10.0);
        assert_eq!(clip((2.0, 2.0), (8.0, 3.0), size), Some(((2.0, 2.0), (8.0, 3.0))));
        assert_eq!(clip((-5.0, 5.0), (15.0, 5.0), size), Some(((0.0, 5.0), (10.0, 5.0))));
        assert_eq!(clip((-5.0, 5.0), (-1.0, 9.0), size), None);
        assert_eq!(clip((3.0, -1.0), (9.0, -1.0), size), None);
    }
}
