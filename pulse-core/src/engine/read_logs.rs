//! Reads the events of many sessions and folds each, in memory that is bounded whatever was posted.
//!
//! While one group of sessions is folded on a thread that may block, the store reads the next.

use std::{collections::HashMap, sync::Arc};

use futures_util::{StreamExt, stream::BoxStream};

use super::{Engine, EngineError};
use crate::{
    analyze::Timeline,
    model::{Batch, PageRules, Session, SessionId},
    store::{SessionLog, Store, StoreError},
};

/// Bytes of memory up to which one session is read: some 330,000 positions, or five hours without a rest.
pub(super) const LOG_BYTES: usize = 8 * 1024 * 1024;

/// Bytes and sessions that are folded at a time.
const GROUP_BYTES: usize = 2 * 1024 * 1024;
const GROUP: usize = 16;

type Fold<T> = Arc<dyn Fn(&Session, Timeline) -> T + Send + Sync>;

/// Sessions on their way through a fold.
pub(super) struct LogReader<T> {
    logs: BoxStream<'static, Result<SessionLog, StoreError>>,
    sessions: HashMap<SessionId, Session>,
    pages: Arc<PageRules>,
    fold: Fold<T>,
    is_done: bool,
}

impl<T: Send + 'static> LogReader<T> {
    pub(super) fn new(
        engine: &Engine,
        sessions: Vec<Session>,
        fold: impl Fn(&Session, Timeline) -> T + Send + Sync + 'static,
    ) -> Self {
        Self::of_store(&*engine.store, Arc::clone(&engine.pages), sessions, fold)
    }

    pub(super) fn of_store(
        store: &dyn Store,
        pages: Arc<PageRules>,
        sessions: Vec<Session>,
        fold: impl Fn(&Session, Timeline) -> T + Send + Sync + 'static,
    ) -> Self {
        let ids = sessions.iter().map(|session| session.start.session_id.clone()).collect();
        let by_id = |session: Session| (session.start.session_id.clone(), session);
        Self {
            logs: store.logs(ids, LOG_BYTES),
            sessions: sessions.into_iter().map(by_id).collect(),
            pages,
            fold: Arc::new(fold),
            is_done: false,
        }
    }

    /// Whether every session has been read.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// The next sessions with what they are folded to; none after the last. A session that cannot be read is left out.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<(Session, T)>>, EngineError> {
        let (mut group, mut bytes) = (Vec::new(), 0);
        while !self.is_done && group.len() < GROUP && bytes < GROUP_BYTES {
            match self.logs.next().await {
                None => {
                    self.is_done = true;
                    break;
                }
                Some(Ok(log)) => {
                    bytes += log.batches.iter().map(Batch::weight).sum::<usize>();
                    if let Some(session) = self.sessions.remove(&log.id) {
                        group.push((session, log.batches));
                    }
                }
                Some(Err(StoreError::Corrupt { what, source })) => {
                    tracing::warn!(error = %source, what, "a session cannot be read, and is not summed up");
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
        if group.is_empty() {
            return Ok(None);
        }
        let (pages, fold) = (Arc::clone(&self.pages), Arc::clone(&self.fold));
        let work = move || {
            let fold = |(session, batches): (Session, Vec<Batch>)| {
                let folded = fold(&session, Timeline::named(batches, &pages));
                (session, folded)
            };
            group.into_iter().map(fold).collect()
        };
        blocking(work).await.map(Some)
    }
}

/// Runs work that takes long on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work).await.map_err(|stopped| match stopped.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        // The runtime is being shut down.
        Err(_) => EngineError::Slow,
    })
}
