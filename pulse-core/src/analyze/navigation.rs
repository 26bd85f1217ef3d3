//! Pages in order, and those that were left again at once.

use super::{PageSummary, PageView, QuickBack, Timeline, scroll::max_depth};
use crate::model::Millis;

/// A return this soon is a quick back.
const WITHIN_MS: Millis = 7000;

/// The page views in the order in which they were entered.
pub(super) fn pages(timeline: &Timeline) -> Vec<PageSummary> {
    let summary = |view: super::PageView<'_>| PageSummary {
        url: view.url().to_owned(),
        page: view.page().to_owned(),
        entered_at: view.entered_at(),
        time_ms: view.time_ms(),
        max_depth: max_depth(view),
    };
    timeline.views().map(summary).collect()
}

/// Quick backs by time: the visitor returns to the page before within 7000 ms (inclusive) of entering a page.
/// Successive views of one page (a reload, another query) are one stay. A step to a page that was itself just left this
/// way is a step forward: in A, B, A, B there is one quick back.
pub(super) fn quick_backs(timeline: &Timeline) -> Vec<QuickBack> {
    let stays = stays(timeline);
    let back = |from: usize| {
        let (from, to) = (stays[from], stays[from + 1]);
        let at = to.entered_at();
        let after_ms = at.saturating_sub(from.entered_at());
        QuickBack { from: from.address().to_owned(), to: to.address().to_owned(), at, after_ms }
    };
    quick_backs_from(&places(&stays)).map(back).collect()
}

/// The first view of each stay, by time.
pub(super) fn stays(timeline: &Timeline) -> Vec<PageView<'_>> {
    stays_of(timeline.views())
}

/// The first view of each stay among views, by time.
pub(super) fn stays_of<'a>(views: impl Iterator<Item = PageView<'a>>) -> Vec<PageView<'a>> {
    let mut stays: Vec<PageView<'a>> = views.collect();
    stays.dedup_by_key(|view| view.address());
    stays
}

/// Which stays were left again at once for the one before; each stay is the time at which it began, and its page.
pub(super) fn quick_backs_from<P: PartialEq>(stays: &[(Millis, P)]) -> impl Iterator<Item = usize> {
    let mut last = None;
    stays.windows(3).enumerate().map(|(before, stays)| (before + 1, stays)).filter_map(move |(from, stays)| {
        let after_ms = stays[2].0.saturating_sub(stays[1].0);
        let is_back = stays[0].1 == stays[2].1 && after_ms <= WITHIN_MS && last != Some(from - 1);
        last = if is_back { Some(from) } else { last };
        is_back.then_some(from)
    })
}

