//! The one thread that writes: what is waiting becomes one transaction, one fsync, and then all its answers.

use std::{fmt, thread};

use rusqlite::{Connection, Savepoint, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::store::{BoxError, StoreError};

/// Jobs that may wait; beyond it a caller waits for room, and ingest limits how many callers there are.
const WAITING: usize = 1024;

/// Jobs of one transaction: large enough to share the fsync, small enough to answer soon.
const GROUP: usize = 512;

/// Does its part within the transaction, and gives back how to answer once that is committed or has failed.
type Job = Box<dyn FnOnce(&mut rusqlite::Transaction<'_>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), BoxError>) + Send>;

/// Sends work to the thread.
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
    closing: tokio::sync::watch::Sender<bool>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the store is closed")]
struct Closed;

impl Writer {
    /// Starts the thread on `db`.
    pub(super) fn spawn(db: Connection) -> Result<Self, StoreError> {
        let (jobs, receive) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        let (closing, closed) = tokio::sync::watch::channel(false);
        thread::Builder::new()
            .name("pulse-sqlite".into())
            .spawn(move || {
                work(db, receive, closed);
                // Nobody waits when the store was dropped and not closed.
                let _ = end.send(());
            })
            .map_err(|e| StoreError::unavailable("start the writer")(e.into()))?;
        Ok(Self { jobs, ended: tokio::sync::Mutex::new(Some(ended)), closing })
    }

    /// Runs `work` in the next transaction and returns when that is on disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Savepoint<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (send, receive) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            // A savepoint of its own: what fails is undone alone.
            let done = tx.savepoint().map_err(StoreError::from).and_then(|savepoint| {
                let value = work(&savepoint)?;
                savepoint.commit()?;
                Ok(value)
            });
            Box::new(move |committed| {
                let answer = match committed {
                    Ok(()) => done,
                    Err(error) => done.and(Err(StoreError::unavailable(doing)(error))),
                };
                // The caller may have stopped waiting; the work is done all the same.
                let _ = send.send(answer);
            })
        });
        if *self.closing.borrow() || self.jobs.send(job).await.is_err() {
            return Err(StoreError::unavailable(doing)(Closed.into()));
        }
        receive.await.map_err(|_| StoreError::unavailable(doing)(Closed.into()))?
    }

    /// Finishes what is waiting and ends the thread.
    pub(super) async fn close(&self) {
        // The thread sees it after the jobs that are before this one.
        self.closing.send_replace(true);
        let _ = self.jobs.send(Box::new(|_| Box::new(|_| ()))).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

fn work(mut db: Connection, mut jobs: mpsc::Receiver<Job>, closed: tokio::sync::watch::Receiver<bool>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
        commit(&mut db, &mut group);
        if *closed.borrow() && jobs.is_empty() {
            break;
        }
    }
}

/// Does a group of jobs in one transaction. When that cannot be committed, every caller is told so.
fn commit(db: &mut Connection, group: &mut Vec<Job>) {
    let mut tx = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(tx) => tx,
        Err(error) => {
            tracing::error!(%error, "sqlite: cannot begin a transaction");
            // Dropping a job drops its channel, and its caller sees that the store is not available.
            group.clear();
            return;
        }
    };
    let answers: Vec<Answer> = group.drain(..).map(|job| job(&mut tx)).collect();
    let committed = tx.commit();
    if let Err(error) = &committed {
        tracing::error!(%error, "sqlite: cannot commit");
    }
    let failed = committed.err().map(|error| error.to_string());
    for answer in answers {
        answer(failed.clone().map_or(Ok(()), |error| Err(error.into())));
    }
}
