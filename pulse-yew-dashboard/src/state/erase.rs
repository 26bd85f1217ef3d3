//! Erasing a session: it goes from the list at once, and from the store a little later, so that it can be undone.

use pulse_core::model::SessionId;

/// Sessions that are to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erase {
    /// The one that can still be undone.
    pub pending: Option<SessionId>,
    /// The one that the server is asked to erase, by number of the request.
    pub due: Option<(u32, SessionId)>,
    /// Sessions that are not shown any more.
    hidden: Vec<SessionId>,
    requests: u32,
}

impl Erase {
    /// For so long it can be undone, in ms.
    pub const UNDO_MS: u32 = 8_000;

    /// Whether a session is not shown any more.
    pub fn hides(&self, id: &SessionId) -> bool {
        self.hidden.contains(id)
    }

    /// Somebody wants a session erased. One that is pending cannot be undone any more.
    pub(super) fn ask(&mut self, id: SessionId) {
        self.end();
        if !self.hides(&id) {
            self.hidden.push(id.clone());
        }
        self.pending = Some(id);
    }

    /// It shall stay.
    pub(super) fn undo(&mut self) {
        if let Some(id) = self.pending.take() {
            self.show(&id);
        }
    }

    /// The time to undo is over.
    pub(super) fn end(&mut self) {
        if let Some(id) = self.pending.take() {
            self.requests += 1;
            self.due = Some((self.requests, id));
        }
    }

    /// The server could not erase it: it is still there.
    pub(super) fn fail(&mut self, id: &SessionId) {
        self.show(id);
    }

    fn show(&mut self, id: &SessionId) {
        self.hidden.retain(|hidden| hidden != id);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_can_be_undone_until_its_time_is_over_or_another_is_erased() {
        let id = |n: usize| format!("session-{n:04}").parse::<SessionId>().unwrap();
        let mut erase = Erase::default();
        erase.ask(id(1));
        assert!(erase.hides(&id(1)) && erase.due.is_none());
        erase.undo();
        assert_eq!(erase, Erase::default());
        erase.ask(id(1));
        erase.ask(id(2));
        assert_eq!((erase.due.clone(), erase.pending.clone()), (Some((1, id(1))), Some(id(2))));
        erase.end();
        erase.end();
        assert_eq!((erase.due.clone(), erase.pending.clone()), (Some((2, id(2))), None));
        erase.fail(&id(2));
        assert!(erase.hides(&id(1)) && !erase.hides(&id(2)));
    }
}
