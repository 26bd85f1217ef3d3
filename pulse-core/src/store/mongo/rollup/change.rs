//! Segments come and go.

use std::future::IntoFuture;

use futures_util::TryStreamExt;
use mongodb::{
    bson::{self, DateTime, Document, doc},
    options::Hint,
};

use super::{
    RowDoc, Segments, by_rolled,
    manifest::{Entry, FORMAT, State, day_of_segment},
};
use crate::{
    model::{SessionId, SessionStart},
    store::{Day, Member, RollupRow, StoreError, rollup::day_of},
};

/// Sessions claimed in one command.
const GROUP: usize = 500;

/// Bytes of rows inserted in one command, so that each takes little of the time that a call may take.
const BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
#[error("the sums of a page take {0} bytes, and a document of MongoDB holds 16 MiB")]
struct TooLarge(usize);

impl Segments {
    /// Keeps the sums over some sessions; false when one of them is not what it was.
    pub(super) async fn put(&self, day: Day, members: &[Member], rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        if members.is_empty() || members.iter().any(|member| day_of(member.start.started_at) != day) {
            return Ok(false);
        }
        let id = self.begin(day).await?;
        if self.claim(id, members).await? {
            self.insert(id, rows).await?;
            let last_seen = self.last_seen(id).await?;
            if self.publish(id, members.len(), last_seen).await? {
                return Ok(true);
            }
        }
        self.give_up(id).await?;
        Ok(false)
    }

    /// Puts one segment in place of several; false when one of them is gone.
    pub(super) async fn merge(&self, mut ids: Vec<i64>, rows: Vec<RollupRow>) -> Result<bool, StoreError> {
        ids.sort_unstable();
        ids.dedup();
        let Some(day) = ids.first().map(|id| day_of_segment(*id)) else { return Ok(false) };
        let known = self.manifests(Some(day..=day)).await?;
        let is_part = |entry: &&Entry| entry.is_ready() && ids.contains(&entry.id);
        let parts: Vec<&Entry> = known.iter().flat_map(|manifest| &manifest.segments).filter(is_part).collect();
        if parts.len() < ids.len() {
            return Ok(false);
        }
        let id = self.begin(day).await?;
        self.insert(id, rows).await?;
        let leaves: Vec<i64> = parts.iter().flat_map(|part| &part.leaves).copied().collect();
        let merged = Entry {
            id,
            leaves: [&[id], &leaves[..]].concat(),
            state: State::Ready,
            format: FORMAT,
            members: parts.iter().map(|part| part.members).sum(),
            last_seen: parts.iter().filter_map(|part| part.last_seen).max(),
            at: DateTime::from_millis(self.data.clock.now()),
        };
        if !self.replace(&merged, &ids).await? {
            self.give_up(id).await?;
            return Ok(false);
        }
        // Whoever walks along the index of `segment` meanwhile meets them again, as the new number is greater.
        let moved = doc! { "$set": { "segment": id } };
        let update = self.sessions.update_many(doc! { "segment": { "$in": &leaves } }, moved);
        self.data.call("merge segments", update.into_future()).await?;
        self.forget_leaves(id).await?;
        for part in ids {
            self.clear(part, &[]).await?;
        }
        Ok(true)
    }

    /// Dissolves the segments of which a session is not what it was; how many.
    pub(super) async fn dissolve_stale(&self) -> Result<usize, StoreError> {
        let mut dissolved = 0;
        for leaf in self.stale().await? {
            dissolved += usize::from(self.dissolve(leaf).await?);
        }
        Ok(dissolved)
    }

    /// What stale sessions point at.
    pub(super) async fn stale(&self) -> Result<Vec<i64>, StoreError> {
        let pipeline = [
            doc! { "$match": { "rolled": null, "segment": { "$exists": true } } },
            doc! { "$group": { "_id": "$segment" } },
        ];
        let stale = self.sessions.aggregate(pipeline).hint(Hint::Keys(by_rolled()));
        let found: Vec<Document> =
            self.data.call("look for stale segments", async { stale.await?.try_collect().await }).await?;
        let leaf = |found: &Document| found.get_i64("_id").map_err(|e| StoreError::corrupt("a session", e));
        found.iter().map(leaf).collect()
    }

