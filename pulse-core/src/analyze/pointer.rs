//! How the pointer moves: strokes, speed, acceleration, efficiency.

use super::{AccelerationStats, PageView, PointerSummary, SpeedStats, Timeline, stats, thrash::thrash, view::distance};
use crate::model::{Millis, Move};

/// A pause that is longer than this ends a stroke, in ms.
pub(super) const GAP_MS: Millis = 1000;

/// Two successive positions of a stroke that differ in time: `0 < ms <= 1000`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) dx: f64,
    pub(super) dy: f64,
    pub(super) px: f64,
    pub(super) ms: f64,
}

impl Segment {
    /// Speed in px/s.
    fn speed(&self) -> f64 {
        self.px / self.ms * 1000.0
    }
}

/// The strokes of one page view's positions: a gap of more than 1000 ms begins another.
pub(super) fn strokes(points: &[Move]) -> impl DoubleEndedIterator<Item = &[Move]> {
    points.chunk_by(|a, b| b.at.saturating_sub(a.at) <= GAP_MS)
}

/// The segments of a stroke. Positions of equal time make none.
pub(super) fn segments(stroke: &[Move]) -> impl Iterator<Item = Segment> {
    stroke.windows(2).filter_map(|pair| segment(pair[0], pair[1]))
}

/// The segment between two positions, unless they are of the same time.
pub(super) fn segment(from: Move, to: Move) -> Option<Segment> {
    let ms = to.at.saturating_sub(from.at);
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    (ms > 0).then(|| Segment { dx, dy, px: distance(dx, dy), ms: ms as f64 })
}

/// The pointer's figures over all page views, of the hand alone: in client coordinates (see [`PageView::hand`]).
///
/// Speed is distance / dt of each segment, in px/s; its `mean` is total distance / total time of the segments, while
/// `median`, `p95` (nearest rank) and `max` are over segments. Acceleration is the change of speed between successive
/// segments of a stroke / the mean of their dt, in px/s², by magnitude. Efficiency: see [`paths_to_clicks`].
pub(super) fn pointer(timeline: &Timeline) -> PointerSummary {
    let points = timeline.views().map(|view| view.points().len()).sum();
    let (mut speeds, mut accelerations) = (Vec::with_capacity(points), Vec::with_capacity(points));
    let mut summary = PointerSummary { points: points as u64, thrash: thrash(timeline), ..PointerSummary::default() };
    let (mut total_ms, mut straight, mut travelled) = (0.0, 0.0, 0.0);
    for view in timeline.views() {
        let hand = view.hand();
        for stroke in strokes(&hand) {
            summary.strokes += 1;
            let mut before: Option<Segment> = None;
            for segment in segments(stroke) {
                summary.distance_px += segment.px;
                total_ms += segment.ms;
                speeds.push(segment.speed());
                if let Some(before) = before {
                    let seconds = (before.ms + segment.ms) / 2.0 / 1000.0;
                    accelerations.push((segment.speed() - before.speed()).abs() / seconds);
                }
                before = Some(segment);
            }
        }
        for (straight_px, travelled_px) in paths_to_clicks(view, &hand) {
            straight += straight_px;
            travelled += travelled_px;
        }
    }
    summary.speed_px_s = SpeedStats {
        mean: if total_ms > 0.0 { summary.distance_px / total_ms * 1000.0 } else { 0.0 },
        median: stats::median(&mut speeds),
        p95: stats::percentile(&mut speeds, 95),
        max: stats::max(&speeds),
    };
    summary.acceleration_px_s2 = AccelerationStats {
        mean: stats::mean(&accelerations),
        p95: stats::percentile(&mut accelerations, 95),
        max: stats::max(&accelerations),
    };
    summary.efficiency = (travelled > 0.0).then(|| (straight / travelled).min(1.0));
    summary
}

