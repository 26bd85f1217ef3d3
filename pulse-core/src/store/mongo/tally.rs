//! Totals of sessions, kept in their documents.
//!
//! The [`Ledger`] says what to add to which session, and which to recount. An addition is an `$inc` under the condition
//! that no recount has come between; a recount sums all batches of a session and replaces its totals under the condition
//! that nobody has changed them since it began. Both read what a majority has, as what a minority has may be undone. No
//! update inserts, so that a session which was deleted stays deleted.
//!
//! A session's document says `settled: false` before its first batch is stored, and `true` only when nothing has come
//! for long and its batches, counted in the index alone, are as many as its total says. Each batch is added at most
//! once, so that equal numbers mean equal totals. What a crash left uncounted is found in the same way: by this server
//! when it starts, or by any when the session would be settled.

use std::{collections::HashMap, future::IntoFuture, sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use mongodb::{
    bson::{Bson, DateTime, Document, doc, oid::ObjectId},
    options::ReadConcern,
};
use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
};

use super::{
    Data,
    document::id_of,
    ledger::{Ledger, Sum, Token},
    query,
    totals::{Totals, number},
};
use crate::{
    error_chain::chain,
    model::{Millis, SessionId},
    store::StoreError,
};

/// How often it is looked what there is to do: soon enough for a list that is refreshed every 3 s.
const EVERY: Duration = Duration::from_millis(500);

/// Sessions written or counted in one command.
const GROUP: usize = 500;

/// A session is settled when no server has announced batches of it for this long.
pub(super) const SETTLE_MS: Millis = 30 * 60 * 1000;

/// Ticks between looks for sessions to settle: every minute.
const SETTLE_TICKS: u32 = 120;

/// Keeps totals in the background.
pub(super) struct Tally {
    stop: watch::Sender<bool>,
    pub(super) task: AsyncMutex<Option<JoinHandle<()>>>,
}

impl Tally {
    /// Starts, first with what an earlier run has left.
    pub(super) fn spawn(data: Data, ledger: Arc<Ledger>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let work = Work { data, ledger };
        Self { stop, task: AsyncMutex::new(Some(tokio::spawn(work.run(stopped)))) }
    }

    /// Writes what is left to write and ends.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "mongodb: counting ended badly");
        }
    }
}

/// What the task does.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) data: Data,
    pub(super) ledger: Arc<Ledger>,
}

/// The totals of a session as they were read.
struct Read {
    token: Token,
    batches: u64,
}

impl Work {
    async fn run(self, mut stopped: watch::Receiver<bool>) {
        let (mut ticks, mut begun) = (0, false);
        loop {
            // Stops also when the store was dropped and not closed.
            let stop = tokio::time::timeout(EVERY, stopped.wait_for(|stop| *stop)).await.is_ok();
            if let Err(error) = self.tick(stop).await {
                tracing::warn!(error = %chain(&error), "mongodb: totals are written later");
            }
            if stop {
                return;
            }
            ticks = (ticks + 1) % SETTLE_TICKS;
            if !begun || ticks == 0 {
                let now = self.data.clock.now();
                match self.audit(if begun { now - SETTLE_MS } else { now }, begun).await {
                    Ok(()) => begun = true,
                    Err(error) => tracing::warn!(error = %chain(&error), "mongodb: sessions are settled later"),
                }
            }
        }
    }

    /// Adds and recounts what is due; with `all`, what could wait, too.
    pub(super) async fn tick(&self, all: bool) -> Result<(), StoreError> {
        let sums = self.ledger.take_sums(all);
        let mut groups = sums.chunks(GROUP);
        let mut added = Ok(());
        for group in groups.by_ref() {
            added = self.add(group).await;
            if added.is_err() {
                self.ledger.doubt(group.iter().map(|sum| &sum.id));
                break;
            }
        }
        groups.for_each(|group| self.ledger.doubt(group.iter().map(|sum| &sum.id)));
        added?;
        for group in self.ledger.take_doubts(all).chunks(GROUP) {
            self.recount(group).await?;
        }
        Ok(())
    }

