//! Typing rhythm. Which keys were pressed is not known.

use super::{IntervalStats, Timeline, TypingSummary, stats};
use crate::model::{EventKind, Keypress};

/// A longer pause is not typing, in ms.
const PAUSE_MS: f64 = 5000.0;
/// What is longer is a broken clock, in ms: 30 days.
const MOST_MS: f64 = 2_592_000_000.0;

/// Typing rhythm over all page views: the intervals between presses and the times that keys were held, in ms, as the
/// browser measured them, and presses per minute, which is intervals / their sum, of those of at most 5000 ms,
/// and at most one a millisecond.
pub(super) fn typing(timeline: &Timeline) -> TypingSummary {
    let presses: Vec<&Keypress> = timeline
        .views()
        .flat_map(|view| view.acts())
        .filter_map(|event| match &event.kind {
            EventKind::Keypress(press) => Some(press),
            _ => None,
        })
        .collect();
    let times = |of: fn(&Keypress) -> Option<f64>| -> Vec<f64> {
        presses.iter().filter_map(|press| of(press)).filter(|ms| (0.0..=MOST_MS).contains(ms)).collect()
    };
    let intervals = times(|press| press.interval_ms);
    let typed: Vec<f64> = intervals.iter().copied().filter(|ms| *ms <= PAUSE_MS).collect();
    let mean = stats::mean(&typed);
    TypingSummary {
        presses: presses.len() as u64,
        interval_ms: rhythm(intervals),
        hold_ms: rhythm(times(|press| press.hold_ms)),
        per_minute: if mean > 0.0 { (60_000.0 / mean).min(60_000.0) } else { 0.0 },
    }
}

fn rhythm(mut ms: Vec<f64>) -> IntervalStats {
    IntervalStats { mean: stats::mean(&ms), sd: stats::sd(&ms), max: stats::max(&ms), median: stats::median(&mut ms) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analyze::testing::{key, visit};

    #[test]
    fn rhythm_by_hand() {
        let presses =
            [(None, Some(80.0)), (Some(100.0), Some(100.0)), (Some(200.0), None), (Some(6000.0), Some(120.0))];
        let found =
            typing(&visit(presses.iter().enumerate().map(|(i, &(interval, hold))| key(i as i64, interval, hold))));
        assert_eq!(found.presses, 4);
        let interval = found.interval_ms;
        assert_eq!((interval.mean, interval.median, interval.max), (2100.0, 200.0, 6000.0));
        // sqrt((2000² + 1900² + 3900²) / 3)
        assert!((interval.sd - (22_820_000.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        assert_eq!((found.hold_ms.mean, found.hold_ms.median, found.hold_ms.max), (100.0, 100.0, 120.0));
        assert_eq!(found.per_minute, 400.0, "the pause of 6 s is not typing");
    }

    #[test]
    fn without_intervals_there_is_no_rhythm() {
        assert_eq!(typing(&Timeline::default()), TypingSummary::default());
        let one =
            typing(&visit([key(0, None, None), key(1, Some(-5.0), Some(f64::INFINITY)), key(2, Some(0.0), None)]));
        assert_eq!(one, TypingSummary { presses: 3, ..TypingSummary::default() });
    }

    /// Mean, median, standard deviation and largest, by sorting and counting.
    fn reference(mut ms: Vec<f64>) -> IntervalStats {
        ms.retain(|ms| *ms >= 0.0 && *ms <= 30.0 * 24.0 * 3600.0 * 1000.0);
        ms.sort_by(f64::total_cmp);
        let n = ms.len();
        if n == 0 {
            return IntervalStats::default();
        }
        let mean = ms.iter().sum::<f64>() / n as f64;
        let sd = (ms.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64).sqrt();
        IntervalStats { mean, median: (ms[(n - 1) / 2] + ms[n / 2]) / 2.0, sd, max: ms[n - 1] }
    }

    proptest! {
        #[test]
        fn as_by_the_definition(presses in prop::collection::vec((
            prop::option::of(prop_oneof![6 => 0.0..900.0_f64, 2 => prop::sample::select(vec![0.0, -1.0, f64::NAN, f64::INFINITY, 5000.0, 5000.1, 3e9])]),
            prop::option::of(0.0..300.0_f64),
        ), 0..40)) {
            let found = typing(&visit(presses.iter().map(|&(interval, hold)| key(0, interval, hold))));
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
            let intervals: Vec<f64> = presses.iter().filter_map(|press| press.0).collect();
            let holds = presses.iter().filter_map(|press| press.1).collect();
            for (found, of) in [(found.interval_ms, reference(intervals.clone())), (found.hold_ms, reference(holds))] {
                prop_assert!(close(found.mean, of.mean) && close(found.median, of.median));
                prop_assert!(close(found.sd, of.sd) && close(found.max, of.max));
            }
            let typed: Vec<f64> = intervals.into_iter().filter(|ms| *ms >= 0.0 && *ms <= 5000.0).collect();
            let minutes = typed.iter().sum::<f64>() / 60_000.0;
            let per_minute = if minutes > 0.0 { (typed.len() as f64 / minutes).min(60_000.0) } else { 0.0 };
            prop_assert!(close(found.per_minute, per_minute), "{} {}", found.per_minute, per_minute);
            prop_assert_eq!(found.presses, presses.len() as u64);
        }
    }
}
