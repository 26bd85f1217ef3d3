//! Segments in SQLite: each change is one transaction, each query one snapshot.

mod read;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};

pub(super) use self::write::dissolve_of;
use super::{SqliteStore, row, settle, stream_from};
use crate::{
    model::{Millis, Session},
    store::{Day, Found, Member, RollupQuery, RollupRow, Rollups, Segment, SegmentId, StoreError},
};

/// Rows that are read ahead. They may be large.
const AHEAD: usize = 4;

#[async_trait]
impl Rollups for SqliteStore {
    async fn unrolled(&self, quiet_before: Millis, limit: usize) -> Result<Vec<Session>, StoreError> {
        self.settle().await;
        self.read("unrolled", move |db| read::unrolled(db, quiet_before, limit)).await
    }

    async fn put_segment(&self, day: Day, members: &[Member], rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        let members = members.to_vec();
        self.writer
            .run("put a segment", move |ledger, db| {
                // What has come meanwhile is in the tables before these are asked.
                ledger.settle_all(db)?;
                write::put(db, day, &members, &rows)
            })
            .await
    }

    async fn dissolve_stale(&self) -> Result<usize, StoreError> {
        self.writer
            .run("dissolve segments", |ledger, db| {
                ledger.settle_all(db)?;
                write::dissolve_stale(db)
            })
            .await
    }

    async fn segments(&self) -> Result<Vec<Segment>, StoreError> {
        self.read("segments", read::segments).await
    }

    fn segment_rows(&self, ids: &[SegmentId]) -> BoxStream<'static, Result<RollupRow, StoreError>> {
        let (readers, ids) = (Arc::clone(&self.readers), numbers(ids));
        let opened = async move {
            let ids = ids?;
            Ok::<_, StoreError>(stream_from(readers, AHEAD, move |db, out| {
                read::segment_rows(db, &ids, |row| out.blocking_send(Ok(row)).is_ok())
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }

    async fn merge_segments(&self, ids: &[SegmentId], rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        let ids = numbers(ids)?;
        self.writer.run("merge segments", move |_, db| write::merge(db, &ids, &rows)).await
    }

    async fn clear_rollups(&self) -> Result<(), StoreError> {
        // One at a time: ingest waits for each.
        for id in numbers(self.segments().await?.iter().map(|segment| &segment.id))? {
            self.writer.run("clear rollups", move |_, db| write::dissolve(db, id)).await?;
        }
        Ok(())
    }

    fn rollups(&self, query: RollupQuery) -> BoxStream<'static, Result<Found, StoreError>> {
        let (writer, readers) = (Arc::clone(&self.writer), Arc::clone(&self.readers));
        let opened = async move {
            let (except, known) = (numbers(&query.except)?, numbers(&query.known)?);
            settle(&writer).await;
            Ok::<_, StoreError>(stream_from(readers, AHEAD, move |db, out| {
                read::rollups(db, &query, except, known, |found| out.blocking_send(Ok(found)).is_ok())
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }
}

/// The numbers of segments.
fn numbers<'a>(ids: impl IntoIterator<Item = &'a SegmentId>) -> Result<Vec<i64>, StoreError> {
    ids.into_iter().map(|id| row::parse(id.as_str())).collect()
}

#[cfg(test)]
mod tests;
