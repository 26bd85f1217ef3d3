//! Thrashed cursor: the pointer is shaken.

use super::{
    PageView, Thrash, Timeline,
    pointer::{GAP_MS, segment},
};
use crate::model::{Millis, Move};

const FLIPS: usize = 5;
const WINDOW_MS: Millis = 500;
const MEAN_SPEED_PX_S: f64 = 500.0;
/// A shorter way between two flips is tremor, in px.
const LEG_PX: f64 = 20.0;

/// Times by time when the pointer was shaken: 5 flips of direction within 500 ms (inclusive), at a mean speed above
/// 500 px/s from the first of them to the last. Where such groups share a flip they are one record, from its first
/// flip to its last.
///
/// A flip is a position of a stroke at which x or y (or both: that is still one flip) begins to go the other way, after
/// at least 20 px of the way before and with at least 20 px of the way after it: the tremor of a straight fast move is no
/// flip. Positions are those of the hand, in client coordinates: see [`PageView::hand`].
pub(super) fn thrash(timeline: &Timeline) -> Vec<Thrash> {
    let mut found: Vec<Thrash> = timeline.views().flat_map(of_view).collect();
    found.sort_by_key(|thrash| thrash.start);
    found
}

/// Those of one page view.
pub(super) fn of_view(view: PageView<'_>) -> Vec<Thrash> {
    of_points(&view.hand())
}

/// Those among positions in client coordinates.
pub(super) fn of_points(points: &[Move]) -> Vec<Thrash> {
    let mut shakes = Shakes::default();
    points.iter().for_each(|point| shakes.add(*point));
    shakes.end();
    shakes.over
}

/// Finds shaking in the positions of a hand, one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct Shakes {
    /// The records that are over.
    pub(super) over: Vec<Thrash>,
    stroke: Stroke,
}

/// What is known of a stroke.
#[derive(Debug, Clone, Default)]
struct Stroke {
    last: Option<Move>,
    segments: u64,
    /// Distance travelled, in px.
    travelled: f64,
    x: Axis,
    y: Axis,
    /// The latest flips in order: those that a group may still be made of.
    flips: Vec<Flip>,
    /// First and last flip of the record that the next group may belong to.
    open: Option<(Flip, Flip)>,
}

impl Shakes {
    /// Takes the next position in.
    pub(super) fn add(&mut self, point: Move) {
        let stroke = &mut self.stroke;
        let Some(last) = stroke.last.replace(point) else { return };
        if point.at.saturating_sub(last.at) > GAP_MS {
            self.end();
            self.stroke.last = Some(point);
            return;
        }
        let Some(segment) = segment(last, point) else { return };
        let here = Flip { segment: stroke.segments, at: last.at, travelled: stroke.travelled };
        for flip in [stroke.x.step(here, segment.dx), stroke.y.step(here, segment.dy)].into_iter().flatten() {
            let place = stroke.flips.partition_point(|of| of.segment < flip.segment);
            if stroke.flips.get(place).is_none_or(|of| of.segment != flip.segment) {
                stroke.flips.insert(place, flip);
            }
        }
        stroke.segments += 1;
        stroke.travelled += segment.px;
        let waits = [&stroke.x, &stroke.y].into_iter().filter_map(|axis| Some(axis.turn.as_ref()?.segment));
        let before = waits.min().unwrap_or(stroke.segments);
        self.group(before);
    }

    /// Ends the stroke.
    pub(super) fn end(&mut self) {
        self.group(u64::MAX);
        self.over.extend(self.stroke.open.take().map(thrash_of));
        self.stroke = Stroke::default();
    }

    /// Flips that are remembered.
    pub(super) fn len(&self) -> usize {
        self.stroke.flips.len()
    }

