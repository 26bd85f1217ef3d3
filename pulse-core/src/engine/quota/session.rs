//! What each session has used: nothing that a stranger can make grow goes without a bound.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::size::stored_bytes;
use crate::{
    limits::Limits,
    model::{Batch, EventKind, EventType, Session, SessionId, ViewId},
};

/// Sessions of one generation. Two of them are remembered; what was not written to for a generation is read from the
/// store when it goes on.
const GENERATION: usize = 32_768;

/// Page loads that a session has at a time: one for each of its tabs.
const TABS: usize = 8;

/// How large a session is, in what is limited of it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::engine) struct SessionSize {
    pub(in crate::engine) batches: u32,
    pub(in crate::engine) bytes: u64,
    /// Page loads.
    pub(in crate::engine) views: u32,
}

/// What a session has used.
#[derive(Debug, Clone, Default)]
pub(super) struct Usage {
    size: SessionSize,
    layouts: u32,
    /// Digests of the latest page loads. One that is not among them counts as another.
    tabs: [u32; TABS],
}

/// What sessions have used, those that were written to last.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    hash: RandomState,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    new: HashMap<u64, Usage>,
    old: HashMap<u64, Usage>,
}

impl SessionSize {
    /// Of a session with these batches.
    pub(in crate::engine) fn of(batches: &[Batch]) -> Self {
        let views: HashSet<&ViewId> = batches.iter().map(|batch| &batch.id().view).collect();
        Self {
            batches: batches.len().try_into().unwrap_or(u32::MAX),
            bytes: batches.iter().map(stored_bytes).sum(),
            views: views.len().try_into().unwrap_or(u32::MAX),
        }
    }

    /// Whether it is as much as one session may hold, so that what came after it was not taken. Of the limit of page loads
    /// that is known as soon as the last one has begun.
    pub(in crate::engine) fn is_full(self, limits: &Limits) -> bool {
        self.has_no_room(limits, true)
    }

    fn has_no_room(self, limits: &Limits, is_new_view: bool) -> bool {
        self.batches >= limits.session_batches
            || self.bytes >= limits.session_bytes
            || (is_new_view && self.views >= limits.session_views)
    }
}

impl Usage {
    /// Of a session that is in the store. Its bytes are estimated: some ten an event.
    fn of(session: &Session) -> Self {
        let size = SessionSize {
            batches: session.batches,
            bytes: EventType::ALL.iter().map(|event_type| session.counts.get(*event_type)).sum::<u64>() * 10,
            views: session.pages.len() as u32,
        };
        Self { size, layouts: session.counts.layout.min(u32::MAX.into()) as u32, tabs: [0; TABS] }
    }
}

/// Whether a batch has room in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// It has, and so many wireframes have.
    Layouts(usize),
    /// The session is full.
    Full,
}

impl Sessions {
    /// Whether it is known that a session exists.
    pub(super) fn knows(&self, id: &SessionId) -> bool {
        let key = self.hash.hash_one(id);
        let all = self.lock();
        all.new.contains_key(&key) || all.old.contains_key(&key)
    }

    /// Makes a session known: as it is in the store, or a new one.
    pub(super) fn learn(&self, id: &SessionId, stored: Option<&Session>) {
        let usage = stored.map(Usage::of).unwrap_or_default();
        self.lock().usage(self.hash.hash_one(id), usage);
    }

    /// Forgets a session, as after its erasure.
    pub(super) fn forget(&self, id: &SessionId) {
        let key = self.hash.hash_one(id);
        let mut all = self.lock();
        all.new.remove(&key);
        all.old.remove(&key);
    }

    /// Whether a batch has room in its session.
    pub(super) fn room(&self, batch: &Batch, limits: &Limits) -> Room {
        let tab = self.tab(&batch.id().view);
        let mut all = self.lock();
        let usage = all.usage(self.hash.hash_one(&batch.id().session), Usage::default());
        if usage.size.has_no_room(limits, !usage.tabs.contains(&tab)) {
            return Room::Full;
        }
        Room::Layouts(limits.session_layouts.saturating_sub(usage.layouts) as usize)
    }

