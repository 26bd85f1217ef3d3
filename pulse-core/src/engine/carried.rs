//! What is carried from batch to batch of the sessions that are sending, so that their log is not read again and again.
//!
//! Each batch that is stored here is added to the scorer of its session. The scorer is right when it was given as many
//! batches as the session has; else the log is read, and the scorer goes on from there: after a restart, when another
//! server stores batches of the session too, and for the last summary of a session in a store whose count may lack what
//! a crash has left.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::quota::{SessionSize, stored_bytes};
use crate::{
    analyze::Scorer,
    limits::Limits,
    model::{Batch, Goals, PageRules, Score, SessionId},
    store::{Changed, SessionSummary, Totals},
};

/// Memory for all that is carried: some 20,000 sessions. Of those beyond, the log is read.
const BYTES: usize = 32 * 1024 * 1024;

/// A session that sends nothing for so long is carried no longer.
const IDLE: Duration = Duration::from_secs(120);

#[derive(Debug, Default)]
pub(super) struct Carried {
    pages: Arc<PageRules>,
    goals: Goals,
    limits: Limits,
    sessions: Mutex<Sessions>,
}

#[derive(Debug, Default)]
struct Sessions {
    by_id: HashMap<SessionId, Session>,
    bytes: usize,
}

#[derive(Debug)]
struct Session {
    /// None once it could not take a batch.
    progress: Option<Progress>,
    weight: usize,
    /// Batches that were stored while it was carried.
    stored: u64,
    at: Instant,
}

/// What is known of a session without its log.
#[derive(Debug, Default)]
pub(super) struct Progress {
    scorer: Scorer,
    /// Bytes of its batches in a store, about.
    bytes: u64,
}

/// How far a session was when its log began to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before(Option<u64>);

impl Carried {
    /// For a site that names its pages and goals so, and whose sessions have these limits.
    pub(super) fn new(pages: Arc<PageRules>, goals: Goals, limits: Limits) -> Self {
        Self { pages, goals, limits, sessions: Mutex::default() }
    }

    /// Adds a batch that was stored for the first time.
    pub(super) fn stored(&self, batch: &Batch) {
        let mut sessions = self.lock();
        let Sessions { by_id, bytes } = &mut *sessions;
        let session = match by_id.entry(batch.id().session.clone()) {
            Entry::Occupied(session) => session.into_mut(),
            Entry::Vacant(_) if *bytes >= BYTES => return,
            Entry::Vacant(place) => place.insert(Session::new(Some(Progress::default()))),
        };
        *bytes -= session.weight;
        session.stored += 1;
        session.at = Instant::now();
        if session.progress.as_mut().is_some_and(|progress| !self.add(progress, batch)) {
            session.progress = None;
        }
        session.weigh();
        *bytes += session.weight;
    }

    /// The summary of a session, when the scorer knows all of its log.
    pub(super) fn summary(&self, of: &Changed) -> Option<SessionSummary> {
        if !of.is_counted {
            return None;
        }
        let sessions = self.lock();
        let progress = sessions.by_id.get(&of.id)?.progress.as_ref()?;
        let scorer = &progress.scorer;
        // A session that began later was erased meanwhile, and has begun anew.
        let is_whole = scorer.batches() >= of.batches && scorer.starts_at().is_none_or(|at| at >= of.started_at);
        is_whole.then(|| self.summary_of(progress))
    }

    /// To be asked for before the log of a session is read.
    pub(super) fn before(&self, id: &SessionId) -> Before {
        Before(self.lock().by_id.get(id).map(|session| session.stored))
    }

    /// Goes on from the log of a session that is sending, unless something was stored since.
    pub(super) fn go_on(&self, id: &SessionId, before: Before, progress: Progress) {
        let mut sessions = self.lock();
        let Sessions { by_id, bytes } = &mut *sessions;
        if let Some(session) = by_id.get_mut(id)
            && Before(Some(session.stored)) == before
        {
            *bytes -= session.weight;
            session.progress = Some(progress);
            session.weigh();
            *bytes += session.weight;
        }
    }

