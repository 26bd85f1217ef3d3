//! Rage clicks.

use std::ops::{Range, RangeInclusive};

use super::{
    PageView, RageBurst, Thresholds, Timeline,
    dead::{self, DeadAt},
    suppress::suppressed,
    view::TimedClick,
};
use crate::model::Millis;

/// A burst has ended after this much quiet, or after the window where that is longer: else none could fill it.
const QUIET_MS: Millis = 1000;

/// Rage bursts by time, those that are suppressed included.
///
/// At least 3 (`rage_count`) clicks of one page view, each within 50 px (`rage_radius`, Euclidean, inclusive) of the
/// burst's *first* click, some 3 successive ones within 1000 ms (`rage_window_ms`, inclusive). A run of clicks ends
/// with a pause of more than 1000 ms, or with a click further away, which may start the next run; so a burst of 12 is
/// one record. A run that makes no burst is given up click by click: the search goes on from its second click.
pub(super) fn rage(timeline: &Timeline, thresholds: &Thresholds) -> Vec<RageBurst> {
    let mut found: Vec<RageBurst> = Vec::new();
    for view in timeline.views() {
        let clicks: Vec<_> = view.clicks().collect();
        found.extend(of_view(view, &clicks, thresholds).into_iter().map(|(_, burst)| burst));
    }
    found.sort_by_key(|burst| burst.start);
    found
}

