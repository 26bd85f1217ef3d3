//! The requests: what browsers send, each batch unlike every other.

use std::time::{SystemTime, UNIX_EPOCH};

use fastrand::Rng;

mod events;

use self::events::Events;
pub(crate) use self::events::{EVENTS, Pointer, SPAN_MS};
use crate::request::{FIREFOX, write_head};

/// So many that the same events do not meet again in one block of a store that compresses blocks.
const TEMPLATES: usize = 4096;

/// A visit that goes on as long as the run.
struct Session {
    id: String,
    view: String,
    page: u32,
    batches: u32,
}

/// All visits, and what they send next.
pub(crate) struct Traffic {
    rng: Rng,
    sessions: Vec<Session>,
    /// Whose turn is left. Each session has one turn in a cycle, in another order each time, so that sessions that were
    /// stored next to each other do not come in next to each other.
    turns: Vec<usize>,
    events: Vec<Events>,
}

impl Traffic {
    pub(crate) fn new(seed: u64, sessions: u32) -> Self {
        let mut rng = Rng::with_seed(seed);
        let events = (0..TEMPLATES).map(|_| Events::new(&mut rng)).collect();
        let sessions = (0..sessions).map(|_| Session::new(&mut rng)).collect();
        Self { rng, sessions, turns: Vec::new(), events }
    }

    /// One batch of each session.
    pub(crate) fn cycle(&self) -> u64 {
        self.sessions.len() as u64
    }

    /// Puts the next request into `request`.
    pub(crate) fn write_next(&mut self, request: &mut Vec<u8>) {
        if self.turns.is_empty() {
            self.turns.extend(0..self.sessions.len());
            self.rng.shuffle(&mut self.turns);
        }
        let turn = self.turns.pop().unwrap_or_default();
        self.write(turn, 0, request);
    }

    /// The id of a session, by its number.
    pub(crate) fn id(&self, session: usize) -> &str {
        &self.sessions[session].id
    }

    /// Puts the next batch of one session into `request`, with events that happened so many milliseconds ago.
    pub(crate) fn write(&mut self, session: usize, ago: u64, request: &mut Vec<u8>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64);
        let opening = self.sessions[session].open_batch(now);
        let events = self.rng.choice(&self.events).map(|events| events.at(now - SPAN_MS - ago));
        request.clear();
        write_request(request, &opening, events);
    }
}

fn write_request(request: &mut Vec<u8>, opening: &str, events: Option<events::At<'_>>) {
    let length = opening.len() + events.as_ref().map_or(0, events::At::len) + "]}".len();
    write_head(request, "127.0.0.1", "/api/track", FIREFOX, length);
    request.extend_from_slice(opening.as_bytes());
    if let Some(events) = events {
        events.write(request);
    }
    request.extend_from_slice(b"]}");
}

impl Session {
    fn new(rng: &mut Rng) -> Self {
        let id = rng.u128(..);
        let (a, b, c, d, e) = (id >> 96, id >> 80 & 0xffff, id >> 64 & 0xfff, id >> 48 & 0xfff, id & 0xffff_ffff_ffff);
        let id = format!("{a:08x}-{b:04x}-4{c:03x}-8{d:03x}-{e:012x}");
        let view = std::iter::repeat_with(|| rng.alphanumeric()).take(12).collect();
        Self { id, view, page: rng.u32(..40), batches: 0 }
    }

    /// The body up to the first event.
    fn open_batch(&mut self, now: u64) -> String {
        let Self { id, view, page, batches: seq } = self;
        let opening = format!(
            r#"{{"session_id":"{id}","view_id":"{view}","seq":{seq},"sent_at":{now},"page_url":"https://shop.example/products/{page}","events":["#
        );
        self.batches += 1;
        opening
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn bodies(traffic: &mut Traffic, count: usize) -> Vec<Value> {
        let mut request = Vec::new();
        let mut next = || {
            traffic.write_next(&mut request);
            let text = std::str::from_utf8(&request).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
            assert!((3200..3900).contains(&body.len()), "{} bytes", body.len());
            serde_json::from_str(body).unwrap()
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn every_batch_is_a_new_one() {
        let bodies = bodies(&mut Traffic::new(1, 10), 100);
        let names: HashSet<_> = bodies
            .iter()
            .map(|body| [&body["session_id"], &body["view_id"], &body["seq"]].map(Value::to_string))
            .collect();
        assert_eq!(names.len(), 100);
        let last = bodies.iter().map(|body| body["seq"].as_u64().unwrap()).max();
        assert_eq!(last, Some(9), "the sessions take turns");
    }

    #[test]
    fn a_batch_is_what_a_pointer_does_in_two_seconds() {
        for body in bodies(&mut Traffic::new(7, 3), 50) {
            let events = body["events"].as_array().unwrap();
            assert_eq!(events.len(), EVENTS);
            let times: Vec<u64> = events.iter().map(|event| event["timestamp"].as_u64().unwrap()).collect();
            assert!(times.is_sorted());
            let sent = body["sent_at"].as_u64().unwrap();
            assert!(times[0] >= sent - SPAN_MS && times[EVENTS - 1] <= sent);
            let moves = events.iter().filter(|event| event["type"] == "mousemove").count();
            assert!(moves >= EVENTS * 8 / 10, "{moves} of {EVENTS}");
        }
    }

    #[test]
    fn a_session_can_have_a_past() {
        let (mut traffic, mut request) = (Traffic::new(1, 2), Vec::new());
        traffic.write(1, 10_000, &mut request);
        let text = std::str::from_utf8(&request).unwrap();
        let body: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["session_id"], traffic.id(1));
        let first = body["events"][0]["timestamp"].as_u64().unwrap();
        let ago = body["sent_at"].as_u64().unwrap() - first;
        assert!((10_000..=10_000 + SPAN_MS).contains(&ago), "{ago}");
    }

    #[test]
    fn a_seed_says_who_comes() {
        let ids =
            |seed| bodies(&mut Traffic::new(seed, 5), 5).iter().map(|b| b["session_id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(3), ids(3));
        assert_ne!(ids(3), ids(4));
    }
}
