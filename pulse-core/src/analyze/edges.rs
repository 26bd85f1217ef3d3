//! All signals at once, where clocks jump, points are few or very many, and page loads run side by side.

use proptest::prelude::*;

use super::{
    Summary, Timeline, score_of, summarize,
    testing::{
        SHOP, batch, button, click, click_on, dead_click, error, key, load, mouse, pointing, scroll, thresholds, visit,
    },
};
use crate::model::{Event, Millis};

const DAY: Millis = 24 * 3600 * 1000;

fn of(events: impl IntoIterator<Item = Event>) -> Summary {
    summarize(&visit(events), &thresholds())
}

/// What happened in one batch, on a clock that is off by so much.
fn shifted(events: &[Event], by: Millis) -> Vec<Event> {
    events.iter().map(|event| Event { timestamp: event.timestamp + by, ..event.clone() }).collect()
}

/// A stroke, three clicks on a button, an error.
fn little() -> Vec<Event> {
    let pay = button("#pay", [90.0, 0.0, 20.0, 20.0]);
    let clicks = (0..3).map(|i| click_on(300 + i * 100, 100.0, 10.0, &pay));
    [mouse(0, 0.0, 0.0), mouse(50, 50.0, 5.0), mouse(100, 100.0, 10.0)]
        .into_iter()
        .chain(clicks)
        .chain([error(700)])
        .collect()
}

#[test]
fn a_clock_that_jumps_forward_adds_no_speed_and_no_activity() {
    let after = shifted(&little(), DAY);
    let batches = [batch("view-one", 0, Some(SHOP), little()), batch("view-one", 1, Some(SHOP), after)];
    let (once, twice) = (of(little()), summarize(&Timeline::new(batches), &thresholds()));
    assert_eq!(twice.pointer.distance_px, 2.0 * once.pointer.distance_px);
    assert_eq!(twice.pointer.speed_px_s, once.pointer.speed_px_s);
    assert_eq!((twice.pointer.strokes, twice.rage.len(), twice.error_clicks.len()), (2, 2, 6));
    // An error is nothing that the visitor does.
    assert_eq!((twice.active_ms, twice.duration_ms), (2 * 500, DAY + 700));
    assert!(twice.hovers.iter().all(|hover| hover.duration_ms <= 30_000 + 500), "{:?}", twice.hovers);
}

#[test]
fn a_clock_that_jumps_back_leaves_the_order_of_time() {
    // The second batch happened later, on a clock that was set back into the middle of the first.
    let back = shifted(&little(), -350);
    let batches = [batch("view-one", 0, Some(SHOP), little()), batch("view-one", 1, Some(SHOP), back.clone())];
    let found = summarize(&Timeline::new(batches), &thresholds());
    assert_eq!(found, Summary { completeness: Some(1.0), ..of(little().into_iter().chain(back)) });
    assert!(found.pointer.speed_px_s.max.is_finite() && found.pages.iter().all(|page| page.time_ms >= 0));
}

#[test]
fn one_point_is_no_movement() {
    let found = of([mouse(5, 1.0, 1.0)]);
    assert_eq!((found.pointer.points, found.pointer.strokes, found.pointer.distance_px), (1, 1, 0.0));
    assert_eq!((found.duration_ms, found.active_ms, found.hovers.len()), (0, 0, 0));
}

/// The work has to grow with the points, not with their pairs: that would be a matter of hours.
#[test]
fn a_million_points() {
    let pay = button("#pay", [0.0, 0.0, 5000.0, 5000.0]);
    let points = (0..1_000_000).map(|i| mouse(i * 7, (i % 3000) as f64, (i % 17) as f64));
    let clicks = (0..20_000).map(|i| click_on(i * 350, (i % 40) as f64, 8.0, &pay));
    let found = of(points.chain(clicks).chain((0..20_000).map(|i| error(i * 350 + 5))));
    assert_eq!((found.pointer.points, found.counts.click, found.counts.error_click), (1_000_000, 20_000, 20_000));
    assert_eq!(found.pointer.strokes, 1);
    assert_eq!(found.rage.iter().map(|burst| u64::from(burst.count)).sum::<u64>(), 20_000);
}

