//! Sessions whose document is known to be there and marked as in work, so that most batches are one insert.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::model::{Millis, Session, SessionId};

/// Knowledge older than this is refreshed. It is well below [`super::tally::SETTLE_MS`], so that no other server calls
/// a session settled while this one adds to it.
const FRESH_MS: Millis = 10 * 60 * 1000;

/// Sessions remembered. Beyond it the stale ones are dropped, then all: each costs one update to learn again.
const MAX: usize = 50_000;

#[derive(Debug, Default)]
pub(super) struct Known {
    sessions: Mutex<HashMap<SessionId, Entry>>,
}

#[derive(Debug)]
struct Entry {
    since: Millis,
    pages: Vec<String>,
}

impl Known {
    /// Whether the session's document is in work and names all `pages`.
    pub(super) fn covers(&self, id: &SessionId, pages: &[&str], now: Millis) -> bool {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).is_some_and(|entry| {
            let full = entry.pages.len() >= Session::PAGES;
            now - entry.since < FRESH_MS
                && (full || pages.iter().all(|page| entry.pages.iter().any(|known| known == page)))
        })
    }

    /// Forgets sessions whose document is there no more.
    pub(super) fn forget(&self, ids: &[SessionId]) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().for_each(|id| drop(sessions.remove(id)));
    }

    /// Remembers what an update has just made sure of.
    pub(super) fn learn(&self, id: &SessionId, pages: &[&str], now: Millis) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MAX {
            sessions.retain(|_, entry| now - entry.since < FRESH_MS);
            if sessions.len() >= MAX {
                sessions.clear();
            }
        }
        let entry = sessions.entry(id.clone()).or_insert_with(|| Entry { since: now, pages: Vec::new() });
        entry.since = now;
        for page in pages {
            if !entry.pages.iter().any(|known| known == page) {
                entry.pages.push((*page).to_owned());
            }
        }
    }
}
