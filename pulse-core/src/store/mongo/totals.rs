//! What some batches add up to.

use mongodb::bson::{Bson, Document, doc};

use crate::{
    model::{Batch, Counts, EventType, Millis},
    store::StoreError,
};

/// What some batches of one session add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) batches: u32,
    pub(super) counts: Counts,
    /// Time of the first event and of the last, when there are any batches.
    pub(super) span: Option<(Millis, Millis)>,
}

impl Totals {
    /// Those of one batch.
    pub(super) fn of(batch: &Batch) -> Self {
        Self { batches: 1, counts: batch.counts(), span: Some((batch.start(), batch.end())) }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.batches += other.batches;
        self.counts.add(other.counts);
        self.span = match (self.span, other.span) {
            (Some((start, end)), Some((s, e))) => Some((start.min(s), end.max(e))),
            (known, new) => known.or(new),
        };
    }

    /// The types of events that occur.
    pub(super) fn occurring(counts: &Counts) -> impl Iterator<Item = (EventType, i64)> {
        let count = |of: EventType| i64::try_from(counts.get(of)).ok().filter(|n| *n > 0);
        EventType::ALL.iter().filter_map(move |of| Some((*of, count(*of)?)))
    }

    /// What `$inc` adds to the document of a session.
    pub(super) fn increments(&self) -> Document {
        let mut sums = doc! { "batches": i64::from(self.batches) };
        sums.extend(Self::occurring(&self.counts).map(|(of, n)| (format!("counts.{}", of.as_str()), Bson::Int64(n))));
        sums
    }
}

/// A whole number of whatever type MongoDB has chosen; zero when there is none.
pub(super) fn number(row: &Document, name: &str) -> Result<u64, StoreError> {
    let whole = match row.get(name) {
        None => Some(0),
        Some(Bson::Int32(n)) => u64::try_from(*n).ok(),
        Some(Bson::Int64(n)) => u64::try_from(*n).ok(),
        Some(Bson::Double(n)) => (n.fract() == 0.0 && *n >= 0.0).then_some(*n as u64),
        Some(_) => None,
    };
    whole.ok_or_else(|| StoreError::corrupt("a number", format!("{name} is not a whole number")))
}
