//! Sessions that background work has to look at.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::SessionId;

/// A set of sessions, shared between those who mark and the one who works.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks(Arc<Mutex<HashSet<SessionId>>>);

impl Marks {
    /// Marks a session once what is returned is dropped: also when the caller fails or gives up, which does not mean
    /// that nothing was stored.
    pub(super) fn after<'a>(&'a self, id: &'a SessionId) -> Mark<'a> {
        Mark { marks: self, id }
    }

    /// Marks sessions.
    pub(super) fn add(&self, ids: impl IntoIterator<Item = SessionId>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
    }

    /// Takes all marks away.
    pub(super) fn take(&self) -> Vec<SessionId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}

/// Marks its session when dropped.
pub(super) struct Mark<'a> {
    marks: &'a Marks,
    id: &'a SessionId,
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.marks.add([self.id.clone()]);
    }
}