/// Straight and travelled distance, in px, of each stroke that ends in a click.
///
/// For this figure a click ends the stroke that it falls into: a path leads from the first position of a stroke, or the
/// first after the click before, to the last position before the click, which is at most 1000 ms older than the click.
/// The session's efficiency is the sum of the straight distances / the sum of the travelled ones.
fn paths_to_clicks<'a>(view: PageView<'a>, hand: &'a [Move]) -> impl Iterator<Item = (f64, f64)> {
    let mut rest = hand;
    view.clicks().filter_map(move |click| {
        let (before, after) = rest.split_at(rest.partition_point(|point| point.at <= click.at));
        rest = after;
        let path = strokes(before).next_back()?;
        let (first, last) = (path.first()?, path.last()?);
        let travelled = path.windows(2).map(|pair| distance(pair[1].x - pair[0].x, pair[1].y - pair[0].y)).sum();
        let in_time = click.at.saturating_sub(last.at) <= GAP_MS;
        in_time.then(|| (distance(last.x - first.x, last.y - first.y), travelled))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{click, mouse, pointing, scroll, visit},
        model::{Event, EventKind},
    };

    fn of(events: impl IntoIterator<Item = Event>) -> PointerSummary {
        pointer(&visit(events))
    }

    #[test]
    fn speed_and_acceleration_by_hand() {
        // 100 px in 100 ms, 300 px in 100 ms, then 1000 ms for 100 px.
        let found = of([mouse(0, 0.0, 0.0), mouse(100, 100.0, 0.0), mouse(200, 100.0, 300.0), mouse(1200, 0.0, 300.0)]);
        assert_eq!((found.points, found.strokes, found.distance_px), (4, 1, 500.0));
        let speed = found.speed_px_s;
        assert_eq!((speed.median, speed.p95, speed.max), (1000.0, 3000.0, 3000.0));
        assert!((speed.mean - 500.0 / 1.2).abs() < 1e-9);
        // +2000 px/s in 0.1 s, and -2900 px/s in (0.1 + 1) / 2 s.
        let (first, second) = (20_000.0, 2900.0 / 0.55);
        assert!((found.acceleration_px_s2.max - first).abs() < 1e-6);
        assert!((found.acceleration_px_s2.mean - (first + second) / 2.0).abs() < 1e-6);
        assert_eq!(found.efficiency, None);
    }

    #[test]
    fn a_gap_begins_a_stroke_and_equal_times_make_no_segment() {
        let found = of([mouse(0, 0.0, 0.0), mouse(1000, 10.0, 0.0), mouse(2001, 20.0, 0.0)]);
        assert_eq!((found.strokes, found.distance_px, found.acceleration_px_s2.max), (2, 10.0, 0.0));
        let found = of([mouse(0, 0.0, 0.0), mouse(0, 500.0, 0.0), mouse(10, 510.0, 0.0)]);
        assert_eq!((found.strokes, found.distance_px, found.speed_px_s.max), (1, 10.0, 1000.0));
    }

    #[test]
    fn one_point_or_none_moves_nowhere() {
        assert_eq!(of([]), PointerSummary::default());
        assert_eq!(of([mouse(5, 1.0, 1.0)]), PointerSummary { points: 1, strokes: 1, ..PointerSummary::default() });
    }

    #[test]
    fn points_out_of_order_are_ordered() {
        let late = [mouse(200, 20.0, 0.0), mouse(0, 0.0, 0.0), mouse(100, 10.0, 0.0)];
        assert_eq!(of(late).distance_px, 20.0);
    }

    #[test]
    fn efficiency_is_of_the_way_to_clicks() {
        let detour = [mouse(0, 0.0, 0.0), mouse(50, 30.0, 40.0), mouse(100, 60.0, 0.0)];
        let ending = |more: &[Event]| of([&detour[..], more].concat()).efficiency;
        assert_eq!(ending(&[click(1100, 60.0, 0.0)]), Some(0.6));
        assert_eq!(ending(&[click(1101, 60.0, 0.0)]), None, "the stroke had ended before");
        assert_eq!(ending(&[click(120, 60.0, 0.0), mouse(150, 900.0, 0.0)]), Some(0.6), "the click ends the stroke");
        // A straight way of 100 px more: (60 + 100) / (100 + 100).
        let straight = [click(120, 60.0, 0.0), mouse(150, 0.0, 0.0), mouse(200, 100.0, 0.0), click(210, 100.0, 0.0)];
        assert_eq!(ending(&straight), Some(0.8));
        assert_eq!(of([mouse(0, 5.0, 5.0), click(1, 5.0, 5.0)]).efficiency, None, "no way at all");
    }

    #[test]
    fn scrolling_under_a_still_pointer_is_no_movement() {
        // 600 px in 1 s, told every 150 ms; the browser tells the pointer's new place on the page every 50 ms.
        let scrolls = (0..7).map(|i| scroll(i * 150, i as f64 * 90.0, 50.0));
        let moves = (0..=18).map(|i| mouse(i * 50, 300.0, 400.0 + i as f64 * 30.0));
        let still = of(scrolls.chain(moves));
        assert_eq!((still.distance_px, still.speed_px_s.max, still.acceleration_px_s2.max), (0.0, 0.0, 0.0));
        // The hand moves 500 px to the right in 1 s, while the page is scrolled by 600.
        let scrolls = (0..7).map(|i| scroll(i * 150, i as f64 * 90.0, 50.0));
        let moves = (0..=18).map(|i| mouse(i * 50, 300.0 + i as f64 * 25.0, 400.0 + i as f64 * 30.0));
        let moved = of(scrolls.chain(moves));
        assert!((moved.speed_px_s.mean - 500.0).abs() < 1.0, "{:?}", moved.speed_px_s);
    }

    /// Speeds, accelerations, and straight and travelled distance, straight from the definitions.
    fn reference(events: &[Event]) -> (Vec<f64>, Vec<f64>, f64, f64) {
        let mut events = events.to_vec();
        // A click comes after the positions of its time.
        events.sort_by_key(|event| (event.timestamp, matches!(event.kind, EventKind::Click(_))));
        let at = |event: &Event| match &event.kind {
            EventKind::MouseMove(m) => Some((event.timestamp as f64 / 1000.0, m.x, m.y)),
            _ => None,
        };
        let points: Vec<(f64, f64, f64)> = events.iter().filter_map(at).collect();
        let px = |a: (f64, f64, f64), b: (f64, f64, f64)| (b.1 - a.1).hypot(b.2 - a.2);
        let (mut speeds, mut accelerations) = (Vec::new(), Vec::new());
        let mut before: Option<(f64, f64)> = None;
        for i in 1..points.len() {
            let dt = points[i].0 - points[i - 1].0;
            if dt > 1.0005 {
                before = None;
            } else if dt > 0.0 {
                let speed = px(points[i - 1], points[i]) / dt;
                accelerations.extend(before.map(|(v, t)| (speed - v).abs() / ((t + dt) / 2.0)));
                speeds.push(speed);
                before = Some((speed, dt));
            }
        }
        let (mut straight, mut travelled) = (0.0, 0.0);
        for c in (0..events.len()).filter(|&c| matches!(events[c].kind, EventKind::Click(_))) {
            let mut path: Vec<(f64, f64, f64)> = Vec::new();
            for event in events[..c].iter().rev() {
                if matches!(event.kind, EventKind::Click(_)) {
                    break;
                }
                let after = path.last().map_or(events[c].timestamp as f64 / 1000.0, |p| p.0);
                if let Some(point) = at(event) {
                    if after - point.0 > 1.0005 {
                        break;
                    }
                    path.push(point);
                }
            }
            if let [last, .., first] = path[..] {
                straight += px(first, last);
                travelled += (1..path.len()).map(|i| px(path[i - 1], path[i])).sum::<f64>();
            }
        }
        (speeds, accelerations, straight, travelled)
    }

    /// Strokes, and distance and time of their segments.
    fn totals(events: &[Event]) -> (u64, f64, Millis) {
        let mut points: Vec<(Millis, f64, f64)> = Vec::new();
        for event in events {
            if let EventKind::MouseMove(m) = &event.kind {
                // After all that are not later.
                let place = points.iter().filter(|p| p.0 <= event.timestamp).count();
                points.insert(place, (event.timestamp, m.x, m.y));
            }
        }
        let (mut strokes, mut px, mut ms) = (u64::from(!points.is_empty()), 0.0, 0);
        for pair in points.windows(2) {
            match pair[1].0 - pair[0].0 {
                0 => {}
                dt @ 1..=1000 => {
                    px += (pair[1].1 - pair[0].1).hypot(pair[1].2 - pair[0].2);
                    ms += dt;
                }
                _ => strokes += 1,
            }
        }
        (strokes, px, ms)
    }

    proptest! {
        #[test]
        fn as_by_the_definition(events in pointing(60)) {
            let found = of(events.clone());
            let (mut speeds, mut accelerations, straight, travelled) = reference(&events);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + a.abs());
            let (strokes, px, ms) = totals(&events);
            prop_assert_eq!(found.strokes, strokes);
            prop_assert!(close(found.distance_px, px));
            let mean = if ms > 0 { px / (ms as f64 / 1000.0) } else { 0.0 };
            prop_assert!(close(found.speed_px_s.mean, mean));
            speeds.sort_by(f64::total_cmp);
            accelerations.sort_by(f64::total_cmp);
            let nearest = |v: &[f64]| v.get((0.95 * v.len() as f64).ceil() as usize - 1).copied();
            if let Some(&max) = speeds.last() {
                let middle = (speeds[(speeds.len() - 1) / 2] + speeds[speeds.len() / 2]) / 2.0;
                prop_assert!(close(found.speed_px_s.max, max));
                prop_assert!(close(found.speed_px_s.median, middle));
                prop_assert!(nearest(&speeds).is_some_and(|p95| close(found.speed_px_s.p95, p95)));
            }
            if let Some(&max) = accelerations.last() {
                prop_assert!(close(found.acceleration_px_s2.max, max));
                prop_assert!(close(found.acceleration_px_s2.mean, accelerations.iter().sum::<f64>() / accelerations.len() as f64));
                prop_assert!(nearest(&accelerations).is_some_and(|p95| close(found.acceleration_px_s2.p95, p95)));
            }
            prop_assert_eq!(found.efficiency.is_some(), travelled > 0.0);
            prop_assert!(close(found.efficiency.unwrap_or(0.0) * travelled, straight));
        }
    }
}
