//! Scrolling: how deep, and how often back and forth.

use std::collections::HashMap;

use super::{PageView, ScrollSummary, Timeline, detect::Usual, view::is_place};
use crate::model::{Direction, EventKind, Scroll};

/// A shorter way is no reversal, in px.
const LEAST_PX: f64 = 100.0;

/// Scrolling over all page views. `usual` says how often others scroll its pages back and forth.
pub(super) fn scroll(timeline: &Timeline, usual: &Usual) -> ScrollSummary {
    let by_page = reversals_by_page(timeline);
    let is_excessive = |(page, count): (&&str, &u64)| usual.of(page).reversals.unwrap_or_default().is_excessive(*count);
    ScrollSummary {
        max_depth: timeline.views().map(max_depth).fold(0.0, f64::max),
        reversals: by_page.values().sum(),
        excessive: by_page.iter().any(is_excessive),
    }
}

/// Scroll reversals of one session on each of its pages.
pub(super) fn reversals_by_page(timeline: &Timeline) -> HashMap<&str, u64> {
    let mut by_page: HashMap<&str, u64> = HashMap::new();
    for view in timeline.views() {
        *by_page.entry(view.page()).or_default() += reversals(view);
    }
    by_page
}

/// Scroll depth: the deepest (scroll offset + window height) / document height, in percent. The browser reckons it with
/// each scroll; before any scroll it is what fits into the window.
pub(super) fn max_depth(view: PageView<'_>) -> f64 {
    let scrolled = scrolls(view).map(|scroll| scroll.depth);
    let at_first = view.viewports().filter(|(_, v)| v.doc_h >= 1.0).map(|(_, v)| v.h / v.doc_h * 100.0);
    let depths = scrolled.chain(at_first).filter(|depth| depth.is_finite());
    depths.fold(0.0, f64::max).min(100.0)
}

/// Scroll reversals: the direction changes after at least 100 px in the direction before, whatever small turns came
/// earlier. A page view begins at the top, unless its first scroll goes up.
pub(super) fn reversals(view: PageView<'_>) -> u64 {
    let mut ways = scrolls(view).filter(|scroll| is_place(0.0, scroll.y)).peekable();
    let mut y = ways.next_if(|first| first.direction == Direction::Up).map_or(0.0, |first| first.y);
    // Where the present direction began, and whether it is down.
    let (mut turn, mut down) = (y, None);
    let mut count = 0;
    for scroll in ways {
        if scroll.y == y {
            continue;
        }
        let now_down = scroll.y > y;
        if down.is_some_and(|down| down != now_down) {
            count += u64::from((y - turn).abs() >= LEAST_PX);
            turn = y;
        }
        (y, down) = (scroll.y, Some(now_down));
    }
    count
}

