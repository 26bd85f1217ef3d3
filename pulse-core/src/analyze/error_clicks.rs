//! Clicks followed by an error.

use super::{ClickAt, PageView, Timeline, view::TimedClick};
use crate::model::{EventKind, Millis};

/// An error this soon after a click is put down to it.
pub(super) const WITHIN_MS: Millis = 1000;

/// Error clicks by time: a script error or an unhandled rejection came 0 to 1000 ms (inclusive) after the click, in the
/// same page load. An error that follows several clicks counts for each.
pub(super) fn error_clicks(timeline: &Timeline) -> Vec<ClickAt> {
    let errors = &ErrorClicks::new(timeline);
    let mut found: Vec<ClickAt> = timeline
        .views()
        .flat_map(|view| view.clicks().filter(move |click| errors.contain(view, *click)).map(ClickAt::from))
        .collect();
    found.sort_by_key(|click| click.at);
    found
}

/// Tells the error clicks of a session from its other clicks.
pub(super) struct ErrorClicks {
    /// Page load and time of each error: a click may have led to another page view before the error came.
    errors: Vec<(usize, Millis)>,
}

impl ErrorClicks {
    pub(super) fn new(timeline: &Timeline) -> Self {
        let of_view = |view: PageView<'_>| {
            let errors = view.acts().filter(|event| matches!(event.kind, EventKind::Error(_)));
            errors.map(|event| (view.tab(), event.timestamp)).collect::<Vec<_>>()
        };
        let mut errors: Vec<(usize, Millis)> = timeline.views().flat_map(of_view).collect();
        errors.sort_unstable();
        Self { errors }
    }

    /// Whether a click of a page view is one.
    pub(super) fn contain(&self, view: PageView<'_>, click: TimedClick<'_>) -> bool {
        let next = self.errors.partition_point(|error| *error < (view.tab(), click.at));
        let next = self.errors.get(next);
        next.is_some_and(|&(of, time)| of == view.tab() && time.saturating_sub(click.at) <= WITHIN_MS)
    }
}

impl From<TimedClick<'_>> for ClickAt {
    fn from(TimedClick { at, click }: TimedClick<'_>) -> Self {
        Self { at, x: click.x, y: click.y, element: click.element.as_deref().cloned() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{SHOP, batch, click, error, navigate, visit},
        model::{Event, NavigationKind},
    };

    fn times(timeline: &Timeline) -> Vec<Millis> {
        error_clicks(timeline).iter().map(|click| click.at).collect()
    }

    #[test]
    fn within_a_second() {
        let found = |at| times(&visit([click(5000, 1.0, 2.0), error(at)]));
        assert_eq!([found(5000), found(5001), found(6000)], [[5000], [5000], [5000]]);
        assert_eq!([found(4999), found(6001)], [[0; 0], [0; 0]]);
        assert_eq!(times(&visit([click(0, 1.0, 2.0), click(1, 1.0, 2.0), error(9)])), [0, 1]);
    }

    #[test]
    fn in_the_same_page_load_only() {
        let led_on = [click(0, 1.0, 2.0), navigate(100, NavigationKind::Push, "next"), error(200)];
        assert_eq!(times(&visit(led_on)), [0], "the next page view of the page load");
        let one = batch("view-one", 0, Some(SHOP), [click(0, 1.0, 2.0)]);
        let other = batch("view-two", 0, Some(SHOP), [error(200)]);
        assert_eq!(times(&Timeline::new([one, other])), [0; 0], "another tab");
    }

    proptest! {
        #[test]
        fn as_by_the_definition(
            clicks in prop::collection::vec(0..8000_i64, 0..40),
            errors in prop::collection::vec(0..8000_i64, 0..10),
        ) {
            let events: Vec<Event> =
                clicks.iter().map(|&at| click(at, 1.0, 1.0)).chain(errors.iter().map(|&at| error(at))).collect();
            let follows = |at: Millis| errors.iter().any(|&error| error >= at && error - at <= 1000);
            let mut expected: Vec<Millis> = clicks.iter().copied().filter(|&at| follows(at)).collect();
            expected.sort();
            prop_assert_eq!(times(&visit(events)), expected);
        }
    }
}
