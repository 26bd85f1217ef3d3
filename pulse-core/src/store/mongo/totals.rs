//! Sums over batches.

use mongodb::bson::{Bson, DateTime, Document, doc};

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

    pub(super) fn is_empty(&self) -> bool {
        self.batches == 0
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

    /// The update that adds them to those of a session.
    pub(super) fn addition(&self) -> Document {
        let mut sums = doc! { "batches": i64::from(self.batches) };
        sums.extend(Self::occurring(&self.counts).map(|(of, n)| (format!("counts.{}", of.as_str()), Bson::Int64(n))));
        self.widened(doc! { "$inc": sums })
    }

    /// The update that makes them those of a session; `set` is set along with them.
    pub(super) fn replacement(&self, mut set: Document) -> Document {
        set.insert("batches", i64::from(self.batches));
        for of in EventType::ALL {
            set.insert(format!("counts.{}", of.as_str()), i64::try_from(self.counts.get(*of)).unwrap_or(i64::MAX));
        }
        self.widened(doc! { "$set": set })
    }

    /// Widens the span of a session, too. It may no longer be short then, and sums that it is part of are stale: see
    /// `rollup`.
    fn widened(&self, mut update: Document) -> Document {
        update.insert("$unset", doc! { "rolled": "", "short": "" });
        if let Some((start, end)) = self.span {
            update.insert("$min", doc! { "started_at": DateTime::from_millis(start) });
            update.insert("$max", doc! { "last_seen": DateTime::from_millis(end) });
        }
        update
    }

    /// The group stage whose rows [`Self::read`] reads: one for each session.
    pub(super) fn group() -> Document {
        let mut sums = doc! {
            "_id": "$session_id",
            "batches": { "$sum": 1 },
            "start": { "$min": "$start" },
            "end": { "$max": "$end" },
        };
        for of in EventType::ALL {
            sums.insert(of.as_str(), doc! { "$sum": format!("$counts.{}", of.as_str()) });
        }
        doc! { "$group": sums }
    }

    /// A row of that stage.
    pub(super) fn read(row: &Document) -> Result<Self, StoreError> {
        let corrupt = |error| StoreError::corrupt("totals", error);
        let time = |name| row.get_datetime(name).map(|time| time.timestamp_millis()).map_err(corrupt);
        let mut counts = Counts::default();
        for of in EventType::ALL {
            *counts.slot(*of) = number(row, of.as_str())?;
        }
        let batches = u32::try_from(number(row, "batches")?).unwrap_or(u32::MAX);
        Ok(Self { batches, counts, span: Some((time("start")?, time("end")?)) })
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
    whole.ok_or_else(|| StoreError::corrupt("totals", format!("{name} is not a whole number")))
}