/// The bursts among the clicks of one page view, each with its range of them.
pub(super) fn of_view(
    view: PageView<'_>,
    clicks: &[TimedClick<'_>],
    thresholds: &Thresholds,
) -> Vec<(Range<usize>, RageBurst)> {
    let dead = dead::of_view(view, thresholds).collect::<Vec<_>>();
    let found = bursts(clicks, thresholds).into_iter();
    found.map(|of| (of.clone(), record(view, &clicks[of], &dead, thresholds))).collect()
}

/// A longer pause ends a run of clicks.
pub(super) fn quiet_ms(thresholds: &Thresholds) -> Millis {
    thresholds.rage_window_ms.max(QUIET_MS)
}

/// The bursts among the clicks of one page view, as ranges of them.
fn bursts(clicks: &[TimedClick<'_>], thresholds: &Thresholds) -> Vec<Range<usize>> {
    let quiet = quiet_ms(thresholds);
    let mut found = Vec::new();
    let mut before = 0;
    for run in clicks.chunk_by(|a, b| b.at.saturating_sub(a.at) <= quiet) {
        found.extend(bursts_of_run(run, thresholds).map(|of| before + of.start..before + of.end));
        before += run.len();
    }
    found
}

/// The bursts that are not suppressed.
pub(super) fn counted_bursts(clicks: &[TimedClick<'_>], thresholds: &Thresholds) -> impl Iterator<Item = Range<usize>> {
    bursts(clicks, thresholds).into_iter().filter(|of| suppressed(&clicks[of.clone()]).is_none())
}

/// The mean place of clicks.
pub(super) fn centre(clicks: &[TimedClick<'_>]) -> (f64, f64) {
    let (x, y) = clicks.iter().fold((0.0, 0.0), |(x, y), c| (x + c.click.x, y + c.click.y));
    let count = clicks.len().max(1) as f64;
    (x / count, y / count)
}

/// The bursts among clicks without a pause between them.
///
/// A burst holds a group of quick clicks, so only the first click that reaches the end of the next such group can start
/// one: all groups are tried in turn, which takes one pass instead of one for each click.
fn bursts_of_run(run: &[TimedClick<'_>], thresholds: &Thresholds) -> impl Iterator<Item = Range<usize>> {
    let count = (thresholds.rage_count as usize).max(1);
    let mut first = 0;
    run.windows(count).enumerate().filter_map(move |(quick, group)| {
        let span = group[count - 1].at.saturating_sub(group[0].at);
        if quick < first || span > thresholds.rage_window_ms {
            return None;
        }
        let near = |i: usize, k: usize| run[i].distance_to(run[k].click.x, run[k].click.y) <= thresholds.rage_radius;
        let start = start_of_burst(first..=quick, quick + count, near);
        let burst = start.map(|start| {
            let end = (quick + count..run.len()).find(|&k| !near(start, k)).unwrap_or(run.len());
            start..end
        });
        first = burst.as_ref().map_or(quick + 1, |burst| burst.end);
        burst
    })
}

/// The first of `candidates` that all clicks up to `end` are near to.
fn start_of_burst(
    mut candidates: RangeInclusive<usize>,
    end: usize,
    near: impl Fn(usize, usize) -> bool,
) -> Option<usize> {
    // The click that one candidate fails on is most likely to be what the next one fails on.
    let mut far = *candidates.start();
    candidates.find(|&i| {
        if !near(i, far) {
            return false;
        }
        let fails = (i + 1..end).find(|&k| !near(i, k));
        far = fails.unwrap_or(far);
        fails.is_none()
    })
}

fn record(view: PageView<'_>, clicks: &[TimedClick<'_>], dead: &[DeadAt<'_>], thresholds: &Thresholds) -> RageBurst {
    let (first, last) = (clicks[0], clicks[clicks.len() - 1]);
    let (x, y) = centre(clicks);
    RageBurst {
        start: first.at,
        count: u32::try_from(clicks.len()).unwrap_or(u32::MAX),
        span_ms: last.at.saturating_sub(first.at),
        x,
        y,
        element: first.click.element.as_deref().cloned(),
        reacted: reacted(view, first, last, dead, thresholds),
        suppressed: suppressed(clicks).map(str::to_owned),
    }
}

/// Whether the page answered a burst: no, when a click of it was reported dead; yes, when none was although the tracker
/// watched, that is for an interactive element that is no link, on a page that was not left before the wait was over.
fn reacted(
    view: PageView<'_>,
    first: TimedClick<'_>,
    last: TimedClick<'_>,
    dead: &[DeadAt<'_>],
    thresholds: &Thresholds,
) -> Option<bool> {
    let from = dead.partition_point(|d| d.at < first.at);
    let mut within = dead[from..].iter().take_while(|d| d.at <= last.at);
    if within.any(|d| first.distance_to(d.x, d.y) <= thresholds.rage_radius) {
        return Some(false);
    }
    let watched = first.click.element.as_ref().is_some_and(|element| element.interactive && element.tag != "a");
    let waited = view.last().saturating_sub(last.at) >= thresholds.dead_after_ms;
    (watched && waited).then_some(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::{
            summarize,
            testing::{SHOP, batch, button, click, click_on, dead_click, error, places, thresholds, visit},
        },
        model::{Element, Event, EventKind},
    };

    const NONE: [u32; 0] = [];

    fn counts(events: impl IntoIterator<Item = Event>) -> Vec<u32> {
        rage(&visit(events), &thresholds()).iter().map(|burst| burst.count).collect()
    }

    /// Clicks at these times and x, on one line.
    fn line(clicks: &[(Millis, f64)]) -> Vec<u32> {
        counts(clicks.iter().map(|&(at, x)| click(at, x, 100.0)))
    }

    #[test]
    fn three_clicks_in_one_second_within_50_px() {
        assert_eq!(line(&[(0, 0.0), (500, 0.0), (1000, 50.0)]), [3], "50.0 px and 1000 ms are inclusive");
        assert_eq!(line(&[(0, 0.0), (500, 0.0), (1001, 50.0)]), NONE, "1001 ms are too long");
        assert_eq!(line(&[(0, 0.0), (500, 0.0), (1000, 50.0001)]), NONE, "50.0001 px are too far");
        assert_eq!(line(&[(0, 0.0), (500, 0.0)]), NONE, "two are not enough");
        assert_eq!(counts([click(0, 0.0, 0.0), click(1, 30.0, 40.0), click(2, 0.0, 0.0)]), [3], "euclidean");
        assert_eq!(counts([click(0, 0.0, 0.0), click(1, 31.0, 40.0), click(2, 0.0, 0.0)]), NONE);
        assert_eq!(counts([]), NONE);
    }

    #[test]
    fn a_burst_of_twelve_is_one_record() {
        let found = rage(&visit((0..12).map(|i| click(1000 + i * 200, 100.0 + (i % 2) as f64, 50.0))), &thresholds());
        let [burst] = &found[..] else { panic!("{found:?}") };
        assert_eq!((burst.count, burst.start, burst.span_ms), (12, 1000, 2200));
        assert_eq!((burst.x, burst.y), (100.5, 50.0));
        assert_eq!((burst.reacted, &burst.suppressed), (None, &None), "nothing is known of what was clicked");
    }

    #[test]
    fn slow_clicks_join_a_burst_until_it_is_quiet() {
        assert_eq!(line(&[(0, 0.0), (900, 0.0), (1000, 0.0), (1100, 0.0), (2100, 0.0)]), [5]);
        assert_eq!(line(&[(0, 0.0), (10, 0.0), (20, 0.0), (1021, 0.0), (1031, 0.0), (1041, 0.0)]), [3, 3]);
    }

    #[test]
    fn two_bursts_side_by_side() {
        let left = (0..4).map(|i| click(i * 100, 10.0, 10.0));
        let right = (4..9).map(|i| click(i * 100, 70.0, 10.0));
        assert_eq!(counts(left.chain(right)), [4, 5]);
        // Taking turns, each click ends the other's run.
        assert_eq!(counts((0..8).map(|i| click(i * 100, if i % 2 == 0 { 0.0 } else { 51.0 }, 0.0))), NONE);
    }

    #[test]
    fn drifting_clicks_are_measured_from_the_first() {
        assert_eq!(line(&[(0, 0.0), (100, 40.0), (200, 80.0), (300, 120.0), (400, 160.0)]), NONE);
        assert_eq!(line(&[(0, 0.0), (100, 40.0), (200, 80.0), (300, 41.0)]), [3], "found from the second click on");
        assert_eq!(line(&[(0, 0.0), (300, 40.0), (600, 45.0), (700, 80.0), (900, 85.0)]), [3]);
    }

    #[test]
    fn a_click_on_the_way_does_not_count() {
        let clicks = [(0, 0.0), (900, 100.0), (1800, 0.0), (1900, 0.0), (2000, 0.0)];
        let found = rage(&visit(clicks.map(|(at, x)| click(at, x, 0.0))), &thresholds());
        assert_eq!(found.iter().map(|burst| (burst.start, burst.count)).collect::<Vec<_>>(), [(1800, 3)]);
    }

    #[test]
    fn another_page_view_is_another_burst() {
        let other = batch("view-two", 0, Some(SHOP), [click(2, 0.0, 0.0), click(3, 0.0, 0.0)]);
        let one = batch("view-one", 0, Some(SHOP), [click(0, 0.0, 0.0), click(1, 0.0, 0.0)]);
        assert_eq!(rage(&Timeline::new([one, other]), &thresholds()), []);
    }

    #[test]
    fn what_the_page_did_is_told() {
        let pay = button("#pay", [0.0, 0.0, 90.0, 30.0]);
        let clicks: Vec<Event> = (0..3).map(|i| click_on(i * 100, 5.0, 5.0, &pay)).collect();
        let reacted = |more: Vec<Event>| rage(&visit([clicks.clone(), more].concat()), &thresholds())[0].reacted;
        assert_eq!(reacted(vec![]), None, "the page view ended before the tracker could tell");
        assert_eq!(reacted(vec![error(2699)]), None);
        assert_eq!(reacted(vec![error(2700)]), Some(true));
        assert_eq!(reacted(vec![error(2700), dead_click(200, 5.0, 5.0, Some(&pay), 2500)]), Some(false));
        assert_eq!(reacted(vec![error(2700), dead_click(200, 5.0, 90.0, Some(&pay), 2500)]), Some(true), "elsewhere");
        assert_eq!(reacted(vec![error(2700), dead_click(201, 5.0, 5.0, Some(&pay), 2500)]), Some(true), "later");
    }

    #[test]
    fn thresholds_are_obeyed() {
        let clicks = visit((0..4).map(|i| click(i * 1500, 0.0, 60.0 * (i % 2) as f64)));
        let found = |rage_radius, rage_window_ms, rage_count| {
            rage(&clicks, &Thresholds { rage_radius, rage_window_ms, rage_count, ..thresholds() }).len()
        };
        assert_eq!(found(60.0, 4500, 4), 1);
        assert_eq!([found(59.0, 4500, 4), found(60.0, 4499, 4), found(60.0, 4500, 5)], [0, 0, 0]);
        assert_eq!([found(f64::NAN, 4500, 4), found(60.0, -1, 4), found(60.0, 4500, u32::MAX)], [0, 0, 0]);
    }

    #[test]
    fn clicks_may_come_in_any_order_and_a_clock_may_jump() {
        assert_eq!(line(&[(1000, 50.0), (0, 0.0), (500, 0.0)]), [3], "ordered by time");
        assert_eq!(line(&[(0, 0.0), (500, 0.0), (86_400_000, 0.0), (86_400_500, 0.0), (86_401_000, 0.0)]), [3]);
        assert_eq!(line(&[(i64::MIN, 0.0), (0, 0.0), (i64::MAX, 0.0)]), NONE, "no overflow makes them quick");
        assert_eq!(line(&[(0, 0.0), (1, f64::NAN), (2, 0.0), (3, f64::INFINITY), (4, 0.0)]), [3], "not at any place");
    }

    #[test]
    fn thresholds_at_their_bounds() {
        let clicks = visit((0..100).map(|i| click(i * 600, if i % 2 == 0 { 0.0 } else { 10_000.0 }, 0.0)));
        let found = |rage_radius, rage_window_ms, rage_count| -> Vec<u32> {
            let t = Thresholds { rage_radius, rage_window_ms, rage_count, ..thresholds() };
            rage(&clicks, &t).iter().map(|burst| burst.count).collect()
        };
        assert_eq!(found(10_000.0, 60_000, 100), [100]);
        assert_eq!(found(9_999.9, 60_000, 2), NONE, "each click ends the run of the one before");
        assert_eq!(found(10_000.0, 600, 2), [100]);
        assert_eq!(found(10_000.0, 599, 2), NONE);
        assert_eq!(found(10_000.0, 1, 2), NONE);
        assert_eq!(found(1.0, 60_000, 2), NONE);
    }

    /// A click or a dead click as the reference sees it.
    #[derive(Debug, Clone)]
    struct Plain {
        at: Millis,
        x: f64,
        y: f64,
        what: usize,
        selected: bool,
        /// Of a dead click, how long the tracker waited.
        waited: Option<u32>,
    }

    /// What can be clicked, and why a burst on it is suppressed.
    fn targets() -> Vec<(Option<Element>, Option<&'static str>)> {
        let element = |tag: &str, role: Option<&str>, label: &str, interactive| Element {
            tag: tag.into(),
            role: role.map(str::to_owned),
            label: Some(label.into()),
            interactive,
            ..Element::from_selector(format!("{tag} {label}"))
        };
        let game = Element { no_rage: true, ..element("textarea", None, "+", true) };
        vec![
            (None, None),
            (Some(element("button", None, "Pay", true)), None),
            (Some(element("a", None, "Home", true)), None),
            (Some(element("p", None, "Text", false)), None),
            (Some(element("button", None, " Next ", true)), Some("stepper or pager")),
            (Some(element("button", None, "7", true)), Some("key of a keypad")),
            (Some(element("canvas", None, "", false)), Some("canvas or video")),
            (Some(element("input", None, "-", true)), Some("text field")),
            (Some(element("div", Some("textbox"), "", true)), Some("text field")),
            (Some(element("input", Some("checkbox"), "", true)), None),
            (Some(game), Some("opted out")),
        ]
    }

    fn event(plain: &Plain) -> Event {
        let element = targets()[plain.what].0.clone();
        let Some(waited) = plain.waited else {
            let mut event = click(plain.at, plain.x, plain.y);
            if let EventKind::Click(click) = &mut event.kind {
                (click.element, click.selected) = (element.map(Box::new), plain.selected);
            }
            return event;
        };
        dead_click(plain.at, plain.x, plain.y, element.as_ref(), waited)
    }

    /// Whether all are on controls, and no control takes more than half of them.
    fn several(burst: &[&Plain]) -> bool {
        let path = |c: &Plain| targets()[c.what].0.as_ref().filter(|e| e.interactive).map(|e| e.path.clone());
        let as_often = |c: &&Plain| burst.iter().filter(|other| path(other) == path(c)).count();
        burst.iter().all(|c| path(c).is_some() && as_often(c) * 2 <= burst.len())
    }

    /// Straight from the definition, click by click.
    fn reference(all: &[Plain], t: &Thresholds) -> Vec<RageBurst> {
        let mut clicks: Vec<&Plain> = all.iter().filter(|c| c.waited.is_none()).collect();
        clicks.sort_by_key(|c| c.at);
        let end_of_view = all.iter().map(|c| c.at).max().unwrap_or(0);
        let near = |a: &Plain, b: &Plain| (a.x - b.x).hypot(a.y - b.y) <= t.rage_radius;
        let mut found = Vec::new();
        let mut i = 0;
        while i < clicks.len() {
            let mut end = i + 1;
            while end < clicks.len()
                && clicks[end].at - clicks[end - 1].at <= t.rage_window_ms.max(1000)
                && near(clicks[i], clicks[end])
            {
                end += 1;
            }
            let quick = |a: usize, b: usize| clicks[b].at - clicks[a].at <= t.rage_window_ms;
            let n = t.rage_count as usize;
            if !(i..end).any(|a| (a..end).any(|b| b + 1 - a >= n && quick(a, b))) {
                i += 1;
                continue;
            }
            let (first, last, burst) = (clicks[i], clicks[end - 1], &clicks[i..end]);
            let mean = |of: fn(&Plain) -> f64| burst.iter().map(|c| of(c)).sum::<f64>() / burst.len() as f64;
            let (element, why) = targets()[first.what].clone();
            let dead = all.iter().any(|d| {
                let waited = d.waited.map(|ms| if ms == 0 { 2500 } else { ms });
                waited.is_some_and(|ms| Millis::from(ms) >= t.dead_after_ms)
                    && (first.at..=last.at).contains(&d.at)
                    && near(first, d)
            });
            let watched = element.as_ref().is_some_and(|e| e.interactive && e.tag != "a");
            found.push(RageBurst {
                start: first.at,
                count: burst.len() as u32,
                span_ms: last.at - first.at,
                x: mean(|c| c.x),
                y: mean(|c| c.y),
                element,
                reacted: match dead {
                    true => Some(false),
                    false => (watched && end_of_view - last.at >= t.dead_after_ms).then_some(true),
                },
                suppressed: why
                    .or(several(burst).then_some("several controls"))
                    .or(burst.iter().any(|c| c.selected).then_some("text selected"))
                    .map(str::to_owned),
            });
            i = end;
        }
        found
    }

    proptest! {
        #[test]
        fn as_by_the_definition(
            clicks in places(
                &[0, 90, 90, 300, 500, 501, 700, 1000, 1001, 3000, -90],
                &[(0.0, 0.0), (0.0, 0.0), (30.0, 40.0), (30.0, 40.1), (0.0, 50.0), (60.0, 0.0), (20.0, 20.0)],
            ),
            more in prop::collection::vec((0..targets().len(), 0..8_u8, 0..6_u8), 60),
            same in any::<bool>(),
            rage_radius in prop::sample::select(vec![30.0, 50.0, 50.0001]),
            rage_count in 2..5_u32,
            rage_window_ms in prop::sample::select(vec![500, 999, 1000, 1400]),
            dead_after_ms in prop::sample::select(vec![2000, 2500]),
        ) {
            let plain = |((at, x, y), (what, selected, dead)): ((Millis, f64, f64), (usize, u8, u8))| Plain {
                at, x, y,
                what: if same { 1 } else { what },
                selected: selected == 0,
                waited: [Some(2499), Some(2500), Some(0)].get(usize::from(dead)).copied().flatten(),
            };
            let all: Vec<Plain> = clicks.into_iter().zip(more).map(plain).collect();
            let t = Thresholds { rage_radius, rage_window_ms, rage_count, dead_after_ms };
            let timeline = visit(all.iter().map(event));
            let (found, expected) = (rage(&timeline, &t), reference(&all, &t));
            prop_assert_eq!(&found, &expected);
            let counted = expected.iter().filter(|burst| burst.suppressed.is_none()).count() as u64;
            prop_assert_eq!(summarize(&timeline, &t).counts.rage, counted);
        }
    }
}
