//! The embedded store: one SQLite file, nothing to set up.
//!
//! Writes go to one thread, which commits what is waiting as one transaction with one fsync (group commit) and only
//! then answers. Reads use connections of their own and never wait for a write (WAL). To copy a store while it is in
//! use: `sqlite3 pulse.db "VACUUM INTO 'copy.db'"`.

mod connect;
mod pack;
mod read;
mod row;
mod write;
mod writer;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use futures_util::{StreamExt, stream, stream::BoxStream};
use rusqlite::Connection;

use self::{connect::Pool, writer::Writer};
use super::{Appended, Opened, SessionFilter, SessionPage, Store, StoreError};
use crate::model::{Batch, Millis, Score, Session, SessionId, SessionStart};

/// Sessions and events in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Pool>,
}

impl SqliteStore {
    /// Opens the file at `path`, and makes it and its folder when they do not exist. Blocks.
    ///
    /// # Errors
    /// The file cannot be opened, is no store, or was made by a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect::writer(path)?;
        Ok(Self { writer: Writer::spawn(connection)?, readers: Arc::new(Pool::new(path)) })
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
        self.writer.run("open session", move |tx| write::open_session(tx, &start)).await
    }

    async fn append(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, StoreError> {
        // Packing is work that need not hold up the one writer.
        let packed = pack::pack(batch).map_err(|e| StoreError::corrupt("a new batch", e))?;
        let (batch, start) = (batch.clone(), start.clone());
        self.writer.run("append", move |tx| write::append(tx, &batch, &packed, &start)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let id = id.clone();
        self.read("session", move |db| read::session(db, &id)).await
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        let filter = filter.clone();
        self.read("sessions", move |db| read::sessions(db, &filter)).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        let (readers, id) = (Arc::clone(&self.readers), id.clone());
        let (send, receive) = tokio::sync::mpsc::channel(16);
        tokio::task::spawn_blocking(move || {
            let sent = readers.with(|db| read::batches(db, &id, |batch| send.blocking_send(Ok(batch)).is_ok()));
            if let Err(error) = sent {
                // Nobody listens any more when this fails.
                let _ = send.blocking_send(Err(error));
            }
        });
        stream::unfold(receive, |mut receive| async { receive.recv().await.map(|batch| (batch, receive)) }).boxed()
    }

    async fn put_score(&self, id: &SessionId, score: &Score) -> Result<(), StoreError> {
        let (id, score) = (id.clone(), score.clone());
        self.writer.run("put score", move |tx| write::put_score(tx, &id, &score)).await
    }

    async fn unscored(&self, limit: usize) -> Result<Vec<SessionId>, StoreError> {
        self.read("unscored", move |db| read::unscored(db, limit)).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.writer.run("expire", move |tx| write::expire(tx, before, limit)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.writer.run("check", |tx| tx.query_row("SELECT 1", [], |_| Ok(())).map_err(Into::into)).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests;
