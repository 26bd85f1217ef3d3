//! Scores sessions in the background: what their events mean, for lists that sort and filter by it.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    background::{Background, End},
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

#[derive(Debug)]
pub(super) struct Scorer {
    marked: Marks,
    task: Background,
}

impl Scorer {
    pub(super) fn spawn(store: Arc<dyn Store>, pages: Arc<PageRules>) -> Self {
        let marked = Marks::default();
        let task = Background::spawn("scoring", |end| run(store, pages, marked.clone(), end));
        Self { marked, task }
    }

    /// Has a session scored once what is returned is dropped.
    pub(super) fn mark_after<'a>(&'a self, id: &'a SessionId) -> Mark<'a> {
        self.marked.after(id)
    }

    /// Ends it. What is not scored is found at the next start.
    pub(super) async fn close(&self) {
        self.task.close().await;
    }
}

async fn run(store: Arc<dyn Store>, pages: Arc<PageRules>, marked: Marks, mut end: End) {
    let mut look_again = Instant::now();
    let mut ids = Vec::new().into_iter();
    let mut rest = Duration::ZERO;
    while !end.comes_within(rest).await {
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
            && !end.has_come()
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
