//! Which published sets answer a question, and which sessions have to be read beside them.

use std::ops::Range;

use crate::{
    model::Millis,
    store::{Bucket, BucketState, SetId},
};

/// A span of time taken apart: published sets for as much of it as they cover, and the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cover {
    /// Buckets whose sums are up to date.
    pub(super) valid: Vec<(Bucket, SetId)>,
    /// Buckets whose sums are behind: some of their sessions have changed since.
    pub(super) behind: Vec<(Bucket, SetId)>,
    /// What no set covers, in order.
    pub(super) rest: Vec<Range<Millis>>,
}

impl Cover {
    /// The largest buckets that lie within `span` first. Those that overlap its ends cannot be used whole.
    pub(super) fn new(span: Range<Millis>, buckets: &[BucketState]) -> Self {
        let lies_within = |bucket: Bucket| span.start <= bucket.span().start && bucket.span().end <= span.end;
        let mut published: Vec<(&BucketState, &SetId)> = buckets
            .iter()
            .filter(|state| lies_within(state.bucket))
            .filter_map(|state| state.sums.as_ref().map(|(set, _)| (state, set)))
            .collect();
        // A day begins before its first hour.
        published.sort_by_key(|(state, _)| (state.bucket.span().start, std::cmp::Reverse(state.bucket.span().end)));
        let (mut cover, mut from) = (Self::default(), span.start);
        for (state, set) in published {
            let bucket = state.bucket.span();
            if bucket.start < from {
                continue;
            }
            if from < bucket.start {
                cover.rest.push(from..bucket.start);
            }
            from = bucket.end;
            let list = if state.is_valid() { &mut cover.valid } else { &mut cover.behind };
            list.push((state.bucket, set.clone()));
        }
        if from < span.end {
            cover.rest.push(from..span.end);
        }
        cover
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DAY_MS, HOUR_MS};

    fn published(bucket: Bucket, changes: u64, known: u64) -> BucketState {
        let name = format!("{bucket:?}");
        BucketState { bucket, changes, erasures: 0, sums: Some((SetId::new(name), known)) }
    }

    fn buckets(sets: &[(Bucket, SetId)]) -> Vec<Bucket> {
        sets.iter().map(|(bucket, _)| *bucket).collect()
    }

    #[test]
    fn days_come_before_hours_and_gaps_are_left() {
        let states = [
            published(Bucket::Hour(23), 1, 1),
            published(Bucket::Hour(24), 1, 1),
            published(Bucket::Hour(50), 5, 4),
            BucketState { sums: None, ..published(Bucket::Hour(51), 1, 1) },
            published(Bucket::Day(1), 3, 3),
        ];
        let cover = Cover::new(0..3 * DAY_MS, &states);
        assert_eq!(buckets(&cover.valid), [Bucket::Hour(23), Bucket::Day(1)]);
        assert_eq!(buckets(&cover.behind), [Bucket::Hour(50)]);
        assert_eq!(cover.rest, [0..23 * HOUR_MS, 48 * HOUR_MS..50 * HOUR_MS, 51 * HOUR_MS..3 * DAY_MS]);
    }

    #[test]
    fn a_bucket_that_is_cut_is_not_used() {
        let states = [published(Bucket::Hour(25), 1, 1), published(Bucket::Day(1), 3, 3)];
        let cover = Cover::new(DAY_MS + 1..2 * DAY_MS, &states);
        assert_eq!(buckets(&cover.valid), [Bucket::Hour(25)]);
        assert_eq!(cover.rest, [DAY_MS + 1..25 * HOUR_MS, 26 * HOUR_MS..2 * DAY_MS]);
        assert_eq!(Cover::new(5..5, &states), Cover::default(), "an empty span");
    }

    #[test]
    fn all_of_time_is_what_the_sets_leave() {
        let cover = Cover::new(i64::MIN..i64::MAX, &[published(Bucket::Day(0), 1, 1)]);
        assert_eq!((buckets(&cover.valid), cover.rest), (vec![Bucket::Day(0)], vec![i64::MIN..0, DAY_MS..i64::MAX]));
    }
}
