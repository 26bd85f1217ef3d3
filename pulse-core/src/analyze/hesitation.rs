//! Hesitation: an element was entered long before it was clicked.

use std::collections::HashMap;

use super::{Hesitation, PageView, Timeline, places::contains, stats, view::TimedClick};
use crate::model::{Element, Millis};

/// Less is no hesitation.
const LEAST_MS: Millis = 1500;
/// Nor is less than this many times what is usual on the page.
const TIMES_MEDIAN: f64 = 2.0;

/// Hesitations by time: from entering an element to clicking it took more than 1500 ms, and more than twice the median
/// of such times on the page in this session.
///
/// An element is entered with the first position of the pointer in its box during the last continuous stay before the
/// click. Only the first click of a stay counts, `visibility: hidden` ends a stay, and where no position in the box is
/// known before the click (a tap, or a tracker that gives no box) there is no such time.
pub(super) fn hesitations(timeline: &Timeline) -> Vec<Hesitation> {
    let mut by_page: HashMap<&str, Vec<Approach<'_>>> = HashMap::new();
    for view in timeline.views() {
        by_page.entry(view.page()).or_default().extend(approaches(view));
    }
    let mut found: Vec<Hesitation> = by_page.values().flat_map(|approaches| flagged(approaches)).collect();
    found.sort_by(|a, b| (a.at, &a.element.path).cmp(&(b.at, &b.element.path)));
    found
}

/// An element, the time from entering it to clicking it, and the time of the click.
struct Approach<'a> {
    element: &'a Element,
    ms: Millis,
    at: Millis,
}

