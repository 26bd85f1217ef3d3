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

use crate::{
    analyze::Scorer,
    model::{Batch, Goals, PageRules, SessionId},
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
    scorer: Option<Scorer>,
    weight: usize,
    /// Batches that were stored while it was carried.
    stored: u64,
    at: Instant,
}

/// How far a session was when its log began to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before(Option<u64>);

impl Carried {
    /// For a site that names its pages and goals so.
    pub(super) fn new(pages: Arc<PageRules>, goals: Goals) -> Self {
        Self { pages, goals, sessions: Mutex::default() }
    }

    /// Adds a batch that was stored for the first time.
    pub(super) fn stored(&self, batch: &Batch) {
        let mut sessions = self.lock();
        let Sessions { by_id, bytes } = &mut *sessions;
        let session = match by_id.entry(batch.id().session.clone()) {
            Entry::Occupied(session) => session.into_mut(),
            Entry::Vacant(_) if *bytes >= BYTES => return,
            Entry::Vacant(place) => place.insert(Session::new(Some(Scorer::default()))),
        };
        *bytes -= session.weight;
        session.stored += 1;
        session.at = Instant::now();
        if session.scorer.as_mut().is_some_and(|scorer| !self.add(scorer, batch)) {
            session.scorer = None;
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
        let scorer = sessions.by_id.get(&of.id)?.scorer.as_ref()?;
        // A session that began later was erased meanwhile, and has begun anew.
        let is_whole = scorer.batches() >= of.batches && scorer.starts_at().is_none_or(|at| at >= of.started_at);
        is_whole.then(|| summary(scorer))
    }

    /// To be asked for before the log of a session is read.
    pub(super) fn before(&self, id: &SessionId) -> Before {
        Before(self.lock().by_id.get(id).map(|session| session.stored))
    }

    /// Goes on from the log of a session that is sending, unless something was stored since.
    pub(super) fn go_on(&self, id: &SessionId, before: Before, scorer: Scorer) {
        let mut sessions = self.lock();
        let Sessions { by_id, bytes } = &mut *sessions;
        if let Some(session) = by_id.get_mut(id)
            && Before(Some(session.stored)) == before
        {
            *bytes -= session.weight;
            session.scorer = Some(scorer);
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

    /// The scorer of a whole log, unless that is not as simple as one.
    pub(super) fn scorer_of(&self, batches: &[Batch]) -> Option<Scorer> {
        let mut in_order: Vec<&Batch> = batches.iter().collect();
        in_order.sort_by_key(|batch| (batch.start(), batch.end(), batch.id().seq));
        let mut scorer = Scorer::default();
        in_order.into_iter().all(|batch| self.add(&mut scorer, batch)).then_some(scorer)
    }

    fn add(&self, scorer: &mut Scorer, batch: &Batch) -> bool {
        scorer.add(batch, &self.pages, &self.goals)
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn new(scorer: Option<Scorer>) -> Self {
        Self { scorer, weight: 0, stored: 0, at: Instant::now() }
    }

    fn weigh(&mut self) {
        self.weight = size_of::<(SessionId, Self)>() + 64 + self.scorer.as_ref().map_or(0, Scorer::weight);
    }
}

/// What a scorer that was given every batch of a session says of it.
pub(super) fn summary(scorer: &Scorer) -> SessionSummary {
    let totals = Totals { batches: scorer.batches(), counts: scorer.counts() };
    SessionSummary { score: scorer.score(), totals: Some(totals) }
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
}
