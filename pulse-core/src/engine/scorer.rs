//! Scores sessions in the background: what their events mean, for lists that sort and filter by it.

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
};

use crate::{
    analyze::{Thresholds, Timeline, score},
    marks::{Mark, Marks},
    model::{Batch, SessionId},
    store::{Store, StoreError},
};

/// Least time between two rounds: a list that is refreshed every 3 s follows.
const EVERY: Duration = Duration::from_secs(1);

/// A round is followed by a rest of this many times its length, so that scoring takes at most a tenth of one core
/// however many sessions are live.
const REST: u32 = 9;

/// Sessions that an earlier run may have left unscored are looked up in groups of this size.
const GROUP: usize = 500;

#[derive(Debug)]
pub(super) struct Scorer {
    marked: Marks,
    stop: watch::Sender<bool>,
    task: AsyncMutex<Option<JoinHandle<()>>>,
}

impl Scorer {
    pub(super) fn spawn(store: Arc<dyn Store>) -> Self {
        let marked = Marks::default();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(store, marked.clone(), stopped));
        Self { marked, stop, task: AsyncMutex::new(Some(task)) }
    }

    /// Has a session scored once what is returned is dropped.
    pub(super) fn mark_after<'a>(&'a self, id: &'a SessionId) -> Mark<'a> {
        self.marked.after(id)
    }

    /// Ends it. What is not scored is found at the next start.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "scoring ended badly");
        }
    }
}

async fn run(store: Arc<dyn Store>, marked: Marks, mut stopped: watch::Receiver<bool>) {
    match store.unscored(GROUP).await {
        Ok(left) => marked.add(left),
        Err(error) => tracing::warn!(%error, "sessions left unscored are not known"),
    }
    let mut rest = EVERY;
    // Stops also when the engine was dropped and not closed.
    while tokio::time::timeout(rest, stopped.wait_for(|stop| *stop)).await.is_err() {
        let began = tokio::time::Instant::now();
        let ids: Vec<SessionId> = marked.take();
        for id in ids {
            if let Err(error) = score_one(&*store, &id).await {
                tracing::warn!(%error, "a session is scored later");
                marked.add([id]);
            }
            if *stopped.borrow() {
                return;
            }
        }
        rest = EVERY.max(began.elapsed() * REST);
    }
}

async fn score_one(store: &dyn Store, id: &SessionId) -> Result<(), StoreError> {
    let batches: Vec<Batch> = store.batches(id).try_collect().await?;
    store.put_score(id, &score(&Timeline::new(batches), &Thresholds::default())).await
}
