//! Summaries of the sessions that have changed.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use futures_util::StreamExt;

use super::{Summarizer, pace};
use crate::{
    analyze::{Thresholds, Timeline, detect::Outcome, score},
    engine::{
        EngineError,
        background::End,
        cpu::CpuTime,
        quota::SessionSize,
        read_logs::{LOG_BYTES, blocking},
    },
    error_chain::chain,
    limits::Limits,
    model::{Batch, Goals, PageRules, SessionId},
    seldom::Seldom,
    store::{Changed, SessionLog, SessionSummary, StoreError, Totals},
};
/// Sessions that are listed at a time.
const LISTED: usize = 10_000;

/// Sessions and bytes of one round: their summaries are written together.
const GROUP: usize = 64;
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// Longest wait for the store to write what it was given. A session that cannot be read is listed for ever.
const WRITTEN: Duration = Duration::from_secs(10);

/// Sessions whose last summary is remembered. One that is forgotten gets its next summary sooner.
const REMEMBERED: usize = 50_000;

pub(super) struct SummaryWriter {
    with: Summarizer,
    /// When a session got its last summary, and what that cost.
    made: HashMap<SessionId, Made>,
    /// Since when a session waits for its summary.
    waiting: HashMap<SessionId, Instant>,
}

#[derive(Clone, Copy)]
struct Made {
    at: Instant,
    cost: Duration,
    /// What the session was then: one that failed or was cut is not tried again until it is another.
    state: (u32, i64),
}

impl SummaryWriter {
    pub(super) fn new(with: Summarizer) -> Self {
        Self { with, made: HashMap::new(), waiting: HashMap::new() }
    }

    pub(super) async fn run(mut self, mut end: End) {
        let mut rest = Duration::ZERO;
        while !end.comes_within(rest).await {
            rest = self.with.pace.look;
            let due = match self.due().await {
                Ok(due) => due,
                Err(error) => {
                    static LATER: Seldom = Seldom::new();
                    if let Some(times) = LATER.happened() {
                        tracing::warn!(times, error = %chain(&error), "sessions that have changed are looked up later");
                    }
                    continue;
                }
            };
            let looked = Instant::now();
            for group in due.chunks(GROUP) {
                let oldest = group.iter().filter_map(|of| self.waiting.get(&of.id)).map(Instant::elapsed).max();
                match self.summarize(group.to_vec()).await {
                    Ok(spent) if end.comes_within(pace::rest(spent, oldest.unwrap_or_default())).await => return,
                    Ok(_) => {}
                    Err(error) => {
                        static LATER: Seldom = Seldom::new();
                        if let Some(times) = LATER.happened() {
                            tracing::warn!(times, error = %chain(&error), "sessions are summed up later");
                        }
                        break;
                    }
                }
            }
            rest = rest.saturating_sub(looked.elapsed());
        }
    }

    /// Summarizes all that have changed, however lately they were; how many.
    pub(super) async fn all_due(&mut self) -> Result<usize, EngineError> {
        let mut changed = self.with.store.changed(LISTED).await?;
        // What cannot be read is tried once.
        changed.retain(|of| self.made.get(&of.id).is_none_or(|made| made.state != state(of)));
        for group in changed.chunks(GROUP) {
            self.summarize(group.to_vec()).await?;
        }
        Ok(changed.len())
    }

    /// Waits until the store lists no session any more that has its summary: stores write some of it a moment later.
    pub(super) async fn written(&self) -> Result<(), EngineError> {
        let began = Instant::now();
        while began.elapsed() < WRITTEN {
            let changed = self.with.store.changed(LISTED).await?;
            let is_made = |of: &Changed| self.made.get(&of.id).is_some_and(|made| made.state == state(of));
            if !changed.iter().any(is_made) {
                break;
            }
            tokio::time::sleep(self.with.pace.look.min(WRITTEN / 100)).await;
        }
        Ok(())
    }

    /// The sessions whose next summary is due, those that wait longest first.
    async fn due(&mut self) -> Result<Vec<Changed>, StoreError> {
        let changed = self.with.store.changed(LISTED).await?;
        let (now, clock) = (Instant::now(), self.with.clock.now());
        let waiting = std::mem::take(&mut self.waiting);
        let since = |id: &SessionId| waiting.get(id).copied().unwrap_or(now);
        self.waiting = changed.iter().map(|of| (of.id.clone(), since(&of.id))).collect();
        self.with.lag.set(self.waiting.len(), self.waiting.values().min().copied());
        self.with.carried.sweep();
        if self.made.len() > REMEMBERED {
            self.made.retain(|_, made| made.at.elapsed() < self.with.pace.longest);
        }
        let is_due = |of: &Changed| {
            self.made.get(&of.id).is_none_or(|made| {
                let age = Duration::from_millis(clock.saturating_sub(of.started_at).max(0).unsigned_abs());
                let rest = self.with.pace.session(age, made.cost);
                // The same batches and another revision: nobody writes to it any more, and what a crash has left out is
                // made right with this summary.
                let rest = match made.state {
                    same if same == state(of) => rest.max(self.with.pace.longest),
                    (batches, _) if batches == of.batches => self.with.pace.look,
                    _ => rest,
                };
                made.at.elapsed() >= rest
            })
        };
        let mut due: Vec<Changed> = changed.into_iter().filter(is_due).collect();
        due.sort_by_key(|of| self.waiting.get(&of.id).copied());
        Ok(due)
    }