    /// Adds to the totals of some sessions. After an error, it may have happened for any of them.
    async fn add(&self, sums: &[Sum]) -> Result<(), StoreError> {
        let update =
            |sum: &Sum| doc! { "q": { "_id": sum.id.as_str(), "tally": sum.token }, "u": sum.totals.addition() };
        let matched = self.data.update_sessions("write totals", sums.iter().map(update).collect()).await?;
        if matched == sums.len() as u64 {
            self.ledger.added(sums.iter().map(|sum| &sum.id));
            return Ok(());
        }
        // A token never comes back: where it still stands, it stood when the sum was added.
        let now = self.read(sums.iter().map(|sum| &sum.id)).await?;
        for sum in sums {
            match now.get(&sum.id) {
                Some(read) if read.token == sum.token => self.ledger.added([&sum.id]),
                // Another recount, or the session was deleted.
                _ => self.ledger.doubt([&sum.id]),
            }
        }
        Ok(())
    }

    /// Counts the batches of some sessions and replaces their totals.
    async fn recount(&self, ids: &[SessionId]) -> Result<(), StoreError> {
        let before = self.read(ids).await?;
        let rows = self.group(ids, Totals::group()).await?;
        let mut totals: HashMap<SessionId, Totals> = HashMap::new();
        for row in &rows {
            totals.insert(id_of(row)?, Totals::read(row)?);
        }
        let token = ObjectId::new();
        let update = |(id, read): (&SessionId, &Read)| {
            let unchanged =
                doc! { "_id": id.as_str(), "tally": read.token, "batches": i64::try_from(read.batches).ok() };
            let totals = totals.get(id).copied().unwrap_or_default();
            doc! { "q": unchanged, "u": totals.replacement(doc! { "tally": token }) }
        };
        if !before.is_empty() {
            let matched = self.data.update_sessions("write totals", before.iter().map(update).collect()).await?;
            let now = if matched == before.len() as u64 { None } else { Some(self.read(before.keys()).await?) };
            let is_mine = |id| now.as_ref().is_none_or(|now| now.get(id).is_some_and(|read| read.token == Some(token)));
            before.keys().filter(|id| is_mine(*id)).for_each(|id| self.ledger.recounted(id, token));
        }
        let gone: Vec<&SessionId> = ids.iter().filter(|id| !before.contains_key(*id)).collect();
        if gone.is_empty() { Ok(()) } else { self.clear(&gone).await }
    }

    /// Deletes what is left of sessions that were deleted while batches were on their way.
    async fn clear(&self, ids: &[&SessionId]) -> Result<(), StoreError> {
        self.ledger.untouch(ids.iter().copied());
        let keys: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let batches = self.data.batches.clone_with_type::<Document>();
        let find = batches.find(doc! { "session_id": { "$in": &keys } }).projection(doc! { "session_id": 1 });
        let left: Vec<Document> = self
            .data
            .call("look for batches", async { find.read_concern(ReadConcern::majority()).await?.try_collect().await })
            .await?;
        // A session that is made anew has its document before its first batch: these batches were there, and if the
        // document is not there now, they are of the session that was deleted. What is not committed yet counts, too.
        let sessions = self.data.sessions.clone_with_type::<Document>();
        let find = sessions.find(doc! { "_id": { "$in": keys } }).projection(doc! { "_id": 1 });
        let anew: Vec<Document> =
            self.data.call("look for sessions", async { find.await?.try_collect().await }).await?;
        let anew: Vec<SessionId> = anew.iter().map(id_of).collect::<Result<_, _>>()?;
        let is_anew = |id: &str| anew.iter().any(|known| known.as_str() == id);
        let orphaned = |batch: &Document| !batch.get_str("session_id").is_ok_and(is_anew);
        let orphans: Vec<&Bson> =
            left.iter().filter(|batch| orphaned(batch)).filter_map(|batch| batch.get("_id")).collect();
        if !orphans.is_empty() {
            let orphans = doc! { "_id": { "$in": orphans } };
            self.data.call("delete batches", async { batches.delete_many(orphans).await }).await?;
        }
        self.ledger.gone(ids.iter().copied().filter(|id| !anew.contains(id)));
        Ok(())
    }

