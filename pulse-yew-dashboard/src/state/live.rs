//! Sessions as they change: the server's stream of events, and what of it matters here.

use pulse_core::model::SessionId;
use serde::Deserialize;

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

/// Reads server-sent events as they arrive, in pieces of any size.
#[derive(Debug, Default)]
pub struct Changes {
    /// The beginning of an event whose end has not arrived.
    rest: Vec<u8>,
}

/// What is read of a row.
#[derive(Deserialize)]
struct Row {
    session_id: SessionId,
}

impl Changes {
    /// A longer event is no session, and is forgotten.
    const LONGEST: usize = 1024 * 1024;

    /// The sessions of the events that end in this piece.
    pub fn read(&mut self, piece: &[u8]) -> Vec<SessionId> {
        self.rest.extend_from_slice(piece);
        let mut changed = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = self.rest.drain(..end + 2).collect();
            let data = event.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"data: "));
            changed.extend(data.and_then(|data| serde_json::from_slice::<Row>(data).ok()).map(|row| row.session_id));
        }
        if self.rest.len() > Self::LONGEST {
            self.rest.clear();
        }
        changed
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