    /// Looks at the groups of flips before a segment, among which no later position can put another.
    fn group(&mut self, before: u64) {
        let Stroke { flips, open, .. } = &mut self.stroke;
        let known = flips.partition_point(|flip| flip.segment < before);
        for group in flips[..known].windows(FLIPS) {
            let (first, last) = (group[0], group[FLIPS - 1]);
            let ms = last.at.saturating_sub(first.at);
            if ms > WINDOW_MS || (last.travelled - first.travelled) / ms as f64 * 1000.0 <= MEAN_SPEED_PX_S {
                continue;
            }
            match open {
                Some((_, end)) if end.segment >= first.segment => *end = last,
                _ => self.over.extend(open.replace((first, last)).map(thrash_of)),
            }
        }
        flips.drain(..(known + 1).saturating_sub(FLIPS));
    }
}

fn thrash_of((first, last): (Flip, Flip)) -> Thrash {
    Thrash { start: first.at, duration_ms: last.at.saturating_sub(first.at) }
}

/// The pointer turned round.
#[derive(Debug, Clone, Copy)]
struct Flip {
    /// Number of the segment that goes the other way.
    segment: u64,
    at: Millis,
    /// Distance travelled in the stroke up to here, in px.
    travelled: f64,
}

/// How the pointer goes to and fro along one axis.
#[derive(Debug, Clone, Default)]
struct Axis {
    /// Which way it goes.
    sign: f64,
    /// How far it has gone that way, in px.
    leg: f64,
    /// Where it turned, after a leg that was long enough, as long as this one is not.
    turn: Option<Flip>,
}