    /// Looks for sessions that are in work and were last touched before a time: those whose batches are more or fewer
    /// than their total says are recounted, the others settled if `settle` says so.
    pub(super) async fn audit(&self, before: Millis, settle: bool) -> Result<(), StoreError> {
        let idle = doc! { "settled": false, "touched_at": { "$lt": DateTime::from_millis(before) } };
        let mut after = String::new();
        loop {
            let some = doc! { "$and": [&idle, { "_id": { "$gt": &after } }] };
            let sessions = self.data.sessions.clone_with_type::<Document>();
            let find = sessions.find(some).projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 }).limit(GROUP as i64);
            let found: Vec<Document> =
                self.data.call("look for sessions in work", async { find.await?.try_collect().await }).await?;
            let ids: Vec<SessionId> = found.iter().map(id_of).collect::<Result<_, _>>()?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = last.to_string();
            let wrong = self.miscounted(&ids).await?;
            self.ledger.doubt(&wrong);
            if settle {
                let right: Vec<&str> = ids.iter().filter(|id| !wrong.contains(id)).map(SessionId::as_str).collect();
                let still = doc! { "$and": [&idle, { "_id": { "$in": right } }] };
                self.data.call("settle", self.data.sessions.update_many(still, query::settle()).into_future()).await?;
            }
        }
    }

    /// Those whose total is not the number of their batches; counting these reads the index alone.
    async fn miscounted(&self, ids: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let totals = self.read(ids).await?;
        let rows = self.group(ids, number_of_batches()).await?;
        let mut stored = HashMap::new();
        for row in &rows {
            stored.insert(id_of(row)?, number(row, "batches")?);
        }
        let is_wrong = |(id, read): &(SessionId, Read)| stored.get(id).copied().unwrap_or_default() != read.batches;
        Ok(totals.into_iter().filter(is_wrong).map(|(id, _)| id).collect())
    }

    /// What the documents of some sessions say; those that are there no more are left out.
    async fn read(&self, ids: impl IntoIterator<Item = &SessionId>) -> Result<HashMap<SessionId, Read>, StoreError> {
        let ids: Vec<&str> = ids.into_iter().map(SessionId::as_str).collect();
        let sessions = self.data.sessions.clone_with_type::<Document>();
        let find = sessions.find(doc! { "_id": { "$in": ids } }).projection(doc! { "tally": 1, "batches": 1 });
        let found: Vec<Document> = self
            .data
            .call("read totals", async { find.read_concern(ReadConcern::majority()).await?.try_collect().await })
            .await?;
        let read = |found: &Document| {
            let token = found.get_object_id("tally").ok();
            Ok((id_of(found)?, Read { token, batches: number(found, "batches")? }))
        };
        found.iter().map(read).collect()
    }

    /// One row for each of these sessions that has batches.
    async fn group(&self, ids: &[SessionId], group: Document) -> Result<Vec<Document>, StoreError> {
        let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let pipeline = [doc! { "$match": { "session_id": { "$in": ids } } }, group];
        let aggregate = self.data.batches.aggregate(pipeline).read_concern(ReadConcern::majority());
        self.data.call("count", async { aggregate.await?.try_collect().await }).await
    }
}

impl Data {
    /// Runs updates of sessions and says how many found theirs.
    pub(super) async fn update_sessions(&self, doing: &'static str, updates: Vec<Document>) -> Result<u64, StoreError> {
        let command = doc! {
            "update": self.sessions.name(),
            "updates": updates,
            "ordered": false,
            "writeConcern": { "w": "majority", "j": true },
        };
        let answer = self.call(doing, async { self.database.run_command(command).await }).await?;
        // Such an answer is no error to the driver.
        for failed in ["writeErrors", "writeConcernError"] {
            if let Some(why) = answer.get(failed) {
                return Err(StoreError::unavailable(doing)(describe(why).into()));
            }
        }
        number(&answer, "n")
    }
}

/// The group stage that counts the batches of each session.
pub(super) fn number_of_batches() -> Document {
    doc! { "$group": { "_id": "$session_id", "batches": { "$sum": 1 } } }
}

/// The first message in an answer about errors.
fn describe(error: &Bson) -> String {
    let one = match error {
        Bson::Array(errors) => errors.first().unwrap_or(error),
        one => one,
    };
    let message = one.as_document().and_then(|error| error.get_str("errmsg").ok());
    message.unwrap_or("the answer names an error").to_owned()
}
