//! The sessions that this server writes to: what it knows of their documents, and what their totals still lack.
//!
//! It is a memory only. When the server dies, nothing is lost that a summary does not make right: see `update`.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::totals::Totals;
use crate::model::{Millis, Session, SessionId};

/// A batch is inserted without an announcement only while the hold on its session lasts this much longer, which is how
/// long one call of the store may take: an insert is over by then.
const MARGIN_MS: Millis = 5_000;

/// The sessions that this server writes to.
#[derive(Debug, Default)]
pub(super) struct ActiveSessions(Mutex<HashMap<SessionId, ActiveSession>>);

#[derive(Debug, Default)]
struct ActiveSession {
    /// Its document, if that is known to be there.
    document: Option<KnownDocument>,
    /// What its totals still lack. Empty sums have the session marked as changed, and nothing else.
    pending: Option<Totals>,
}

/// What this server knows of a session's document.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownDocument {
    /// The pages that it names, or some of them.
    pub(super) pages: Vec<String>,
    /// The start that it says, or a later one.
    pub(super) started_at: Millis,
    /// How long nobody takes its summary for the last one.
    pub(super) hold_until: Millis,
}

/// Sums that are to be added to the totals of a session.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) id: SessionId,
    pub(super) totals: Totals,
    /// The start that its document says, if that is known.
    pub(super) started_at: Option<Millis>,
}

impl Pending {
    /// The start of its batches, when that may be before the one in its document.
    pub(super) fn earlier_start(&self) -> Option<Millis> {
        let (start, _) = self.totals.span?;
        self.started_at.is_none_or(|known| start < known).then_some(start)
    }
}

impl ActiveSessions {
    /// Whether a batch can be inserted at once: the session's document is there, names all of `pages`, and is on hold
    /// for long enough.
    pub(super) fn is_announced(&self, id: &SessionId, pages: &[String], now: Millis) -> bool {
        let sessions = self.lock();
        let Some(document) = sessions.get(id).and_then(|session| session.document.as_ref()) else { return false };
        let names = |page: &String| document.pages.contains(page);
        document.hold_until >= now + MARGIN_MS && (document.pages.len() >= Session::PAGES || pages.iter().all(names))
    }

    /// Learns what a session's document says.
    pub(super) fn learn(&self, id: &SessionId, document: KnownDocument) {
        self.lock().entry(id.clone()).or_default().document = Some(document);
    }

    /// Adds to what the totals of a session lack.
    pub(super) fn add(&self, id: &SessionId, totals: Totals) {
        self.lock().entry(id.clone()).or_default().pending.get_or_insert_default().add(totals);
    }

    /// Takes all that is pending. What cannot be written is to be put back.
    pub(super) fn take(&self) -> Vec<Pending> {
        let mut sessions = self.lock();
        let taken = sessions.iter_mut().filter_map(|(id, session)| {
            let totals = session.pending.take()?;
            Some(Pending { id: id.clone(), totals, started_at: session.document.as_ref().map(|doc| doc.started_at) })
        });
        taken.collect()
    }

    /// The sums are written, and the sessions on hold until then.
    pub(super) fn flushed(&self, flushed: &[Pending], hold_until: Millis) {
        let mut sessions = self.lock();
        for Pending { id, totals, .. } in flushed {
            let Some(document) = sessions.get_mut(id).and_then(|session| session.document.as_mut()) else { continue };
            document.hold_until = document.hold_until.max(hold_until);
            if let Some((start, _)) = totals.span {
                document.started_at = document.started_at.min(start);
            }
        }
    }

    /// Forgets what is known of sessions that are deleted: the next batch announces its session anew. What is pending
    /// is of batches that are deleted, or that were stored meanwhile: the sessions are only marked as changed.
    pub(super) fn forget<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let mut sessions = self.lock();
        for id in ids {
            if let Some(session) = sessions.get_mut(id) {
                session.document = None;
                session.pending = session.pending.map(|_| Totals::default());
            }
        }
    }

    /// Drops what is of no use any more: a session whose hold is over has to be announced anyway.
    pub(super) fn prune(&self, now: Millis) {
        let is_held = |session: &ActiveSession| session.document.as_ref().is_some_and(|doc| doc.hold_until > now);
        self.lock().retain(|_, session| session.pending.is_some() || is_held(session));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, ActiveSession>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn id() -> SessionId {
        "session-1".parse().unwrap()
    }

    #[test]
    fn a_batch_needs_no_announcement_while_the_hold_lasts_and_its_pages_are_named() {
        let active = ActiveSessions::default();
        let pages = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(!active.is_announced(&id(), &[], 0));
        active.learn(&id(), KnownDocument { pages: pages(&["/a", "/b"]), started_at: 0, hold_until: 8_000 });
        assert!(active.is_announced(&id(), &pages(&["/b"]), 3_000));
        assert!(!active.is_announced(&id(), &pages(&["/b"]), 3_001), "the hold is nearly over");
        assert!(!active.is_announced(&id(), &pages(&["/b", "/c"]), 0), "a new page");
        active.flushed(&[Pending { id: id(), totals: Totals::default(), started_at: None }], 8_500);
        assert!(active.is_announced(&id(), &[], 3_500));
        active.forget([&id()]);
        active.flushed(&[Pending { id: id(), totals: Totals::default(), started_at: None }], 9_000);
        assert!(!active.is_announced(&id(), &[], 0), "what was forgotten does not come back");
        active.add(&id(), Totals { batches: 3, ..Totals::default() });
        active.forget([&id()]);
        let pending: Vec<u32> = active.take().iter().map(|pending| pending.totals.batches).collect();
        assert_eq!(pending, [0], "it is marked, and nothing is added");
        let many: Vec<String> = (0..Session::PAGES).map(|n| format!("/{n}")).collect();
        active.learn(&id(), KnownDocument { pages: many, started_at: 0, hold_until: 8_000 });
        assert!(active.is_announced(&id(), &pages(&["/c"]), 0), "no more pages are named");
    }

    #[test]
    fn only_sessions_on_hold_or_with_pending_sums_are_remembered() {
        let active = ActiveSessions::default();
        let other: SessionId = "session-2".parse().unwrap();
        active.learn(&id(), KnownDocument { hold_until: 100, started_at: 50, ..KnownDocument::default() });
        active.add(&other, Totals { batches: 1, span: Some((10, 20)), ..Totals::default() });
        active.prune(99);
        assert_eq!(active.lock().len(), 2);
        active.prune(100);
        assert_eq!(active.lock().len(), 1);
        let pending = active.take();
        assert_eq!((pending[0].id.clone(), pending[0].earlier_start()), (other, Some(10)));
        active.prune(100);
        assert_eq!(active.lock().len(), 0);
    }

    #[test]
    fn an_earlier_start_is_noticed_until_it_is_written() {
        let active = ActiveSessions::default();
        active.learn(&id(), KnownDocument { started_at: 50, hold_until: 100, ..KnownDocument::default() });
        let batch = |start| Totals { batches: 1, span: Some((start, 90)), ..Totals::default() };
        active.add(&id(), batch(60));
        assert_eq!(active.take()[0].earlier_start(), None);
        active.add(&id(), batch(40));
        let taken = active.take();
        assert_eq!(taken[0].earlier_start(), Some(40));
        active.add(&id(), taken[0].totals);
        let again = active.take();
        assert_eq!((again[0].earlier_start(), again[0].totals.batches), (Some(40), 1));
        active.flushed(&again, 100);
        active.add(&id(), batch(45));
        assert_eq!(active.take()[0].earlier_start(), None);
    }
}
