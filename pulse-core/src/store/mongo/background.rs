//! What this server does in the background: it adds pending sums to the totals of sessions, tells the other servers
//! that it is there, and deletes what crashes have left.

use std::{
    collections::HashSet,
    future::IntoFuture,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::TryStreamExt;
use mongodb::{
    bson::{Bson, Document, doc},
    options::ReadConcern,
};
use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
};

use super::{
    Data,
    active::{ActiveSessions, Pending},
    document::id_of,
    servers::Servers,
    totals::Totals,
    update::{self, HOLD_MS},
};
use crate::{
    error_chain::chain,
    model::{Millis, SessionId},
    seldom::Seldom,
    store::StoreError,
};

/// How often pending sums are added: soon enough for a list that is refreshed every 3 s.
const FLUSH: Duration = Duration::from_millis(500);

/// How often the servers meet.
const MEET: Duration = Duration::from_secs(2);

/// Meetings between two looks for what crashes have left: every ten minutes.
const SWEEP: u32 = 300;

/// Sessions that are written in one command.
const GROUP: usize = 500;

/// The tasks of a store.
#[derive(Debug)]
pub(super) struct Background {
    stop: watch::Sender<bool>,
    pub(super) tasks: AsyncMutex<Vec<JoinHandle<()>>>,
}

impl Background {
    /// Starts them.
    pub(super) fn spawn(work: Work) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks =
            vec![tokio::spawn(flush_until(work.clone(), stopped.clone())), tokio::spawn(meet_until(work, stopped))];
        Self { stop, tasks: AsyncMutex::new(tasks) }
    }

    /// Adds what is pending, leaves the other servers, and ends.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        for task in self.tasks.lock().await.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "mongodb: a background task ended badly");
            }
        }
    }
}

/// What the tasks work on.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) data: Data,
    pub(super) active: Arc<ActiveSessions>,
    pub(super) servers: Arc<Servers>,
    pub(super) erased: Arc<Mutex<Vec<Erased>>>,
}

/// Sessions that were erased while other servers may have written to them.
#[derive(Debug)]
pub(super) struct Erased {
    /// When no server takes them for known any more.
    pub(super) after: Millis,
    pub(super) sessions: Vec<Pending>,
}

async fn flush_until(work: Work, mut stopped: watch::Receiver<bool>) {
    loop {
        let stop = tokio::select! {
            () = tokio::time::sleep(FLUSH) => false,
            _ = stopped.wait_for(|stop| *stop) => true,
        };
        if let Err(error) = work.flush().await {
            static LATER: Seldom = Seldom::new();
            if let Some(times) = LATER.happened() {
                tracing::warn!(times, error = %chain(&error), "mongodb: totals are added later");
            }
        }
        if stop {
            return;
        }
        if let Err(error) = work.clear_erased().await {
            static LATER: Seldom = Seldom::new();
            if let Some(times) = LATER.happened() {
                tracing::warn!(times, error = %chain(&error), "mongodb: erased sessions are looked at later");
            }
        }
        work.active.prune(work.data.clock.now());
    }
}

async fn meet_until(work: Work, mut stopped: watch::Receiver<bool>) {
    let away = Seldom::new();
    for meeting in 0_u32.. {
        let met = work.servers.meet(&work.data).await;
        let swept = if meeting % SWEEP == 0 { work.data.sweep().await } else { Ok(()) };
        match met.and(swept) {
            Ok(()) => {
                if let Some(away) = away.works() {
                    tracing::info!(seconds = away.as_secs(), "mongodb: it answers again");
                }
            }
            Err(error) => {
                if let Some(times) = away.happened() {
                    tracing::warn!(times, error = %chain(&error), "mongodb: the servers meet later");
                }
            }
        }
        let stop = tokio::time::timeout(MEET, stopped.wait_for(|stop| *stop)).await.is_ok();
        if stop {
            break;
        }
    }
    if let Err(error) = work.servers.leave(&work.data).await {
        tracing::warn!(error = %chain(&error), "mongodb: the other servers notice later that this one has ended");
    }
}

