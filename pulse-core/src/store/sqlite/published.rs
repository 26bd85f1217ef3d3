//! What the writer has committed and the tables do not say yet, for those who read: no reader waits for the writer.
//!
//! The ledger keeps totals in memory and writes them a second later. After each commit it puts them here, and takes them
//! out again once the tables say the same. Whoever reads looks here first and into the tables then: what is missing here
//! is in the tables.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use super::entry::Totals;
use crate::model::{Score, SessionId};

/// Totals and score of the sessions whose rows are behind.
#[derive(Debug, Default)]
pub(super) struct Published(RwLock<HashMap<SessionId, Ahead>>);

/// What a session's row does not say yet.
#[derive(Debug, Clone)]
pub(super) struct Ahead {
    pub(super) totals: Totals,
    pub(super) score: Option<Score>,
}

impl Published {
    /// What is not in the tables of a session.
    pub(super) fn of(&self, id: &SessionId) -> Option<Ahead> {
        self.read().get(id).cloned()
    }

    /// Replaces what is known of some sessions; none when their rows say it all.
    pub(super) fn put(&self, sessions: impl IntoIterator<Item = (SessionId, Option<Ahead>)>) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (id, ahead) in sessions {
            match ahead {
                Some(ahead) => drop(all.insert(id, ahead)),
                None => drop(all.remove(&id)),
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<SessionId, Ahead>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
