//! Sessions as they change: the server's stream of events, and what of it matters here.

use pulse_core::model::SessionId;
use serde::Deserialize;

use super::Events;
use crate::json;

/// What the stream has said. Whoever shows sessions asks anew when a count is another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Live {
    /// Whether the stream is followed; without it, everything is asked for again from time to time.
    pub following: bool,
    /// Changes of any session.
    pub changes: u64,
    /// Changes of the session that is shown.
    pub of_shown: u64,
}

impl Live {
    /// Takes sessions that changed, while `shown` is shown.
    pub fn take(&mut self, changed: &[SessionId], shown: Option<&SessionId>) {
        self.following = true;
        self.changes += u64::from(!changed.is_empty());
        self.of_shown += u64::from(changed.iter().any(|id| Some(id) == shown));
    }
}

/// Reads the server's stream of sessions.
#[derive(Debug, Default)]
pub struct Changes(Events);

/// What is read of a row.
#[derive(Deserialize)]
struct Row {
    session_id: SessionId,
}

impl Changes {
    /// The sessions of the events that end in this piece.
    pub fn read(&mut self, piece: &[u8]) -> Vec<SessionId> {
        let rows = self.0.read(piece).into_iter().filter_map(|(_, data)| json::read_bytes::<Row>(&data).ok());
        rows.map(|row| row.session_id).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn event(n: usize) -> String {
        format!("event: updated\nid: {n}\ndata: {{\"session_id\":\"session-{n:04}\",\"title\":\"ü\"}}\n\n")
    }

    #[test]
    fn events_are_read_however_they_are_cut() {
        let stream = format!("retry: 2000\n\n{}:\n\n{}", event(1), event(2));
        for size in 1..stream.len() {
            let mut changes = Changes::default();
            let changed: Vec<_> = stream.as_bytes().chunks(size).flat_map(|piece| changes.read(piece)).collect();
            assert_eq!(changed.iter().map(SessionId::as_str).collect::<Vec<_>>(), ["session-0001", "session-0002"]);
        }
    }

    #[test]
    fn only_the_session_that_is_shown_counts_for_it() {
        let id = |n: usize| format!("session-{n:04}").parse::<SessionId>().unwrap();
        let mut live = Live::default();
        live.take(&[], Some(&id(1)));
        assert_eq!(live, Live { following: true, changes: 0, of_shown: 0 });
        live.take(&[id(2)], Some(&id(1)));
        live.take(&[id(1), id(1)], Some(&id(1)));
        live.take(&[id(1)], None);
        assert_eq!(live, Live { following: true, changes: 3, of_shown: 1 });
    }
}
