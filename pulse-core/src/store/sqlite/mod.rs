//! The embedded store: one SQLite file, nothing to set up.
//!
//! Writes go to one thread, which commits what is waiting as one transaction with one fsync (group commit) and only
//! then answers. Reads use connections of their own (WAL) and what the writer has published, and never wait for it, also
//! while an fsync hangs or the disk is full. To copy a store while it is in
//! use: `sqlite3 pulse.db "VACUUM INTO 'copy.db'"`.

mod answers;
mod connect;
mod entry;
mod ledger;
mod list;
mod migrate;
mod new_batch;
mod pack;
mod private;
mod problems;
mod published;
mod read;
mod row;
mod seen;
mod summary;
mod write;
mod writer;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicI64},
};

use async_trait::async_trait;
use futures_util::{StreamExt, future, stream, stream::BoxStream};
use rusqlite::Connection;
use tokio::sync::{
    broadcast::{self, error::RecvError},
    mpsc::{self, Sender},
};

use self::{connect::Pool, ledger::Ledger, new_batch::NewBatch, private::Lock, published::Published, writer::Writer};
use super::{Appended, Opened, SessionFilter, SessionPage, Store, StoreError, counted::Counted};
use crate::model::{Batch, Millis, Session, SessionId, SessionStart};

/// Batches that are read ahead.
const AHEAD: usize = 16;

/// Changes that a follower may be behind.
const CHANGES: usize = 4096;

/// Sessions and events in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<Pool>,
    /// What the writer has committed and the tables do not say yet.
    published: Arc<Published>,
    /// Number of the newest set of sums.
    newest_set: AtomicI64,
    counted: Counted,
    /// Sessions that were written to, for those who follow.
    changed: broadcast::Sender<SessionId>,
}

impl SqliteStore {
    /// Opens the file at `path`, and makes it and its folder when they do not exist. Blocks.
    ///
    /// # Errors
    /// The file cannot be opened, is no store, or was made by a newer version.
    pub fn open(path: &Path) -> Result<Arc<Self>, StoreError> {
        let lock = if connect::is_in_memory(path) { None } else { Some(Lock::take(path)?) };
        let connection = connect::writer(path)?;
        let mut ledger = Ledger::default();
        ledger.complete(&connection)?;
        let published = Arc::new(Published::default());
        ledger.publish(&published);
        let newest_set = AtomicI64::new(summary::newest_set(&connection)?);
        Ok(Arc::new(Self {
            writer: Arc::new(Writer::spawn(connection, ledger, Arc::clone(&published), lock)?),
            readers: Arc::new(Pool::new(path)),
            published,
            newest_set,
            counted: Counted::default(),
            changed: broadcast::Sender::new(CHANGES),
        }))
    }

    /// Deletes the file at `path`, its log and its index, or what a deletion that broke off has left of them. False when
    /// nothing was there. Blocks.
    ///
    /// # Errors
    /// A process has the file open, or it cannot be deleted.
    pub fn delete(path: &Path) -> Result<bool, StoreError> {
        if !private::files(path).iter().any(|file| file.exists()) {
            return Ok(false);
        }
        let _lock = Lock::take(path)?;
        private::delete(path).map_err(|error| StoreError::unavailable("delete the file")(error.into()))?;
        Ok(true)
    }

    /// A store that is gone with the last handle to it, for tests. A read may wait for a write, which it does not in a
    /// file.
    ///
    /// # Errors
    /// There is no memory.
    pub fn in_memory() -> Result<Arc<Self>, StoreError> {
        Self::open(&connect::in_memory())
    }

