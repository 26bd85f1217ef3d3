//! The manifests, and every change of them.

use std::{future::IntoFuture, ops::RangeInclusive};

use futures_util::TryStreamExt;
use mongodb::{
    bson::{DateTime, Document, doc},
    options::ReturnDocument,
};
use serde::{Deserialize, Serialize};

use super::{super::is_duplicate, Segments};
use crate::store::{Day, StoreError};

/// Version of what is kept: which rows a segment has, and what is in them. Segments of another version do not count and
/// are cleared away; SQLite has the version of its schema for that.
pub(super) const FORMAT: i32 = 2;

/// What is known of the segments of a day.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    #[serde(rename = "_id")]
    pub(super) day: Day,
    /// Changes when something is merged, dissolved or given up: what was read before does not fit to what is read after.
    pub(super) version: i64,
    pub(super) segments: Vec<Entry>,
    /// How many entries there have been.
    next: i64,
}

/// A segment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// What its members may point at.
    pub(super) leaves: Vec<i64>,
    pub(super) state: State,
    /// Version of what it is made of.
    #[serde(default)]
    pub(super) format: i32,
    #[serde(default)]
    pub(super) members: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_seen: Option<DateTime>,
    /// When it was begun.
    pub(super) at: DateTime,
}

/// How far a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It is being written.
    Open,
    /// It was taken away from who writes it, who has not noticed yet.
    Lost,
    /// It counts.
    Ready,
    /// It is to be cleared away.
    Dropped,
}

impl Entry {
    /// Whether it counts, as long as it is not stale.
    pub(super) fn is_ready(&self) -> bool {
        self.state == State::Ready && self.format == FORMAT
    }
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Lost => "lost",
            Self::Ready => "ready",
            Self::Dropped => "dropped",
        }
    }
}

/// The day of a segment: its number begins with it.
pub(super) fn day_of_segment(id: i64) -> Day {
    (id >> 32) as Day
}

/// The condition that an entry is there.
fn with(entry: Document, state: State) -> Document {
    let mut is = entry;
    is.insert("state", state.as_str());
    doc! { "segments": { "$elemMatch": is } }
}

impl Segments {
    /// The manifests of some days, or of all.
    pub(super) async fn manifests(&self, days: Option<RangeInclusive<Day>>) -> Result<Vec<Manifest>, StoreError> {
        let of = days.map_or_else(Document::new, |days| doc! { "_id": { "$gte": days.start(), "$lte": days.end() } });
        let find = self.manifests.find(of).sort(doc! { "_id": 1 });
        self.data.call("read manifests", async { find.await?.try_collect().await }).await
    }

    /// Makes an entry for a new segment of a day; its number is greater than that of each before it.
    pub(super) async fn begin(&self, day: Day) -> Result<i64, StoreError> {
        let first = i64::from(day) << 32;
        let or = |field: &str, default: mongodb::bson::Bson| doc! { "$ifNull": [format!("${field}"), default] };
        let count = doc! { "$set": {
            "next": { "$add": [or("next", 0_i64.into()), 1_i64] },
            "version": or("version", 0_i64.into()),
        } };
        let id = doc! { "$add": ["$next", first] };
        let entry = doc! { "id": &id, "leaves": [&id], "state": State::Open.as_str(), "format": FORMAT, "at": "$$NOW" };
        let add = doc! { "$set": {
            "segments": { "$concatArrays": [or("segments", Vec::<Document>::new().into()), [entry]] },
        } };
        let begin = || {
            let update = self.manifests.find_one_and_update(doc! { "_id": day }, vec![count.clone(), add.clone()]);
            let update = update.upsert(true).return_document(ReturnDocument::After);
            self.data.call("begin a segment", update.into_future())
        };
        let made = match begin().await {
            // Two first segments of a day at once: the second upsert finds the manifest of the first.
            Err(error) if is_duplicate(&error) => begin().await?,
            done => done?,
        };
        let made = made.ok_or_else(|| StoreError::corrupt("a manifest", "it is not there after it was made"))?;
        Ok(first + made.next)
    }

