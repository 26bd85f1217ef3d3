//! Sessions are deleted with everything of them, also while servers write to them.
//!
//! A session's batches go first, then what was made from them (sums, answers, decisions about its pages), and its
//! document last: a server that dies in between leaves the document, by which the session is found again. The document
//! stays when some server has announced batches of it or added to it meanwhile: then all is done again. With the document
//! gone, what was made from the session goes once more, for what was begun in between.
//!
//! A server that believes the session to be there may still insert a batch. It finds out within half a second, when no
//! document takes the sums (`Work::flush`), deletes the batch, and announces the session anew with the next one.
//! Should it die before, this server finds the batch: it looks again when the last hold has passed.

use std::future::IntoFuture;

use futures_util::TryStreamExt;
use mongodb::bson::{DateTime, Document, doc};
use serde::Deserialize;

use super::{MongoStore, background::erased};
use crate::{
    model::{Millis, SessionId},
    store::StoreError,
};

/// How often it is tried while others write.
const ROUNDS: u32 = 10;

/// A session as it was found.
#[derive(Debug, Deserialize)]
struct FoundSession {
    #[serde(rename = "_id")]
    id: SessionId,
    revision: i64,
    started_at: DateTime,
    #[serde(default)]
    earlier_starts: Vec<DateTime>,
    #[serde(default)]
    pages: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the session is being written to")]
struct Contended;

impl MongoStore {
    /// Deletes some sessions; how many there were.
    pub(super) async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let mut count = 0;
        for _ in 0..ROUNDS {
            let found = self.find(doc! { "_id": { "$in": &keys } }, ids.len()).await?;
            let gone = self.remove(ids, &found).await?;
            count += gone;
            if gone == found.len() {
                return Ok(count);
            }
        }
        Err(StoreError::unavailable("erase")(Contended.into()))
    }

    /// Deletes some sessions that were last seen before a time; how many were found.
    pub(super) async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        // Not those that some server may be adding to: late events can make a live session look old.
        let now = DateTime::from_millis(self.work.data.clock.now());
        let old =
            doc! { "last_seen": { "$lt": DateTime::from_millis(before) }, "hold_until": { "$not": { "$gte": now } } };
        let found = self.find(old, limit).await?;
        let ids: Vec<SessionId> = found.iter().map(|found| found.id.clone()).collect();
        // What is written to in between is left, and counted.
        self.remove(&ids, &found).await?;
        Ok(ids.len())
    }

    async fn find(&self, which: Document, limit: usize) -> Result<Vec<FoundSession>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let data = &self.work.data;
        let sessions = data.sessions.clone_with_type::<FoundSession>();
        let find =
            sessions.find(which).projection(doc! { "revision": 1, "started_at": 1, "earlier_starts": 1, "pages": 1 });
        let find = find.limit(limit as i64).max_time(data.call);
        data.call("erase", async { find.await?.try_collect().await }).await
    }

    /// Deletes all batches of `ids`, and the documents that are still as they were found.
    async fn remove(&self, ids: &[SessionId], found: &[FoundSession]) -> Result<usize, StoreError> {
        let data = &self.work.data;
        // From here on this server announces a session before it inserts a batch of it.
        self.work.active.forget(ids);
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let batches = data.batches.delete_many(doc! { "session_id": { "$in": &keys } });
        data.call("erase", batches.into_future()).await?;
        if found.is_empty() {
            return Ok(0);
        }
        let starts: Vec<Millis> = found
            .iter()
            .flat_map(|found| found.earlier_starts.iter().chain([&found.started_at]))
            .map(|start| start.timestamp_millis())
            .collect();
        let pages: Vec<&str> = found.iter().flat_map(|found| found.pages.iter().map(String::as_str)).collect();
        let erase_derived = async || {
            data.erase_sums(starts.iter().copied()).await?;
            data.erase_answers(&keys).await?;
            data.erase_marks(&pages, &keys).await
        };
        erase_derived().await?;
        let as_found = found.iter().map(|found| doc! { "_id": found.id.as_str(), "revision": found.revision });
        let sessions = data.sessions.delete_many(doc! { "$or": as_found.collect::<Vec<_>>() });
        let gone = data.call("erase", sessions.into_future()).await?.deleted_count;
        erase_derived().await?;
        self.work.active.forget(ids);
        let watched = found.iter().map(|found| erased(found.id.clone(), found.started_at.timestamp_millis()));
        self.work.watch_erased(watched.collect());
        self.counted.clear();
        Ok(usize::try_from(gone).unwrap_or(usize::MAX))
    }
}