impl Axis {
    /// Goes a step on; the flip that is one now. Standing still keeps the way.
    fn step(&mut self, here: Flip, step: f64) -> Option<Flip> {
        if step == 0.0 {
            return None;
        }
        if self.sign * step < 0.0 {
            self.turn = (self.leg >= LEG_PX).then_some(here);
            self.leg = 0.0;
        }
        (self.sign, self.leg) = (step.signum(), self.leg + step.abs());
        if self.leg >= LEG_PX { self.turn.take() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{mouse, places, visit},
        model::Event,
    };

    /// A pointer that goes `px` to and fro each `ms`.
    fn shake(times: i64, ms: i64, px: f64) -> Vec<Event> {
        (0..times).map(|i| mouse(i * ms, if i % 2 == 0 { 0.0 } else { px }, 10.0)).collect()
    }

    #[test]
    fn five_flips_in_half_a_second() {
        let found = |events: Vec<Event>| thrash(&visit(events));
        // Positions at 0, 125 .. 750: flips at 125, 250 .. 625.
        assert_eq!(found(shake(7, 125, 100.0)), [Thrash { start: 125, duration_ms: 500 }]);
        assert_eq!(found(shake(6, 125, 100.0)), [], "four flips");
        assert_eq!(found(shake(7, 126, 100.0)), [], "504 ms");
        assert_eq!(found(shake(7, 100, 50.0)), [], "500 px/s is not above 500 px/s");
        assert_eq!(found(shake(7, 100, 50.1)), [Thrash { start: 100, duration_ms: 400 }]);
        assert_eq!(found(shake(31, 50, 100.0)), [Thrash { start: 50, duration_ms: 1400 }], "one long shake");
        assert_eq!(found(vec![]), []);
    }

    #[test]
    fn tremor_is_no_shaking() {
        // 1,000 px/s straight on, with 1 px up and down at each position; and the same with 19 px, and with 20.
        let straight = |px: f64| (0..30).map(move |i| mouse(i * 50, i as f64 * 50.0, (i % 2) as f64 * px));
        assert_eq!(thrash(&visit(straight(1.0))), []);
        assert_eq!(thrash(&visit(straight(19.0))), []);
        assert_eq!(thrash(&visit(straight(20.0))).len(), 1);
    }

    #[test]
    fn both_axes_at_once_are_one_flip() {
        let diagonal = (0..5).map(|i| mouse(i * 50, (i % 2 * 100) as f64, (i % 2 * 100) as f64));
        assert_eq!(thrash(&visit(diagonal)), [], "three flips, not six");
    }

    #[test]
    fn groups_that_share_a_flip_are_one_record() {
        let flips = [50, 100, 150, 200, 550, 900, 950, 1000, 1050];
        let times = [0].into_iter().chain(flips).chain([1100]);
        let events = times.enumerate().map(|(i, at)| mouse(at, (i % 2 * 400) as f64, 0.0));
        assert_eq!(thrash(&visit(events)), [Thrash { start: 50, duration_ms: 1000 }]);
    }

    #[test]
    fn a_gap_begins_anew() {
        let mut events = shake(5, 50, 100.0);
        events.extend(shake(5, 50, 100.0).into_iter().map(|e| Event { timestamp: e.timestamp + 1201, ..e }));
        assert_eq!(thrash(&visit(events)), []);
    }

    /// Straight from the definition: every group of five flips, then groups that share one joined.
    fn reference(points: &[(Millis, f64, f64)]) -> Vec<Thrash> {
        let mut found: Vec<Thrash> = Vec::new();
        let mut strokes: Vec<Vec<(Millis, f64, f64)>> = Vec::new();
        for &point in points {
            match strokes.last_mut().filter(|s| point.0 - s[s.len() - 1].0 <= 1000) {
                Some(stroke) => stroke.push(point),
                None => strokes.push(vec![point]),
            }
        }
        for p in strokes {
            let steps: Vec<usize> = (1..p.len()).filter(|&i| p[i].0 > p[i - 1].0).collect();
            let way = |i: usize, of: fn((Millis, f64, f64)) -> f64| of(p[i]) - of(p[i - 1]);
            // A way against the one before, and at least 20 px both ways until it turns again.
            let turns = |n: usize, of: fn((Millis, f64, f64)) -> f64| {
                let here = way(steps[n], of);
                let leg = |steps: &mut dyn Iterator<Item = &usize>, sign: f64| -> f64 {
                    let ways = steps.map(|&i| way(i, of)).filter(|d| *d != 0.0).take_while(|d| d * sign > 0.0);
                    ways.map(f64::abs).sum()
                };
                here != 0.0
                    && leg(&mut steps[..n].iter().rev(), -here) >= 20.0
                    && leg(&mut steps[n..].iter(), here) >= 20.0
            };
            let flips: Vec<usize> =
                (0..steps.len()).filter(|&n| turns(n, |p| p.1) || turns(n, |p| p.2)).map(|n| steps[n] - 1).collect();
            let mut shaken = vec![false; flips.len()];
            let mut joined = vec![false; flips.len()];
            for a in 0..flips.len().saturating_sub(4) {
                let (from, to) = (flips[a], flips[a + 4]);
                let ms = p[to].0 - p[from].0;
                let px: f64 = steps
                    .iter()
                    .filter(|&&i| i > from && i <= to)
                    .map(|&i| way(i, |p| p.1).hypot(way(i, |p| p.2)))
                    .sum();
                if ms <= 500 && px / ms as f64 > 0.5 {
                    shaken[a..=a + 4].fill(true);
                    joined[a + 1..=a + 4].fill(true);
                }
            }
            for (flip, _) in flips.iter().enumerate().filter(|(flip, _)| shaken[*flip]) {
                let at = p[flips[flip]].0;
                match found.last_mut().filter(|_| joined[flip]) {
                    Some(thrash) => thrash.duration_ms = at - thrash.start,
                    None => found.push(Thrash { start: at, duration_ms: 0 }),
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn as_by_the_definition(mut points in places(
            &[0, 20, 50, 60, 100, 130, 1000, 1001, -90],
            &[(0.0, 0.0), (40.0, 0.0), (80.0, 40.0), (120.0, 80.0), (0.0, 80.0), (120.0, 0.0), (40.0, 40.0), (59.0, 20.0)],
        )) {
            let found = thrash(&visit(points.iter().map(|&(at, x, y)| mouse(at, x, y))));
            points.sort_by_key(|point| point.0);
            prop_assert_eq!(found, reference(&points));
        }
    }
}
