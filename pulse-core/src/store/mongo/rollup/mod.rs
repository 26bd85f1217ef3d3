//! Segments in MongoDB.

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use mongodb::bson::{DateTime, doc};

use super::MongoStore;
use crate::{
    model::{Millis, Session},
    store::{Day, Found, Member, RollupQuery, RollupRow, Rollups, Segment, SegmentId, StoreError},
};

#[async_trait]
impl Rollups for MongoStore {
    async fn unrolled(&self, _quiet_before: Millis, _limit: usize) -> Result<Vec<Session>, StoreError> {
        Ok(Vec::new())
    }

    async fn put_segment(&self, _day: Day, _members: &[Member], _rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn dissolve_stale(&self) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn segments(&self) -> Result<Vec<Segment>, StoreError> {
        Ok(Vec::new())
    }

    fn segment_rows(&self, _ids: &[SegmentId]) -> BoxStream<'static, Result<RollupRow, StoreError>> {
        stream::empty().boxed()
    }

    async fn merge_segments(&self, _ids: &[SegmentId], _rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn clear_rollups(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn rollups(&self, query: RollupQuery) -> BoxStream<'static, Result<Found, StoreError>> {
        let sessions = self.data.sessions.clone();
        let opened = async move {
            let (first, last) = query.started();
            let filter = doc! { "batches": { "$gt": 0 }, "started_at": {
                "$gte": DateTime::from_millis(first), "$lte": DateTime::from_millis(last),
            } };
            let found = sessions.find(filter).await?.map_err(StoreError::from);
            Ok::<_, StoreError>(found.try_filter_map(move |found| {
                let session = Session::try_from(found).map(|session| {
                    let visited = session.pages.iter().any(|page| query.page.matches(page));
                    visited.then(|| Found::Loose(Box::new(session)))
                });
                std::future::ready(session)
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }
}