/// The page's own scrolls, not those of boxes in it.
fn scrolls(view: PageView<'_>) -> impl Iterator<Item = &Scroll> {
    view.acts().filter_map(|event| match &event.kind {
        EventKind::Scroll(scroll) if scroll.element.is_none() => Some(scroll),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::{
            Reversals,
            detect::PageUsual,
            testing::{SHOP, batch, scroll as to, visit, window},
        },
        model::{Element, Event},
    };

    fn scroll(timeline: &Timeline) -> ScrollSummary {
        super::scroll(timeline, &Usual::default())
    }

    fn turns(ys: &[f64]) -> u64 {
        scroll(&visit(ys.iter().enumerate().map(|(i, &y)| to(i as i64, y, 10.0)))).reversals
    }

    #[test]
    fn reversals_after_100_px() {
        assert_eq!(turns(&[100.0, 99.0]), 1);
        assert_eq!(turns(&[99.9, 99.0]), 0, "too short a way");
        assert_eq!(turns(&[300.0, 600.0, 600.0, 900.0, 500.0, 450.0, 800.0]), 2);
        assert_eq!(turns(&[300.0, 250.0, 300.0, 250.0]), 1, "small turns come after the first");
        assert_eq!(turns(&[]), 0);
    }

    #[test]
    fn a_first_scroll_upwards_did_not_begin_at_the_top() {
        let mut events = vec![to(0, 500.0, 10.0), to(1, 450.0, 10.0), to(2, 550.0, 10.0)];
        assert_eq!(scroll(&visit(events.clone())).reversals, 1);
        if let EventKind::Scroll(first) = &mut events[0].kind {
            first.direction = Direction::Up;
        }
        assert_eq!(scroll(&visit(events)).reversals, 0);
    }

    #[test]
    fn excessive_is_eight_on_one_page() {
        let up_and_down = |times: i64| (0..=times).map(|i| to(i, if i % 2 == 0 { 200.0 } else { 0.0 }, 20.0));
        let excessive = |times| scroll(&visit(up_and_down(times))).excessive;
        assert_eq!([excessive(7), excessive(8)], [false, true]);
        let on = |view, url, times| batch(view, 0, Some(url), up_and_down(times));
        let two_pages = Timeline::new([on("view-one", SHOP, 4), on("view-two", "http://shop.test/b", 4)]);
        assert_eq!((scroll(&two_pages).reversals, scroll(&two_pages).excessive), (8, false));
        let two_views = Timeline::new([on("view-one", SHOP, 4), on("view-two", SHOP, 4)]);
        assert!(scroll(&two_views).excessive);
    }

    #[test]
    fn excessive_is_far_more_than_usual_on_the_page() {
        let up_and_down = |times: i64| (0..=times).map(|i| to(i, if i % 2 == 0 { 200.0 } else { 0.0 }, 20.0));
        let timeline = visit(up_and_down(9));
        let among = |sessions: u64, page: &str| {
            let usual = Reversals { sessions, sum: 9 * sessions, squares: 81 * sessions };
            let mut known = Usual::default();
            known.insert(page.to_owned(), PageUsual { reversals: Some(usual), ..PageUsual::default() });
            super::scroll(&timeline, &known).excessive
        };
        assert!(!among(20, SHOP), "nine are usual there");
        assert!(among(19, SHOP), "nobody knows yet");
        assert!(among(20, "http://shop.test/b"), "usual elsewhere");
    }

    #[test]
    fn depth_is_the_deepest_edge_in_sight() {
        let depth = |events: Vec<Event>| scroll(&visit(events)).max_depth;
        assert_eq!(depth(vec![]), 0.0);
        assert_eq!(depth(vec![to(0, 900.0, 70.0), to(1, 0.0, 20.0)]), 70.0);
        assert_eq!(depth(vec![window(0, 1000.0, 500.0, 2000.0)]), 25.0, "what fits into the window was seen");
        assert_eq!(depth(vec![window(0, 1000.0, 500.0, 0.0)]), 0.0, "the document's height is not known");
        assert_eq!(depth(vec![window(0, 1000.0, 900.0, 800.0), to(0, 9.0, f64::NAN)]), 100.0);
    }

    proptest! {
        #[test]
        fn as_by_the_definition(ys in prop::collection::vec(prop::sample::select(vec![0.0, 50.0, 99.0, 100.0, 150.0, 300.0]), 0..40)) {
            // The places where the way turns, with both ends.
            let mut way = vec![0.0_f64];
            way.extend(&ys);
            way.dedup();
            let turning = |i: usize| (way[i] - way[i - 1]) * (way[i + 1] - way[i]) < 0.0;
            let turns_at: Vec<usize> = (1..way.len().max(2) - 1).filter(|&i| turning(i)).collect();
            let starts = std::iter::once(0).chain(turns_at.iter().copied());
            let expected = turns_at.iter().zip(starts).filter(|&(&turn, start)| (way[turn] - way[start]).abs() >= 100.0).count();
            prop_assert_eq!(turns(&ys), expected as u64);
        }

        #[test]
        fn depth_as_by_the_definition(
            scrolls in prop::collection::vec((0..3_u8, prop_oneof![Just(f64::NAN), Just(f64::INFINITY), 0.0..120.0_f64]), 0..12),
            sizes in prop::collection::vec((1.0..900.0_f64, prop::sample::select(vec![0.0, 0.5, 1.0, 800.0, 4000.0])), 0..4),
        ) {
            let inner = |event: Event| match event.kind {
                EventKind::Scroll(s) => {
                    let element = Some(Box::new(Element::from_selector("#box")));
                    Event { kind: EventKind::Scroll(Scroll { element, ..s }), ..event }
                }
                _ => event,
            };
            let events = scrolls.iter().map(|&(which, depth)| match which {
                0 => inner(to(0, 9.0, depth)),
                _ => to(0, 9.0, depth),
            });
            let windows = sizes.iter().map(|&(h, doc_h)| window(1, 500.0, h, doc_h));
            let mut expected = 0.0;
            for &(which, depth) in &scrolls {
                if which != 0 && depth.is_finite() && depth > expected {
                    expected = depth;
                }
            }
            for &(h, doc_h) in &sizes {
                if doc_h >= 1.0 && 100.0 * h / doc_h > expected {
                    expected = 100.0 * h / doc_h;
                }
            }
            let found = scroll(&visit(events.chain(windows))).max_depth;
            prop_assert!((found - expected.min(100.0)).abs() < 1e-9, "{} {}", found, expected);
        }
    }
}
