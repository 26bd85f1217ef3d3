//! Segments in MongoDB, of which several servers take care and no transaction does.
//!
//! The *manifest* of a day is the one document that says which segments it has; each change of it is one update under a
//! condition, and that update is the moment at which something happens. What belongs to a segment, its rows and the
//! sessions that point at it, is written before the manifest calls it `ready` and cleared away after it has called it
//! `dropped`; until then, and from then on, nobody counts it. An entry is made as `open` before anything names it, so
//! that what a crash leaves behind is known and can be cleared away.
//!
//! A session points at its segment by `segment`, or at one that was merged into it (a leaf). Each update of its totals
//! takes `rolled` away from it, and so does what becomes known of its start: a segment of which a session has none is
//! stale.

mod change;
mod find;
mod manifest;
mod query;
mod sweep;

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use mongodb::{
    Collection, IndexModel,
    bson::{Binary, Document, doc, spec::BinarySubtype},
    options::IndexOptions,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use self::manifest::Manifest;
use super::{Data, MongoStore};
use crate::{
    error_chain::chain,
    model::{Millis, Session, path_of},
    store::{Day, Found, Member, RollupQuery, RollupRow, Rollups, Segment, SegmentId, StoreError},
};

/// Where segments are.
#[derive(Clone)]
pub(super) struct Segments {
    data: Data,
    sessions: Collection<Document>,
    manifests: Collection<Manifest>,
    rows: Collection<RowDoc>,
}

/// When this server last cleared away what crashes have left.
pub(super) type Swept = Mutex<Option<Instant>>;

/// A document of `rollups`.
#[derive(Debug, Serialize, Deserialize)]
struct RowDoc {
    segment: i64,
    day: Day,
    page: String,
    /// Of the page.
    path: String,
    part: u16,
    layer: u8,
    body: Binary,
}

impl RowDoc {
    fn new(segment: i64, day: Day, row: RollupRow) -> Self {
        let body = Binary { subtype: BinarySubtype::Generic, bytes: row.body };
        let path = path_of(&row.page).to_owned();
        Self { segment, day, path, page: row.page, part: row.part, layer: row.layer, body }
    }

    fn into_row(self) -> RollupRow {
        RollupRow { page: self.page, part: self.part, layer: self.layer, body: self.body.bytes }
    }
}

/// For the sessions of a segment, and for those of none: the latest comes first.
fn by_segment() -> Document {
    doc! { "segment": 1, "started_at": -1 }
}

/// For those that make their segment stale.
fn by_rolled() -> Document {
    doc! { "rolled": 1 }
}

fn by_page(field: &str) -> Document {
    doc! { "layer": 1, field: 1, "day": 1 }
}

/// The indexes of `sessions` that segments want.
pub(super) fn session_indexes() -> [IndexModel; 2] {
    let rolled = doc! { "segment": { "$exists": true } };
    let rolled = IndexOptions::builder().partial_filter_expression(rolled).build();
    [IndexModel::builder().keys(by_segment()).build(), IndexModel::builder().keys(by_rolled()).options(rolled).build()]
}

/// The indexes of `rollups`.
pub(super) fn row_indexes() -> [IndexModel; 3] {
    [by_page("page"), by_page("path"), doc! { "segment": 1 }].map(|keys| IndexModel::builder().keys(keys).build())
}

/// The name of the collection that holds rows.
pub(super) const ROWS: &str = "rollups";

impl Segments {
    pub(super) fn new(data: &Data) -> Self {
        let (manifests, rows) = (data.database.collection("rollup_days"), data.database.collection(ROWS));
        Self { data: data.clone(), sessions: data.sessions.clone_with_type(), manifests, rows }
    }
}

/// The numbers of segments. They say on which day the segment is.
fn numbers(ids: &[SegmentId]) -> Result<Vec<i64>, StoreError> {
    let number = |id: &SegmentId| id.as_str().parse::<i64>().map_err(|e| StoreError::corrupt("an id", e));
    ids.iter().map(number).collect()
}

#[async_trait]
impl Rollups for MongoStore {
    async fn unrolled(&self, quiet_before: Millis, limit: usize) -> Result<Vec<Session>, StoreError> {
        let now = Instant::now();
        let last = self.swept.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        if last.is_none_or(|last| now - last >= sweep::EVERY) {
            let before = self.data.clock.now() - sweep::LONGEST_MS;
            if let Err(error) = self.segments.sweep(before).await {
                tracing::warn!(error = %chain(&error), "mongodb: what is left of segments is cleared away later");
            }
        }
        self.segments.unrolled(quiet_before, limit).await
    }

    async fn put_segment(&self, day: Day, members: &[Member], rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        self.segments.put(day, members, rows).await
    }

    async fn dissolve_stale(&self) -> Result<usize, StoreError> {
        self.segments.dissolve_stale().await
    }

    async fn segments(&self) -> Result<Vec<Segment>, StoreError> {
        self.segments.list().await
    }

    fn segment_rows(&self, ids: &[SegmentId]) -> BoxStream<'static, Result<RollupRow, StoreError>> {
        self.segments.rows_of(numbers(ids))
    }

    async fn merge_segments(&self, ids: &[SegmentId], rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        self.segments.merge(numbers(ids)?, rows).await
    }

    async fn clear_rollups(&self) -> Result<(), StoreError> {
        self.segments.clear_all().await
    }

    fn rollups(&self, query: RollupQuery) -> BoxStream<'static, Result<Found, StoreError>> {
        query::run(self.segments.clone(), query)
    }
}
