//! Erasure: everything of a session, or of a visitor.

use super::{Engine, EngineError};
use crate::{
    model::{SessionId, VisitorId},
    store::SessionFilter,
};

/// Sessions of a visitor deleted at a time, so that ingest need not wait long.
const GROUP: usize = 100;

impl Engine {
    /// `DELETE /api/sessions/{id}`
    pub(crate) async fn erase_session(&self, id: &SessionId) -> Result<(), EngineError> {
        match self.in_time(self.store.erase(std::slice::from_ref(id))).await? {
            0 => Err(EngineError::NoSession),
            _ => {
                self.carried.forget(id);
                self.cache.clear();
                self.quotas.forget(std::slice::from_ref(id));
                Ok(())
            }
        }
    }

    /// `DELETE /api/visitors/{id}`
    pub(crate) async fn erase_visitor(&self, id: &VisitorId) -> Result<(), EngineError> {
        let filter = SessionFilter { visitor: Some(id.clone()), limit: GROUP, ..SessionFilter::default() };
        let mut erased = 0;
        loop {
            let found = self.in_time(self.store.sessions(&filter)).await?;
            let ids: Vec<SessionId> = found.sessions.into_iter().map(|session| session.start.session_id).collect();
            erased += self.in_time(self.store.erase(&ids)).await?;
            ids.iter().for_each(|id| self.carried.forget(id));
            self.quotas.forget(&ids);
            self.cache.clear();
            // What is begun anew meanwhile is another visit.
            if found.next.is_none() {
                return if erased == 0 { Err(EngineError::NoVisitor) } else { Ok(()) };
            }
        }
    }
}
