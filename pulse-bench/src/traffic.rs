//! The requests: what browsers send, each batch unlike every other.

use std::time::{SystemTime, UNIX_EPOCH};

use fastrand::Rng;
use pulse_bench::tracker_body::{CHROME, TrackHead, write_head};

mod events;

use self::events::Events;
pub(crate) use self::events::{EVENTS, Form, Pointer, SPAN_MS};

/// So many that the same events do not meet again in one block of a store that compresses blocks.
const TEMPLATES: usize = if cfg!(test) { 64 } else { 4096 };

/// A visit that goes on as long as the run.
struct Session {
    id: String,
    view: String,
    page: u32,
    batches: u32,
    /// When its last batch ends: a pointer is not in two places at once, however fast the batches are sent.
    ends: Option<i64>,
}

/// All visits, and what they send next.
pub(crate) struct Traffic {
    rng: Rng,
    sessions: Vec<Session>,
    /// Whose turn is left. Each session has one turn in a cycle, in another order each time, so that sessions that were
    /// stored next to each other do not come in next to each other.
    turns: Vec<usize>,
    events: Vec<Events>,
    body: Vec<u8>,
    /// How many milliseconds ago the sessions began.
    began: u64,
}

impl Traffic {
    pub(crate) fn new(seed: u64, sessions: u32, form: Form) -> Self {
        let mut rng = Rng::with_seed(seed);
        let events = (0..TEMPLATES).map(|_| Events::new(form, &mut rng)).collect();
        let sessions = (0..sessions).map(|_| Session::new(&mut rng)).collect();
        Self { rng, sessions, turns: Vec::new(), events, body: Vec::new(), began: 0 }
    }

    /// One batch of each session.
    pub(crate) fn cycle(&self) -> u64 {
        self.sessions.len() as u64
    }

    /// The same visits, begun an hour ago: sent faster than they happen, they would else come from the future.
    pub(crate) fn begun_an_hour_ago(self) -> Self {
        Self { began: 3_600_000, ..self }
    }

    /// Puts the next request into `request`.
    pub(crate) fn write_next(&mut self, request: &mut Vec<u8>) {
        if self.turns.is_empty() {
            self.turns.extend(0..self.sessions.len());
            self.rng.shuffle(&mut self.turns);
        }
        let turn = self.turns.pop().unwrap_or_default();
        self.write(turn, self.began, request);
    }

    /// The id of a session, by its number.
    pub(crate) fn id(&self, session: usize) -> &str {
        &self.sessions[session].id
    }

    /// Puts the next batch of one session into `request`: the first with events that happened so many milliseconds ago,
    /// the others with what follows.
    pub(crate) fn write(&mut self, session: usize, ago: u64, request: &mut Vec<u8>) {
        let Session { id, view, page, batches, ends } = &mut self.sessions[session];
        let sent_at = now();
        let start = ends.unwrap_or(sent_at - (SPAN_MS + ago) as i64);
        *ends = Some(start + SPAN_MS as i64);
        let page_url = format!("https://shop.example/products/{page}");
        let title = format!("Product {page} - The shop");
        let head = TrackHead { sent_at, session: id, view, seq: *batches, page_url: &page_url, title: &title, start };
        *batches += 1;
        self.body.clear();
        if let Some(events) = self.rng.choice(&self.events) {
            events.write(head, &mut self.body);
        }
        request.clear();
        write_head(request, "127.0.0.1", "/api/track", CHROME, self.body.len());
        request.extend_from_slice(&self.body);
    }
}

/// Milliseconds since the epoch.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as i64)
}

impl Session {
    fn new(rng: &mut Rng) -> Self {
        let id = rng.u128(..);
        let (a, b, c, d, e) = (id >> 96, id >> 80 & 0xffff, id >> 64 & 0xfff, id >> 48 & 0xfff, id & 0xffff_ffff_ffff);
        let id = format!("{a:08x}-{b:04x}-4{c:03x}-8{d:03x}-{e:012x}");
        Self { id, view: format!("{:012x}", rng.u64(..1 << 48)), page: rng.u32(..40), batches: 0, ends: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use pulse_bench::tracker_body::Track;
    use serde_json::Value;

    use super::*;

    fn body(request: &[u8]) -> &[u8] {
        let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (head, body) = (std::str::from_utf8(&request[..end]).unwrap(), &request[end + 4..]);
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())), "{head}");
        body
    }

    fn tracks(traffic: &mut Traffic, count: usize) -> Vec<Track> {
        let mut request = Vec::new();
        let mut next = || {
            traffic.write_next(&mut request);
            assert!((400..900).contains(&body(&request).len()), "{} bytes", body(&request).len());
            Track::read(body(&request)).unwrap()
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn every_batch_is_a_new_one() {
        let tracks = tracks(&mut Traffic::new(1, 10, Form::Tracker), 100);
        let names: HashSet<_> = tracks.iter().map(|track| (&track.session, &track.view, track.seq)).collect();
        assert_eq!(names.len(), 100);
        assert_eq!(tracks.iter().map(|track| track.seq).max(), Some(9), "the sessions take turns");
    }

    #[test]
    fn a_batch_is_what_a_pointer_does_in_two_seconds() {
        for track in tracks(&mut Traffic::new(7, 3, Form::Tracker), 50) {
            assert_eq!(track.events.len() + track.moves.len(), EVENTS);
            assert!(track.moves.is_sorted_by_key(|place| place.time));
            assert!((0..SPAN_MS as i64 * 20).contains(&(track.start + SPAN_MS as i64 * 2 - track.sent_at)));
            assert!(track.moves.iter().all(|place| (0..SPAN_MS as i64).contains(&place.time)));
            assert!(track.moves.len() >= EVENTS * 8 / 10, "{} of {EVENTS}", track.moves.len());
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let next = |form| {
            let (mut traffic, mut request) = (Traffic::new(5, 2, form), Vec::new());
            traffic.write(1, 10_000, &mut request);
            body(&request).to_vec()
        };
        let (track, object) = (Track::read(&next(Form::Tracker)).unwrap(), next(Form::Object));
        let object: Value = serde_json::from_slice(&object).unwrap();
        assert_eq!((&object["session_id"], &object["view_id"]), (&track.session.into(), &track.view.into()));
        let events = object["events"].as_array().unwrap();
        assert_eq!(events.len(), EVENTS);
        let first = events[0]["timestamp"].as_i64().unwrap();
        let ago = object["sent_at"].as_i64().unwrap() - first;
        assert!((10_000..=12_000).contains(&ago), "{ago}");
        let of = |name| events.iter().filter(move |event| event["type"] == name);
        for (event, place) in of("mousemove").zip(&track.moves) {
            assert_eq!(event["data"], serde_json::json!({"x": place.x, "y": place.y}));
            assert_eq!(event["timestamp"].as_i64().unwrap() - first, place.time - track.moves[0].time);
        }
        let click = &track.events[0].2;
        assert_eq!(of("click").next().unwrap()["data"]["element"]["path"], click[3][0]);
    }

    #[test]
    fn a_seed_says_who_comes() {
        let ids = |seed| {
            let tracks = tracks(&mut Traffic::new(seed, 5, Form::Tracker), 5);
            tracks.into_iter().map(|track| track.session).collect::<Vec<_>>()
        };
        assert_eq!(ids(3), ids(3));
        assert_ne!(ids(3), ids(4));
    }
}
