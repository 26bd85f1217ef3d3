//! Counts by hour, and how finely an answer needs them.

use std::{collections::BTreeMap, ops::AddAssign};

use serde::{Deserialize, Serialize};

use super::bounded::tree_bytes;
use crate::model::Millis;

const HOUR_MS: Millis = 3600 * 1000;
const HOURS_OF_A_DAY: i32 = 24;

/// The hour of a time: a number that counts from the epoch, in UTC.
pub(super) fn hour_of(time: Millis) -> i32 {
    let hour = time.div_euclid(HOUR_MS);
    i32::try_from(hour).unwrap_or(if hour < 0 { i32::MIN } else { i32::MAX })
}

/// When an hour begins.
pub(super) fn start_of(hour: i32) -> Millis {
    Millis::from(hour) * HOUR_MS
}

/// Which hours an answer is of, and at which of them its counts are told apart beside the beginnings of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    from: Option<i32>,
    to: Option<i32>,
    cuts: Vec<i32>,
}

impl Hours {
    /// The hours of a range, whose end is exclusive. An hour that only overlaps the range is part of it.
    pub fn new(from: Option<Millis>, to: Option<Millis>) -> Self {
        let from = from.map(hour_of);
        let to = to.map(|to| hour_of(to.saturating_sub(1)).saturating_add(1));
        Self { from, to, cuts: from.into_iter().collect() }
    }

    /// The same, with what comes before and after the end of the hour of each of these times told apart.
    #[must_use]
    pub fn cut_after(mut self, times: impl IntoIterator<Item = Millis>) -> Self {
        self.cuts.extend(times.into_iter().map(|time| hour_of(time).saturating_add(1)));
        self.cuts.sort_unstable();
        self.cuts.dedup();
        self
    }

    /// Where what happened in an hour is counted: the last beginning of a day, or cut, before it. None outside of the
    /// range.
    pub(super) fn slot(&self, hour: i32) -> Option<i32> {
        if self.from.is_some_and(|from| hour < from) || self.to.is_some_and(|to| hour >= to) {
            return None;
        }
        let day = hour.saturating_sub(hour.rem_euclid(HOURS_OF_A_DAY));
        let cuts = self.cuts.partition_point(|cut| *cut <= hour);
        let cut = cuts.checked_sub(1).and_then(|last| self.cuts.get(last).copied());
        Some(cut.map_or(day, |cut| cut.max(day)))
    }

    /// Whether a time lies in its hours.
    pub(super) fn contain(&self, time: Millis) -> bool {
        self.slot(hour_of(time)).is_some()
    }
}

/// Counts by hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ByHour<T>(BTreeMap<i32, T>);

impl<T> Default for ByHour<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: AddAssign + Default + Copy> ByHour<T> {
    /// Counts what happened in an hour.
    pub(super) fn add(&mut self, hour: i32, counts: T) {
        *self.0.entry(hour).or_default() += counts;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(hour, counts)| self.add(*hour, *counts));
    }

    /// As finely as it is needed.
    pub(super) fn within(self, hours: &Hours) -> Self {
        let mut within = Self::default();
        let slots = self.0.into_iter().filter_map(|(hour, counts)| Some((hours.slot(hour)?, counts)));
        slots.for_each(|(slot, counts)| within.add(slot, counts));
        within
    }

    /// All of it.
    pub(super) fn total(&self) -> T {
        self.0.values().fold(T::default(), |mut sum, counts| {
            sum += *counts;
            sum
        })
    }

    /// When each slot begins, and its counts, by time.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Millis, T)> {
        self.0.iter().map(|(hour, counts)| (start_of(*hour), *counts))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        tree_bytes::<i32, T>(self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_apart_and_what_is_cut() {
        let at = |hour: i32, minute: i64| start_of(hour) + minute * 60_000;
        let hours = Hours::new(Some(at(30, 59)), Some(at(80, 1))).cut_after([at(51, 0), at(51, 59)]);
        let slot = |hour| hours.slot(hour);
        assert_eq!([29, 30, 47].map(slot), [None, Some(30), Some(30)]);
        assert_eq!(
            [48, 51, 52, 71, 72, 80, 81].map(slot),
            [Some(48), Some(48), Some(52), Some(52), Some(72), Some(72), None]
        );
        assert_eq!(Hours::new(None, Some(at(80, 0))).slot(80), None, "the end is exclusive");
        assert_eq!([-1, -24, -25].map(|hour| Hours::default().slot(hour)), [Some(-24), Some(-24), Some(-48)]);
        assert_eq!((hour_of(Millis::MAX), hour_of(Millis::MIN)), (i32::MAX, i32::MIN));
    }

    #[test]
    fn counts_are_taken_together() {
        let mut counts = ByHour::<u64>::default();
        [(25, 1), (26, 2), (26, 3), (50, 4)].into_iter().for_each(|(hour, n)| counts.add(hour, n));
        assert_eq!(counts.total(), 10);
        let days = counts.within(&Hours::new(Some(start_of(26)), None));
        assert_eq!(days.iter().collect::<Vec<_>>(), [(start_of(26), 5), (start_of(48), 4)]);
    }
}
