//! The servers that share a database, and which sessions and buckets each of them sums up.
//!
//! Each server that makes summaries writes every two seconds that it is there, in a document `{_id, seen_at}` of
//! `servers`, and reads the list. Of three servers `a`, `b` and `c`, a session whose hash is 7 belongs to the one at
//! place 7 % 3 = 1 of the sorted list, which is `b`. When `b` has not been seen for six seconds, it is left out of the
//! list, and the session belongs to `c`, at place 7 % 2 = 1 of the rest. While the lists of two servers differ, both may
//! summarize a session: the same work twice, and no harm.

use std::{
    future::IntoFuture,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::TryStreamExt;
use mongodb::{
    Collection,
    bson::{DateTime, Document, doc, oid::ObjectId},
    options::{Acknowledgment, CollectionOptions, WriteConcern},
};

use super::Data;
use crate::{
    model::{Millis, SessionId},
    store::StoreError,
};

/// A server that was not seen for so long is gone.
const GONE_MS: Millis = 6_000;

/// Its document is deleted after this time.
const DELETE_MS: Millis = 60_000;

/// Servers of which the list is kept.
const MOST: i64 = 1_000;

/// The servers that were seen lately. One that died with a clock far ahead is gone, too.
fn running(now: Millis) -> Document {
    let (since, until) = (DateTime::from_millis(now - GONE_MS), DateTime::from_millis(now + DELETE_MS));
    doc! { "seen_at": { "$gt": since, "$lt": until } }
}

/// Whether any server makes summaries in this database, or did so until some seconds ago.
pub(super) async fn are_running(data: &Data) -> Result<bool, StoreError> {
    let servers = collection(data);
    let count = servers.count_documents(running(data.clock.now())).limit(1);
    Ok(data.call("look for servers", count.into_future()).await? > 0)
}

/// This server among all.
#[derive(Debug)]
pub(super) struct Servers {
    /// Its name, which no other run of any server has.
    id: String,
    /// Whether it makes summaries. A program that only reads or writes takes no share.
    has_joined: AtomicBool,
    /// The names of all, in order.
    all: Mutex<Vec<String>>,
}

impl Servers {
    /// This server, alone as long as it knows of no other.
    pub(super) fn new() -> Self {
        let id = ObjectId::new().to_hex();
        Self { all: Mutex::new(vec![id.clone()]), has_joined: AtomicBool::new(false), id }
    }

    /// Takes a share from now on.
    pub(super) async fn join(&self, data: &Data) -> Result<(), StoreError> {
        if self.has_joined.swap(true, Ordering::Relaxed) { Ok(()) } else { self.meet(data).await }
    }

    /// Says that this server is there, if it takes a share, and looks for the others.
    pub(super) async fn meet(&self, data: &Data) -> Result<(), StoreError> {
        if !self.has_joined.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (servers, now) = (collection(data), data.clock.now());
        let seen = doc! { "$set": { "seen_at": DateTime::from_millis(now) } };
        let seen = servers.update_one(doc! { "_id": &self.id }, seen).upsert(true);
        data.call("meet the other servers", seen.into_future()).await?;
        let find = servers.find(running(now)).limit(MOST).max_time(data.call);
        let found: Vec<Document> =
            data.call("meet the other servers", async { find.await?.try_collect().await }).await?;
        let others = found.iter().filter_map(|server| server.get_str("_id").ok()).map(str::to_owned);
        let mut all: Vec<String> = others.chain([self.id.clone()]).collect();
        all.sort_unstable();
        all.dedup();
        *self.all.lock().unwrap_or_else(PoisonError::into_inner) = all;
        let long_gone = doc! { "seen_at": { "$lt": DateTime::from_millis(now - DELETE_MS) } };
        data.call("delete old servers", servers.delete_many(long_gone).into_future()).await.map(drop)
    }

    /// Has the others take over at once.
    pub(super) async fn leave(&self, data: &Data) -> Result<(), StoreError> {
        let servers = collection(data);
        data.call("leave the other servers", servers.delete_one(doc! { "_id": &self.id }).into_future()).await.map(drop)
    }

    /// Whether this server is the one that summarizes a session.
    pub(super) fn is_mine(&self, id: &SessionId) -> bool {
        self.owns(id.as_str())
    }

    /// Whether this server is the one that does the work of this name.
    pub(super) fn owns(&self, name: &str) -> bool {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let place = hash(name) % all.len().max(1) as u64;
        all.get(place as usize).is_none_or(|server| *server == self.id)
    }
}

/// Nothing depends on these documents being durable.
fn collection(data: &Data) -> Collection<Document> {
    let fast = WriteConcern::builder().w(Acknowledgment::Nodes(1)).build();
    let options = CollectionOptions::builder().write_concern(fast).build();
    data.database.collection_with_options("servers", options)
}

/// FNV-1a, the same on every server.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_session_belongs_to_one_server_and_each_has_its_share() {
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        let servers = [Servers::new(), Servers::new(), Servers::new()];
        let mut all: Vec<String> = servers.iter().map(|server| server.id.clone()).collect();
        all.sort_unstable();
        servers.iter().for_each(|server| *server.all.lock().unwrap() = all.clone());
        let mut shares = [0; 3];
        for n in 0..3000 {
            let id: SessionId = format!("session-{n:04}").parse().unwrap();
            let mine: Vec<usize> = (0..3).filter(|server| servers[*server].is_mine(&id)).collect();
            assert_eq!(mine.len(), 1, "{id}");
            shares[mine[0]] += 1;
        }
        assert!(shares.iter().all(|share| (900..1100).contains(share)), "{shares:?}");
    }
}
