//! Hovers: where the pointer rested.

use super::{Hover, PageView, Timeline, places::Places};
use crate::model::{Millis, Move};

/// Most dispersion of a hover, in px.
const DISPERSION_PX: f64 = 30.0;
/// Least length of a hover.
const LEAST_MS: Millis = 500;
/// A pointer is taken to rest at most this long after its last position.
pub(super) const REST_MS: Millis = 30_000;

/// Hovers by time: dispersion-threshold identification (I-DT, Salvucci & Goldberg 2000,
/// <https://doi.org/10.1145/355017.355028>) with resting time, because a pointer that sends nothing rests where it was.
///
/// Greedy from the left and not overlapping: the longest run of successive positions of one page view with dispersion
/// (max x - min x + max y - min y) of at most 30 px. It lasts from its first position to the next one after the run, at
/// most 30 s after its last, and neither past `visibility: hidden` (which ends a run) nor the end of the page view. It
/// is kept when that is at least 500 ms, with the mean of its positions and the element there; else the search goes on
/// from its second position.
pub(super) fn hovers(timeline: &Timeline) -> Vec<Hover> {
    let places = Places::new(timeline);
    let mut found: Vec<Hover> = timeline
        .views()
        .flat_map(|view| {
            rests(view)
                .into_iter()
                .map(|mut hover| {
                    let place = places.at(view.page(), hover.x, hover.y);
                    hover.element = place.and_then(|place| place.path).map(str::to_owned);
                    hover.label = place.map(|place| place.name.to_owned());
                    hover
                })
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_by_key(|hover| hover.start);
    found
}

fn rests(view: PageView<'_>) -> Vec<Hover> {
    let (points, hidden) = (view.points(), view.hidden());
    // When the tab was hidden next, from a time on.
    let hidden_from = |time: Millis| hidden.get(hidden.partition_point(|&h| h < time)).copied();
    let mut run = Run::default();
    let mut found = Vec::new();
    while run.start < points.len() {
        while let Some(next) = points.get(run.end) {
            let interrupted = run.end > run.start
                && !hidden.is_empty()
                && hidden_from(points[run.end - 1].at).is_some_and(|hidden| hidden < next.at);
            if interrupted || run.bounds().with(next).dispersion() > DISPERSION_PX {
                break;
            }
            run.push(next);
        }
        let (first, last) = (points[run.start].at, points[run.end - 1].at);
        let until = points.get(run.end).map_or(view.left_at(), |next| next.at.min(view.left_at()));
        let until = until.min(last.saturating_add(REST_MS)).min(hidden_from(last).unwrap_or(Millis::MAX));
        let duration_ms = until.saturating_sub(first);
        if duration_ms >= LEAST_MS {
            found.push(hover(&points[run.start..run.end], first, duration_ms));
            run.pass();
        } else {
            run.drop_first(points);
        }
    }
    found
}

fn hover(run: &[Move], start: Millis, duration_ms: Millis) -> Hover {
    let mean = |of: fn(&Move) -> f64| run.iter().map(of).sum::<f64>() / run.len() as f64;
    Hover { x: mean(|p| p.x), y: mean(|p| p.y), start, duration_ms, element: None, label: None }
}

/// Smallest and largest x and y of some positions.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Bounds {
    const NONE: Self =
        Self { left: f64::INFINITY, right: f64::NEG_INFINITY, top: f64::INFINITY, bottom: f64::NEG_INFINITY };

    fn with(self, point: &Move) -> Self {
        self.and(Self { left: point.x, right: point.x, top: point.y, bottom: point.y })
    }

    fn and(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn dispersion(self) -> f64 {
        (self.right - self.left) + (self.bottom - self.top)
    }
}

/// A run of positions that grows at its end and shrinks at its start, with its bounds: a queue made of two stacks, so that
/// a pass over all runs takes linear time.
#[derive(Debug)]
struct Run {
    start: usize,
    end: usize,
    /// Of the first positions, last one first: the bounds from there on to where `later` begins.
    earlier: Vec<Bounds>,
    /// Bounds of the other ones.
    later: Bounds,
}

impl Default for Run {
    fn default() -> Self {
        Self { start: 0, end: 0, earlier: Vec::new(), later: Bounds::NONE }
    }
}

impl Run {
    fn bounds(&self) -> Bounds {
        self.earlier.last().map_or(self.later, |earlier| earlier.and(self.later))
    }

    fn push(&mut self, point: &Move) {
        self.later = self.later.with(point);
        self.end += 1;
    }

    fn drop_first(&mut self, points: &[Move]) {
        self.start += 1;
        self.earlier.pop();
        if self.earlier.is_empty() {
            let mut bounds = Bounds::NONE;
            self.earlier.extend(points[self.start..self.end].iter().rev().map(|point| {
                bounds = bounds.with(point);
                bounds
            }));
            self.later = Bounds::NONE;
        }
    }

    /// Goes on behind its end.
    fn pass(&mut self) {
        self.start = self.end;
        self.earlier.clear();
        self.later = Bounds::NONE;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{button, click_on, error, hide, mouse, pointing, visit},
        model::{Element, Event, EventKind},
    };

    fn spans(events: impl IntoIterator<Item = Event>) -> Vec<(Millis, Millis)> {
        hovers(&visit(events)).iter().map(|hover| (hover.start, hover.duration_ms)).collect()
    }

    #[test]
    fn half_a_second_within_30_px() {
        assert_eq!(spans([mouse(0, 0.0, 0.0), mouse(100, 10.0, 20.0), mouse(500, 90.0, 0.0)]), [(0, 500)]);
        assert_eq!(spans([mouse(0, 0.0, 0.0), mouse(100, 10.0, 20.0), mouse(499, 90.0, 0.0)]), []);
        let wide = [mouse(0, 0.0, 0.0), mouse(400, 10.0, 20.5), mouse(800, 90.0, 0.0)];
        assert_eq!(spans(wide), [], "30.5 px are two places");
    }

    #[test]
    fn a_pointer_that_sends_nothing_rests_where_it_was() {
        assert_eq!(spans([mouse(0, 0.0, 0.0), mouse(700, 900.0, 0.0)]), [(0, 700)]);
        assert_eq!(spans([mouse(0, 0.0, 0.0), error(800)]), [(0, 800)], "until the end of the page view");
        assert_eq!(spans([mouse(0, 0.0, 0.0), mouse(90_000, 900.0, 0.0)]), [(0, 30_000)]);
        assert_eq!(spans([mouse(0, 0.0, 0.0), mouse(20_000, 1.0, 0.0), error(60_000)]), [(0, 50_000)]);
        assert_eq!(spans([mouse(0, 0.0, 0.0)]), []);
        assert_eq!(spans([]), []);
    }

    #[test]
    fn nobody_rests_on_a_hidden_tab() {
        assert_eq!(spans([mouse(0, 0.0, 0.0), hide(600), mouse(5000, 900.0, 0.0)]), [(0, 600)]);
        assert_eq!(spans([mouse(0, 0.0, 0.0), hide(499), mouse(5000, 900.0, 0.0)]), []);
        let back = [mouse(0, 0.0, 0.0), hide(600), mouse(5000, 1.0, 0.0), mouse(5700, 900.0, 0.0)];
        assert_eq!(spans(back), [(0, 600), (5000, 700)]);
    }

    #[test]
    fn place_and_element() {
        let buy = Element { label: Some("Buy".into()), ..button("#buy", [80.0, 80.0, 60.0, 60.0]) };
        let found =
            hovers(&visit([mouse(0, 90.0, 100.0), mouse(600, 110.0, 100.0), click_on(1600, 139.0, 81.0, &buy)]));
        let [hover] = &found[..] else { panic!("{found:?}") };
        assert_eq!((hover.x, hover.y, hover.start, hover.duration_ms), (100.0, 100.0, 0, 1600));
        assert_eq!((hover.element.as_deref(), hover.label.as_deref()), (Some("#buy"), Some("Buy")));
    }

    /// Straight from the definition: each run is tried point by point, with its dispersion reckoned anew.
    fn reference(events: &[Event]) -> Vec<(Millis, Millis, f64, f64)> {
        let mut points = Vec::new();
        let mut hidden: Vec<Millis> = Vec::new();
        for event in events {
            match &event.kind {
                EventKind::MouseMove(m) => points.push((event.timestamp, m.x, m.y)),
                EventKind::Visibility(_) => hidden.push(event.timestamp),
                _ => {}
            }
        }
        points.sort_by_key(|p| p.0);
        let left_at = events.iter().map(|event| event.timestamp).max().unwrap_or(0);
        let spread =
            |of: Vec<f64>| of.iter().fold(f64::MIN, |a, b| a.max(*b)) - of.iter().fold(f64::MAX, |a, b| a.min(*b));
        let is_run = |run: &[(Millis, f64, f64)]| {
            let dispersion = spread(run.iter().map(|p| p.1).collect()) + spread(run.iter().map(|p| p.2).collect());
            let torn = run.windows(2).any(|pair| hidden.iter().any(|&h| pair[0].0 <= h && h < pair[1].0));
            dispersion <= 30.0 && !torn
        };
        let mut found = Vec::new();
        let mut i = 0;
        while i < points.len() {
            let end = (i + 1..=points.len()).take_while(|&end| is_run(&points[i..end])).last().unwrap_or(i + 1);
            let run = &points[i..end];
            let last = run[run.len() - 1].0;
            let limits = [left_at, last + 30_000].into_iter().chain(points.get(end).map(|p| p.0));
            let until = limits.chain(hidden.iter().copied().filter(|&h| h >= last)).min().unwrap_or(last);
            if until - run[0].0 >= 500 {
                let n = run.len() as f64;
                let (x, y) = run.iter().fold((0.0, 0.0), |(x, y), p| (x + p.1, y + p.2));
                found.push((run[0].0, until - run[0].0, x / n, y / n));
                i = end;
            } else {
                i += 1;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn as_by_the_definition(events in pointing(60)) {
            let found = hovers(&visit(events.clone()));
            let found: Vec<_> = found.iter().map(|hover| (hover.start, hover.duration_ms, hover.x, hover.y)).collect();
            prop_assert_eq!(found, reference(&events));
        }
    }
}
