//! The embedded store: one SQLite file, nothing to set up.
//!
//! Writes go to one thread, which commits what is waiting as one transaction with one fsync (group commit) and only
//! then answers. Reads use connections of their own and never wait for a write (WAL). To copy a store while it is in
//! use: `sqlite3 pulse.db "VACUUM INTO 'copy.db'"`.

mod connect;
mod entry;
mod ledger;
mod migrate;
mod new_batch;
mod pack;
mod read;
mod rollup;
mod row;
mod seen;
mod write;
mod writer;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use rusqlite::Connection;

use self::{connect::Pool, ledger::Ledger, new_batch::NewBatch, writer::Writer};
use super::{Appended, Opened, SessionFilter, SessionPage, Store, StoreError};
use crate::error_chain::chain;
use crate::model::{Batch, Millis, Score, Session, SessionId, SessionStart};

/// Sessions and events in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<Pool>,
}

impl SqliteStore {
    /// Opens the file at `path`, and makes it and its folder when they do not exist. Blocks.
    ///
    /// # Errors
    /// The file cannot be opened, is no store, or was made by a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect::writer(path)?;
        let mut ledger = Ledger::default();
        ledger.complete(&connection)?;
        Ok(Self { writer: Arc::new(Writer::spawn(connection, ledger)?), readers: Arc::new(Pool::new(path)) })
    }

    async fn settle(&self) {
        settle(&self.writer).await;
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let done = tokio::task::spawn_blocking(move || readers.with(work)).await;
        done.map_err(|panic| StoreError::unavailable(doing)(panic.into()))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        let start = start.clone();
        self.writer.run("open session", move |ledger, db| ledger.open_session(db, &start)).await
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        let (batch, start) = (NewBatch::new(batch, pages.to_vec())?, start.clone());
        self.writer.run("append", move |ledger, db| ledger.append(db, &batch, &start)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let (asked, id) = (id.clone(), id.clone());
        let unsettled = self.writer.run("session", move |ledger, _| Ok(ledger.unsettled(&asked))).await?;
        let mut session = self.read("session", move |db| read::session(db, &id)).await?;
        // The row may have been brought up to date in between, and further.
        if let (Some(session), Some((totals, score))) = (&mut session, unsettled) {
            if session.batches < totals.batches {
                totals.apply(session);
            }
            if let Some(score) = score.filter(|score| session.score.of_batches <= score.of_batches) {
                session.score = score;
            }
        }
        Ok(session)
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        self.settle().await;
        let filter = filter.clone();
        self.read("sessions", move |db| read::sessions(db, &filter)).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        let (writer, readers, id) = (Arc::clone(&self.writer), Arc::clone(&self.readers), id.clone());
        let opened = async move {
            let asked = id.clone();
            let last = writer.run("batches", move |ledger, db| ledger.last_batch(db, &asked)).await?;
            Ok::<_, StoreError>(last.map_or_else(|| stream::empty().boxed(), |last| stream_from(readers, id, last)))
        };
        stream::once(opened).try_flatten().boxed()
    }

    async fn put_score(&self, id: &SessionId, score: &Score) -> Result<(), StoreError> {
        let (id, score) = (id.clone(), score.clone());
        self.writer.run("put score", move |ledger, db| ledger.put_score(db, &id, &score)).await
    }

    async fn unscored(&self, limit: usize) -> Result<Vec<SessionId>, StoreError> {
        self.settle().await;
        self.read("unscored", move |db| read::unscored(db, limit)).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.writer.run("expire", move |ledger, db| ledger.expire(db, before, limit)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.writer.run("check", |_, db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

/// Brings the tables up to date. When that fails, as on a full disk, what they say is still worth an answer.
async fn settle(writer: &Writer) {
    if let Err(error) = writer.run("settle", Ledger::settle_all).await {
        tracing::warn!(error = %chain(&error), "sqlite: totals are behind");
    }
}

/// The batches of a session, read on a thread that may block.
fn stream_from(readers: Arc<Pool>, id: SessionId, last: i64) -> BoxStream<'static, Result<Batch, StoreError>> {
    let (send, receive) = tokio::sync::mpsc::channel(16);
    tokio::task::spawn_blocking(move || {
        let sent = readers.with(|db| read::batches(db, &id, last, |batch| send.blocking_send(Ok(batch)).is_ok()));
        if let Err(error) = sent {
            // Nobody listens any more when this fails.
            let _ = send.blocking_send(Err(error));
        }
    });
    stream::unfold(receive, |mut receive| async { receive.recv().await.map(|batch| (batch, receive)) }).boxed()
}

#[cfg(feature = "bench")]
pub(crate) use pack::{packed, unpacked};

#[cfg(test)]
mod tests;
