//! Scores sessions in the background: what their events mean, for lists that sort and filter by it.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{
    marks::{Mark, Marks},
    timeline::timeline,
};
use crate::{
    analyze::{Thresholds, score},
    error_chain::chain,
    model::{PageRules, SessionId},
    store::{Store, StoreError},
};

/// Least time between two rounds: a list that is refreshed every 3 s follows.
const EVERY: Duration = Duration::from_secs(1);

/// Work at a stretch.
const STRETCH: Duration = Duration::from_millis(50);

/// A stretch is followed by a rest of this many times its length, so that scoring takes at most a twentieth of one core
/// however many sessions are live.
const REST: u32 = 19;

/// Longest rest, for a session that takes long by itself.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// How often sessions are looked up that nobody marked: those that an earlier run, or another server, left unscored.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// So many of them at a time.
const GROUP: usize = 500;

/// How long a session that is being scored may hold up the end.
const CLOSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Scorer {
    marked: Marks,
    stop: watch::Sender<bool>,
    task: AsyncMutex<Option<JoinHandle<()>>>,
}

impl Scorer {
    pub(super) fn spawn(store: Arc<dyn Store>, pages: Arc<PageRules>) -> Self {
        let marked = Marks::default();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(store, pages, marked.clone(), stopped));
        Self { marked, stop, task: AsyncMutex::new(Some(task)) }
    }

    /// Has a session scored once what is returned is dropped.
    pub(super) fn mark_after<'a>(&'a self, id: &'a SessionId) -> Mark<'a> {
        self.marked.after(id)
    }

    /// Ends it. What is not scored is found at the next start.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(mut task) = self.task.lock().await.take() {
            match timeout(CLOSE, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "scoring ended badly"),
                Err(_) => task.abort(),
            }
        }
    }
}

async fn run(store: Arc<dyn Store>, pages: Arc<PageRules>, marked: Marks, mut stopped: watch::Receiver<bool>) {
    let mut look_again = Instant::now();
    let mut ids = Vec::new().into_iter();
    let mut rest = Duration::ZERO;
    // Stops also when the engine was dropped and not closed.
    while timeout(rest, stopped.wait_for(|stop| *stop)).await.is_err() {
        if Instant::now() >= look_again {
            look_again = Instant::now() + LOOK_EVERY;
            match store.unscored(GROUP).await {
                Ok(left) => marked.add(left),
                Err(error) => tracing::warn!(error = %chain(&error), "sessions left unscored are looked up later"),
            }
        }
        if ids.len() == 0 {
            ids = marked.take().into_iter();
        }
        let (began, mut failed) = (Instant::now(), false);
        while began.elapsed() < STRETCH
            && !*stopped.borrow()
            && let Some(id) = ids.next()
        {
            if let Err(error) = score_one(&*store, &pages, &id).await {
                tracing::warn!(error = %chain(&error), "sessions are scored later");
                marked.add([id]);
                failed = true;
                break;
            }
        }
        rest = (began.elapsed() * REST).min(LONGEST_REST);
        if failed || ids.len() == 0 {
            rest = rest.max(EVERY);
        }
    }
}

/// Scores all sessions that are not, now.
pub(super) async fn score_all(store: &dyn Store, pages: &PageRules) -> Result<(), StoreError> {
    loop {
        let ids = store.unscored(GROUP).await?;
        for id in &ids {
            score_one(store, pages, id).await?;
        }
        if ids.len() < GROUP {
            return Ok(());
        }
    }
}

async fn score_one(store: &dyn Store, pages: &PageRules, id: &SessionId) -> Result<(), StoreError> {
    store.put_score(id, &score(&timeline(store, pages, id).await?, &Thresholds::default())).await
}