/// The approaches of one page that took too long.
fn flagged(approaches: &[Approach<'_>]) -> Vec<Hesitation> {
    let mut all: Vec<f64> = approaches.iter().map(|a| a.ms as f64).collect();
    let usual = stats::median(&mut all);
    let long = approaches.iter().filter(|a| a.ms > LEAST_MS && a.ms as f64 > TIMES_MEDIAN * usual);
    long.map(|a| Hesitation { element: a.element.clone(), ms: a.ms, at: a.at }).collect()
}

fn approaches(view: PageView<'_>) -> Vec<Approach<'_>> {
    let (points, hidden) = (view.points(), view.hidden());
    let mut before: Option<TimedClick<'_>> = None;
    let mut found = Vec::new();
    for click in view.clicks() {
        let last_hidden = hidden[..hidden.partition_point(|&h| h <= click.at)].last().copied();
        let since = before.map(|b| b.at).max(last_hidden);
        let first = since.map_or(0, |since| points.partition_point(|p| p.at <= since));
        let end = points.partition_point(|p| p.at <= click.at);
        if let Some(element) = &click.click.element
            && let Some(rect) = element.rect
        {
            let stay = points[first..end].iter().rev().take_while(|p| contains(rect, p.x, p.y));
            let (count, entered) = stay.fold((0, None), |(n, _), p| (n + 1, Some(p.at)));
            // The pointer was there at the click before: this stay has been clicked already.
            let clicked = count == end - first
                && before.is_some_and(|b| Some(b.at) == since && contains(rect, b.click.x, b.click.y));
            if let Some(entered) = entered.filter(|_| !clicked) {
                found.push(Approach { element, ms: click.at.saturating_sub(entered), at: click.at });
            }
        }
        before = Some(click);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{SHOP, batch, button, click, click_on, hide, mouse, pointing, visit},
        model::{Event, EventKind},
    };

    fn pay() -> Element {
        button("#pay", [100.0, 100.0, 50.0, 20.0])
    }

    /// Two quick approaches to another element, so that 300 ms are usual.
    fn usual() -> Vec<Event> {
        let menu = button("#menu", [0.0, 0.0, 20.0, 20.0]);
        let quick = |at| [mouse(at, 5.0, 5.0), click_on(at + 300, 5.0, 5.0, &menu), mouse(at + 400, 60.0, 60.0)];
        [quick(0), quick(1000)].concat()
    }

    fn found(more: impl IntoIterator<Item = Event>) -> Vec<(String, Millis, Millis)> {
        let timeline = visit(usual().into_iter().chain(more));
        hesitations(&timeline).into_iter().map(|h| (h.element.path, h.ms, h.at)).collect()
    }

    #[test]
    fn above_a_second_and_a_half_from_entering_to_clicking() {
        let after = |ms: Millis| {
            found([mouse(4000, 100.0, 120.0), mouse(4100, 149.0, 101.0), click_on(4000 + ms, 120.0, 110.0, &pay())])
        };
        assert_eq!(after(1501), [("#pay".to_owned(), 1501, 5501)]);
        assert_eq!(after(1500), []);
    }

    #[test]
    fn above_twice_what_is_usual_on_the_page() {
        let slow = |at, x, ms| [mouse(at, x, 110.0), click_on(at + ms, x, 110.0, &pay()), mouse(at + ms + 1, 0.0, 0.0)];
        let times = |events: Vec<Event>| -> Vec<Millis> { hesitations(&visit(events)).iter().map(|h| h.ms).collect() };
        assert_eq!(times([slow(0, 110.0, 2000), slow(5000, 110.0, 2000), slow(9000, 110.0, 4001)].concat()), [4001]);
        assert_eq!(times([slow(0, 110.0, 2000), slow(5000, 110.0, 2000), slow(9000, 110.0, 4000)].concat()), [0; 0]);
        assert_eq!(times(slow(0, 110.0, 9000).to_vec()), [0; 0], "the only one is the usual one");
    }

    #[test]
    fn the_last_continuous_stay_counts() {
        let left_between = [mouse(4000, 110.0, 110.0), mouse(5000, 99.0, 110.0), mouse(6000, 110.0, 110.0)];
        let and_click = |at| left_between.iter().cloned().chain([click_on(at, 110.0, 110.0, &pay())]);
        assert_eq!(found(and_click(7600)), [("#pay".to_owned(), 1600, 7600)]);
        assert_eq!(found(and_click(7400)), []);
        assert_eq!(found([mouse(4000, 110.0, 110.0), hide(4100), click_on(9000, 110.0, 110.0, &pay())]), []);
        assert_eq!(found([mouse(4000, 9.0, 9.0), click_on(9000, 110.0, 110.0, &pay())]), [], "a tap");
    }

    #[test]
    fn a_stay_counts_once() {
        let twice =
            [mouse(4000, 110.0, 110.0), click_on(6000, 110.0, 110.0, &pay()), click_on(8000, 110.0, 110.0, &pay())];
        assert_eq!(found(twice), [("#pay".to_owned(), 2000, 6000)]);
    }

    #[test]
    fn the_click_before_ends_a_stay() {
        let elsewhere = click(4000, 500.0, 500.0);
        let slow = |since| [mouse(since, 110.0, 110.0), elsewhere.clone(), click_on(9000, 110.0, 110.0, &pay())];
        assert_eq!(found(slow(4000)), []);
        assert_eq!(found(slow(4001)), [("#pay".to_owned(), 4999, 9000)]);
    }

    #[test]
    fn without_a_box_nothing_is_known() {
        let bare = Element::from_selector("#pay");
        assert_eq!(found([mouse(4000, 1.0, 1.0), click_on(9000, 1.0, 1.0, &bare), click(9999, 1.0, 1.0)]), []);
    }

    #[test]
    fn what_is_usual_is_of_the_page() {
        let elsewhere = batch("view-two", 0, Some("http://shop.test/b"), usual());
        let slow = [mouse(0, 110.0, 110.0), click_on(3000, 110.0, 110.0, &pay())];
        assert_eq!(hesitations(&Timeline::new([elsewhere, batch("view-one", 0, Some(SHOP), slow)])), []);
    }

    /// Straight from the definition, walking back from each click.
    fn reference(events: &[Event]) -> Vec<(Millis, Millis)> {
        let mut events = events.to_vec();
        events.sort_by_key(|event| {
            let rank = match event.kind {
                EventKind::MouseMove(_) => 0,
                EventKind::Visibility(_) => 1,
                _ => 2,
            };
            (event.timestamp, rank)
        });
        let mut all = Vec::new();
        for (i, event) in events.iter().enumerate() {
            let EventKind::Click(click) = &event.kind else { continue };
            let [left, top, w, h] = click.element.as_ref().and_then(|e| e.rect).unwrap_or_default();
            let inside = |x: f64, y: f64| x >= left && x <= left + w && y >= top && y <= top + h;
            let mut entered = None;
            for before in events[..i].iter().rev() {
                match &before.kind {
                    EventKind::MouseMove(m) if inside(m.x, m.y) => entered = Some(before.timestamp),
                    EventKind::Click(b) if inside(b.x, b.y) => {
                        entered = None;
                        break;
                    }
                    _ => break,
                }
            }
            all.extend(entered.map(|entered| (event.timestamp - entered, event.timestamp)));
        }
        let mut sorted: Vec<Millis> = all.iter().map(|a| a.0).collect();
        sorted.sort();
        let n = sorted.len();
        let twice_the_median = if n == 0 { 0 } else { sorted[(n - 1) / 2] + sorted[n / 2] };
        all.retain(|a| a.0 > 1500 && a.0 > twice_the_median);
        all
    }

    proptest! {
        #[test]
        fn as_by_the_definition(events in pointing(60)) {
            let mut found: Vec<_> = hesitations(&visit(events.clone())).iter().map(|h| (h.ms, h.at)).collect();
            let mut expected = reference(&events);
            found.sort();
            expected.sort();
            prop_assert_eq!(found, expected);
        }
    }
}
