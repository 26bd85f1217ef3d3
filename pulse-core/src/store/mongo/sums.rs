//! Sums over the sessions of an hour or a day.
//!
//! | collection | document |
//! | --- | --- |
//! | `buckets` | `{_id: "h:485123", kind, index, changes, erasures, set?, set_changes?, erased?}` |
//! | `sums` | `{set, page, path, part, layer, body}` |
//!
//! The document of a bucket is all that says which rows count. Rows are written before it names their set and deleted
//! after it has stopped to, so a crash leaves rows behind that nobody reads; [`Data::sweep`] deletes these when they are
//! old. Rows that an erasure takes away hold texts of a session that is to be forgotten, and do not wait for that: their
//! set is named as `erased` until they are deleted, and the next erasure or sweep goes on where one broke off.

use std::{collections::BTreeSet, future::IntoFuture, ops::Range, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use mongodb::{
    Collection,
    bson::{Binary, Bson, Document, doc, oid::ObjectId, spec::BinarySubtype},
    options::{FindOptions, Hint, ReturnDocument},
};
use serde::{Deserialize, Serialize};

use super::{Data, query};
use crate::{
    model::{Millis, path_of},
    store::{Bucket, BucketState, PageMatch, SetId, StoreError, SumsQuery, SumsRow},
};

/// A set that was begun so long ago is not published any more.
const PUBLISH_WITHIN_MS: Millis = 5 * 60 * 1000;

/// Rows of sets that were begun so long ago, and that no bucket names, are deleted. Much longer than a set can still be
/// published, as the clocks of two servers differ.
const SWEEP_AFTER_MS: Millis = 10 * 60 * 1000;

/// Sets that are deleted, or rows that are inserted, in one command.
const GROUP: usize = 500;

/// Bytes of rows that are inserted in one command, so that none takes long.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// A document of `buckets`.
#[derive(Debug, Deserialize)]
pub(super) struct BucketDoc {
    kind: i32,
    index: i32,
    changes: i64,
    erasures: i64,
    set: Option<ObjectId>,
    set_changes: Option<i64>,
    erased: Option<ObjectId>,
}

/// A document of `sums`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SumsDoc {
    set: ObjectId,
    page: String,
    path: String,
    part: i32,
    layer: i32,
    body: Binary,
}

/// The name of a bucket's document.
fn key(bucket: Bucket) -> String {
    match bucket {
        Bucket::Hour(hour) => format!("h:{hour}"),
        Bucket::Day(day) => format!("d:{day}"),
    }
}

/// The hours and days of some times.
fn buckets_of(times: impl IntoIterator<Item = Millis>) -> BTreeSet<Bucket> {
    times.into_iter().flat_map(|time| [Bucket::hour_of(time), Bucket::day_of(time)]).collect()
}