    /// Takes sessions that are to be deleted out of the segments that they are in, or are just being put into.
    pub(in super::super) async fn take_out(&self, ids: &[SessionId]) -> Result<(), StoreError> {
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let of = doc! { "_id": { "$in": &keys }, "segment": { "$exists": true } };
        let leaves = self.data.call("erase", self.sessions.distinct("segment", of).into_future()).await?;
        let leaves: Vec<i64> = leaves.iter().filter_map(bson::Bson::as_i64).collect();
        for leaf in &leaves {
            if !self.dissolve(*leaf).await? {
                self.turn(*leaf, State::Open, State::Lost).await?;
            }
        }
        if !leaves.is_empty() {
            let of = doc! { "_id": { "$in": keys }, "segment": { "$in": leaves } };
            self.data.call("erase", self.sessions.update_many(of, loosen()).into_future()).await?;
        }
        Ok(())
    }

    /// Dissolves the segment that has a leaf; false when there is none.
    async fn dissolve(&self, leaf: i64) -> Result<bool, StoreError> {
        let Some(dropped) = self.turn(leaf, State::Ready, State::Dropped).await? else { return Ok(false) };
        self.clear(dropped.id, &dropped.leaves).await?;
        Ok(true)
    }

    /// Gives up a segment that was begun here. All that was asked for has been answered, so nothing of it comes later.
    async fn give_up(&self, id: i64) -> Result<(), StoreError> {
        for state in [State::Open, State::Lost] {
            self.turn(id, state, State::Dropped).await?;
        }
        self.clear(id, &[id]).await
    }

    /// Clears away what belongs to a segment that was dropped.
    pub(super) async fn clear(&self, id: i64, leaves: &[i64]) -> Result<(), StoreError> {
        if !leaves.is_empty() {
            let members = self.sessions.update_many(doc! { "segment": { "$in": leaves } }, loosen());
            self.data.call("clear a segment", members.into_future()).await?;
        }
        self.data.call("clear a segment", self.rows.delete_many(doc! { "segment": id }).into_future()).await?;
        self.remove(id).await
    }

    /// Has sessions that are in no segment point at one; false when any of them is not what it was.
    async fn claim(&self, id: i64, members: &[Member]) -> Result<bool, StoreError> {
        for group in members.chunks(GROUP) {
            let mut updates = Vec::with_capacity(group.len());
            for member in group {
                let mut unchanged = as_known(&member.start)?;
                unchanged.insert("batches", i64::from(member.batches));
                unchanged.insert("segment", bson::Bson::Null);
                updates.push(doc! { "q": unchanged, "u": { "$set": { "segment": id, "rolled": true } } });
            }
            if self.data.update_sessions("put a segment", updates).await? < group.len() as u64 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn insert(&self, id: i64, rows: Vec<RollupRow>) -> Result<(), StoreError> {
        let (mut group, mut bytes) = (Vec::new(), 0);
        let day = day_of_segment(id);
        let mut rows = rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            if row.body.len() > RollupRow::BODY {
                return Err(StoreError::unavailable("put a segment")(TooLarge(row.body.len()).into()));
            }
            bytes += row.body.len();
            group.push(RowDoc::new(id, day, row));
            if bytes >= BYTES || group.len() >= GROUP || rows.peek().is_none() {
                let insert = self.rows.insert_many(std::mem::take(&mut group));
                self.data.call("put a segment", insert.into_future()).await?;
                bytes = 0;
            }
        }
        Ok(())
    }

    /// The latest event of any member.
    async fn last_seen(&self, id: i64) -> Result<DateTime, StoreError> {
        let latest = doc! { "$group": { "_id": null, "last_seen": { "$max": "$last_seen" } } };
        let aggregate = self.sessions.aggregate([doc! { "$match": { "segment": id } }, latest]);
        let found = self.data.call("put a segment", async { aggregate.await?.try_next().await }).await?;
        let found = found.as_ref().map(|found| found.get_datetime("last_seen"));
        Ok(found.transpose().map_err(|e| StoreError::corrupt("a session", e))?.copied().unwrap_or(DateTime::MIN))
    }
}

/// The update that makes a session loose.
pub(super) fn loosen() -> Document {
    doc! { "$unset": { "segment": "", "rolled": "" } }
}

/// The condition that a session's start is known to be this, and no more.
fn as_known(start: &SessionStart) -> Result<Document, StoreError> {
    let viewport = start.viewport.map(|viewport| bson::serialize_to_bson(&viewport)).transpose();
    // What is not known is not there, which is what null finds.
    Ok(doc! {
        "_id": start.session_id.as_str(),
        "started_at": DateTime::from_millis(start.started_at),
        "visitor_id": start.visitor_id.as_ref().map(|id| id.as_str()),
        "page_url": &start.page_url,
        "title": start.title.as_deref(),
        "referrer": start.referrer.as_deref(),
        "device": start.device.as_str(),
        "viewport": viewport.map_err(mongodb::error::Error::from)?,
    })
}