    /// From now on a segment counts; false when it was taken away meanwhile.
    pub(super) async fn publish(&self, id: i64, members: usize, last_seen: DateTime) -> Result<bool, StoreError> {
        let mut open = with(doc! { "id": id }, State::Open);
        open.insert("_id", day_of_segment(id));
        let ready = doc! { "$set": {
            "segments.$.state": State::Ready.as_str(),
            "segments.$.members": members as i64,
            "segments.$.last_seen": last_seen,
        } };
        let update = self.manifests.update_one(open, ready);
        Ok(self.data.call("publish a segment", update.into_future()).await?.matched_count > 0)
    }

    /// From now on a segment counts in place of others; false when it or any of these was taken away meanwhile.
    pub(super) async fn replace(&self, by: &Entry, parts: &[i64]) -> Result<bool, StoreError> {
        let mut conditions = vec![doc! { "_id": day_of_segment(by.id) }, with(doc! { "id": by.id }, State::Open)];
        conditions.extend(parts.iter().map(|id| with(doc! { "id": id }, State::Ready)));
        let change = doc! {
            "$set": {
                "segments.$[by].state": State::Ready.as_str(),
                "segments.$[by].leaves": &by.leaves,
                "segments.$[by].members": i64::from(by.members),
                "segments.$[by].last_seen": by.last_seen,
                "segments.$[part].state": State::Dropped.as_str(),
                // Their members point at the new one, or will.
                "segments.$[part].leaves": Vec::<i64>::new(),
            },
            "$inc": { "version": 1 },
        };
        let which = [doc! { "by.id": by.id }, doc! { "part.id": { "$in": parts } }];
        let update = self.manifests.update_one(doc! { "$and": conditions }, change).array_filters(which);
        Ok(self.data.call("merge segments", update.into_future()).await?.matched_count > 0)
    }

    /// All members of a segment point at it itself.
    pub(super) async fn forget_leaves(&self, id: i64) -> Result<(), StoreError> {
        let mut ready = with(doc! { "id": id }, State::Ready);
        ready.insert("_id", day_of_segment(id));
        let update = self.manifests.update_one(ready, doc! { "$set": { "segments.$.leaves": [id] } });
        self.data.call("merge segments", update.into_future()).await.map(drop)
    }

    /// Changes the state of the segment that has a leaf, if it is what it is thought to be; the entry.
    pub(super) async fn turn(&self, leaf: i64, from: State, to: State) -> Result<Option<Entry>, StoreError> {
        let mut found = with(doc! { "leaves": leaf }, from);
        found.insert("_id", day_of_segment(leaf));
        let change = doc! { "$set": { "segments.$.state": to.as_str() }, "$inc": { "version": 1 } };
        let update = self.manifests.find_one_and_update(found, change).return_document(ReturnDocument::After);
        let manifest = self.data.call("drop a segment", update.into_future()).await?;
        let mut entries = manifest.into_iter().flat_map(|manifest| manifest.segments);
        Ok(entries.find(|entry| entry.leaves.contains(&leaf)))
    }

    /// Drops all segments of some states that were begun before a time.
    pub(super) async fn drop_all(&self, states: &[State], before: Option<DateTime>) -> Result<(), StoreError> {
        let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let mut of = doc! { "state": { "$in": states } };
        if let Some(before) = before {
            of.insert("at", doc! { "$lt": before });
        }
        self.drop_where(of).await
    }

    /// Drops all segments of another version.
    pub(super) async fn drop_outdated(&self) -> Result<(), StoreError> {
        self.drop_where(doc! { "format": { "$ne": FORMAT } }).await
    }

    /// Drops all segments whose entries meet a condition.
    async fn drop_where(&self, entry: Document) -> Result<(), StoreError> {
        let each: Document = entry.iter().map(|(field, is)| (format!("one.{field}"), is.clone())).collect();
        let change = doc! { "$set": { "segments.$[one].state": State::Dropped.as_str() }, "$inc": { "version": 1 } };
        let update = self.manifests.update_many(doc! { "segments": { "$elemMatch": entry } }, change);
        self.data.call("drop segments", update.array_filters([each]).into_future()).await.map(drop)
    }

    /// Forgets a segment of which nothing is left.
    pub(super) async fn remove(&self, id: i64) -> Result<(), StoreError> {
        let gone = doc! { "$pull": { "segments": { "id": id, "state": State::Dropped.as_str() } } };
        let update = self.manifests.update_one(doc! { "_id": day_of_segment(id) }, gone);
        self.data.call("clear a segment", update.into_future()).await.map(drop)
    }
}
