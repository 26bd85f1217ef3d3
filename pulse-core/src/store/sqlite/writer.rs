//! The one thread that writes: what is waiting becomes one transaction, one fsync, and then all its answers.
//!
//! ```text
//!   jobs wait -> BEGIN, run each, COMMIT (one fsync) -> publish what readers need -> answer all
//!                   \\- it failed: each job again in a transaction of its own, so that what fails, fails alone
//!   nothing waits, sums are due -> BEGIN, sweep the ledger, COMMIT -> publish
//! ```

use std::{
    fmt,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot, watch},
};

use super::{connect, ledger::Ledger, private::Lock, published::Published};
use crate::{error_chain::chain, seldom::Seldom, store::StoreError};

/// Jobs that may wait; beyond it a caller waits for room, and ingest limits how many callers there are.
const WAITING: usize = 1024;

/// Jobs of one transaction: large enough to share the fsync, small enough to answer soon.
const GROUP: usize = 512;

/// Least time between the ends of two commits while few jobs wait: each costs an fsync and whole pages of the log. At 300
/// batches a second that leaves half of them, and a visitor's page waits for none.
const APART: Duration = Duration::from_millis(5);

/// So many jobs, waiting or about to come, do not wait for [`APART`].
const MANY: usize = 8;

/// Longest wait for jobs that are about to come.
const GATHER: Duration = Duration::from_millis(1);

/// How often it is looked whether they have come: a wake-up for each would cost more than the job.
const LOOK: Duration = Duration::from_micros(250);

/// How long readers are waited for when the log is to be emptied, and when that is tried again.
const READS: Duration = Duration::from_millis(20);
const AGAIN: Duration = Duration::from_millis(100);

/// Work within a transaction, and who waits for it.
trait Job: Send {
    /// Does the work; again when the transaction that it was part of could not be committed.
    fn run(&mut self, ledger: &mut Ledger, db: &Connection) -> Result<(), StoreError>;

    /// Answers once the work is on disk, or with why it is not.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, F> {
    work: F,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnMut(&mut Ledger, &Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, ledger: &mut Ledger, db: &Connection) -> Result<(), StoreError> {
        self.done = Some((self.work)(ledger, db)?);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { done, answer, .. } = *self;
        let done = committed.and_then(|()| done.ok_or_else(|| StoreError::unavailable("sqlite")(Closed.into())));
        // The caller may have stopped waiting; the work is done all the same.
        let _ = answer.send(done);
    }
}

