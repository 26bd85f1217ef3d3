//! Sessions are deleted with everything of them, also while servers write to them.
//!
//! A session's batches go first, then its document, unless some server has touched it or summed it up meanwhile: then all
//! is done again.
//! A batch that arrives after its session's document has gone, because its server believes it to be there, belongs to
//! what was deleted: that server finds out when it adds up (see `tally`), deletes the batch, and makes the session anew
//! with the next one.

use futures_util::TryStreamExt;
use mongodb::bson::{DateTime, Document, doc};

use super::{MongoStore, document::id_of, tally};
use crate::{
    model::{Millis, SessionId},
    store::StoreError,
};

/// How often it is tried while others write.
const ROUNDS: u32 = 10;

/// A session, and when a server last said that batches of it may come.
type Found = (SessionId, DateTime);

#[derive(Debug, thiserror::Error)]
#[error("the session is being written to")]
struct Contended;

impl MongoStore {
    /// Deletes some sessions; how many there were.
    pub(super) async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let mut erased = 0;
        for _ in 0..ROUNDS {
            let found = self.find(doc! { "_id": { "$in": &keys } }, ids.len()).await?;
            let gone = self.remove(ids, &found).await?;
            erased += gone;
            if gone == found.len() {
                return Ok(erased);
            }
        }
        Err(StoreError::unavailable("erase")(Contended.into()))
    }

    /// Deletes some sessions that were last seen before a time; how many were found.
    pub(super) async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        // Not those that some server may be adding to: late events can make a live session look old.
        let untouched = DateTime::from_millis(self.data.clock.now() - tally::SETTLE_MS);
        let old = doc! { "last_seen": { "$lt": DateTime::from_millis(before) }, "touched_at": { "$lt": untouched } };
        let found = self.find(old, limit).await?;
        let ids: Vec<SessionId> = found.iter().map(|(id, _)| id.clone()).collect();
        // What is written to in between is left, and counted.
        self.remove(&ids, &found).await?;
        Ok(ids.len())
    }

    async fn find(&self, which: Document, limit: usize) -> Result<Vec<Found>, StoreError> {
        let sessions = self.data.sessions.clone_with_type::<Document>();
        let find = sessions.find(which).projection(doc! { "touched_at": 1 }).limit(limit as i64);
        let found: Vec<Document> = self.data.call("erase", async { find.await?.try_collect().await }).await?;
        let read = |found: &Document| {
            let touched_at = found.get_datetime("touched_at").map_err(|e| StoreError::corrupt("a session", e))?;
            Ok((id_of(found)?, *touched_at))
        };
        found.iter().map(read).collect()
    }

    /// Deletes all batches of `ids`, and the documents that are still as they were found.
    async fn remove(&self, ids: &[SessionId], found: &[Found]) -> Result<usize, StoreError> {
        // From here on this server touches a document before it inserts a batch of it.
        self.ledger.forget(ids);
        self.segments.take_out(ids).await?;
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let batches = doc! { "session_id": { "$in": keys } };
        self.data.call("erase", async { self.data.batches.delete_many(batches).await }).await?;
        let as_found =
            |(id, touched_at): &Found| doc! { "_id": id.as_str(), "touched_at": touched_at, "segment": null };
        let as_found: Vec<Document> = found.iter().map(as_found).collect();
        let gone = match as_found.is_empty() {
            true => 0,
            false => {
                let sessions = self.data.sessions.delete_many(doc! { "$or": as_found });
                self.data.call("erase", async { sessions.await }).await?.deleted_count
            }
        };
        // Inserts may be in flight that began before.
        self.ledger.forget(ids);
        self.ledger.doubt(ids);
        self.counted.clear();
        Ok(usize::try_from(gone).unwrap_or(usize::MAX))
    }
}