fn object_id(set: &SetId) -> Result<ObjectId, StoreError> {
    ObjectId::parse_str(set.as_str()).map_err(|error| StoreError::corrupt("the name of a set", error))
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl TryFrom<BucketDoc> for BucketState {
    type Error = StoreError;

    fn try_from(doc: BucketDoc) -> Result<Self, StoreError> {
        let bucket = Bucket::from_numbers(doc.kind, doc.index);
        let sums = doc.set.zip(doc.set_changes);
        Ok(Self {
            bucket: bucket.ok_or_else(|| StoreError::corrupt("a bucket", format!("its kind is {}", doc.kind)))?,
            changes: doc.changes.unsigned_abs(),
            erasures: doc.erasures.unsigned_abs(),
            sums: sums.map(|(set, changes)| (SetId::new(set.to_hex()), changes.unsigned_abs())),
        })
    }
}

impl TryFrom<SumsDoc> for (SetId, SumsRow) {
    type Error = StoreError;

    fn try_from(doc: SumsDoc) -> Result<Self, StoreError> {
        let row = SumsRow {
            page: doc.page,
            part: u16::try_from(doc.part).map_err(|error| StoreError::corrupt("a row of sums", error))?,
            layer: u8::try_from(doc.layer).map_err(|error| StoreError::corrupt("a row of sums", error))?,
            body: doc.body.bytes,
        };
        Ok((SetId::new(doc.set.to_hex()), row))
    }
}

impl Data {
    fn buckets(&self) -> Collection<BucketDoc> {
        self.database.collection("buckets")
    }

    pub(super) fn sums(&self) -> Collection<SumsDoc> {
        self.database.collection("sums")
    }

    /// Counts a change in the buckets of these times.
    pub(super) async fn count_changes(&self, times: impl IntoIterator<Item = Millis>) -> Result<(), StoreError> {
        let count = |bucket: Bucket| {
            let (kind, index) = bucket.numbers();
            let new = doc! { "kind": kind, "index": index, "erasures": 0_i64 };
            let update = doc! { "$inc": { "changes": 1_i64 }, "$setOnInsert": new };
            doc! { "q": { "_id": key(bucket) }, "u": update, "upsert": true }
        };
        let counts: Vec<Document> = buckets_of(times).into_iter().map(count).collect();
        let counted = self.update("count changes", "buckets", counts.clone()).await?;
        if counted.refused.is_empty() {
            return counted.durable("count changes");
        }
        // Two servers made the same bucket at once: the second finds the document of the first.
        let again = counted.refused.iter().filter_map(|(index, _)| counts.get(*index).cloned()).collect();
        self.update("count changes", "buckets", again).await?.all("count changes")
    }

    /// Takes the sums away that sessions which started at these times may be part of. A set that is being made, and may
    /// have read them, is refused later.
    pub(super) async fn erase_sums(&self, times: impl IntoIterator<Item = Millis>) -> Result<(), StoreError> {
        let mut sets = Vec::new();
        for bucket in buckets_of(times) {
            let buckets = self.buckets();
            let update = doc! {
                "$inc": { "changes": 1_i64, "erasures": 1_i64 },
                "$unset": { "set_changes": "" },
                "$rename": { "set": "erased" },
            };
            // A bucket without a document has no sums, and nobody can be making any.
            let update = buckets.find_one_and_update(doc! { "_id": key(bucket) }, update);
            let after = self.call("erase sums", update.return_document(ReturnDocument::After).into_future()).await?;
            sets.extend(after.and_then(|bucket| bucket.erased));
        }
        self.delete_erased(&sets).await
    }

    /// Deletes the rows of sets that were erased. Only then their buckets forget them.
    async fn delete_erased(&self, sets: &[ObjectId]) -> Result<(), StoreError> {
        self.delete_rows(sets).await?;
        for group in sets.chunks(GROUP) {
            let buckets = self.buckets();
            let forget =
                buckets.update_many(doc! { "erased": { "$in": group.to_vec() } }, doc! { "$unset": { "erased": "" } });
            self.call("erase sums", forget.into_future()).await?;
        }
        Ok(())
    }

    async fn delete_rows(&self, sets: &[ObjectId]) -> Result<(), StoreError> {
        for group in sets.chunks(GROUP) {
            let rows = self.sums();
            let delete = rows.delete_many(doc! { "set": { "$in": group.to_vec() } });
            self.call("delete sums", delete.into_future()).await?;
        }
        Ok(())
    }

    pub(super) async fn bucket_states(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        let last = span.end.saturating_sub(1);
        let within = |of: fn(Millis) -> Bucket| {
            let ((kind, first), (_, last)) = (of(span.start).numbers(), of(last).numbers());
            doc! { "kind": kind, "index": { "$gte": first, "$lte": last } }
        };
        let either = doc! { "$or": [within(Bucket::hour_of), within(Bucket::day_of)] };
        let buckets = self.buckets();
        let find = buckets.find(either).sort(doc! { "kind": 1, "index": 1 }).max_time(self.call);
        let found: Vec<BucketDoc> = self.call("buckets", async { find.await?.try_collect().await }).await?;
        found.into_iter().map(BucketState::try_from).collect()
    }

    /// The name of a new set, which says when it was begun.
    pub(super) fn new_set(&self) -> SetId {
        let mut bytes = ObjectId::new().bytes();
        let seconds = u32::try_from(self.clock.now() / 1000).unwrap_or_default();
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        SetId::new(ObjectId::from_bytes(bytes).to_hex())
    }

    pub(super) async fn add_rows(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        let set = object_id(set)?;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let (mut group, mut bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next_if(|_| group.len() < GROUP && bytes < GROUP_BYTES) {
                bytes += row.body.len();
                let path = path_of(&row.page).to_owned();
                let body = Binary { subtype: BinarySubtype::Generic, bytes: row.body };
                let (part, layer) = (row.part.into(), row.layer.into());
                group.push(SumsDoc { set, page: row.page, path, part, layer, body });
            }
            let sums = self.sums();
            self.call("add sums", sums.insert_many(&group).into_future()).await?;
        }
        Ok(())
    }

    /// Publishes a set; false when it was refused and dropped.
    pub(super) async fn publish(&self, set: &SetId, seen: &BucketState) -> Result<bool, StoreError> {
        let set = object_id(set)?;
        let age = self.clock.now() - set.timestamp().timestamp_millis();
        if age > PUBLISH_WITHIN_MS {
            self.delete_rows(&[set]).await?;
            return Ok(false);
        }
        let changes = signed(seen.changes);
        let filter = doc! {
            "_id": key(seen.bucket),
            "erasures": signed(seen.erasures),
            "$or": [{ "set_changes": Bson::Null }, { "set_changes": { "$lt": changes } }],
        };
        let buckets = self.buckets();
        let update = buckets.find_one_and_update(filter, doc! { "$set": { "set": set, "set_changes": changes } });
        let update = update.return_document(ReturnDocument::Before);
        let before = self.call("publish sums", update.into_future()).await?;
        let is_published = before.is_some();
        let dropped = if let Some(bucket) = before { bucket.set } else { Some(set) };
        self.delete_rows(dropped.as_slice()).await?;
        Ok(is_published)
    }

    pub(super) async fn drop_sets(&self, sets: &[SetId]) -> Result<(), StoreError> {
        let sets: Vec<ObjectId> = sets.iter().map(object_id).collect::<Result<_, _>>()?;
        for group in sets.chunks(GROUP) {
            let buckets = self.buckets();
            let named = doc! { "set": { "$in": group.to_vec() } };
            let update = buckets.update_many(named, doc! { "$unset": { "set": "", "set_changes": "" } });
            self.call("drop sums", update.into_future()).await?;
        }
        self.delete_rows(&sets).await
    }

    /// Drops all sets, and refuses those that are being made.
    pub(super) async fn drop_all_sets(&self, limit: Duration) -> Result<(), StoreError> {
        let update = doc! {
            "$inc": { "changes": 1_i64, "erasures": 1_i64 },
            "$unset": { "set": "", "set_changes": "" },
        };
        let (buckets, rows) = (self.buckets(), self.sums());
        super::within(limit, "drop sums", buckets.update_many(doc! {}, update).into_future()).await?;
        super::within(limit, "drop sums", rows.delete_many(doc! {}).into_future()).await.map(drop)
    }

    pub(super) fn rows(&self, query: &SumsQuery) -> Result<BoxStream<'static, RowResult>, StoreError> {
        let sets: Vec<ObjectId> = query.sets.iter().map(object_id).collect::<Result<_, _>>()?;
        let layers: Vec<i32> = query.layers.iter().map(|layer| i32::from(*layer)).collect();
        let mut filter = doc! { "set": { "$in": sets } };
        if let Some(pages) = query::page_condition(&query.page, "page", "path") {
            filter.extend(pages);
        }
        if let Some(parts) = &query.parts {
            filter.insert("part", doc! { "$in": parts.iter().map(|part| i32::from(*part)).collect::<Vec<_>>() });
        }
        filter.insert("layer", doc! { "$in": layers });
        let index = if let PageMatch::Path(_) = query.page { path_index() } else { page_index() };
        let options = FindOptions::builder()
            .sort(doc! { "page": 1, "part": 1, "layer": 1 })
            .hint(Hint::Keys(index))
            .allow_disk_use(true)
            .max_time(self.call)
            .build();
        let rows = self.stream("sums", self.sums(), filter, options);
        Ok(rows.map(|row| row?.try_into()).boxed())
    }

    /// Deletes the rows that a crash has left.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let (rows, buckets) = (self.sums(), self.buckets());
        let erased = buckets.distinct("erased", doc! { "erased": { "$exists": true } }).into_future();
        let erased = self.call("sweep", erased).await?;
        self.delete_erased(&erased.iter().filter_map(Bson::as_object_id).collect::<Vec<_>>()).await?;
        let sets = rows.distinct("set", doc! {}).into_future();
        let sets = self.call("sweep", sets).await?;
        let named = buckets.distinct("set", doc! { "set": { "$exists": true } }).into_future();
        let named = self.call("sweep", named).await?;
        let begun_before = self.clock.now() - SWEEP_AFTER_MS;
        let is_old = |set: &ObjectId| set.timestamp().timestamp_millis() < begun_before;
        let named: BTreeSet<ObjectId> = named.iter().filter_map(Bson::as_object_id).collect();
        let sets = sets.iter().filter_map(Bson::as_object_id).filter(is_old);
        let left: Vec<ObjectId> = sets.filter(|set| !named.contains(set)).collect();
        self.delete_rows(&left).await
    }
}

type RowResult = Result<(SetId, SumsRow), StoreError>;

/// Rows in the order in which they are read.
pub(super) fn page_index() -> Document {
    doc! { "set": 1, "page": 1, "part": 1, "layer": 1 }
}

/// Rows of a path.
pub(super) fn path_index() -> Document {
    doc! { "set": 1, "path": 1 }
}
