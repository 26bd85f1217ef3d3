//! When the visitor was active.

use super::{PageView, Timeline};
use crate::model::{EventKind, Millis};

/// A longer pause is not activity.
const PAUSE_MS: Millis = 5000;
/// Most slices of a sparkline.
const SLICES: u64 = 24;

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

/// Events in equally long slices of the session, from its first event to its last.
pub(super) fn activity(timeline: &Timeline) -> Vec<u32> {
    let mut slices = Slices::from(timeline.start().unwrap_or_default());
    timeline.views().flat_map(|view| view.times()).for_each(|time| slices.add(time));
    slices.counts
}

/// Counts events in equally long slices from a time on: at most 24, and more than 12 once 12 ms have passed.
///
/// A slice lasts a power of two of milliseconds. When there would be more of them, each two become one, so that the same
/// slices come of the same events in whatever order they are added.
#[derive(Debug, Clone)]
pub(super) struct Slices {
    from: Millis,
    /// A slice lasts two to the power of this, in ms.
    power: u32,
    pub(super) counts: Vec<u32>,
}

impl Slices {
    pub(super) fn from(from: Millis) -> Self {
        Self { from, power: 0, counts: Vec::new() }
    }

    pub(super) fn starts_at(&self) -> Millis {
        self.from
    }

    /// Counts an event that is not earlier than the start.
    pub(super) fn add(&mut self, time: Millis) {
        let after = if time > self.from { time.wrapping_sub(self.from).cast_unsigned() } else { 0 };
        while after >> self.power >= SLICES {
            self.counts =
                self.counts.chunks(2).map(|two| two.iter().fold(0_u32, |a, b| a.saturating_add(*b))).collect();
            self.power += 1;
        }
        let slice = (after >> self.power) as usize;
        if slice >= self.counts.len() {
            self.counts.resize(slice + 1, 0);
        }
        self.counts[slice] = self.counts[slice].saturating_add(1);
    }
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
    fn slices_double_until_there_are_24_at_most() {
        let every = |count: i64, ms| activity(&visit((0..count).map(|i| mouse(i * ms, 1.0, 1.0))));
        assert_eq!(every(24, 1), [1; 24]);
        assert_eq!(every(25, 1), [&[2; 12][..], &[1]].concat());
        assert_eq!(every(240, 16), [16; 15], "256 ms each");
        let ends = activity(&visit([mouse(i64::MIN, 1.0, 1.0), error(0), error(i64::MAX)]));
        assert_eq!((ends.len(), ends[0], ends[8], ends.iter().sum::<u32>()), (16, 1, 1, 3));
        assert_eq!(activity(&Timeline::default()), [0; 0]);
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
            let mut length = 1;
            while (end - start) / length >= 24 {
                length *= 2;
            }
            let slices = activity(&timeline);
            for (n, &count) in slices.iter().enumerate() {
                let within = times.iter().filter(|&&at| (at - start) / length == n as i64);
                prop_assert_eq!(within.count(), count as usize);
            }
            prop_assert_eq!(slices.iter().sum::<u32>() as usize, times.len());
        }
    }
}
