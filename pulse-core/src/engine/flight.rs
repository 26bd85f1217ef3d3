//! Sessions that are being analyzed.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use crate::model::SessionId;

/// Which sessions are in work.
#[derive(Debug, Default)]
pub(super) struct Flights {
    ids: Mutex<HashSet<SessionId>>,
}

/// While it lives, its session is in work.
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    id: SessionId,
}

impl Flights {
    /// Begins work on a session, unless that has begun.
    pub(super) fn begin(&self, id: &SessionId) -> Option<Flight<'_>> {
        let new = self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        new.then(|| Flight { flights: self, id: id.clone() })
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.ids.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_in_work_once() {
        let (flights, id) = (Flights::default(), "session-1".parse().expect("an id"));
        let first = flights.begin(&id);
        assert!(first.is_some() && flights.begin(&id).is_none());
        drop(first);
        assert!(flights.begin(&id).is_some());
    }
}