    /// Makes the summaries of some sessions; the CPU time that this took.
    async fn summarize(&mut self, group: Vec<Changed>) -> Result<Duration, EngineError> {
        let carried = std::sync::Arc::clone(&self.with.carried);
        let (mut known, mut changed, mut spent) = (Vec::new(), HashMap::new(), Duration::ZERO);
        for of in group {
            let began = CpuTime::now();
            match carried.summary(&of) {
                Some(summary) => {
                    let cost = began.elapsed();
                    spent += cost;
                    self.remember(&of, cost);
                    known.push((of, summary));
                }
                None => {
                    changed.insert(of.id.clone(), (carried.before(&of.id), of));
                }
            }
        }
        if !known.is_empty() {
            self.with.store.put_summaries(known).await?;
        }
        if changed.is_empty() {
            return Ok(spent);
        }
        let mut logs = self.with.store.logs(changed.keys().cloned().collect(), LOG_BYTES);
        let mut is_done = false;
        while !is_done {
            let (mut some, mut bytes) = (Vec::new(), 0);
            while bytes < GROUP_BYTES {
                match logs.next().await {
                    None => {
                        is_done = true;
                        break;
                    }
                    Some(Ok(log)) => {
                        bytes += log.batches.iter().map(Batch::weight).sum::<usize>();
                        some.extend(changed.remove(&log.id).map(|(before, of)| (before, of, log)));
                    }
                    Some(Err(error @ StoreError::Corrupt { .. })) => {
                        tracing::warn!(error = %chain(&error), "a session cannot be read, and has no summary");
                    }
                    Some(Err(error)) => return Err(error.into()),
                }
            }
            let (pages, goals) = (std::sync::Arc::clone(&self.with.pages), self.with.goals.clone());
            let carried = std::sync::Arc::clone(&carried);
            let fold = move || {
                some.into_iter()
                    .map(|(before, of, log)| {
                        let began = CpuTime::now();
                        let progress = carried.progress_of(&log.batches).filter(|_| !log.is_cut);
                        let summary = match progress {
                            Some(progress) => {
                                let summary = carried.summary_of(&progress);
                                carried.go_on(&of.id, before, progress);
                                summary
                            }
                            None => summary(&of, log, &pages, &goals, carried.limits()),
                        };
                        (of, summary, began.elapsed())
                    })
                    .collect::<Vec<_>>()
            };
            let folded = blocking(fold).await?;
            let mut summaries = Vec::with_capacity(folded.len());
            for (of, summary, cost) in folded {
                // To read a session takes about as long as to fold it.
                let cost = cost * 2;
                spent += cost;
                self.remember(&of, cost);
                summaries.push((of, summary));
            }
            self.with.store.put_summaries(summaries).await?;
        }
        // What is left is gone, or cannot be read.
        changed.values().for_each(|(_, of)| self.remember(of, Duration::ZERO));
        Ok(spent)
    }

    fn remember(&mut self, of: &Changed, cost: Duration) {
        self.waiting.remove(&of.id);
        self.made.insert(of.id.clone(), Made { at: Instant::now(), cost, state: state(of) });
    }
}

/// What says whether anything has happened to a session.
fn state(of: &Changed) -> (u32, i64) {
    (of.batches, of.revision)
}

/// What the log of a session means.
fn summary(of: &Changed, log: SessionLog, pages: &PageRules, goals: &Goals, limits: &Limits) -> SessionSummary {
    let mut totals = Totals { batches: u32::try_from(log.batches.len()).unwrap_or(u32::MAX), ..Totals::default() };
    log.batches.iter().for_each(|batch| totals.counts.add(batch.counts()));
    let is_full = SessionSize::of(&log.batches).is_full(limits);
    let timeline = Timeline::named(log.batches, pages);
    let mut score = score(&timeline, &Thresholds::default());
    score.reached = Outcome::of(&timeline, goals).reached.is_some();
    score.cut = log.is_cut || is_full;
    if log.is_cut {
        score.of_batches = of.batches;
    }
    SessionSummary { score, totals: (!log.is_cut).then_some(totals) }
}