impl Work {
    /// Adds what is pending to the totals of sessions. What fails is kept for the next time.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let pending = self.active.take();
        let mut groups = pending.chunks(GROUP);
        let mut flushed = Ok(());
        for group in groups.by_ref() {
            flushed = self.flush_group(group).await;
            if flushed.is_err() {
                break;
            }
        }
        groups.for_each(|group| self.put_back(group));
        flushed
    }

    fn put_back<'a>(&self, pending: impl IntoIterator<Item = &'a Pending>) {
        pending.into_iter().for_each(|pending| self.active.add(&pending.id, pending.totals));
    }

    async fn flush_group(&self, group: &[Pending]) -> Result<(), StoreError> {
        let now = self.data.clock.now();
        let sessions = self.data.sessions.name();
        let moves = group.iter().filter_map(|pending| update::move_start(pending, now)).collect();
        let additions = group.iter().map(|pending| update::add(pending, now)).collect();
        let work = async {
            self.data.update("move starts", sessions, moves).await?.all("move starts")?;
            self.data.update("add totals", sessions, additions).await
        };
        let added = match work.await {
            Ok(added) => added,
            Err(error) => {
                self.put_back(group);
                return Err(error);
            }
        };
        if let Some((_, why)) = added.refused.first() {
            tracing::warn!(why, sessions = added.refused.len(), "mongodb: totals are refused, and added later");
            self.put_back(added.refused.iter().filter_map(|(index, _)| group.get(*index)));
        } else if added.matched < group.len() as u64 {
            let gone = self.gone(group).await?;
            if let Err(error) = self.clear(&gone).await {
                self.put_back(&gone);
                return Err(error);
            }
        } else {
            // An addition that may be undone does not renew the hold.
            added.durable("add totals")?;
            self.active.flushed(group, now + HOLD_MS);
        }
        Ok(())
    }

    /// Those that have no document.
    async fn gone(&self, group: &[Pending]) -> Result<Vec<Pending>, StoreError> {
        let known = self.known(group.iter().map(|pending| &pending.id)).await?;
        Ok(group.iter().filter(|pending| !known.contains(&pending.id)).cloned().collect())
    }

    async fn known(&self, ids: impl IntoIterator<Item = &SessionId>) -> Result<HashSet<SessionId>, StoreError> {
        let keys: Vec<&str> = ids.into_iter().map(SessionId::as_str).collect();
        let sessions = self.data.sessions.clone_with_type::<Document>();
        let find = sessions.find(doc! { "_id": { "$in": keys } }).projection(doc! { "_id": 1 });
        let find = find.max_time(self.data.call);
        let found: Vec<Document> =
            self.data.call("look for sessions", async { find.await?.try_collect().await }).await?;
        found.iter().map(id_of).collect()
    }

    /// Deletes what is left of sessions that were deleted while batches were on their way, and the sums that may count
    /// these batches.
    async fn clear(&self, gone: &[Pending]) -> Result<(), StoreError> {
        self.active.forget(gone.iter().map(|pending| &pending.id));
        let keys: Vec<&str> = gone.iter().map(|pending| pending.id.as_str()).collect();
        let batches = self.data.batches.clone_with_type::<Document>();
        let find = batches.find(doc! { "session_id": { "$in": &keys } }).projection(doc! { "session_id": 1 });
        let find = find.read_concern(ReadConcern::majority()).max_time(self.data.call);
        let left: Vec<Document> = self.data.call("look for batches", async { find.await?.try_collect().await }).await?;
        // A session that is made anew has its document before its first batch: these batches were there, and if the
        // document is not there now, they are of the session that was deleted.
        let anew = self.known(gone.iter().map(|pending| &pending.id)).await?;
        let is_anew = |id: &str| anew.iter().any(|known| known.as_str() == id);
        let orphaned = |batch: &Document| !batch.get_str("session_id").is_ok_and(is_anew);
        let orphans: Vec<&Bson> =
            left.iter().filter(|batch| orphaned(batch)).filter_map(|batch| batch.get("_id")).collect();
        if orphans.is_empty() {
            return Ok(());
        }
        let delete = batches.delete_many(doc! { "_id": { "$in": orphans } });
        self.data.call("delete batches", delete.into_future()).await?;
        let starts = gone.iter().flat_map(|pending| pending.started_at.into_iter().chain(pending.earlier_start()));
        self.data.erase_sums(starts.collect::<Vec<_>>()).await
    }

    /// Looks once more at sessions that were erased: a server that died may have stored batches of them since.
    pub(super) async fn clear_erased(&self) -> Result<(), StoreError> {
        let now = self.data.clock.now();
        let erased = || self.erased.lock().unwrap_or_else(PoisonError::into_inner);
        let due: Vec<Erased> = erased().extract_if(.., |erased| erased.after <= now).collect();
        let mut due = due.into_iter();
        while let Some(next) = due.next() {
            if let Err(error) = self.clear(&self.gone(&next.sessions).await?).await {
                erased().extend([next].into_iter().chain(due));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Has a session looked at again after it was erased.
    pub(super) fn watch_erased(&self, sessions: Vec<Pending>) {
        let after = self.data.clock.now() + HOLD_MS;
        self.erased.lock().unwrap_or_else(PoisonError::into_inner).push(Erased { after, sessions });
    }
}

/// An erased session, of which nothing is pending.
pub(super) fn erased(id: SessionId, started_at: Millis) -> Pending {
    Pending { id, totals: Totals::default(), started_at: Some(started_at) }
}