    /// Counts a batch that was stored.
    pub(super) fn count(&self, batch: &Batch) {
        let tab = self.tab(&batch.id().view);
        let layouts = batch.events().iter().filter(|event| matches!(event.kind, EventKind::Layout(_))).count();
        let mut all = self.lock();
        let usage = all.usage(self.hash.hash_one(&batch.id().session), Usage::default());
        usage.size.batches = usage.size.batches.saturating_add(1);
        usage.size.bytes = usage.size.bytes.saturating_add(stored_bytes(batch));
        usage.layouts = usage.layouts.saturating_add(layouts as u32);
        if !usage.tabs.contains(&tab) {
            usage.size.views = usage.size.views.saturating_add(1);
            usage.tabs.rotate_right(1);
            usage.tabs[0] = tab;
        }
    }

    fn tab(&self, view: &ViewId) -> u32 {
        (self.hash.hash_one(view) as u32).max(1)
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    /// What a session has used; `otherwise` when it is not remembered.
    fn usage(&mut self, key: u64, otherwise: Usage) -> &mut Usage {
        if self.new.len() >= GENERATION && !self.new.contains_key(&key) {
            self.old = std::mem::take(&mut self.new);
        }
        let old = &mut self.old;
        self.new.entry(key).or_insert_with(|| old.remove(&key).unwrap_or(otherwise))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{BatchId, BatchParts, Event, Layout};

    fn batch(session: &str, view: &str, seq: u32, layouts: usize) -> Batch {
        let layout = || Event { timestamp: 1, kind: EventKind::Layout(Layout { hash: "h".into(), boxes: Vec::new() }) };
        Batch::new(BatchParts {
            id: BatchId { session: session.parse().unwrap(), view: view.parse().unwrap(), seq },
            received_at: 1,
            page_url: None,
            title: None,
            shifted_ms: 0,
            moves: Vec::new(),
            events: (0..layouts).map(|_| layout()).collect(),
        })
    }

    fn limits() -> Limits {
        Limits { session_batches: 10, session_views: 3, session_layouts: 5, ..Limits::default() }
    }

    #[test]
    fn a_session_is_full_at_its_batches_its_bytes_and_its_views() {
        let sessions = Sessions::default();
        for seq in 0..10 {
            let batch = batch("session-1", "view-0001", seq, 0);
            assert_ne!(sessions.room(&batch, &limits()), Room::Full);
            sessions.count(&batch);
        }
        assert_eq!(sessions.room(&batch("session-1", "view-0001", 10, 0), &limits()), Room::Full);
        assert_ne!(sessions.room(&batch("session-2", "view-0001", 0, 0), &limits()), Room::Full, "another one is not");

        for view in ["view-0001", "view-0002", "view-0001", "view-0003"] {
            sessions.count(&batch("session-3", view, 0, 0));
        }
        assert_eq!(sessions.room(&batch("session-3", "view-0004", 0, 0), &limits()), Room::Full);
        assert_ne!(
            sessions.room(&batch("session-3", "view-0002", 1, 0), &limits()),
            Room::Full,
            "what is open goes on"
        );

        let small = Limits { session_bytes: 1, ..Limits::default() };
        sessions.count(&batch("session-4", "view-0001", 0, 1));
        assert_eq!(sessions.room(&batch("session-4", "view-0001", 1, 0), &small), Room::Full);
    }

    #[test]
    fn wireframes_have_a_bound_of_their_own() {
        let sessions = Sessions::default();
        sessions.count(&batch("session-1", "view-0001", 0, 4));
        assert_eq!(sessions.room(&batch("session-1", "view-0001", 1, 4), &limits()), Room::Layouts(1));
        sessions.count(&batch("session-1", "view-0001", 1, 1));
        assert_eq!(sessions.room(&batch("session-1", "view-0001", 2, 4), &limits()), Room::Layouts(0));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_who_goes_on_is_not_forgotten() {
        let sessions = Sessions::default();
        let id = |n: usize| format!("session-{n:07}").parse::<SessionId>().unwrap();
        sessions.learn(&id(0), None);
        for n in 1..5 * GENERATION {
            sessions.learn(&id(n), None);
            if n % 1000 == 0 {
                assert!(sessions.knows(&id(0)), "{n}");
                sessions.learn(&id(0), None);
            }
        }
        let all = sessions.lock();
        assert!(all.new.len() + all.old.len() <= 2 * GENERATION);
    }
}
