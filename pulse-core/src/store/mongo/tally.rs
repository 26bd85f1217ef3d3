//! Totals of sessions, counted from their batches.
//!
//! A batch's insert is idempotent by its `_id`; adding to a total is not, and an error does not tell whether it
//! happened. So totals are counted: for the sessions that had a batch, all their batches are summed in one
//! aggregation and written with `$max`. Batches only become more, so a count never goes back, and counts that
//! overtake each other, from this server or another, end at the right figure.
//!
//! A session's document says `settled: false` before its first batch is stored, and `true` only when nothing has come
//! for long. What a crash left uncounted is therefore found at the next start.

use std::time::Duration;

use futures_util::TryStreamExt;
use mongodb::bson::{DateTime, Document, doc};
use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
};

use super::{Data, document::id_of};
use crate::{
    error_chain::chain,
    marks::Marks,
    model::{EventType, Millis, SessionId},
    store::StoreError,
};

/// How often sessions are counted: soon enough for a list that is refreshed every 3 s.
const EVERY: Duration = Duration::from_millis(500);

/// Sessions counted in one aggregation.
const GROUP: usize = 200;

/// A session is settled when no server has announced batches of it for this long.
pub(super) const SETTLE_MS: Millis = 30 * 60 * 1000;

/// Ticks between looks for sessions to settle: every minute.
const SETTLE_TICKS: u32 = 120;

/// Counts sessions in the background.
pub(super) struct Tally {
    marked: Marks,
    stop: watch::Sender<bool>,
    task: AsyncMutex<Option<JoinHandle<()>>>,
}

impl Tally {
    /// Starts counting, first what an earlier run has left.
    pub(super) async fn spawn(data: Data) -> Result<Self, StoreError> {
        let sessions = data.sessions.clone_with_type::<Document>();
        let left: Vec<Document> = data
            .call("find uncounted sessions", async {
                sessions.find(doc! { "settled": false }).projection(doc! { "_id": 1 }).await?.try_collect().await
            })
            .await?;
        let marked = Marks::default();
        marked.add(left.iter().map(id_of).collect::<Result<Vec<_>, _>>()?);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(data, marked.clone(), stopped));
        Ok(Self { marked, stop, task: AsyncMutex::new(Some(task)) })
    }

    /// Where to mark the sessions that have a new batch, or may have.
    pub(super) fn marks(&self) -> Marks {
        self.marked.clone()
    }

    /// Counts what is marked and ends.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "mongodb: counting ended badly");
        }
    }
}

async fn run(data: Data, marked: Marks, mut stopped: watch::Receiver<bool>) {
    let mut ticks = 0;
    loop {
        // Stops also when the store was dropped and not closed.
        let stop = tokio::time::timeout(EVERY, stopped.wait_for(|stop| *stop)).await.is_ok();
        let ids: Vec<SessionId> = marked.take();
        let mut left = ids.as_slice();
        while let Some((group, rest)) =
            left.split_at_checked(GROUP.min(left.len())).filter(|(group, _)| !group.is_empty())
        {
            if let Err(error) = count(&data, group).await {
                tracing::warn!(error = %chain(&error), "mongodb: sessions are counted later");
                break;
            }
            left = rest;
        }
        let counted = left.is_empty();
        marked.add(left.iter().cloned());
        if stop {
            return;
        }
        ticks = (ticks + 1) % SETTLE_TICKS;
        // Not while some are left to count: a settled session is not looked for at the next start.
        if ticks == 0
            && counted
            && let Err(error) = settle(&data).await
        {
            tracing::warn!(error = %chain(&error), "mongodb: sessions are settled later");
        }
    }
}

/// Counts the batches of some sessions, and writes the totals.
async fn count(data: &Data, ids: &[SessionId]) -> Result<(), StoreError> {
    let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
    let mut sums = doc! {
        "_id": "$session_id",
        "batches": { "$sum": 1 },
        "start": { "$min": "$start" },
        "end": { "$max": "$end" },
    };
    for of in EventType::ALL {
        sums.insert(of.as_str(), doc! { "$sum": format!("$counts.{}", of.as_str()) });
    }
    let pipeline = [doc! { "$match": { "session_id": { "$in": ids } } }, doc! { "$group": sums }];
    let totals: Vec<Document> =
        data.call("count", async { data.batches.aggregate(pipeline).await?.try_collect().await }).await?;
    let updates: Vec<Document> = totals.into_iter().map(update).collect();
    if updates.is_empty() {
        return Ok(());
    }
    let command = doc! {
        "update": data.sessions.name(),
        "updates": updates,
        "ordered": false,
        "writeConcern": { "w": "majority", "j": true },
    };
    data.call("count", async { data.database.run_command(command).await }).await.map(drop)
}

/// The update that one row of sums becomes.
fn update(mut sums: Document) -> Document {
    let id = sums.remove("_id");
    let start = sums.remove("start");
    let mut largest = doc! { "batches": sums.remove("batches"), "last_seen": sums.remove("end") };
    for (of, count) in sums {
        largest.insert(format!("counts.{of}"), count);
    }
    doc! { "q": { "_id": id }, "u": { "$max": largest, "$min": { "started_at": start } } }
}

/// Marks sessions that nothing has come of for long.
async fn settle(data: &Data) -> Result<(), StoreError> {
    let before = DateTime::from_millis(data.clock.now() - SETTLE_MS);
    let idle = doc! { "settled": false, "touched_at": { "$lt": before } };
    let update = doc! { "$set": { "settled": true } };
    data.call("settle", async { data.sessions.update_many(idle, update).await }).await.map(drop)
}
