//! What whoever makes segments reads.

use std::future::IntoFuture;

use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use mongodb::{
    bson::{Bson, DateTime, doc},
    options::Hint,
};

use super::{super::document::SessionDoc, Segments, by_segment, manifest::Entry};
use crate::{
    model::{Millis, Session},
    store::{RollupRow, Segment, SegmentId, StoreError, rollup::day_of},
};

/// Rows that come in one answer.
pub(super) const ROWS: u32 = 32;

impl Segments {
    /// Loose sessions of one day that are ready to be summed up.
    pub(super) async fn unrolled(&self, quiet_before: Millis, limit: usize) -> Result<Vec<Session>, StoreError> {
        let ready = doc! {
            "segment": Bson::Null,
            "last_seen": { "$lt": DateTime::from_millis(quiet_before) },
            "batches": { "$gt": 0 },
            "$expr": { "$eq": ["$batches", "$score.of_batches"] },
        };
        let find = self.data.sessions.find(ready).sort(doc! { "started_at": 1 }).hint(Hint::Keys(by_segment()));
        let find = find.limit(limit as i64);
        let found: Vec<SessionDoc> =
            self.data.call("look for sessions to sum up", async { find.await?.try_collect().await }).await?;
        let sessions: Vec<Session> = found.into_iter().map(Session::try_from).collect::<Result<_, _>>()?;
        let day = sessions.first().map(|session| day_of(session.start.started_at));
        Ok(sessions.into_iter().take_while(|session| Some(day_of(session.start.started_at)) == day).collect())
    }

    pub(super) async fn list(&self) -> Result<Vec<Segment>, StoreError> {
        let manifests = self.manifests(None).await?;
        let segments = manifests.into_iter().flat_map(|manifest| {
            let ready = manifest.segments.into_iter().filter(Entry::is_ready);
            ready.map(move |entry| Segment {
                id: SegmentId::new(entry.id),
                day: manifest.day,
                members: entry.members,
                last_seen: entry.last_seen.map_or(Millis::MIN, DateTime::timestamp_millis),
            })
        });
        Ok(segments.collect())
    }

    /// The rows of some segments.
    pub(super) fn rows_of(
        &self,
        ids: Result<Vec<i64>, StoreError>,
    ) -> BoxStream<'static, Result<RollupRow, StoreError>> {
        let (data, rows) = (self.data.clone(), self.rows.clone());
        let opened = async move {
            let find = rows.find(doc! { "segment": { "$in": ids? } }).batch_size(ROWS);
            let cursor = data.call("read segments", find.into_future()).await?;
            Ok::<_, StoreError>(stream::try_unfold((data, cursor), |(data, mut cursor)| async move {
                let next = data.call("read segments", cursor.try_next()).await?;
                Ok(next.map(|row| (row.into_row(), (data, cursor))))
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }
}