    /// Says that a session has changed, if anybody wants to know.
    fn tell(&self, id: &SessionId) {
        if self.changed.receiver_count() > 0 {
            // The last one may have left.
            let _ = self.changed.send(id.clone());
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        // Dropped with the caller's patience; the query then stops, too.
        let waiting = Arc::new(());
        let waited_for = Arc::downgrade(&waiting);
        let gave_up = move || waited_for.strong_count() == 0;
        let done = tokio::task::spawn_blocking(move || readers.with(gave_up, work)).await;
        drop(waiting);
        done.map_err(|panic| StoreError::unavailable(doing)(panic.into()))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        let (id, start) = (start.session_id.clone(), start.clone());
        let opened = self.writer.run("open session", move |ledger, db| ledger.open_session(db, &start)).await?;
        self.tell(&id);
        Ok(opened)
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        let id = batch.id().session.clone();
        let (batch, start) = (NewBatch::new(batch, pages.to_vec())?, start.clone());
        let appended = self.writer.run("append", move |ledger, db| ledger.append(db, &batch, &start)).await?;
        self.tell(&id);
        Ok(appended)
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let ahead = self.published.of(id);
        let id = id.clone();
        let mut session = self.read("session", move |db| read::session(db, &id)).await?;
        // The row may have been brought up to date in between, and further.
        if let (Some(session), Some(ahead)) = (&mut session, ahead) {
            if session.batches < ahead.totals.batches {
                ahead.totals.apply(session);
            }
            if let Some(score) = ahead.score.filter(|score| session.score.of_batches <= score.of_batches) {
                session.score = score;
            }
        }
        Ok(session)
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        let (asked, whole) = (filter.clone(), filter.whole());
        let count = self.read("sessions", move |db| list::count(db, &whole));
        let rows = self.read("sessions", move |db| list::sessions(db, &asked));
        let (total, rows) = future::try_join(self.counted.get(filter, count), rows).await?;
        Ok(SessionPage::new(rows, total, filter))
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        let (published, id) = (Arc::clone(&self.published), id.clone());
        stream_from(Arc::clone(&self.readers), AHEAD, move |db, out| {
            let last = match published.of(&id) {
                Some(ahead) => Some(ahead.totals.last_batch).filter(|batch| *batch != 0),
                None => read::last_batch(db, &id)?,
            };
            let Some(last) = last else { return Ok(()) };
            read::batches(db, &id, last, |batch| out.blocking_send(Ok(batch)).is_ok()).map(drop)
        })
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        let ids = ids.to_vec();
        let erased = self.writer.run("erase", move |ledger, db| ledger.erase(db, &ids)).await;
        self.counted.clear();
        erased
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.writer.run("expire", move |ledger, db| ledger.expire(db, before, limit)).await
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        // Nobody else writes to the file.
        let changes = stream::unfold(self.changed.subscribe(), |mut changed| async {
            match changed.recv().await {
                Ok(id) => Some((Ok(id), changed)),
                Err(missed @ RecvError::Lagged(_)) => {
                    Some((Err(StoreError::unavailable("follow")(missed.into())), changed))
                }
                Err(RecvError::Closed) => None,
            }
        });
        Ok(changes.boxed())
    }

    async fn check(&self) -> Result<(), StoreError> {
        // It has to reach the disk: a full one answers every read. What changes nothing is not written, so that a row
        // comes and goes.
        let write = "INSERT INTO asked (day, who, times) VALUES (-1, 'check', 0); DELETE FROM asked WHERE day = -1;";
        self.writer.run("check", move |_, db| Ok(db.execute_batch(write)?)).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

/// What `work` sends, at most `ahead` of it before it is taken, read on a thread that may block.
fn stream_from<T: Send + 'static>(
    readers: Arc<Pool>,
    ahead: usize,
    work: impl FnOnce(&Connection, &Sender<Result<T, StoreError>>) -> Result<(), StoreError> + Send + 'static,
) -> BoxStream<'static, Result<T, StoreError>> {
    let (send, receive) = mpsc::channel(ahead);
    tokio::task::spawn_blocking(move || {
        let gave_up = {
            let send = send.clone();
            move || send.is_closed()
        };
        if let Err(error) = readers.with(gave_up, |db| work(db, &send)) {
            // Nobody listens any more when this fails.
            let _ = send.blocking_send(Err(error));
        }
    });
    stream::unfold(receive, |mut receive| async { receive.recv().await.map(|item| (item, receive)) }).boxed()
}

#[cfg(any(feature = "bench", fuzzing, test))]
pub(crate) use pack::{packed, unpacked};

#[cfg(test)]
mod erase_tests;
#[cfg(test)]
mod tests;
