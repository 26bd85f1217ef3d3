//! Dead clicks.

use super::{ClickAt, PageView, Thresholds, Timeline, view::is_place};
use crate::model::{Element, Event, EventKind, Millis};

/// A click that nothing answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeadAt<'a> {
    pub(super) at: Millis,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) element: Option<&'a Element>,
}

/// Dead clicks by time: the target looked interactive, and nothing answered for 2500 ms (`dead_after_ms`).
///
/// Only the browser can see whether something answered, so this signal rests on the `dead_click` events that it sends,
/// each at the time of its click; those count that waited long enough. One that does not say how long it waited counts
/// as having waited for the default. Dead clicks are not added to the clicks: the click itself is recorded as well.
pub(super) fn dead(timeline: &Timeline, thresholds: &Thresholds) -> Vec<ClickAt> {
    let mut found: Vec<ClickAt> = timeline
        .views()
        .flat_map(|view| of_view(view, thresholds))
        .map(|d| ClickAt { at: d.at, x: d.x, y: d.y, element: d.element.cloned() })
        .collect();
    found.sort_by_key(|click| click.at);
    found
}

/// Dead clicks of one page view by time.
pub(super) fn of_view<'a>(view: PageView<'a>, thresholds: &Thresholds) -> impl Iterator<Item = DeadAt<'a>> {
    view.acts().filter_map(move |event| dead_at(event, thresholds))
}

/// The dead click that an event tells.
pub(super) fn dead_at<'a>(event: &'a Event, thresholds: &Thresholds) -> Option<DeadAt<'a>> {
    match &event.kind {
        EventKind::DeadClick(dead)
            if is_place(dead.x, dead.y) && waited(dead.waited_ms) >= thresholds.dead_after_ms =>
        {
            Some(DeadAt { at: event.timestamp, x: dead.x, y: dead.y, element: dead.element.as_deref() })
        }
        _ => None,
    }
}

fn waited(ms: u32) -> Millis {
    if ms == 0 { Thresholds::default().dead_after_ms } else { ms.into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analyze::testing::{SHOP, batch, button, click_on, dead_click, thresholds, visit};

    #[test]
    fn those_count_that_waited_long_enough() {
        let pay = button("#pay", [0.0, 0.0, 90.0, 30.0]);
        let timeline = visit([
            click_on(100, 5.0, 6.0, &pay),
            dead_click(100, 5.0, 6.0, Some(&pay), 2500),
            dead_click(200, 7.0, 8.0, None, 2499),
            dead_click(300, 9.0, 9.0, None, 0),
        ]);
        let found = dead(&timeline, &thresholds());
        let first = ClickAt { at: 100, x: 5.0, y: 6.0, element: Some(pay) };
        assert_eq!(found, [first, ClickAt { at: 300, x: 9.0, y: 9.0, element: None }]);
        let times = |dead_after_ms| -> Vec<Millis> {
            dead(&timeline, &Thresholds { dead_after_ms, ..thresholds() }).iter().map(|click| click.at).collect()
        };
        assert_eq!(times(1000), [100, 200, 300]);
        assert_eq!(times(2501), [0; 0]);
    }

    proptest! {
        /// In two tabs, and not at any place.
        #[test]
        fn as_by_the_definition(
            reported in prop::collection::vec(
                (0..5000_i64, 0..2_usize, prop::sample::select(vec![0, 1, 2499, 2500, 2501, u32::MAX]), 0..9_u8),
                0..30,
            ),
            dead_after_ms in prop::sample::select(vec![1, 2499, 2500, 2501, 60_000]),
        ) {
            let x = |odd: u8| [f64::NAN, f64::INFINITY].get(usize::from(odd)).copied().unwrap_or(f64::from(odd));
            let of = |tab: usize| {
                let tab = reported.iter().filter(move |d| d.1 == tab);
                tab.map(|&(at, _, waited, odd)| dead_click(at, x(odd), 1.0, None, waited)).collect::<Vec<_>>()
            };
            let tabs = [batch("view-one", 0, Some(SHOP), of(0)), batch("view-two", 0, Some(SHOP), of(1))];
            let found = dead(&Timeline::new(tabs), &Thresholds { dead_after_ms, ..thresholds() });
            let mut expected: Vec<Millis> = Vec::new();
            for &(at, _, waited, odd) in &reported {
                let waited = if waited == 0 { 2500 } else { waited };
                if odd > 1 && i64::from(waited) >= dead_after_ms {
                    expected.push(at);
                }
            }
            expected.sort();
            prop_assert_eq!(found.iter().map(|d| d.at).collect::<Vec<_>>(), expected);
        }
    }
}