/// Sends work to the thread.
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    thread: thread::Thread,
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
    closing: watch::Sender<bool>,
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
    /// Starts the thread on `db`. What it has committed is told to readers through `published`.
    pub(super) fn spawn(
        db: Connection,
        ledger: Ledger,
        published: Arc<Published>,
        lock: Option<Lock>,
    ) -> Result<Self, StoreError> {
        let (jobs, receive) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        let (closing, closed) = watch::channel(false);
        let runtime = Handle::try_current().ok();
        let thread = thread::Builder::new()
            .name("pulse-sqlite".into())
            .spawn(move || {
                Work { db, ledger, published, runtime, has_erased: false, _lock: lock }.run(receive, closed);
                // Nobody waits when the store was dropped and not closed.
                let _ = end.send(());
            })
            .map_err(|e| StoreError::unavailable("start the writer")(e.into()))?;
        let thread = thread.thread().clone();
        Ok(Self { jobs, thread, ended: tokio::sync::Mutex::new(Some(ended)), closing })
    }

    /// Runs `work` in the next transaction and returns when that is on disk. It is run again, alone, when a transaction
    /// that it shared with others fails.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnMut(&mut Ledger, &Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Task { work, done: None, answer });
        if *self.closing.borrow() || self.jobs.send(job).await.is_err() {
            return Err(StoreError::unavailable(doing)(Closed.into()));
        }
        self.thread.unpark();
        answered.await.map_err(|_| StoreError::unavailable(doing)(Closed.into()))?
    }

    /// Resolves when the thread has ended, which it does when this is dropped.
    #[cfg(test)]
    pub(super) async fn ended(&self) -> oneshot::Receiver<()> {
        self.ended.lock().await.take().expect("it is asked once")
    }

    /// Finishes what is waiting, brings the tables up to date and ends the thread.
    pub(super) async fn close(&self) {
        if !*self.closing.borrow() {
            // What fails here is counted again at the next start.
            let _ = self.run("close", |ledger, db| ledger.settle_all(db)).await;
        }
        self.closing.send_replace(true);
        self.thread.unpark();
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

impl Drop for Writer {
    /// The thread ends when it finds that nobody can send any more.
    fn drop(&mut self) {
        self.closing.send_replace(true);
        self.thread.unpark();
    }
}

/// What the thread works with.
struct Work {
    db: Connection,
    ledger: Ledger,
    published: Arc<Published>,
    runtime: Option<Handle>,
    /// Whether what was erased may stand in the log still.
    has_erased: bool,
    /// Others may have the file when the thread has ended.
    _lock: Option<Lock>,
}

impl Work {
    fn run(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>, closed: watch::Receiver<bool>) {
        let mut group = Vec::with_capacity(GROUP);
        let mut expected = 1;
        let mut committed = None::<Instant>;
        loop {
            // Read before the jobs: what was sent before it was closed is still done.
            let is_closed = *closed.borrow();
            take(&mut jobs, &mut group);
            if group.is_empty() && is_closed {
                break;
            }
            if !group.is_empty() {
                if let Some(rest) = committed.and_then(|at| APART.checked_sub(at.elapsed()))
                    && expected.max(group.len() + jobs.len()) < MANY
                    && !is_closed
                {
                    thread::sleep(rest);
                    take(&mut jobs, &mut group);
                }
                // Those who were answered last tend to come back at once.
                let began = Instant::now();
                while group.len() + jobs.len() < expected && began.elapsed() < GATHER {
                    thread::sleep(LOOK);
                }
                take(&mut jobs, &mut group);
                expected = group.len();
                self.commit(&mut group);
                committed = Some(Instant::now());
                expected = (expected + jobs.len()).min(GROUP);
            }
            if self.ledger.is_due() {
                // In a transaction of its own: nobody waits for it, and when it fails nobody's work does.
                if let Err(error) = self.in_transaction(Ledger::sweep) {
                    static LATER: Seldom = Seldom::new();
                    if let Some(times) = LATER.happened() {
                        tracing::warn!(times, error = %chain(&error), "sqlite: totals are written later");
                    }
                }
            } else if jobs.is_empty() {
                let retry = self.has_erased.then_some(AGAIN);
                match self.ledger.due_in().into_iter().chain(retry).min() {
                    Some(rest) => thread::park_timeout(rest),
                    None => thread::park(),
                }
            }
            self.empty_log();
        }
    }

    /// Does a group of jobs in one transaction, or each in its own when that fails: what fails, fails alone.
    fn commit(&mut self, group: &mut Vec<Box<dyn Job>>) {
        let failed = match self.attempt(group) {
            Ok(()) => {
                self.empty_log();
                return answer(group, &self.runtime);
            }
            Err(error) => error,
        };
        static FAILED: Seldom = Seldom::new();
        if let Some(times) = FAILED.happened() {
            tracing::error!(times, error = %chain(&failed), jobs = group.len(), "sqlite: a transaction failed");
        }
        if group.len() > 1 {
            for mut job in group.drain(..) {
                let done = self.attempt(std::slice::from_mut(&mut job));
                job.answer(done);
            }
        } else if let Some(job) = group.pop() {
            job.answer(Err(failed));
        }
    }

    fn attempt(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.in_transaction(|ledger, tx| jobs.iter_mut().try_for_each(|job| job.run(ledger, tx)))
    }

    fn in_transaction(
        &mut self,
        work: impl FnOnce(&mut Ledger, &Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Self { db, ledger, published, .. } = self;
        let attempt = || {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            ledger.complete(&tx)?;
            work(ledger, &tx)?;
            Ok(tx.commit()?)
        };
        let done = attempt();
        match &done {
            Ok(()) => {
                self.has_erased |= ledger.take_erased();
                ledger.publish(published);
            }
            Err(_) => ledger.forget(),
        }
        done
    }

    /// Takes out of the log what was erased. Who reads from it holds that up: then it is tried again.
    fn empty_log(&mut self) {
        if !self.has_erased {
            return;
        }
        let emptied = || {
            self.db.busy_timeout(READS)?;
            let emptied = connect::empty_log(&self.db);
            self.db.busy_timeout(connect::BUSY)?;
            emptied
        };
        match emptied() {
            Ok(emptied) => self.has_erased = !emptied,
            Err(error) => {
                static LATER: Seldom = Seldom::new();
                if let Some(times) = LATER.happened() {
                    tracing::warn!(times, error = %chain(&error), "sqlite: what was erased leaves the log later");
                }
            }
        }
    }
}

/// Takes what waits, as far as there is room in a group.
fn take(jobs: &mut mpsc::Receiver<Box<dyn Job>>, group: &mut Vec<Box<dyn Job>>) {
    while group.len() < GROUP
        && let Ok(job) = jobs.try_recv()
    {
        group.push(job);
    }
}

/// Tells everyone. From within the runtime that costs one wake-up, from outside one for each.
fn answer(group: &mut Vec<Box<dyn Job>>, runtime: &Option<Handle>) {
    let group = std::mem::replace(group, Vec::with_capacity(group.len()));
    let answer = move || group.into_iter().for_each(|job| job.answer(Ok(())));
    match runtime {
        Some(runtime) => drop(runtime.spawn(async move { answer() })),
        None => answer(),
    }
}
