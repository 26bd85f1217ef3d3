//! Batches that wait at the same moment go to MongoDB as one unordered `insert_many`: one round trip and one flush of the
//! journal for all of them. While it is journalled, the next collects. With two in flight the groups were half as large,
//! and a batch cost a third more, as each has its own command and flush.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use mongodb::{
    bson::RawDocumentBuf,
    error::{Error, ErrorKind},
};
use tokio::{
    sync::{Mutex as AsyncMutex, mpsc, oneshot},
    task::JoinHandle,
};

use super::{DUPLICATE_KEY, Data, active::ActiveSessions, totals::Totals};
use crate::{
    error_chain::chain,
    model::SessionId,
    seldom::Seldom,
    store::{Appended, StoreError},
};

/// Batches that may wait: as many as ingest has in work. Those whose callers have given up count, too.
const WAITING: usize = 256;

/// Batches of one `insert_many`.
const GROUP: usize = 256;

/// Hands batches to the task that inserts them.
pub(super) struct Inserter {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    task: AsyncMutex<Option<JoinHandle<()>>>,
}

/// A batch, and who waits for it.
struct Job {
    session: SessionId,
    totals: Totals,
    document: RawDocumentBuf,
    answer: oneshot::Sender<Result<Appended, StoreError>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the store is closed")]
struct Closed;

impl Inserter {
    /// Starts the task.
    pub(super) fn spawn(data: Data, active: Arc<ActiveSessions>) -> Self {
        let (jobs, receive) = mpsc::channel(WAITING);
        let task = tokio::spawn(run(data, active, receive));
        Self { jobs: Mutex::new(Some(jobs)), task: AsyncMutex::new(Some(task)) }
    }

    /// Inserts a batch; returns when it is journalled, or was before. Its sums are added to the totals of its session,
    /// also when the caller has stopped waiting.
    pub(super) async fn insert(
        &self,
        session: &SessionId,
        totals: Totals,
        document: RawDocumentBuf,
    ) -> Result<Appended, StoreError> {
        let closed = || StoreError::unavailable("append")(Closed.into());
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        jobs.send(Job { session: session.clone(), totals, document, answer }).await.map_err(|_| closed())?;
        drop(jobs);
        answered.await.map_err(|_| closed())?
    }

    /// Finishes what is waiting and ends the task.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "mongodb: inserting ended badly");
        }
    }
}

async fn run(data: Data, active: Arc<ActiveSessions>, mut jobs: mpsc::Receiver<Job>) {
    let mut group = Vec::new();
    while jobs.recv_many(&mut group, GROUP).await > 0 {
        // Not what was refused meanwhile, because the server hung: its sender has it still.
        group.retain(|job: &Job| !job.answer.is_closed());
        if !group.is_empty() {
            insert(&data, &active, std::mem::take(&mut group)).await;
        }
    }
}

async fn insert(data: &Data, active: &ActiveSessions, group: Vec<Job>) {
    let batches = data.batches.clone_with_type::<RawDocumentBuf>();
    let documents = group.iter().map(|job| &job.document);
    let inserted = data.call("append", async { batches.insert_many(documents).ordered(false).await }).await;
    let refused = match &inserted {
        Ok(_) => Ok(HashMap::new()),
        Err(error) => refused(error).ok_or_else(|| error.to_string()),
    };
    if let (Err(_), Err(error)) = (&refused, &inserted) {
        static LOST: Seldom = Seldom::new();
        if let Some(times) = LOST.happened() {
            tracing::warn!(times, error = %chain(error), batches = group.len(), "mongodb: batches are not stored");
        }
    }
    for (index, Job { session, totals, answer, .. }) in group.into_iter().enumerate() {
        let outcome = match refused.as_ref().map(|refused| refused.get(&index)) {
            Ok(None) => {
                active.add(&session, totals);
                Ok(Appended::Stored)
            }
            Ok(Some(Refusal::Duplicate)) => Ok(Appended::Duplicate),
            // It may be stored all the same, now or later: the session is marked as changed.
            Ok(Some(Refusal::Other(why))) | Err(why) => {
                active.add(&session, Totals::default());
                Err(why)
            }
        };
        // The caller may have stopped waiting; the batch is stored all the same.
        let _ = answer.send(outcome.map_err(|error| StoreError::unavailable("append")(error.clone().into())));
    }
}

/// Why one batch of a group was not inserted.
enum Refusal {
    /// It was there already.
    Duplicate,
    Other(String),
}

/// The places of the batches that were not inserted, if the others were for certain.
fn refused(error: &StoreError) -> Option<HashMap<usize, Refusal>> {
    let StoreError::Unavailable { source, .. } = error else { return None };
    let error: &Error = source.downcast_ref()?;
    let ErrorKind::InsertMany(failed) = &*error.kind else { return None };
    let errors = failed.write_errors.as_ref().filter(|_| failed.write_concern_error.is_none())?;
    let refusal = |code, message: &String| match code {
        DUPLICATE_KEY => Refusal::Duplicate,
        _ => Refusal::Other(message.clone()),
    };
    Some(errors.iter().map(|error| (error.index, refusal(error.code, &error.message))).collect())
}
