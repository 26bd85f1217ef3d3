//! Attention: where the pointer was, and for how long.

use crate::{
    analyze::{PageView, hover::REST_MS},
    model::{Millis, Move},
};

/// Each position of a page view with the time that the pointer stayed there, in ms: until the next position, and like a
/// [hover](super::super::hover) at most 30 s, not past `visibility: hidden` and not past the end of the page view.
pub(super) fn attention(view: PageView<'_>) -> impl Iterator<Item = (Move, u64)> {
    let (points, hidden) = (view.points(), view.hidden());
    points.iter().enumerate().map(move |(i, point)| {
        let from = point.at;
        let next = points.get(i + 1).map_or(Millis::MAX, |next| next.at);
        let hides = hidden.get(hidden.partition_point(|&at| at < from)).copied().unwrap_or(Millis::MAX);
        let until = next.min(hides).min(view.left_at()).min(from.saturating_add(REST_MS));
        (*point, until.saturating_sub(from).max(0).unsigned_abs())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{error, hide, mouse, pointing, visit},
        model::{Event, EventKind, Visibility, VisibilityState},
    };

    fn of(events: impl IntoIterator<Item = Event>) -> Vec<u64> {
        visit(events).views().flat_map(|view| attention(view).map(|(_, ms)| ms).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn until_the_next_position() {
        assert_eq!(of([mouse(0, 1.0, 1.0), mouse(400, 2.0, 1.0), error(900)]), [400, 500]);
        assert_eq!(of([mouse(0, 1.0, 1.0), mouse(90_000, 2.0, 1.0)]), [30_000, 0], "nobody looks for ever");
        assert_eq!(of([mouse(0, 1.0, 1.0), hide(300), mouse(9000, 2.0, 1.0)]), [300, 0], "nor at a hidden tab");
    }

    proptest! {
        /// Straight from the definition, each position by itself.
        #[test]
        fn as_by_the_definition(events in pointing(40)) {
            let timeline = visit(events);
            let mut expected = Vec::new();
            for view in timeline.views() {
                let ends = |from: Millis| {
                    let hidden = view.acts().filter(|e| matches!(&e.kind, EventKind::Visibility(Visibility { state: VisibilityState::Hidden })));
                    hidden.map(|e| e.timestamp).filter(|at| *at >= from).chain([view.left_at(), from + 30_000]).min()
                };
                for pair in view.points().windows(2) {
                    expected.push(ends(pair[0].at).unwrap_or_default().min(pair[1].at) - pair[0].at);
                }
                expected.extend(view.points().last().map(|last| ends(last.at).unwrap_or_default() - last.at));
            }
            let found: Vec<Millis> =
                timeline.views().flat_map(|view| attention(view).map(|(_, ms)| ms as Millis).collect::<Vec<_>>()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
