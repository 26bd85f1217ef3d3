//! Dead clicks.

use super::{ClickAt, PageView, Thresholds, Timeline, view::is_place};
use crate::model::{Element, EventKind, Millis};

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
    let least = thresholds.dead_after_ms;
    view.acts().filter_map(move |event| match &event.kind {
        EventKind::DeadClick(dead) if is_place(dead.x, dead.y) && waited(dead.waited_ms) >= least => {
            Some(DeadAt { at: event.timestamp, x: dead.x, y: dead.y, element: dead.element.as_deref() })
        }
        _ => None,
    })
}

fn waited(ms: u32) -> Millis {
    if ms == 0 { Thresholds::default().dead_after_ms } else { ms.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::testing::{button, click_on, dead_click, thresholds, visit};

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
}