/// One place, one time, one million times: nothing may compare them all with each other.
#[test]
fn a_million_points_at_rest() {
    let found = of((0..1_000_000).map(|i| mouse(i / 100, 5.0, 5.0)).chain((0..2000).map(|_| click(7, 5.0, 5.0))));
    assert_eq!((found.pointer.distance_px, found.hovers.len(), found.rage.len()), (0.0, 1, 1));
    assert_eq!((found.hovers[0].duration_ms, found.rage[0].count), (9999, 2000));
}

/// Any of the things that count.
fn anything(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let other = (0..9_000_i64, 0..6_u8, 0..4_u32).prop_map(|(after, what, n)| {
        let at = 1_000_000 + after;
        match what {
            0 => error(at),
            1 => dead_click(at, 15.0, 15.0, None, 2498 + n),
            2 => scroll(at, f64::from(n) * 150.0, f64::from(n) * 20.0),
            3 => key(at, Some(f64::from(n) * 90.0), Some(80.0)),
            4 => load(at, ["", "a", "b", "a"][n as usize]),
            _ => click(at, f64::from(n), 15.0),
        }
    });
    (pointing(most), prop::collection::vec(other, 0..most)).prop_map(|(some, more)| [some, more].concat())
}

proptest! {
    /// Two page loads, side by side: each signal but those of the session as a whole (such as hesitation, which is compared
    /// with other pages) is that of one, and that of the other.
    #[test]
    fn page_loads_do_not_mix(one in pointing(40), two in pointing(40)) {
        let tab = |view: &str, url: &str, events: &[Event]| batch(view, 0, Some(url), events.to_vec());
        let (first, second) = (tab("view-one", SHOP, &one), tab("view-two", "http://shop.test/b", &two));
        let both = summarize(&Timeline::new([first.clone(), second.clone()]), &thresholds());
        let each = [first, second].map(|batch| summarize(&Timeline::new([batch]), &thresholds()));
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        fn told<T: std::fmt::Debug>(all: &[T]) -> Vec<String> {
            all.iter().map(|one| format!("{one:?}")).collect()
        }
        let signals = |of: &Summary| -> Vec<String> {
            [told(&of.rage), told(&of.hovers), told(&of.pointer.thrash), told(&of.pages)].concat()
        };
        prop_assert_eq!(sorted(signals(&both)), sorted(each.iter().flat_map(signals).collect()));
        let sum = |of: fn(&Summary) -> f64| each.iter().map(of).sum::<f64>();
        prop_assert!((both.pointer.distance_px - sum(|s| s.pointer.distance_px)).abs() < 1e-6);
        prop_assert_eq!(both.pointer.strokes as f64, sum(|s| s.pointer.strokes as f64));
        let most = |of: fn(&Summary) -> f64| each.iter().map(of).fold(0.0, f64::max);
        prop_assert_eq!(both.pointer.speed_px_s.max, most(|s| s.pointer.speed_px_s.max));
        prop_assert_eq!(both.pointer.acceleration_px_s2.max, most(|s| s.pointer.acceleration_px_s2.max));
    }

    /// The score is the sum of its parts, counted anew, and the list shows what the summary says.
    #[test]
    fn frustration_as_by_the_definition(events in anything(40)) {
        let timeline = visit(events.clone());
        let found = summarize(&timeline, &thresholds());
        let errors = events.iter().filter(|event| event.event_type().as_str() == "error").count();
        let rage = found.rage.iter().filter(|burst| burst.suppressed.is_none()).count();
        let most = |count: usize| count.min(10);
        let expected = 5 * most(errors) + 4 * most(rage) + 4 * most(found.error_clicks.len()) + 2 * most(found.dead.len())
            + most(found.pointer.thrash.len()) + most(found.quick_backs.len());
        prop_assert_eq!(found.frustration.score as usize, expected);
        let score = score_of(&timeline, &found);
        prop_assert_eq!((score.rage as usize, score.dead as usize, score.error_clicks as usize), (rage, found.dead.len(), found.error_clicks.len()));
        prop_assert_eq!(&score, &super::score(&timeline, &thresholds()), "the short way to the same figures");
    }
}