/// When each stay began, and where.
pub(super) fn places<'a>(stays: &[PageView<'a>]) -> Vec<(Millis, &'a str)> {
    stays.iter().map(|view| (view.entered_at(), view.address())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{SHOP, batch, load, mouse, scroll, visit},
        model::page_of,
    };

    fn backs(pages: &[(Millis, &str)]) -> Vec<(String, String, Millis)> {
        let loads = pages.iter().map(|&(at, page)| load(at, page));
        quick_backs(&visit(loads)).into_iter().map(|back| (back.from, back.to, back.after_ms)).collect()
    }

    fn back(from: &str, to: &str, after_ms: Millis) -> (String, String, Millis) {
        (format!("{SHOP}{from}"), format!("{SHOP}{to}"), after_ms)
    }

    #[test]
    fn a_return_within_seven_seconds() {
        assert_eq!(backs(&[(0, "a"), (50_000, "b"), (57_000, "a")]), [back("b", "a", 7000)]);
        assert_eq!(backs(&[(0, "a"), (50_000, "b"), (57_001, "a")]), []);
        assert_eq!(backs(&[(0, "a"), (1, "b"), (2, "c")]), [], "on, not back");
        assert_eq!(backs(&[(0, "a"), (1, "b"), (2, "a"), (3, "b")]), [back("b", "a", 1)], "forward again");
        assert_eq!(backs(&[(0, "a"), (1, "b"), (2, "a"), (3, "b"), (4, "a")]), [back("b", "a", 1), back("b", "a", 1)]);
        assert_eq!(
            backs(&[(0, "a"), (1, "b"), (5, "b?sort=1"), (9, "a#top")]),
            [back("b", "a", 8)],
            "a reload is one stay"
        );
        assert_eq!(backs(&[(0, "a"), (1, "a"), (2, "a")]), []);
    }

    #[test]
    fn time_and_depth_of_each_page() {
        let home = batch("view-one", 0, Some(SHOP), [load(0, ""), scroll(100, 50.0, 40.0), mouse(900, 1.0, 1.0)]);
        let cart = batch("view-two", 0, Some("http://shop.test/cart?x=1"), [mouse(2000, 1.0, 1.0)]);
        let page = |url: &str, entered_at, time_ms, max_depth| PageSummary {
            url: url.into(),
            page: page_of(url).into(),
            entered_at,
            time_ms,
            max_depth,
        };
        let expected = [page(SHOP, 0, 900, 40.0), page("http://shop.test/cart?x=1", 2000, 0, 0.0)];
        assert_eq!(pages(&Timeline::new([cart, home])), expected);
        assert_eq!(pages(&Timeline::default()), []);
        let at_once = Timeline::new([batch("view-one", 0, None, [load(1, "a"), mouse(1, 1.0, 1.0)])]);
        assert_eq!(pages(&at_once), [page("http://shop.test/a", 1, 0, 0.0)], "a move in the millisecond of the load");
    }

    proptest! {
        #[test]
        fn as_by_the_definition(visits in prop::collection::vec((1..9000_i64, 0..3_usize), 0..20)) {
            let mut at = 0;
            let visits: Vec<(Millis, usize)> = visits.into_iter().map(|(step, page)| {
                at += step;
                (at, page)
            }).collect();
            let mut expected = Vec::new();
            for i in 0..visits.len() {
                let (now, to) = visits[i];
                // The page before, since when, and the one before that.
                let Some(b) = (0..i).rev().find(|_| i > 0 && visits[i - 1].1 != to) else { continue };
                let from = visits[b].1;
                let first = (0..=b).rev().take_while(|&k| visits[k].1 == from).last().unwrap_or(b);
                let is_forward = expected.last().is_some_and(|&(returned, _)| returned == visits[first].0);
                if first > 0 && visits[first - 1].1 == to && now - visits[first].0 <= 7000 && !is_forward {
                    expected.push((now, now - visits[first].0));
                }
            }
            let names = ["a", "b", "c"];
            let found = quick_backs(&visit(visits.iter().map(|&(at, page)| load(at, names[page]))));
            let found: Vec<_> = found.iter().map(|back| (back.at, back.after_ms)).collect();
            prop_assert_eq!(found, expected);
        }

        /// Pages in order, each until the next one of its page load begins, or its last event.
        #[test]
        fn pages_as_by_the_definition(visits in prop::collection::vec((0..9000_i64, 0..4_usize, prop::collection::vec(0..9000_i64, 0..3)), 0..12)) {
            let (mut at, mut events, mut loads) = (0, Vec::new(), Vec::new());
            for (step, page, moves) in visits {
                at += 1 + step;
                loads.push((at, page));
                events.push(load(at, ["a", "b", "a?x=1", ""][page]));
                events.extend(moves.iter().map(|after| mouse(at + after, 1.0, 1.0)));
            }
            let last = events.iter().map(|event| event.timestamp).max().unwrap_or(0);
            // No address of the batch: a move of the same millisecond comes before the load, and would be on it.
            let timeline = Timeline::new([batch("view-one", 0, None, events)]);
            let found: Vec<_> = pages(&timeline).into_iter().map(|p| (p.url, p.entered_at, p.time_ms)).collect();
            let mut expected = Vec::new();
            for (i, &(entered, page)) in loads.iter().enumerate() {
                let left = loads.get(i + 1).map_or(last, |next| next.0);
                expected.push((format!("{SHOP}{}", ["a", "b", "a?x=1", ""][page]), entered, left - entered));
            }
            prop_assert_eq!(found, expected);
        }
    }
}