    /// Forgets a session that was erased.
    pub(super) fn forget(&self, id: &SessionId) {
        let mut sessions = self.lock();
        if let Some(session) = sessions.by_id.remove(id) {
            sessions.bytes -= session.weight;
        }
    }

    /// Forgets the sessions that have ended.
    pub(super) fn sweep(&self) {
        let mut sessions = self.lock();
        sessions.by_id.retain(|_, session| session.at.elapsed() < IDLE);
        sessions.bytes = sessions.by_id.values().map(|session| session.weight).sum();
    }

    /// What a whole log comes to, unless that is not as simple as a scorer.
    pub(super) fn progress_of(&self, batches: &[Batch]) -> Option<Progress> {
        let mut in_order: Vec<&Batch> = batches.iter().collect();
        in_order.sort_by_key(|batch| (batch.start(), batch.end(), batch.id().seq));
        let mut progress = Progress::default();
        in_order.into_iter().all(|batch| self.add(&mut progress, batch)).then_some(progress)
    }

    /// What is said of a session whose every batch was added.
    pub(super) fn summary_of(&self, Progress { scorer, bytes }: &Progress) -> SessionSummary {
        let totals = Totals { batches: scorer.batches(), counts: scorer.counts() };
        let views = u32::try_from(scorer.page_loads()).unwrap_or(u32::MAX);
        let size = SessionSize { batches: totals.batches, bytes: *bytes, views };
        let score = Score { cut: size.is_full(&self.limits), ..scorer.score() };
        SessionSummary { score, totals: Some(totals) }
    }

    /// The limits of a session.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn add(&self, progress: &mut Progress, batch: &Batch) -> bool {
        progress.bytes = progress.bytes.saturating_add(stored_bytes(batch));
        progress.scorer.add(batch, &self.pages, &self.goals)
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn new(progress: Option<Progress>) -> Self {
        Self { progress, weight: 0, stored: 0, at: Instant::now() }
    }

    fn weigh(&mut self) {
        self.weight =
            size_of::<(SessionId, Self)>() + 64 + self.progress.as_ref().map_or(0, |progress| progress.scorer.weight());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::{all_kinds, batch, session};

    #[test]
    fn a_scorer_speaks_for_a_session_when_it_has_all_of_its_log_and_that_is_known() {
        let carried = Carried::default();
        carried.stored(&batch(1, "view-0001", 0, all_kinds()));
        let of = Changed { id: session(1), batches: 1, is_counted: true, started_at: 0, revision: 0 };
        assert_eq!(carried.summary(&of).map(|summary| summary.score.of_batches), Some(1));
        assert_eq!(carried.summary(&Changed { batches: 2, ..of.clone() }), None, "another server stored one, too");
        assert_eq!(carried.summary(&Changed { is_counted: false, ..of }), None, "a crash may have left one");
    }

    #[test]
    fn a_session_that_has_reached_a_limit_is_cut() {
        let limits = Limits { session_batches: 3, session_bytes: 10_000, session_views: 2, ..Limits::default() };
        let is_cut = |limits: &Limits, batches: &[Batch]| {
            let carried = Carried::new(Arc::default(), Goals::default(), limits.clone());
            batches.iter().for_each(|batch| carried.stored(batch));
            let (id, batches) = (session(1), batches.len().try_into().unwrap_or(u32::MAX));
            let of = Changed { id, batches, is_counted: true, started_at: 0, revision: 0 };
            carried.summary(&of).map(|summary| summary.score.cut)
        };
        let of_view = |view, seq| batch(1, view, seq, Vec::new());
        let few = [of_view("view-0001", 0), of_view("view-0001", 1)];
        assert_eq!(is_cut(&limits, &few), Some(false));
        assert_eq!(is_cut(&Limits { session_batches: 2, ..limits.clone() }, &few), Some(true));
        assert_eq!(is_cut(&Limits { session_bytes: 100, ..limits.clone() }, &few), Some(true));
        assert_eq!(is_cut(&limits, &[of_view("view-0001", 0), of_view("view-0002", 0)]), Some(true), "two page loads");
    }
}
