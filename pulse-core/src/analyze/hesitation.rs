//! Hesitation: an element was entered long before it was clicked.

use std::collections::{BTreeMap, HashMap};

use super::{
    Hesitation, PageView, Timeline,
    detect::{Sort, Typical, Usual},
    places::contains,
    stats,
    view::TimedClick,
};
use crate::model::{Element, Millis};

/// Less is no hesitation.
const LEAST_MS: Millis = 1500;
/// Nor is less than this many times what is usual.
const TIMES_MEDIAN: f64 = 2.0;
/// Fewer clicks do not say what is usual.
const LEAST_CLICKS: usize = 5;
/// Where nothing says what is usual, a hesitation is longer than this.
const ABSOLUTE_MS: f64 = 3000.0;

/// Hesitations by time: from entering an element to clicking it took more than 1500 ms, and more than twice what is usual:
/// the median that is known of the page's sessions, else of such times on the page in this session when there are 5, else
/// of elements of its sort on all pages when there are 5. Where none is known, it is one above 3 s.
///
/// An element is entered with the first position of the pointer in its box during the last continuous stay before the
/// click. Only the first click of a stay counts, `visibility: hidden` ends a stay, and where no position in the box is
/// known before the click (a tap, or a tracker that gives no box) there is no such time.
pub(super) fn hesitations(timeline: &Timeline, usual: &Usual) -> Vec<Hesitation> {
    let by_page = hesitations_of(timeline.views(), usual);
    let mut found: Vec<Hesitation> = by_page.into_iter().flat_map(|(_, found, _)| found).collect();
    found.sort_by(|a, b| (a.at, &a.element.path).cmp(&(b.at, &b.element.path)));
    found
}

/// The hesitations on each page, by time, with what is usual there if that is known.
pub(super) fn hesitations_of<'a>(
    views: impl Iterator<Item = PageView<'a>>,
    usual: &Usual,
) -> Vec<(&'a str, Vec<Hesitation>, Option<Typical>)> {
    let mut by_page: BTreeMap<&str, Vec<Approach<'_>>> = BTreeMap::new();
    for view in views {
        by_page.entry(view.page()).or_default().extend(approaches(view));
    }
    let mut by_sort: HashMap<Sort, Vec<f64>> = HashMap::new();
    for approach in by_page.values().flatten() {
        by_sort.entry(Sort::of(approach.element)).or_default().push(approach.ms as f64);
    }
    let by_sort: HashMap<Sort, Typical> =
        by_sort.into_iter().filter_map(|(sort, mut ms)| Some((sort, typical(&mut ms)?))).collect();
    let flagged = |(page, approaches): (&'a str, Vec<Approach<'a>>)| {
        let mut all: Vec<f64> = approaches.iter().map(|a| a.ms as f64).collect();
        let of_page = usual.of(page).hesitation_ms.or_else(|| typical(&mut all));
        let is_long = |approach: &&Approach<'_>| {
            let known = of_page.or_else(|| by_sort.get(&Sort::of(approach.element)).copied());
            let limit = known.map_or(ABSOLUTE_MS, |usual| TIMES_MEDIAN * usual.value);
            approach.ms > LEAST_MS && approach.ms as f64 > limit
        };
        let long = approaches.iter().filter(is_long);
        let mut found: Vec<Hesitation> =
            long.map(|a| Hesitation { element: a.element.clone(), ms: a.ms, at: a.at }).collect();
        found.sort_by_key(|hesitation| hesitation.at);
        (page, found, of_page)
    };
    by_page.into_iter().map(flagged).collect()
}

/// The median of enough times.
fn typical(ms: &mut [f64]) -> Option<Typical> {
    (ms.len() >= LEAST_CLICKS).then(|| Typical { value: stats::median(ms), n: ms.len() as u64 })
}

/// Elements that were clicked on a page view, and the times from entering each to clicking it, in ms.
pub(super) fn approach_times<'a>(view: PageView<'a>) -> impl Iterator<Item = (&'a Element, Millis)> {
    approaches(view).into_iter().map(|approach| (approach.element, approach.ms))
}

/// Whether a click on a page view came so long after entering its element that what is usual there decides.
pub(super) fn may_hesitate(view: PageView<'_>) -> bool {
    approach_times(view).any(|(_, ms)| ms > LEAST_MS)
}

/// An element, the time from entering it to clicking it, and the time of the click.
struct Approach<'a> {
    element: &'a Element,
    ms: Millis,
    at: Millis,
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
        analyze::{
            detect::PageUsual,
            testing::{SHOP, batch, button, click, click_on, hide, mouse, pointing, visit},
        },
        model::{Event, EventKind},
    };

    fn pay() -> Element {
        button("#pay", [100.0, 100.0, 50.0, 20.0])
    }

    fn hesitations(timeline: &Timeline) -> Vec<Hesitation> {
        super::hesitations(timeline, &Usual::default())
    }

    /// Five quick approaches to another element, so that 300 ms are usual.
    fn usual() -> Vec<Event> {
        let menu = button("#menu", [0.0, 0.0, 20.0, 20.0]);
        let quick = |at| [mouse(at, 5.0, 5.0), click_on(at + 300, 5.0, 5.0, &menu), mouse(at + 400, 60.0, 60.0)];
        (0..5).flat_map(|i| quick(i * 700)).collect()
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
        let four: Vec<Event> = (0..4).flat_map(|i| slow(i * 4000, 110.0, 2000)).collect();
        assert_eq!(times([four.clone(), slow(20_000, 110.0, 4001).to_vec()].concat()), [4001]);
        assert_eq!(times([four, slow(20_000, 110.0, 4000).to_vec()].concat()), [0; 0]);
        assert_eq!(times(slow(0, 110.0, 3001).to_vec()), [3001], "nobody knows what is usual");
        assert_eq!(times(slow(0, 110.0, 3000).to_vec()), [0; 0]);
    }

    #[test]
    fn what_other_sessions_do_is_usual() {
        let timeline = visit([mouse(0, 110.0, 110.0), click_on(3500, 110.0, 110.0, &pay())]);
        let among = |ms: f64| {
            let mut usual = Usual::default();
            let hesitation_ms = Some(Typical { value: ms, n: 40 });
            usual.insert(SHOP.to_owned(), PageUsual { hesitation_ms, ..PageUsual::default() });
            super::hesitations(&timeline, &usual).len()
        };
        assert_eq!([among(1749.0), among(1750.0)], [1, 0]);
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
    fn where_a_page_has_too_few_clicks_the_sort_of_element_tells() {
        let found = |element: &Element| {
            let elsewhere = batch("view-two", 0, Some("http://shop.test/b"), usual());
            let slow = [mouse(0, 110.0, 110.0), click_on(2000, 110.0, 110.0, element)];
            hesitations(&Timeline::new([elsewhere, batch("view-one", 0, Some(SHOP), slow)])).len()
        };
        let link = Element { tag: "a".into(), ..pay() };
        assert_eq!([found(&pay()), found(&link)], [1, 0], "buttons are clicked after 300 ms; links, nobody knows");
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
        let limit = if n < 5 { 3000 } else { sorted[(n - 1) / 2] + sorted[n / 2] };
        all.retain(|a| a.0 > 1500 && a.0 > limit);
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
