//! When the visitor was active.

use super::{PageView, Timeline};
use crate::model::{EventKind, Millis};

/// A longer pause is not activity.
const PAUSE_MS: Millis = 5000;
/// Slices of a sparkline.
const SLICES: usize = 24;

/// Time during which the visitor did something, in ms: the sum of the pauses of at most 5000 ms between successive
/// movements, clicks, scrolls, key presses, navigations and changes of visibility, over all page views.
pub(super) fn active_ms(timeline: &Timeline) -> Millis {
    let mut times: Vec<Millis> = timeline.views().flat_map(by_visitor).collect();
    times.sort();
    let pauses = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    pauses.filter(|&pause| pause <= PAUSE_MS).fold(0, Millis::saturating_add)
}

/// Times of what the visitor did, and not the page.
fn by_visitor(view: PageView<'_>) -> impl Iterator<Item = Millis> {
    let acts = view.acts().filter(|event| {
        use EventKind::{Click, Keypress, Navigation, Scroll, Visibility};
        matches!(event.kind, Click(_) | Scroll(_) | Keypress(_) | Navigation(_) | Visibility(_))
    });
    view.points().iter().map(|point| point.at).chain(acts.map(|event| event.timestamp))
}

/// Events in each of 24 equally long slices of the session.
pub(super) fn activity(timeline: &Timeline) -> Vec<u32> {
    let mut slices = vec![0_u32; SLICES];
    let start = timeline.start().unwrap_or_default();
    let length = i128::from(timeline.duration_ms()) + 1;
    for time in timeline.views().flat_map(|view| view.times()) {
        let slice = i128::from(time.saturating_sub(start)) * SLICES as i128 / length;
        let slice = usize::try_from(slice).unwrap_or(0).min(SLICES - 1);
        slices[slice] = slices[slice].saturating_add(1);
    }
    slices
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analyze::testing::{SHOP, batch, click, error, mouse, pointing, scroll, visit};

    #[test]
    fn long_pauses_and_errors_are_not_activity() {
        let timeline =
            visit([mouse(0, 1.0, 1.0), click(5000, 1.0, 1.0), scroll(10_001, 9.0, 9.0), mouse(10_100, 1.0, 1.0)]);
        assert_eq!(active_ms(&timeline), 5099);
        assert_eq!(active_ms(&visit([mouse(0, 1.0, 1.0), error(4000), mouse(8000, 1.0, 1.0)])), 0);
        assert_eq!(active_ms(&Timeline::default()), 0);
    }

    #[test]
    fn two_tabs_are_one_activity() {
        let tab = |view, at| batch(view, 0, Some(SHOP), [mouse(at, 1.0, 1.0), mouse(at + 4000, 1.0, 1.0)]);
        assert_eq!(active_ms(&Timeline::new([tab("view-one", 0), tab("view-two", 2000)])), 6000);
    }

    #[test]
    fn twenty_four_slices() {
        let every = activity(&visit((0..240).map(|i| mouse(i * 10, 1.0, 1.0))));
        assert_eq!(every, [10; 24]);
        let ends = activity(&visit([mouse(i64::MIN, 1.0, 1.0), error(0), error(i64::MAX)]));
        assert_eq!((ends.len(), ends[0], ends.iter().sum::<u32>()), (24, 1, 3));
        assert_eq!(activity(&Timeline::default()), [0; 24]);
    }

    proptest! {
        /// Each event's pause is that to the next one, looked for among all; each slice counts what lies in it.
        #[test]
        fn as_by_the_definition(events in pointing(60)) {
            let times: Vec<Millis> = events.iter().map(|event| event.timestamp).collect();
            let mut active = 0;
            for (i, &at) in times.iter().enumerate() {
                // Of equal times, the others are later.
                let later = |j: usize| times[j] > at || (times[j] == at && j > i);
                let next = (0..times.len()).filter(|&j| later(j)).map(|j| times[j]).min();
                active += next.map(|next| next - at).filter(|pause| *pause <= 5000).unwrap_or(0);
            }
            let timeline = visit(events.clone());
            prop_assert_eq!(active_ms(&timeline), active);
            let (start, end) = (times.iter().min().copied().unwrap_or(0), times.iter().max().copied().unwrap_or(0));
            let length = (end - start + 1) as f64 / 24.0;
            let slices = activity(&timeline);
            prop_assert_eq!(slices.iter().sum::<u32>() as usize, times.len());
            for (n, &count) in slices.iter().enumerate() {
                let (from, to) = (n as f64 * length - 1e-6, (n + 1) as f64 * length + 1e-6);
                let within = times.iter().filter(|&&at| ((at - start) as f64) >= from && ((at - start) as f64) < to);
                let surely = times.iter().filter(|&&at| ((at - start) as f64) >= from + 2e-6 && ((at - start) as f64) < to - 2e-6);
                prop_assert!((surely.count()..=within.count()).contains(&(count as usize)));
            }
        }
    }
}
